"""Letters as they are searched: without case, accents and ligatures, on both sides."""

from __future__ import annotations

import unicodedata

_PLAIN = str.maketrans(
    {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)
"""Letters that Unicode takes for whole ones."""


def as_searched(text: str) -> str:
    """What two spellings of a word have in common: “Œdème” is found by “oed”."""
    if text.isascii():
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(letter for letter in apart if not unicodedata.combining(letter))
    return bare.translate(_PLAIN)
