"""Slices read straight into memory are those that are read one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.decoding.stored import stored_type
from labeler.imaging.frame_stores import NativeFrames
from labeler.imaging.layout import PixelLayout
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes, MemoryBytes, PartBytes, folder_files, read_into
from labeler.model.volume import SliceSource
from tests.support.dicom_files import NoDecoders


@given(
    bits=st.sampled_from(
        [(8, 8), (8, 6), (16, 16), (16, 12), (16, 10), (32, 32), (12, 12), (1, 1)]
    ),
    high=st.integers(0, 4),
    signed=st.booleans(),
    little=st.booleans(),
    words=st.booleans(),
    number=st.integers(0, 2),
    cut=st.integers(0, 40),
    filled=st.booleans(),
    seed=st.integers(0, 99),
)
@settings(deadline=None, max_examples=300)
def test_into_memory_as_by_a_copy(
    bits: tuple[int, int], high: int, signed: bool, little: bool, words: bool, number: int,
    cut: int, filled: bool, seed: int,
) -> None:  # fmt: skip
    allocated, stored = bits
    highest = min(stored - 1 + high, allocated - 1)
    layout = PixelLayout(
        rows=3, columns=5, samples=1, photometric="MONOCHROME2", planar=False,
        bits_allocated=allocated, bits_stored=stored, high_bit=highest,
        signed=signed, floating=False, little=little, words=words,
    )  # fmt: skip
    size = -(-layout.frame_bits * 3 // 8)
    data = np.random.default_rng(seed).bytes(8 + size)[: 8 + size - cut]
    frames = NativeFrames(MemoryBytes("a", data), layout, 8, size, filled=filled)
    try:
        wanted = frames.frame(number, NoDecoders())
    except Exception as error:  # noqa: BLE001  whatever it is, it must be the same
        with pytest.raises(type(error)):
            frames.frame_into(number, NoDecoders(), np.empty((3, 5), stored_type(layout)))
        return
    out = np.empty(wanted.shape, wanted.dtype)
    frames.frame_into(number, NoDecoders(), out)
    assert np.array_equal(out, wanted)


@pytest.mark.parametrize(
    ("samples", "planar", "there", "rows"),
    [
        (1, False, 5, 1),
        (1, False, 14, 2),
        (1, False, 15, 3),
        (1, False, 0, 0),
        (3, False, 31, 2),
        (3, True, 31, 0),
        (3, True, 40, 2),
    ],
)
def test_the_rows_that_are_there_follow_from_the_length(
    samples: int, planar: bool, there: int, rows: int
) -> None:
    layout = PixelLayout(
        rows=3, columns=5, samples=samples, photometric="RGB", planar=planar,
        bits_allocated=8, bits_stored=8, high_bit=7,
        signed=False, floating=False, little=True, words=False,
    )  # fmt: skip
    whole = 15 * samples
    frames = NativeFrames(MemoryBytes("a", b""), layout, 0, whole + there, filled=True)
    assert (frames.rows_there(0), frames.rows_there(1)) == (3, rows)
    assert NativeFrames(MemoryBytes("a", b""), layout, 0, None).rows_there(9) == 3


def test_every_real_series_reads_the_same_both_ways(test_data: Path, decoders: DecoderPool) -> None:
    alike = 0
    for folder in ("dicom", "volume", "image"):
        for series in scan(folder_files(test_data / folder)).series:
            try:
                source = open_image(series, decoders).source
            except LabelerError:
                continue
            if not isinstance(source, SliceSource) or source.kind is None:
                continue
            index = source.shape[0] // 2
            out = np.empty(source.kind.shape, source.kind.dtype)
            try:
                wanted = source.frame(index)
            except LabelerError:
                with pytest.raises(LabelerError):
                    source.read_into(index, out)
                continue
            source.read_into(index, out)
            assert (wanted.shape, wanted.dtype) == (out.shape, out.dtype)
            assert np.array_equal(out, wanted, equal_nan=wanted.dtype.kind == "f")
            alike += 1
    assert alike > 50


def test_bytes_into_memory_from_a_file_a_part_and_memory(tmp_path: Path) -> None:
    path = tmp_path / "bytes"
    path.write_bytes(bytes(range(100)))
    plain = FileBytes(path)
    part = PartBytes(plain, 10, 50, "part")
    sources = {plain: range(100), MemoryBytes("m", bytes(range(100))): range(100)}
    for source, values in (sources | {part: range(10, 60)}).items():
        for offset in (0, 7, 45, 200):
            out = bytearray(20)
            there = read_into(source, offset, memoryview(out))
            assert list(out[:there]) == list(values)[offset : offset + 20]
            assert not any(out[there:])
