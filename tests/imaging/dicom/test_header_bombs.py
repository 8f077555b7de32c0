"""Small deflated files that unfold to endless headers: bounded, and said."""

from __future__ import annotations

import struct
import time
import zlib

import pytest

from labeler.imaging.reader import scan
from labeler.imaging.sources.files import MemoryBytes


def element(tag: int, vr: bytes, value: bytes) -> bytes:
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr
    long = vr in (b"SQ", b"UN")
    return head + (struct.pack("<2xI" if long else "<H", len(value))) + value


def item(value: bytes) -> bytes:
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(value)) + value


TABLE = element(0x00283006, b"UN", bytes((1 << 20) - 2))


@pytest.mark.parametrize(
    "dataset",
    [
        element(0x00283000, b"SQ", item(TABLE) * 130),
        element(0x00283000, b"SQ", item(b"") * 310_000),
    ],
    ids=["values", "items"],
)
def test_a_deflated_header_without_end_is_refused(dataset: bytes) -> None:
    squeeze = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
    packed = squeeze.compress(dataset) + squeeze.flush()
    syntax = element(0x00020010, b"UI", b"1.2.840.10008.1.2.1.99")
    file = MemoryBytes("bomb.dcm", bytes(128) + b"DICM" + syntax + packed)
    started = time.process_time()
    (problem,) = scan([file]).problems
    assert problem.error.code == "endless-header"
    assert problem.error.facts["tag"]
    assert time.process_time() - started < 5
