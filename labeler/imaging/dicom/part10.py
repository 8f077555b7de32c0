"""The file meta information of a DICOM file (PS3.10 7.1): read as it is, and written anew."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from labeler.imaging.dicom import tags
from labeler.model.image import ByteSource

GROUP_LENGTH = 0x00020000
MEDIA_STORAGE_CLASS = 0x00020002
MEDIA_STORAGE_INSTANCE = 0x00020003
IMPLEMENTATION_UID = "2.25.132047315872374209152381046720139541297"
"""Labeler's own, made from a UUID (PS3.5 B.2)."""
IMPLEMENTATION_NAME = "LABELER"
PREAMBLE = bytes(128) + b"DICM"
_MOST = 1 << 16
_LONG = frozenset((b"OB", b"OW", b"UN", b"SQ", b"UT", b"OF", b"OD", b"OL", b"UC", b"UR"))


@dataclass(frozen=True)
class FileMeta:
    """What stands in front of the dataset: `start` to `end` are the bytes of group 2."""

    preamble: bool
    start: int
    end: int
    values: dict[int, bytes] = field(default_factory=dict)

    @property
    def length_holds(self) -> bool:
        """Whether (0002,0000) says where group 2 ends."""
        said = self.values.get(GROUP_LENGTH, b"")
        if len(said) != 4:
            return False
        # Counted from behind the group length element itself, which has 12 bytes.
        return self.start + 12 + int(struct.unpack("<I", said)[0]) == self.end

    def uid(self, tag: int) -> str:
        return self.values.get(tag, b"").decode("ascii", "replace").strip(" \0")


def read_file_meta(source: ByteSource) -> FileMeta:
    """Group 2 as it stands, explicit little endian as it must be; empty where there is none."""
    head = source.read(0, _MOST)
    preamble = head[128:132] == b"DICM"
    at = start = 132 if preamble else 0
    values: dict[int, bytes] = {}
    while head[at : at + 2] == b"\x02\0" and at + 12 <= len(head):
        tag = 0x00020000 | int.from_bytes(head[at + 2 : at + 4], "little")
        long = head[at + 4 : at + 6] in _LONG
        length = int.from_bytes(head[at + 8 : at + 12] if long else head[at + 6 : at + 8], "little")
        value = at + (12 if long else 8)
        if value + length > len(head):
            break
        values[tag] = head[value : value + length]
        at = value + length
    return FileMeta(preamble, start, at, values)


def file_meta_bytes(syntax: str, sop_class: str, sop_instance: str) -> bytes:
    """Preamble, prefix and group 2 of a file that Labeler writes."""
    group = b"".join(
        (
            _element(0x00020001, b"OB", b"\0\1"),
            _element(MEDIA_STORAGE_CLASS, b"UI", _uid(sop_class)),
            _element(MEDIA_STORAGE_INSTANCE, b"UI", _uid(sop_instance)),
            _element(tags.TRANSFER_SYNTAX_UID, b"UI", _uid(syntax)),
            _element(0x00020012, b"UI", _uid(IMPLEMENTATION_UID)),
            _element(0x00020013, b"SH", IMPLEMENTATION_NAME.encode("ascii") + b" "),
        )
    )
    return PREAMBLE + _element(GROUP_LENGTH, b"UL", struct.pack("<I", len(group))) + group


def _uid(text: str) -> bytes:
    raw = text.encode("ascii")
    return raw + b"\0" * (len(raw) % 2)


def _element(tag: int, vr: bytes, value: bytes) -> bytes:
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr
    if vr in _LONG:
        return head + b"\0\0" + struct.pack("<I", len(value)) + value
    return head + struct.pack("<H", len(value)) + value
