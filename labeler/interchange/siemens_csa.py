"""Of Siemens' CSA Image Header only the numbers that place a mosaic's slices.

The whole header is private and holds texts of the scanner; without these numbers a mosaic cannot
be taken apart. An element stays only where all of it is numbers.
"""

from __future__ import annotations

CREATOR, GROUP, ELEMENT = "SIEMENS CSA HEADER", 0x0029, 0x10
_KEPT = frozenset((b"SliceNormalVector", b"NumberOfImagesInMosaic"))
_START = b"SV10\x04\x03\x02\x01"
_NAME, _TAG, _ITEM = 64, 84, 16
_MAX_ELEMENTS = 4096


def slimmed(raw: bytes) -> bytes:
    """The header with nothing but those numbers; b"" where they are not there or not whole."""
    if not raw.startswith(_START):
        return b""
    kept, at = [], len(_START) + 8
    for _ in range(min(_integer(raw, 8), _MAX_ELEMENTS)):
        end, plain = _element(raw, at)
        if end > len(raw):
            return b""
        if plain and raw[at : at + _NAME].split(b"\0")[0] in _KEPT:
            kept.append(_named(raw[at:end]))
        at = end
    if not kept:
        return b""
    slim = _START + len(kept).to_bytes(4, "little") + raw[12:16] + b"".join(kept)
    return slim + bytes(len(slim) % 2)


def _element(raw: bytes, at: int) -> tuple[int, bool]:
    """Where an element ends, and whether all its items are numbers."""
    items, plain = _integer(raw, at + 76), True
    at += _TAG
    for _ in range(min(items, _MAX_ELEMENTS)):
        length = _integer(raw, at + 4)
        text = raw[at + _ITEM : at + _ITEM + length]
        number, _, rest = text.partition(b"\0")
        plain = plain and _is_number(number) and not rest.strip(b"\0")
        at += _ITEM + (length + 3) // 4 * 4
        if at > len(raw):
            break
    return at, plain


def _named(element: bytes) -> bytes:
    """Behind a name's end the old bytes of the memory may lie: they go."""
    name = element[:_NAME].split(b"\0")[0]
    return name.ljust(_NAME, b"\0") + element[_NAME:]


def _is_number(text: bytes) -> bool:
    try:
        float(text or b"0")
    except ValueError:
        return False
    return True


def _integer(raw: bytes, at: int) -> int:
    return int.from_bytes(raw[at : at + 4], "little")
