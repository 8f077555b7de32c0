"""Folders of real scanners: what was measured with other readers is what is read here.

Single files are compared in tests/conformance.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat, Image, Pixels

FOLDERS = {
    "ct_head_1mm_50slices": {Caveat.FACE},
    "ct_slicer_head_93slices": {Caveat.WINDOW_ESTIMATED},
    "ct_missing_slices": {Caveat.MISSING_SLICES, Caveat.WINDOW_ESTIMATED},
    "ct_ge_tilt_variable_spacing": {Caveat.GANTRY_TILT, Caveat.SPACING_UNEVEN, Caveat.FACE},
    "mr_t1_36slices": {Caveat.WINDOW_ESTIMATED},
    "mr_oblique_6slices": set(),
    "mr_epi_4d_ge": {Caveat.FACE},
}


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
