"""What a tag is called and which VR it should have (PS3.6), private ones by their creator."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class Meaning:
    """`vr` is "UN" where nobody knows it; of several allowed ones it is the first."""

    keyword: str
    name: str
    vr: str


@lru_cache(maxsize=8192)
def meaning_of(tag: int, creator: str = "") -> Meaning:
    """The public dictionary, or that of a private creator as pydicom knows it."""
    from pydicom.datadict import get_entry, private_dictionary_description, private_dictionary_VR

    group, element = tag >> 16, tag & 0xFFFF
    if group & 1:
        if 0x10 <= element <= 0xFF:
            return Meaning("", "Private Creator", "LO")
        try:
            name = private_dictionary_description(tag, creator)
            return Meaning("", name, _first(private_dictionary_VR(tag, creator)))
        except KeyError:
            return Meaning("", "Private", "UN")
    if element == 0:
        return Meaning("", "Group Length", "UL")
    try:
        vr, _, name, retired, keyword = get_entry(tag)
    except KeyError:
        return Meaning("", "Unknown", "UN")
    return Meaning(keyword, f"{name} (retired)" if retired else name, _first(vr))


_STANDARD = re.compile(r"1\.2\.840\.10008(\.(0|[1-9][0-9]*))+")
_LONGEST_UID = 64


@lru_cache(maxsize=1024)
def uid_name(uid: str) -> str:
    """What a UID of the standard is called; "" for any other."""
    from pydicom.uid import UID

    if not _STANDARD.fullmatch(uid) or len(uid) > _LONGEST_UID:
        return ""  # pydicom warns of what is no UID
    name = UID(uid).name
    return "" if name == uid else name


def _first(vr: str) -> str:
    return vr.split(" or ", maxsplit=1)[0] if vr not in ("", "NONE") else "UN"
