"""Specific Character Set (PS3.3 C.12.1.1.2, PS3.5 6.1): bytes of text to signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ESCAPE = 0x1B
_REPLACEMENT = "�"
_PLAIN = "ascii"
_UNKNOWN = ""
_ONE_BYTE = {
    6: _PLAIN,
    13: "shift_jis",
    14: "shift_jis",
    100: "latin-1",
    101: "iso8859-2",
    109: "iso8859-3",
    110: "iso8859-4",
    126: "iso8859-7",
    127: "iso8859-6",
    138: "iso8859-8",
    144: "iso8859-5",
    148: "iso8859-9",
    166: "tis-620",
    203: "iso8859-15",
}
_MANY_BYTES = {58: "gb2312", 87: "iso2022_jp", 149: "euc_kr", 159: "iso2022_jp_2", 192: "utf-8"}
_BY_NAME = {"": _PLAIN, "GB18030": "gb18030", "GBK": "gbk", "UTF8": "utf-8", "UTF-8": "utf-8"}
_REGISTRATION = re.compile(r"ISO[ _-]?(?:2022)?[ _-]?IR[ _-]*(\d+)")

_HIGH_SETS = {
    b")I": "shift_jis",
    b"-A": "latin-1",
    b"-B": "iso8859-2",
    b"-C": "iso8859-3",
    b"-D": "iso8859-4",
    b"-F": "iso8859-7",
    b"-G": "iso8859-6",
    b"-H": "iso8859-8",
    b"-L": "iso8859-5",
    b"-M": "iso8859-9",
    b"-T": "tis-620",
    b"-b": "iso8859-15",
    b"$)A": "gb2312",
    b"$)C": "euc_kr",
}
"""Escape sequences that name the set of the bytes from 0x80 on (G1; PS3.3 tables C.12-3, 4)."""
_LOW_SETS = {b"(B": _PLAIN, b"(J": "shift_jis", b"$B": "iso2022_jp", b"$(D": "iso2022_jp_2"}
"""Those that name the set of the bytes below 0x80 (G0)."""
_PAIRS = ("iso2022_jp", "iso2022_jp_2")
_ENDS = b"\t\n\f\r\\"
_NAME_ENDS = b"^="


@dataclass
class _Sets:
    """What bytes mean at the moment; a delimiter sets both back (PS3.5 6.1.2.5.3)."""

    first: str
    low: str = _PLAIN
    low_escape: bytes = b""
    high: str = _PLAIN

    def reset(self) -> None:
        self.low, self.low_escape, self.high = _PLAIN, b"", self.first

    def escape(self, code: bytes) -> None:
        if code in _HIGH_SETS:
            self.high = _HIGH_SETS[code]
        else:
            self.low, self.low_escape = _LOW_SETS[code], b"\x1b" + code


def decode_text(raw: bytes, charset: str, *, name: bool = False) -> str:
    """Text in the file's character set; signs that do not fit become the replacement sign.

    `charset` is the value of (0008,0005), terms parted by backslashes; `name` is True for person
    names (VR PN), whose components each begin in the first set again. Never raises.
    """
    if raw.isascii() and _ESCAPE not in raw:
        return raw.decode("ascii")
    first = _codec(charset.partition("\\")[0])
    if _ESCAPE in raw and first not in ("utf-8", "gb18030", "gbk"):
        return _with_escapes(raw, first, name=name)
    if first in (_UNKNOWN, _PLAIN):
        return _undeclared(raw)
    return raw.decode(first, "replace")


def _codec(term: str) -> str:
    """The Python codec of one defined term, also misspelled; "" where there is none."""
    spelled = term.strip(" \0").upper()
    if spelled in _BY_NAME:
        return _BY_NAME[spelled]
    found = _REGISTRATION.fullmatch(spelled)
    number = int(found[1]) if found and len(found[1]) < 5 else 0
    return _ONE_BYTE.get(number) or _MANY_BYTES.get(number) or _UNKNOWN


def _undeclared(raw: bytes) -> str:
    """No set is said that has these bytes: UTF-8 is hardly ever met by chance."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("ascii", "replace")


def _with_escapes(raw: bytes, first: str, *, name: bool) -> str:
    """ISO 2022: sets change at escape sequences."""
    high = _PLAIN if first in (_UNKNOWN, *_PAIRS) else first
    sets = _Sets(high, high=high)
    ends = _ENDS + _NAME_ENDS if name else _ENDS
    signs: list[str] = []
    at = 0
    while at < len(raw):
        if raw[at] == _ESCAPE:
            code = _escape_at(raw, at + 1)
            if code:
                sets.escape(code)
            else:
                signs.append(_REPLACEMENT)
            at += 1 + len(code)
            continue
        stop = _run_end(raw, at, ends if sets.low not in _PAIRS else b"")
        signs.append(_run(raw[at:stop], sets))
        if stop - at == 1 and raw[at] in ends and sets.low not in _PAIRS:
            sets.reset()
        at = stop
    return "".join(signs)


def _escape_at(raw: bytes, at: int) -> bytes:
    for size in (3, 2):
        code = raw[at : at + size]
        if code in _HIGH_SETS or code in _LOW_SETS:
            return code
    return b""


def _run_end(raw: bytes, at: int, ends: bytes) -> int:
    """The end of the bytes that lie in the same half; a delimiter stands alone."""
    if raw[at] in ends:
        return at + 1
    is_high = raw[at] >= 0x80
    stop = at + 1
    while stop < len(raw) and (raw[stop] >= 0x80) == is_high:
        if raw[stop] == _ESCAPE or raw[stop] in ends:
            break
        stop += 1
    return stop


def _run(part: bytes, sets: _Sets) -> str:
    if part[0] >= 0x80:
        return part.decode(sets.high, "replace")
    if sets.low in _PAIRS:
        return (sets.low_escape + part).decode(sets.low, "replace")
    return part.decode(sets.low, "replace")
