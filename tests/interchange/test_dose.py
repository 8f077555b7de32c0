"""Dose grids: the right number at the right place, in Gy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest

from labeler.model.layers import LayerCaveat
from tests.support.dicom_files import AXIAL, save
from tests.support.findings import SPACE, bare, patient, read_folder, write_ct

RTDOSE = "1.2.840.10008.5.1.4.1.1.481.2"


def write_dose(
    path: Path,
    values: np.ndarray,
    *,
    scaling: float = 0.001,
    units: str = "GY",
    offsets: tuple[float, ...] = (0.0, 4.0, 8.0, 12.0),
    origin: tuple[float, float, float] = (-6.0, -5.0, 8.0),
    space: str = SPACE,
) -> None:
    written = bare(RTDOSE, "RTDOSE", DoseUnits=units, DoseType="PHYSICAL")
    written.DoseSummationType, written.DoseGridScaling = "PLAN", scaling
    written.FrameOfReferenceUID = space
    written.NumberOfFrames, written.GridFrameOffsetVector = len(values), list(offsets)
    written.Rows, written.Columns = values.shape[1:]
    written.BitsAllocated = written.BitsStored = 32
    written.HighBit, written.PixelRepresentation, written.SamplesPerPixel = 31, 0, 1
    written.PhotometricInterpretation = "MONOCHROME2"
    written.ImagePositionPatient, written.ImageOrientationPatient = list(origin), list(AXIAL)
    written.PixelSpacing = [2.0, 3.0]
    written.PixelData = values.astype("<u4").tobytes()
    save(written, path)


def ramp() -> np.ndarray:
    """A dose that grows linearly along each axis, so that any place between is known."""
    plane, row, column = np.mgrid[0:4, 0:8, 0:6]
    return np.asarray(1000 * plane + 100 * row + 10 * column)


def test_dose_is_linear_between_voxels_and_in_gray(tmp_path: Path) -> None:
    write_ct(tmp_path)
    write_dose(tmp_path / "rd.dcm", ramp())
    _, stack, found = read_folder(tmp_path)
    (dose,) = found.doses
    assert (dose.unit, dose.name) == ("Gy", "plan physical")
    assert dose.maximum == pytest.approx(3.750)
    for k, column, row in ((0, 2.0, 3.0), (2, 7.5, 1.25), (4, 0.0, 0.0)):
        x, y, z = p_patient = patient(stack, k, column, row)
        expected = (1000 * (z - 8) / 4 + 100 * (y + 5) / 2 + 10 * (x + 6) / 3) / 1000
        assert float(dose.at(p_patient)) == pytest.approx(expected, abs=1e-6)
    assert np.isnan(dose.at(np.array([-6.5, 0.0, 10.0])))
    assert np.isnan(dose.at(np.array([0.0, 0.0, 20.5])))


def test_offsets_that_begin_at_the_position_and_run_down_are_the_same_grid(tmp_path: Path) -> None:
    write_ct(tmp_path)
    write_dose(tmp_path / "a.dcm", ramp())
    _, _, plain = read_folder(tmp_path)
    write_dose(tmp_path / "a.dcm", ramp(), offsets=(8.0, 12.0, 16.0, 20.0))
    _, _, absolute = read_folder(tmp_path)
    down = ramp()[::-1]
    write_dose(
        tmp_path / "a.dcm", down, offsets=(0.0, -4.0, -8.0, -12.0), origin=(-6.0, -5.0, 20.0)
    )
    _, _, turned = read_folder(tmp_path)
    places = np.random.default_rng(1).uniform((-6, -5, 8), (9, 9, 20), (50, 3))
    expected = plain.doses[0].at(places)
    assert np.isfinite(expected).all()
    for other in (absolute, turned):
        np.testing.assert_allclose(other.doses[0].at(places), expected, atol=1e-6)


def test_relative_values_are_not_called_gray(tmp_path: Path) -> None:
    write_ct(tmp_path)
    write_dose(tmp_path / "rd.dcm", ramp(), units="RELATIVE")
    _, _, found = read_folder(tmp_path)
    assert found.doses[0].unit == ""
    assert found.doses[0].caveats == (LayerCaveat.RELATIVE_DOSE,)


def test_a_dose_that_cannot_be_placed_or_scaled_is_refused_by_tag(tmp_path: Path) -> None:
    write_ct(tmp_path)
    write_dose(tmp_path / "rd.dcm", ramp(), space="1.2.3")
    _, _, found = read_folder(tmp_path)
    assert [problem.facts["tag"] for problem in found.problems] == ["(0020,0052)"]
    write_dose(tmp_path / "rd.dcm", ramp(), scaling=0.0)
    _, _, found = read_folder(tmp_path)
    assert [problem.facts["tag"] for problem in found.problems] == ["(3004,000E)"]


def test_the_real_dose_holds_what_pydicom_reads(test_data: Path, tmp_path: Path) -> None:
    path = test_data / "dicom" / "pet_nm_rt" / "rtdose.dcm"
    oracle = pydicom.dcmread(path)
    low = np.array(oracle.ImagePositionPatient, dtype=float)
    origins = [tuple(low + np.array([0, 0, height])) for height in (0.0, 35.0, 70.0)]
    write_ct(tmp_path, positions=origins, space=oracle.FrameOfReferenceUID)
    (tmp_path / "rd.dcm").write_bytes(path.read_bytes())
    _, _, found = read_folder(tmp_path)
    (dose,) = found.doses
    expected = oracle.pixel_array * float(oracle.DoseGridScaling)
    np.testing.assert_allclose(dose.values, expected, rtol=1e-6)
    np.testing.assert_allclose(dose.offsets, np.array(oracle.GridFrameOffsetVector, dtype=float))
    assert dose.unit == ""
