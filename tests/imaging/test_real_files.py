"""Real files of many scanners: what was measured with other readers is what is read here."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from labeler.errors import LabelerError
from labeler.imaging.decoders import DecoderPool
from labeler.imaging.files import FileBytes, folder_files
from labeler.imaging.reader import open_image, scan
from labeler.imaging.syntaxes import SYNTAXES
from labeler.model.image import Caveat, Image, Pixels

NOT_READ = {}
READ_ANYWAY = {
    # Only the closing delimiter is missing; a test below compares every frame.
    "dicom/broken_odd/emri_small_jpeg_2k_lossless_too_short.dcm",
}
RIGHT_ALL_THE_SAME = {
    # Measured without Dose Grid Scaling, which makes dose of stored values (PS3.3 C.8.8.3.2).
    "dicom/pet_nm_rt/rtdose.dcm": "min 0.7949999999999999 is not 795000.0",
    "dicom/broken_odd/badVR.dcm": "min 0.7949999999999999 is not 795000.0",
}
FOLDERS = {
    "ct_head_1mm_50slices": {Caveat.FACE},
    "ct_slicer_head_93slices": {Caveat.WINDOW_ESTIMATED},
    "ct_missing_slices": {Caveat.MISSING_SLICES, Caveat.WINDOW_ESTIMATED},
    "ct_ge_tilt_variable_spacing": {Caveat.GANTRY_TILT, Caveat.SPACING_UNEVEN, Caveat.FACE},
    "mr_t1_36slices": {Caveat.WINDOW_ESTIMATED},
    "mr_oblique_6slices": set(),
    "mr_epi_4d_ge": {Caveat.FACE},
}

SPLIT = {
    # Shown as its slices; test_mosaic.py puts them together again and compares.
    "dicom/mr_mosaic_siemens/epi_pe_ap-00001.dcm",
    "dicom/mr_mosaic_siemens/epi_pe_ap-00002.dcm",
}

Found = tuple[Image, int, Pixels]
"""An image, the number of a slice in it, and that slice's stored values."""


@pytest.fixture(scope="module")
def expected(test_data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((test_data / "expect.json").read_text())
    return found


def opened(path: Path, decoders: DecoderPool) -> list[Image]:
    found = scan(folder_files(path))
    assert not found.problems
    return [open_image(series, decoders) for series in found.series]


def rescaled(image: Image, index: int) -> Pixels:
    stored = image.source.frame(index).astype(np.float64)
    return stored * image.slopes[index] + image.intercepts[index]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_folder_opens_as_measured(
    name: str, test_data: Path, expected: dict[str, Any], decoders: DecoderPool
) -> None:
    folder = test_data / "dicom" / name
    measured = expected["series"][f"dev/dicom/{name}"]["series"][0]
    images = opened(folder, decoders)
    assert len(images) == measured["time_points_per_position"]
    volume = []
    for image in images:
        assert set(image.caveats) == FOLDERS[name]
        slices, rows, columns = image.source.shape
        assert (slices, rows, columns) == (
            measured["n_positions"],
            measured["rows"],
            measured["cols"],
        )
        _check_geometry(image, measured)
        volume += [rescaled(image, k) for k in range(slices)]
    everything = np.stack(volume)
    assert everything.min() == measured["rescaled_all"]["min"]
    assert everything.max() == measured["rescaled_all"]["max"]
    assert everything.mean() == pytest.approx(measured["rescaled_all"]["mean"], abs=1e-5)


def _check_geometry(image: Image, measured: dict[str, Any]) -> None:
    rows_mm, columns_mm = measured["pixel_spacing"]
    assert image.affine.spacing_mm[:2] == pytest.approx((columns_mm, rows_mm))
    matrix = image.affine.matrix
    assert matrix[:3, 0] / columns_mm == pytest.approx(measured["iop"][:3], abs=1e-6)
    assert matrix[:3, 1] / rows_mm == pytest.approx(measured["iop"][3:], abs=1e-6)
    last = image.affine.to_patient(np.array([0.0, 0.0, image.source.shape[0] - 1]))
    ends = {tuple(np.round(point, 3)) for point in (matrix[:3, 3], last)}
    assert ends == {tuple(np.round(measured[f"{end}_ipp"], 3)) for end in ("first", "last")}


@pytest.mark.parametrize("name", FOLDERS)
def test_each_slice_lies_where_its_own_header_says(
    name: str, test_data: Path, decoders: DecoderPool
) -> None:
    folder = test_data / "dicom" / name
    headers = [pydicom.dcmread(path, stop_before_pixels=True) for path in folder.iterdir()]
    said = {header.SOPInstanceUID: header for header in headers}
    for image in opened(folder, decoders):
        for k, ref in enumerate(image.refs):
            header = said[ref.instance]
            assert image.instance_numbers[k] == header.InstanceNumber
            assert ref.series == header.SeriesInstanceUID
            placed = image.to_patient(np.array([0.0, 0.0, k]))
            assert placed == pytest.approx(np.array(header.ImagePositionPatient, float), abs=1e-6)


def test_every_single_file_opens_or_says_why_not(
    test_data: Path, expected: dict[str, Any], decoders: DecoderPool
) -> None:
    differences = {}
    unread = set()
    compared = 0
    for name, measured in expected["dev"].items():
        # Slides are compared by their regions, in test_slides.py.
        if not (name.startswith("dicom/") or measured.get("kind") == "image"):
            continue
        if name in SPLIT:
            continue
        outcome = _first_frame(FileBytes(test_data / name, name), decoders)
        wanted = measured["expect"] in ("must-open", "should-open") or name in READ_ANYWAY
        if isinstance(outcome, LabelerError):
            if wanted:
                unread.add(name)
        elif not wanted:
            differences[name] = "opened"
        else:
            compared += 1
            image, k, stored = outcome
            if image.pyramid is not None:  # What was measured is its first tile.
                stored = image.pyramid.region(0, 0, 0, measured["rows"], measured["cols"])
            problem = _difference(image, k, stored, measured)
            if problem:
                differences[name] = problem
    assert differences == RIGHT_ALL_THE_SAME
    assert unread == set(NOT_READ)
    assert compared > 500


def _first_frame(source: FileBytes, decoders: DecoderPool) -> Found | LabelerError:
    """The image that holds the file's first frame, where, and it; all frames are asked for."""
    found = scan([source])
    if found.problems:
        return found.problems[0].error
    first: Found | LabelerError | None = None
    for series in found.series:
        image = open_image(series, decoders)
        for k, ref in enumerate(image.refs):
            outcome: Found | LabelerError
            try:
                outcome = image, k, image.source.frame(k)
            except LabelerError as error:
                assert ref.frame == 0
                outcome = error
            first = outcome if ref.frame == 0 else first
    assert first is not None
    return first


def _difference(image: Image, k: int, stored: Pixels, measured: dict[str, Any]) -> str:
    """How the slice differs from what was measured; "" where it does not."""
    syntax = SYNTAXES.get(measured.get("transfer_syntax") or "")
    lossy = syntax is None or syntax.lossy
    sha = (measured.get("stored") or {}).get("sha256_int32le")
    plain = not image.is_color and measured.get("rescale_from") != "ModalityLUTSequence"
    if sha and plain and not lossy and stored.dtype.kind in "iu":
        mine = hashlib.sha256(stored.astype("<i4").tobytes()).hexdigest()
        if mine != sha:
            return "stored values differ"
    if image.is_color or measured.get("kind") == "image":
        return _color_difference(stored, measured)
    if not measured.get("rescaled"):
        return ""
    values = stored.astype(np.float64) * image.slopes[k] + image.intercepts[k]
    near = 1.01 * abs(image.slopes[k]) if lossy else 1e-5 * max(1.0, abs(values).max())
    for what, found in (("min", values.min()), ("max", values.max()), ("mean", values.mean())):
        if abs(found - measured["rescaled"][what]) > near:
            return f"{what} {found} is not {measured['rescaled'][what]}"
    return ""


def _color_difference(stored: Pixels, measured: dict[str, Any]) -> str:
    means = (
        measured.get("rgb_mean")
        or measured.get("palette_rgb_mean")
        or measured.get("rgb_or_gray_mean")
    )
    if means is None:
        return ""
    wanted = np.array(means, float)
    # Wider samples and palettes are shown with their highest eight bits.
    wide = {"uint16": 256, "uint32": 1 << 24}.get((measured.get("stored") or {}).get("dtype"), 1)
    if measured.get("palette_rgb_mean"):
        wide = 256 if wanted.max() > 255 else 1
    got = stored.reshape(-1, stored.shape[-1] if stored.ndim == 3 else 1).mean(axis=0)
    return "" if np.allclose(got, wanted / wide, atol=1.0) else f"{got} is not {wanted / wide}"


def test_the_file_without_its_last_delimiter_is_whole(
    test_data: Path, decoders: DecoderPool
) -> None:
    broken = "dicom/broken_odd/emri_small_jpeg_2k_lossless_too_short.dcm"
    whole = opened(test_data / "dicom/multiframe/emri_small.dcm", decoders)[0]
    cut = opened(test_data / broken, decoders)[0]
    assert cut.refs == whole.refs
    for k in range(whole.source.shape[0]):
        assert np.array_equal(cut.source.frame(k), whole.source.frame(k))


def test_lossless_syntaxes_of_one_slice_agree(test_data: Path, decoders: DecoderPool) -> None:
    folder = test_data / "dicom/transfer_syntax"
    plain = opened(folder / "CT_LittleEndianExplicit.dcm", decoders)[0].source.frame(0)
    for name in (
        "BigEndianExplicit",
        "DeflatedExplicitVRLittleEndian",
        "JPEG2000LosslessOnly",
        "JPEGLSLossless",
        "JPEGProcess14",
        "JPEGProcess14SV1",
        "LittleEndianImplicit",
        "RLELossless",
    ):
        values = opened(folder / f"CT_{name}.dcm", decoders)[0].source.frame(0)
        assert np.array_equal(values, plain), name
        assert values.dtype == np.int16


def test_no_header_holds_a_patients_name(test_data: Path, decoders: DecoderPool) -> None:
    for path in sorted((test_data / "dicom/charset").iterdir()):
        name = str(pydicom.dcmread(path, stop_before_pixels=True).PatientName)
        for series in scan(folder_files(path)).series:
            image = open_image(series, decoders)
            assert name not in repr((series.header, image.info, image.refs))
