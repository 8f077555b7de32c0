"""The right letter at the right edge, unmirrored: the phantom through the readers and the view."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset

from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Image
from labeler.viewing.layout import Plane, layout_of
from tests.support.dicom_files import NoDecoders, save, slice_dataset
from tests.support.images import image_of
from tests.support.letters import (
    ORDERS,
    PLATES,
    SIDES,
    assert_readable,
    letters_phantom,
    page_of,
    rendered,
    stored_as,
)

Order = tuple[tuple[int, ...], tuple[bool, ...]]


def write_series(folder: Path, values: NDArray[np.int16], matrix: NDArray[np.float64]) -> None:
    """(i, j, k) values as one file a slice, named against their order."""
    folder.mkdir(parents=True, exist_ok=True)
    count = values.shape[2]
    for k in range(count):
        save(_slice(values, matrix, k), folder / f"{count - k:03d}.dcm")


def _slice(values: NDArray[np.int16], matrix: NDArray[np.float64], k: int) -> FileDataset:
    spacing = np.linalg.norm(matrix[:3, :3], axis=0)
    return slice_dataset(
        np.ascontiguousarray(values[:, :, k].T),
        number=k * 7 % values.shape[2] + 1,
        position=[f"{value:.6f}" for value in matrix[:3, 3] + k * matrix[:3, 2]],
        orientation=[f"{v:.6f}" for v in (matrix[:3, :2] / spacing[:2]).T.ravel()],
        spacing=(spacing[1], spacing[0]),
        modality="MR",
    )


def write_enhanced(folder: Path, values: NDArray[np.int16], matrix: NDArray[np.float64]) -> None:
    """All slices as frames of one file, in no order, placed by functional groups."""
    count = values.shape[2]
    order = [k * 7 % count for k in range(count)] if count % 7 else list(range(count))[::-1]
    dataset = _slice(values, matrix, 0)
    frames = np.stack([values[:, :, k].T for k in order])
    dataset.NumberOfFrames, dataset.PixelData = count, frames.tobytes()
    measures, plane, shared = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = dataset.PixelSpacing
    plane.ImageOrientationPatient = dataset.ImageOrientationPatient
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [plane]
    dataset.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for k in order:
        group, position = Dataset(), Dataset()
        place = matrix[:3, 3] + k * matrix[:3, 2]
        position.ImagePositionPatient = [f"{value:.6f}" for value in place]
        group.PlanePositionSequence = [position]
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = groups
    for name in ("PixelSpacing", "ImageOrientationPatient", "ImagePositionPatient"):
        delattr(dataset, name)
    folder.mkdir(parents=True, exist_ok=True)
    save(dataset, folder / "one")


def opened(folder: Path) -> Image:
    found = scan(folder_files(folder))
    assert not found.problems
    (series,) = found.series
    return open_image(series, NoDecoders())


@pytest.mark.parametrize("order", ORDERS[::5])
def test_a_series_in_any_plane_and_direction(tmp_path: Path, order: Order) -> None:
    write_series(tmp_path, *stored_as(*order))
    assert_readable(opened(tmp_path))


@pytest.mark.parametrize("order", ORDERS[3::7])
def test_frames_of_one_file_in_any_plane_and_direction(tmp_path: Path, order: Order) -> None:
    write_enhanced(tmp_path, *stored_as(*order))
    assert_readable(opened(tmp_path))


def test_all_ways_of_storing_a_volume_in_memory() -> None:
    """What a placed Image promises, before any reader: slices run as they are read."""
    for order, flips in ORDERS:
        values, matrix = stored_as(order, flips)
        axis = order[2]
        onward = -1 if axis == 2 else 1
        if np.sign(matrix[axis, 2]) != onward:
            continue  # a reader turns the slices round
        assert_readable(image_of(np.moveaxis(values, 2, 0).swapaxes(1, 2), matrix=matrix, **PLAIN))


PLAIN = {"intercept": 0.0, "unit": "", "modality": "MR"}


@pytest.mark.parametrize("plane", list(SIDES))
def test_a_mirrored_phantom_is_found_out(plane: Plane) -> None:
    """The check itself can fail: a reader that forgets a flip shows another page."""
    axis = (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL).index(plane)
    order = {0: (1, 2, 0), 1: (0, 2, 1), 2: (0, 1, 2)}[axis]
    values, matrix = stored_as(order, (False, axis != 2, axis == 2))
    right = image_of(np.moveaxis(values, 2, 0).swapaxes(1, 2), matrix=matrix, **PLAIN)
    assert_readable(right)
    wrong = image_of(np.moveaxis(values[::-1], 2, 0).swapaxes(1, 2), matrix=matrix, **PLAIN)
    with pytest.raises(AssertionError):
        assert_readable(wrong)


def test_an_oblique_series_shows_what_lies_there(tmp_path: Path) -> None:
    """Cut at 20 degrees: each pixel shown is the phantom's voxel at that place in the patient."""
    box, affine = letters_phantom()
    turn = np.deg2rad(20)
    # Stored from the wrong corner: rows run to the right, columns forwards.
    right = np.array([-np.cos(turn), -np.sin(turn), 0])
    down = np.array([np.sin(turn), -np.cos(turn), 0])
    middle = affine[:3, :3] @ (np.array(box.shape) - 1) / 2 + affine[:3, 3]
    height = affine[2, 3] + affine[2, 2] * PLATES[2]
    matrix = np.eye(4)
    matrix[:3, 0], matrix[:3, 1], matrix[:3, 2] = right, down, (0, 0, 1)
    matrix[:3, 3] = [*middle[:2], height] - right * 29.5 - down * 29.5
    write_series(tmp_path, _cut(matrix, (60, 60, 1)), matrix)
    image = opened(tmp_path)
    assert layout_of(image).letters == ("RA", "LP", "AL", "PR")
    shown = rendered(image, 0)
    to_left, to_back = -right, -down
    begin = np.array([*middle[:2], height]) - to_left * 29.5 - to_back * 29.5
    seen = np.eye(4)
    seen[:3, 0], seen[:3, 1], seen[:3, 3] = to_left, to_back, begin
    assert np.array_equal(shown, _cut(seen, (60, 60, 1))[:, :, 0].T > 0)
    assert shown.sum() > 40
    assert not np.array_equal(shown, page_of(box, Plane.AXIAL, PLATES[2])[:60, :60] > 0)


def _cut(matrix: NDArray[np.float64], shape: tuple[int, int, int]) -> NDArray[np.int16]:
    """The phantom's nearest voxels on another grid; nothing outside."""
    box, affine = letters_phantom()
    grid = np.moveaxis(np.indices(shape), 0, -1) @ matrix[:3, :3].T + matrix[:3, 3]
    at = np.rint((grid - affine[:3, 3]) / np.diag(affine)[:3]).astype(int)
    inside = ((at >= 0) & (at < box.shape)).all(axis=-1)
    i, j, k = np.moveaxis(np.where(inside[..., None], at, 0), -1, 0)
    return np.asarray(np.where(inside, box[i, j, k], 0), np.int16)
