"""Gzip files (RFC 1952) around one DICOM file or one tar archive; others have their readers."""

from __future__ import annotations

import zlib

from labeler.imaging.sources import tars
from labeler.imaging.sources.archives import Contents
from labeler.imaging.sources.files import Tick
from labeler.imaging.sources.inflated import ZIPPED, InflatedBytes
from labeler.model.image import ByteSource

_MAGIC = b"\x1f\x8b\x08"
_HEAD = 512


def knows(head: bytes, name: str) -> bool:
    if not head.startswith(_MAGIC):
        return False
    return holds_one_file(head) or tars.knows(_begins(head), name)


def unfold(source: ByteSource, tick: Tick) -> Contents:
    plain = InflatedBytes(source, 0, form=ZIPPED)
    head = plain.read(0, _HEAD)
    return tars.unfold(plain, tick) if tars.knows(head, plain.name) else Contents((plain,))


def holds_one_file(head: bytes) -> bool:
    """Whether a DICOM file lies right in the gzip file."""
    return _begins(head)[128:132] == b"DICM"


def _begins(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(ZIPPED).decompress(head, _HEAD)
    except zlib.error:
        return b""
