"""MGH and GIPL are read; MINC, PAR/REC and others are named, with what to do."""

from __future__ import annotations

import gzip
import struct
from typing import Any

import nibabel
import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import Caveat
from tests.support.volumes import (
    RAS_TO_LPS,
    opened_bytes,
    problem_of,
    stacked,
    voxel_to_patient,
)

VALUES = np.random.default_rng(3).integers(0, 99, (4, 5, 6, 2))


def mgh(values: NDArray[Any], good: int = 1) -> bytes:
    matrix = np.array([[0, 0, -2.0, 9], [0, 1.5, 0.2, -7], [1.0, 0, 0, 3], [0, 0, 0, 1]])
    data = bytearray(nibabel.MGHImage(values, matrix).to_bytes())
    data[28:30] = struct.pack(">h", good)
    return bytes(data)


@pytest.mark.parametrize("kind", ["u1", "i2", "i4", "f4"])
@pytest.mark.parametrize("packed", [False, True])
def test_mgh_lies_as_nibabel_says(kind: str, packed: bool) -> None:
    data = mgh(VALUES.astype(kind))
    oracle = nibabel.MGHImage.from_bytes(data)
    first, second = opened_bytes("a.mgz", gzip.compress(data) if packed else data)
    assert np.array_equal(stacked(second), np.asarray(oracle.dataobj)[..., 1])
    for image in (first, second):
        assert np.allclose(voxel_to_patient(image), RAS_TO_LPS @ oracle.affine, atol=1e-4)


def test_mgh_without_a_good_flag_tells_no_side() -> None:
    (image, _) = opened_bytes("a.mgh", mgh(VALUES.astype("u1"), good=0))
    assert {Caveat.ORIENTATION_UNKNOWN, Caveat.SPACING_UNKNOWN} <= set(image.caveats)


@pytest.mark.parametrize(
    ("at", "value", "code", "said"),
    [
        (0, 2, "not-of-its-kind", "version"),
        (4, 0, "bad-header", "width"),
        (16, -1, "bad-header", "nframes"),
        (20, 7, "bad-header", "type"),
        (12, 10_000, "truncated-file", "cut short"),
    ],
)
def test_a_broken_mgh_header_names_its_field(at: int, value: int, code: str, said: str) -> None:
    data = bytearray(mgh(VALUES.astype("u1")))
    data[at : at + 4] = struct.pack(">i", value)
    images = data if code != "truncated-file" else data[:290]
    error = problem_of(MemoryBytes("a.mgh", bytes(images))).error
    assert error.code == code
    assert said in str(error)


def gipl(kind: int = 15, dims: tuple[int, ...] = (4, 5, 6, 2)) -> bytes:
    head = bytearray(256)
    struct.pack_into(">5H3f", head, 0, *dims, kind, 0.5, 0.7, 2.0)
    head[252:] = b"\xef\xff\xe9\xb0"
    return bytes(head) + VALUES.astype(">i2").tobytes(order="F")


@pytest.mark.parametrize("packed", [False, True])
def test_gipl_has_a_size_and_no_sides(packed: bool) -> None:
    images = opened_bytes("a.gipl", gzip.compress(gipl()) if packed else gipl())
    for part, image in enumerate(images):
        assert np.array_equal(stacked(image), VALUES[..., part])
        assert image.affine.spacing_mm == pytest.approx((0.5, 0.7, 2.0))
        assert not image.oriented


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"words", "not-of-its-kind"),
        (gipl(kind=1), "unsupported-volume"),
        (gipl(kind=192), "unsupported-volume"),
        (gipl(kind=99), "bad-header"),
        (gipl(dims=(0, 5, 6, 2)), "bad-header"),
    ],
)
def test_a_broken_gipl_says_why(data: bytes, code: str) -> None:
    assert problem_of(MemoryBytes("a.gipl", data)).error.code == code


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a", b"CDF\x01\0\0", "MINC"),
        ("a.mnc", b"\x89HDF\r\n\x1a\n", "MINC"),
        ("a.h5", b"\x89HDF\r\n\x1a\n", "HDF5"),
        ("a.PAR", b"# === DATA DESCRIPTION FILE ===", "PAR/REC"),
        ("a.BRIK", b"\0" * 99, "AFNI"),
        ("a.gii", b"<?xml", "GIFTI"),
    ],
)
def test_what_is_not_read_is_named(name: str, data: bytes, said: str) -> None:
    error = problem_of(MemoryBytes(name, data)).error
    assert error.code == "unsupported-volume"
    assert said in error.happened
    assert "NIfTI" in error.do


def test_an_orientation_beside_an_image_is_said_to_be_unused() -> None:
    assert problem_of(MemoryBytes("brain.mat", b"MATLAB 5.0")).error.code == "unused-orientation"
