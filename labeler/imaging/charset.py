"""Specific Character Set (PS3.3 C.12.1.1.2) for the few lines of text that are shown."""

from __future__ import annotations

_CODECS = {
    "": "ascii",
    "ISO_IR 6": "ascii",
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "latin-1",
    "ISO_IR 101": "iso8859-2",
    "ISO_IR 109": "iso8859-3",
    "ISO_IR 110": "iso8859-4",
    "ISO_IR 126": "iso8859-7",
    "ISO_IR 127": "iso8859-6",
    "ISO_IR 138": "iso8859-8",
    "ISO_IR 144": "iso8859-5",
    "ISO_IR 148": "iso8859-9",
    "ISO_IR 166": "tis-620",
    "ISO_IR 192": "utf-8",
    "ISO_IR 203": "iso8859-15",
    "ISO_IR 58": "gb2312",
    "ISO_IR 87": "iso2022_jp",
    "ISO_IR 149": "euc_kr",
    "ISO_IR 159": "iso2022_jp_2",
    "GB18030": "gb18030",
    "GBK": "gbk",
}


def decode_text(raw: bytes, charset: str) -> str:
    """Text in the file's character set; signs that do not fit become the replacement sign."""
    if raw.isascii() and b"\x1b" not in raw:
        return raw.decode("ascii")
    return raw.decode(_codec(charset), "replace")


def _codec(charset: str) -> str:
    terms = [term.strip(" \0").replace("ISO 2022 IR", "ISO_IR") for term in charset.split("\\")]
    # With code extensions (several terms) the later ones are what the plain first one lacks.
    for term in reversed(terms):
        if term in _CODECS and (term or len(terms) == 1):
            return _CODECS[term]
    return "latin-1"
