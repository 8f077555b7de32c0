"""Real volumes of many writers: what nibabel, pynrrd and SimpleITK measured is what is read."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.imaging.decoders import DecoderPool
from labeler.imaging.files import folder_files
from labeler.imaging.inspect import FileFailed, SeriesFound, inspect
from labeler.imaging.reader import Scan, open_image, scan
from labeler.model.image import Image, Pixels
from labeler.viewing.layout import letters
from tests.support.dicom_files import NoDecoders
from tests.support.volumes import RAS_TO_LPS, stacked, voxel_to_patient

SAID_POLITELY = {
    "volume/phantom_EPI_asc_CLEAR_2_1.PAR": "Philips PAR/REC is named, not read",
    "volume/tiny.mnc": "MINC is named, not read",
}
_END: dict[str, Callable[[Pixels], float]] = {"min": np.min, "max": np.max}


@pytest.fixture(scope="module")
def measured(test_data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((test_data / "expect.json").read_text())["dev"]
    return {name: one for name, one in found.items() if one.get("kind") == "volume"}


@pytest.fixture(scope="module")
def found(test_data: Path) -> Scan:
    return scan(folder_files(test_data / "volume"))


def images_of(found: Scan, name: str) -> list[Image]:
    mine = [one for one in found.series if f"volume/{one.header.description}" == name]
    return [open_image(series, NoDecoders()) for series in mine]


def test_every_volume_opens_or_says_why_not(found: Scan, measured: dict[str, Any]) -> None:
    differences = {}
    opened = set()
    for name, wanted in measured.items():
        if images := images_of(found, name):
            opened.add(name)
            if problem := _difference(images, wanted):
                differences[name] = problem
    assert differences == {}
    asked = {
        name for name, one in measured.items() if one["expect"] in ("must-open", "should-open")
    }
    assert opened == asked - set(SAID_POLITELY)
    failed = {f"volume/{problem.name}": problem.error for problem in found.problems}
    polite = {name for name, one in measured.items() if one["expect"] == "must-fail-politely"}
    assert set(failed) == polite | set(SAID_POLITELY) | {"volume/phantom_EPI_asc_CLEAR_2_1.REC"}
    for name, error in failed.items():
        assert isinstance(error, LabelerError)
        assert Path(name).name in error.happened
        assert error.code != "not-an-image", name


def _difference(images: list[Image], wanted: dict[str, Any]) -> str:
    """How a volume differs from what was measured; "" where it does not."""
    parts = [stacked(image) for image in images]
    whole = np.stack(parts)
    sitk = wanted.get("simpleitk", {})
    shape = wanted.get("shape") or sitk["size"]
    if "space_directions" in wanted and len(shape) > 3:
        shape = [*shape[1:], shape[0]]  # the vectors' axis comes first there
    flat = (*shape, 1, 1)[: max(len(shape), 3)]
    if whole.shape != (int(np.prod(flat[3:])), *flat[:3]):
        return f"shape {whole.shape} is not {shape}"
    numbers = {"all": whole, "first_volume": whole[0]}
    numbers["middle_k_slice"] = whole[..., flat[2] // 2]
    for key, values in numbers.items():
        for what, told in (wanted.get(key) or (sitk if key == "all" else {})).items():
            if what in ("min", "max", "mean"):
                mine = float(
                    values.mean(dtype=np.float64) if what == "mean" else _END[what](values)
                )
                if abs(mine - told) > 2e-6 * max(1.0, abs(told)):
                    return f"{key} {what} {mine} is not {told}"
    return _misplaced(images, wanted)


def _misplaced(images: list[Image], wanted: dict[str, Any]) -> str:
    image = images[0]
    mine = voxel_to_patient(image)
    if image.source.shape[0] == 1:
        mine[:3, 2] = 0  # one slice has no next one to lie towards
    if any(not np.array_equal(mine[:3, :2], voxel_to_patient(one)[:3, :2]) for one in images):
        return "parts lie at different places"
    if "affine" in wanted:
        told = RAS_TO_LPS @ np.array(wanted["affine"])
    else:
        told = np.eye(4)
        sitk = wanted["simpleitk"]
        told[:3, :3] = np.array(sitk["direction"]).reshape(3, 3) * np.array(sitk["spacing"])
        told[:3, 3] = sitk["origin"]
    if image.source.shape[0] == 1:
        told[:3, 2] = 0
    if not np.allclose(mine, told, atol=1e-4):
        return f"{mine} is not {told}"
    if "axcodes" in wanted and image.source.shape[0] > 1:
        sizes = image.affine.spacing_mm
        codes = "".join(letters(mine[:3, axis] / sizes[axis])[0] for axis in range(3))
        if codes != wanted["axcodes"].replace("S", "H").replace("I", "F"):
            return f"axes {codes} are not {wanted['axcodes']}"
    return ""


def test_the_shell_says_what_kind_they_are(test_data: Path, decoders: DecoderPool) -> None:
    told = inspect(folder_files(test_data / "volume"), decoders)
    kinds = {one.kind for one in told if isinstance(one, SeriesFound)}
    assert kinds == {"volume"}
    assert all(one.error is None for one in told if isinstance(one, SeriesFound))
    assert all(one.error.message for one in told if isinstance(one, FileFailed))
