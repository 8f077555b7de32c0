"""Whether a colour profile is anything but sRGB (ICC.1: the profile's own description)."""

from __future__ import annotations

import struct

MAX_PROFILE = 1 << 22
_TAGS_AT = 128
_MAX_TAGS = 256
_SRGB = (b"sRGB", "sRGB".encode("utf-16-be"), b"sGray")


def is_other_than_srgb(profile: bytes) -> bool:
    """False where there is no profile; a broken one counts as another."""
    if not profile:
        return False
    return not any(word in _description(profile) for word in _SRGB)


def _description(profile: bytes) -> bytes:
    if len(profile) < _TAGS_AT + 4:
        return b""
    (count,) = struct.unpack_from(">I", profile, _TAGS_AT)
    for at in range(_TAGS_AT + 4, _TAGS_AT + 4 + min(count, _MAX_TAGS) * 12, 12):
        entry = profile[at : at + 12]
        if len(entry) == 12 and entry[:4] == b"desc":
            offset, length = struct.unpack(">II", entry[4:])
            return profile[offset : offset + min(length, 4096)]
    return b""
