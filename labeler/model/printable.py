"""Text from outside as it may be shown: a name or a description that a stranger chose."""

from __future__ import annotations

import unicodedata


def printable(text: str) -> str:
    """The same text, with whatever a terminal obeys or cannot encode spelled as %XX bytes.

    Line ends, escape sequences, marks that turn the direction of writing, and bytes of a file's
    name that are no UTF-8 (PEP 383). Different texts stay different but where a %XX stood already.
    """
    if text.isprintable():
        return text
    return "".join(sign if _harmless(sign) else _spelled(sign) for sign in text)


def _harmless(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs"


def _spelled(sign: str) -> str:
    lost = "\udc80" <= sign <= "\udcff"
    raw = sign.encode("utf-8", "surrogateescape" if lost else "surrogatepass")
    return "".join(f"%{byte:02X}" for byte in raw)
