"""Copies of an image: whether they hold other pixels, and where nobody can tell."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.uid import RLELossless

from labeler.imaging.copies import ComparedCopies, compared, cut_names
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.frame_stores import EncapsulatedFrames
from tests.imaging.test_series import THREE, pack, parts
from tests.support.dicom_files import save, write_stack


def test_copies_with_values_that_are_no_numbers_are_the_same(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    paths = write_stack(tmp_path, THREE)
    for path in paths:
        in_floats(path)
    shutil.copy(paths[0], tmp_path / "zz same")
    shutil.copy(paths[1], tmp_path / "zz other")
    in_floats(tmp_path / "zz other", more=1)
    (series,) = parts(tmp_path)
    assert compared(series.left_out, decoders) == ComparedCopies(unlike=("zz other",))


def in_floats(path: Path, more: float = 0) -> None:
    """Float Pixel Data, one of it no number."""
    dataset = dcmread(path)
    if "PixelData" in dataset:
        pixels = dataset.pixel_array.astype("<f4")
        pixels[0, 0] = np.nan
        del dataset.PixelData, dataset.PixelRepresentation, dataset.BitsStored, dataset.HighBit
        dataset.BitsAllocated = 32
    else:
        pixels = np.frombuffer(dataset.FloatPixelData, "<f4") + np.float32(more)
    dataset.FloatPixelData = pixels.tobytes()
    save(dataset, path)


def test_a_copy_that_gives_no_pixels_cannot_be_compared(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    paths = write_stack(tmp_path, THREE)
    shutil.copy(paths[0], tmp_path / "zz broken")
    shutil.copy(paths[1], tmp_path / "zz gone")
    for path in tmp_path.iterdir():
        pack(path, RLELossless)
    broken = bytearray((tmp_path / "zz broken").read_bytes())
    start = broken.rindex(b"\xfe\xff\x00\xe0") + 8
    broken[start : start + 64] = b"\xff" * 64
    (tmp_path / "zz broken").write_bytes(broken)
    (series,) = parts(tmp_path)
    assert set(series.copies) == {"zz broken", "zz gone"}
    (tmp_path / "zz gone").unlink()
    found = compared(series.left_out, decoders)
    assert set(found.unknown) == {"zz broken", "zz gone"}
    assert found.unlike == ()


def test_a_copy_that_cannot_be_read_is_no_better_than_one_cut_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_stack(tmp_path, THREE)[0]
    shutil.copy(path, tmp_path / "zz")
    for each in tmp_path.iterdir():
        pack(each, RLELossless)
    real = EncapsulatedFrames.is_whole

    def is_whole(store: EncapsulatedFrames) -> bool:
        if store._source.name == path.name:
            raise OSError(5, "Input/output error")
        return real(store)

    monkeypatch.setattr(EncapsulatedFrames, "is_whole", is_whole)
    (series,) = parts(tmp_path)
    assert series.copies == cut_names(series.left_out) == (path.name,)
