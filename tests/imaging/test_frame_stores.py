"""Native frames at every offset."""

from __future__ import annotations

import numpy as np

from labeler.imaging.frame_stores import NativeFrames
from labeler.imaging.layout import PixelLayout
from labeler.imaging.sources.files import MemoryBytes
from tests.support.dicom_files import NoDecoders

SWAPPED = PixelLayout(
    rows=1, columns=3, samples=1, photometric="MONOCHROME2", planar=False, bits_allocated=8,
    bits_stored=8, high_bit=7, signed=False, floating=False, little=False, words=True,
)  # fmt: skip


def swapped(values: bytes) -> bytes:
    return np.frombuffer(values, np.uint16).byteswap().tobytes()


def test_odd_frames_of_swapped_words_begin_in_the_middle_of_a_pair() -> None:
    frames = NativeFrames(MemoryBytes("a", b"head" + swapped(bytes(range(12)))), SWAPPED, 4, 12)
    shown = [frames.frame(number, NoDecoders())[0].tolist() for number in range(4)]
    assert shown == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11]]
