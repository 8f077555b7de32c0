"""Real volumes of many writers: what nibabel, pynrrd and SimpleITK measured is what is read."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.inspect import FileFailed, SeriesFound, inspect
from labeler.imaging.reader import Scan, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Image
from labeler.viewing.corner_text import probe_text
from labeler.viewing.layout import letters
from tests.support.dicom_files import NoDecoders
from tests.support.volumes import RAS_TO_LPS, rescaled, voxel_to_patient

SAID_POLITELY = {
    "volume/phantom_EPI_asc_CLEAR_2_1.PAR": "Philips PAR/REC is named, not read",
    "volume/tiny.mnc": "MINC is named, not read",
}


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


@dataclass(frozen=True)
class _Slice:
    low: float
    high: float
    total: float
    size: int


def _slices(image: Image) -> list[_Slice]:
    """Of each slice, in the file's order."""
    found = {}
    for index, ref in enumerate(image.refs):
        values = rescaled(image, index)
        total = float(values.sum(dtype=np.float64))
        found[ref.frame] = _Slice(float(values.min()), float(values.max()), total, values.size)
    return [found[number] for number in sorted(found)]


def _differs(slices: list[_Slice], told: dict[str, Any]) -> str:
    mine = {
        "min": min(one.low for one in slices),
        "max": max(one.high for one in slices),
        "mean": sum(one.total for one in slices) / sum(one.size for one in slices),
    }
    for what, number in mine.items():
        if abs(number - told[what]) > 2e-6 * max(1.0, abs(told[what])):
            return f"{what} {number} is not {told[what]}"
    return ""


def _difference(images: list[Image], wanted: dict[str, Any]) -> str:
    """How a volume differs from what was measured; "" where it does not."""
    sitk = wanted.get("simpleitk", {})
    shape = wanted.get("shape") or sitk["size"]
    if "space_directions" in wanted and len(shape) > 3:
        shape = [*shape[1:], shape[0]]  # the vectors' axis comes first there
    columns, rows, slices, *others = (*shape, 1, 1)[: max(len(shape), 3)]
    if {image.source.shape for image in images} != {(slices, rows, columns)}:
        return f"shape {images[0].source.shape} is not {shape}"
    if len(images) != math.prod(others):
        return f"{len(images)} parts are not {others}"
    parts = [_slices(image) for image in images]
    middle = [part[slices // 2] for part in parts]
    compared = {
        "all": [one for part in parts for one in part],
        "first_volume": parts[0],
        "middle_k_slice": middle,
    }
    for key, mine in compared.items():
        told = wanted.get(key) or (sitk if key == "all" else None)
        if told and (difference := _differs(mine, told)):
            return f"{key}: {difference}"
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


def test_the_probe_tells_the_value_and_the_place_nibabel_tells(
    found: Scan, test_data: Path
) -> None:
    """A header that scales 16-bit values: what a reader sees under the pointer."""
    oracle = nibabel.load(test_data / "volume/functional.nii")
    image = images_of(found, "volume/functional.nii")[7]
    index = 1
    k = image.refs[index].frame % 3
    said = probe_text(image, index, (6.0, 8.0), image.source.frame(index))
    assert said is not None
    x, y, z = (RAS_TO_LPS @ oracle.affine @ [6, 8, k, 1])[:3]
    value = oracle.get_fdata()[6, 8, k, 7]
    sides = "RL"[int(x > 0)], "AP"[int(y > 0)], "IS"[int(z > 0)]
    place = "  ".join(f"{side} {abs(at):.1f}" for side, at in zip(sides, (x, y, z), strict=True))
    shown = " ".join(said.text.split())
    assert shown.startswith(" ".join(f"{place} {value:.2f} (stored".split()))
