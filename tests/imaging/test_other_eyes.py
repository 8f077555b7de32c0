"""Volumes as SimpleITK and dcm2niix see them: edges, directions, spacing of each real series."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Image
from tests.support.dicom_files import NoDecoders

Matrix = NDArray[np.float64]

FOLDERS = (
    "ct_head_1mm_50slices",
    "ct_ge_tilt_variable_spacing",
    "ct_slicer_head_93slices",
    "ct_missing_slices",
    "mr_t1_36slices",
    "mr_epi_4d_ge",
    "mr_mosaic_siemens",
    "mr_oblique_6slices",
)
SIMPLEITK_DIFFERS = {
    "ct_ge_tilt_variable_spacing": "it leaves out the tilt: its last slice lies 48 mm off",
    "mr_epi_4d_ge": "it takes ten time points for one volume of 150 slices, 0.47 mm apart",
    "mr_mosaic_siemens": "it takes each mosaic of five slices for one slice",
}
DCM2NIIX_DIFFERS = {
    "ct_ge_tilt_variable_spacing": "its step is the first of three distances, 4.0 mm; the volume is"
    " 152 mm long, not 108 mm",
    "ct_missing_slices": "its step is the usual one, so that the far end lies 4.5 mm off its place",
}


@pytest.fixture(scope="module")
def expected(test_data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((test_data / "expect.json").read_text())["series"]
    return found


def opened(folder: Path) -> list[Image]:
    return [open_image(one, NoDecoders()) for one in scan(folder_files(folder)).series]


def same_grid(ours: Matrix, theirs: Matrix, count: int) -> bool:
    """Whether both maps lay the same voxels at the same places, counted from any corner.

    `count` is how many voxels off a whole number may add up over the longest axis.
    """
    between = np.linalg.inv(theirs) @ ours
    turn = np.rint(between[:3, :3])
    signed = np.array_equal(np.abs(turn).sum(axis=0), [1, 1, 1])
    near = np.abs(between[:3, :3] - turn).max() * count < 0.05
    offset = between[:3, 3] - np.rint(between[:3, 3])
    return bool(signed and near and np.abs(offset).max() < 0.05)


def simpleitk_map(said: dict[str, Any]) -> Matrix:
    """Its origin, direction and spacing as one map; it is LPS too."""
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(said["direction"]).reshape(3, 3) * said["spacing"]
    matrix[:3, 3] = said["origin"]
    return matrix


def dcm2niix_map(said: dict[str, Any]) -> Matrix:
    """Its NIfTI affine, turned from RAS."""
    return np.asarray(np.diag([-1.0, -1, 1, 1]) @ np.array(said["affine"]))


@pytest.mark.parametrize("name", FOLDERS)
def test_simpleitk_agrees_or_is_wrong(name: str, test_data: Path, expected: dict[str, Any]) -> None:
    said = expected[f"dev/dicom/{name}"]["series"][0]["simpleitk"]
    images = opened(test_data / "dicom" / name)
    slices, rows, columns = images[0].source.shape
    agrees = (
        len(images) == 1
        and said["size"] == [columns, rows, slices]
        and same_grid(images[0].affine.matrix, simpleitk_map(said), max(said["size"]))
    )
    assert agrees == (name not in SIMPLEITK_DIFFERS)


@pytest.mark.parametrize("name", FOLDERS)
def test_dcm2niix_agrees_or_is_wrong(name: str, test_data: Path, expected: dict[str, Any]) -> None:
    said = expected[f"dev/dicom/{name}"]["dcm2niix_1.0.20220720"][0]
    images = opened(test_data / "dicom" / name)
    times = (said["shape"] + [1])[3]
    assert len(images) == times
    agrees = True
    for image in images:
        slices, rows, columns = image.source.shape
        assert sorted(said["shape"][:3]) == sorted((columns, rows, slices))
        agrees &= same_grid(image.affine.matrix, dcm2niix_map(said), max(said["shape"][:3]))
    assert agrees == (name not in DCM2NIIX_DIFFERS)


def test_both_ends_and_every_slice_lie_where_headers_say(
    test_data: Path, expected: dict[str, Any]
) -> None:
    """Also where both others are wrong: the affine's ends, and each slice by itself."""
    for name in ("ct_ge_tilt_variable_spacing", "ct_missing_slices"):
        said = expected[f"dev/dicom/{name}"]["series"][0]
        (image,) = opened(test_data / "dicom" / name)
        last = image.source.shape[0] - 1
        ends = image.affine.to_patient(np.array([[0.0, 0, last], [0, 0, 0]]))
        assert ends == pytest.approx(np.array([said["first_ipp"], said["last_ipp"]]), abs=1e-3)
        apart = np.linalg.norm(np.diff(image.stack.origins, axis=0), axis=1)
        histogram = said["gap_histogram"].items()
        wanted = sorted(float(key) for key, times in histogram for _ in range(times))
        assert np.sort(apart * _upright(image)) == pytest.approx(np.array(wanted), abs=2e-3)


def _upright(image: Image) -> float:
    """Cosine of the tilt: distances between planes from distances between first pixels."""
    matrix = image.affine.matrix
    normal = np.cross(matrix[:3, 0], matrix[:3, 1])
    step = matrix[:3, 2]
    return float(abs(step @ normal) / np.linalg.norm(step) / np.linalg.norm(normal))
