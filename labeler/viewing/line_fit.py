"""How a line of a corner is told where it has not the room it needs: no number is ever cut."""

from __future__ import annotations

import re
from collections.abc import Callable

from labeler.viewing.phrase import Phrase

Wide = Callable[[str], float]
"""How wide a text is written."""

CUT = "…"
_APART = (re.compile(r" · "), re.compile(r"  +"))
"""Where one line becomes two, the wider part first."""

_FREE = ("description", "indication", "name")
"""Facts that are texts of a file: their beginning is understood alone."""

_LEAST = 2
"""So many letters of a text are worth showing."""


def free_text(line: Phrase) -> str:
    """What of a line is a text of a file; "" where it is all ours."""
    found = [value for name, value in line.facts if name in _FREE and isinstance(value, str)]
    return found[0] if found else ""


def fitted(text: str, free: str, widest: float, wide: Wide) -> tuple[str, ...]:
    """The line whole, in two, or with its `free` text cut; () where it would take part of a
    number."""
    if wide(text) <= widest:
        return (text,)
    if free and text.endswith(free):
        shorter = _cut(text, widest, wide)
        if len(shorter) - len(CUT) >= len(text) - len(free) + _LEAST:
            return (shorter,)
    for apart in _APART:
        parts = apart.split(text)
        if len(parts) > 1:
            return tuple(line for part in parts for line in fitted(part, free, widest, wide))
    if text != free and free and text.endswith(free):
        return fitted(free, free, widest, wide)
    if any(letter.isdigit() for letter in text.removesuffix(free)):
        return ()
    shorter = _cut(text, widest, wide)
    return (shorter,) if len(shorter) - len(CUT) >= _LEAST else ()


def _cut(text: str, widest: float, wide: Wide) -> str:
    """As much as there is room for, with an ellipsis; between words, or inside one that is no
    number."""
    end = len(text)
    while end and wide(text[:end].rstrip() + CUT) > widest:
        end -= 1
    while end and _in_number(text, end):
        end -= 1
    return text[:end].rstrip() + CUT


def _in_number(text: str, at: int) -> bool:
    """Whether a cut before `at` would leave part of a number."""
    return at < len(text) and text[at - 1] in "0123456789.,−-" and text[at] in "0123456789.,"
