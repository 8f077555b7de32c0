"""Any plane, any way of slicing: the affine puts every voxel where its own header says."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.frame_reader import read_frames
from labeler.imaging.dicom.header import FileHeader, PixelElement
from labeler.imaging.dicom.tags import (
    BITS_ALLOCATED,
    COLUMNS,
    IMAGE_ORIENTATION_PATIENT,
    IMAGE_POSITION_PATIENT,
    INSTANCE_NUMBER,
    PIXEL_DATA,
    PIXEL_SPACING,
    ROWS,
    SERIES_INSTANCE_UID,
    SOP_INSTANCE_UID,
)
from labeler.imaging.frames import StoredFrame
from labeler.imaging.geometry import place, read_axes
from labeler.imaging.series import group_frames
from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import Caveat

Matrix = NDArray[np.float64]


def decimals(values: NDArray[np.float64]) -> bytes:
    return "\\".join(f"{value:.10f}" for value in values).encode()


def frame(k: int, rotation: Matrix, position: NDArray[np.float64]) -> StoredFrame:
    source = MemoryBytes(f"{k}", b"")
    dataset = Dataset(
        {
            ROWS: b"\x05\0",
            COLUMNS: b"\x04\0",
            BITS_ALLOCATED: b"\x10\0",
            SERIES_INSTANCE_UID: b"1.2",
            SOP_INSTANCE_UID: f"1.2.{k}".encode(),
            INSTANCE_NUMBER: f"{k}".encode(),
            PIXEL_SPACING: b"0.75\\0.5",
            IMAGE_ORIENTATION_PATIENT: decimals(rotation[:, :2].T.ravel()),
            IMAGE_POSITION_PATIENT: decimals(position),
        }
    )
    pixels = PixelElement(PIXEL_DATA, b"OW", 0, 40)
    header = FileHeader(source, source, "1.2.840.10008.1.2.1", dataset, pixels, cut=False)
    return read_frames(header)[0]


@st.composite
def rotations(draw: st.DrawFn) -> Matrix:
    """Proper rotations from random quaternions."""
    parts = draw(st.lists(st.floats(-1, 1), min_size=4, max_size=4))
    if np.linalg.norm(parts) < 0.1:
        parts = [1.0, 0.0, 0.0, 0.0]
    w, x, y, z = np.array(parts) / np.linalg.norm(parts)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


@settings(deadline=None, max_examples=100)
@given(
    rotation=rotations(),
    origin=st.tuples(*[st.floats(-500, 500)] * 3),
    step=st.floats(0.3, 12),
    count=st.integers(1, 8),
    shuffle=st.randoms(use_true_random=False),
)
def test_a_stack_in_any_direction(
    rotation: Matrix,
    origin: tuple[float, float, float],
    step: float,
    count: int,
    shuffle: object,
) -> None:
    normal = rotation[:, 2]
    positions = [np.array(origin) + k * step * normal for k in range(count)]
    frames = [frame(k, rotation, position) for k, position in enumerate(positions)]
    shuffle.shuffle(frames)  # type: ignore[attr-defined]
    (series,) = group_frames(frames)
    placement = place(series.frames)
    assert placement.oriented
    assert placement.caveats == ()
    for k, placed in enumerate(series.frames):
        said = np.array(placed.position)
        assert np.allclose(placement.affine.to_patient(np.array([0.0, 0, k])), said, atol=1e-5)
        along = placement.affine.to_patient(np.array([2.0, 3.0, k])) - said
        assert np.allclose(along, 2 * 0.5 * rotation[:, 0] + 3 * 0.75 * rotation[:, 1], atol=1e-5)
    back = placement.affine.to_voxel(placement.affine.to_patient(np.array([1.5, 2.5, 0.5])))
    assert np.allclose(back, [1.5, 2.5, 0.5], atol=1e-6)


@settings(deadline=None, max_examples=100)
@given(rotation=rotations())
def test_slices_are_counted_footwards_backwards_or_leftwards(rotation: Matrix) -> None:
    axes = read_axes(tuple(rotation[:, :2].T.ravel()))
    assert axes is not None
    main = int(np.argmax(np.abs(axes.onward)))
    assert axes.onward[main] < 0 if main == 2 else axes.onward[main] > 0


@settings(deadline=None, max_examples=60)
@given(gone=st.sets(st.integers(1, 10), min_size=1, max_size=3))
def test_missing_slices_are_found_wherever_they_are(gone: set[int]) -> None:
    positions = [np.array([0, 0, 1.5 * k]) for k in range(12) if k not in gone]
    frames = [frame(k, np.eye(3), position) for k, position in enumerate(positions)]
    (series,) = group_frames(frames)
    assert place(series.frames).caveats == (Caveat.MISSING_SLICES,)


def test_impossible_orientations_are_unknown() -> None:
    assert read_axes(None) is None
    assert read_axes((0.0,) * 6) is None
    assert read_axes((1.0, 0, 0, 1.0, 0, 0)) is None
    assert read_axes((2.0, 0, 0, 0, 2.0, 0)) is None
