"""Stored values to measured ones: slopes, tables and units, and what is said where they fail."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from labeler.imaging.inspect import SeriesFound, inspect
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat, Image
from tests.support.dicom_files import NoDecoders, save, slice_dataset

RAMP = np.arange(12, dtype=np.int16).reshape(3, 4)
Change = Callable[[FileDataset], None]


def item(**values: object) -> Dataset:
    made = Dataset()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def opened(folder: Path, dataset: FileDataset) -> Image:
    save(dataset, folder / "one")
    return open_image(main_series(scan(folder_files(folder))), NoDecoders())


def told(folder: Path) -> SeriesFound:
    (found,) = inspect(folder_files(folder), NoDecoders())
    assert isinstance(found, SeriesFound)
    return found


def values(image: Image, index: int = 0) -> np.ndarray:
    stored = image.source.frame(index).astype(np.float64)
    return stored * image.slopes[index] + image.intercepts[index]


@pytest.mark.parametrize(
    ("slope", "intercept"), [("1e-8", "0"), ("-2.5", "100"), ("3e13", "-1E14"), ("0.0125", "5e-7")]
)
def test_any_slope_that_is_a_number_is_used(slope: str, intercept: str, tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="MR")
    dataset.RescaleSlope, dataset.RescaleIntercept = slope, intercept
    image = opened(tmp_path, dataset)
    wanted = RAMP * float(slope) + float(intercept)
    assert values(image) == pytest.approx(wanted, rel=1e-12)
    assert image.caveats == (Caveat.WINDOW_ESTIMATED,)
    if abs(float(slope)) > 1e-6:
        rescaled = told(tmp_path).rescaled
        assert rescaled is not None
        assert (rescaled.min, rescaled.max) == pytest.approx((wanted.min(), wanted.max()), abs=1e-6)


def test_figures_of_tiny_slopes_are_not_rounded_away(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="MR")
    dataset.RescaleSlope, dataset.RescaleIntercept = "1e-8", "0"
    opened(tmp_path, dataset)
    rescaled = told(tmp_path).rescaled
    assert rescaled is not None
    assert (rescaled.max, rescaled.mean) == pytest.approx((1.1e-7, 5.5e-8))


@pytest.mark.parametrize("slope", [b"0 ", b"abc ", b"inf ", b"nan ", b"1e308 "])
def test_a_slope_that_cannot_be_used_is_named_not_replaced(slope: bytes, tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP)
    dataset.RescaleSlope = "7777"
    save(dataset, tmp_path / "one")
    raw = (tmp_path / "one").read_bytes()
    tag = b"\x28\x00\x53\x10DS"
    at = raw.index(tag)
    field = tag + len(slope).to_bytes(2, "little") + slope
    (tmp_path / "one").write_bytes(raw[:at] + field + raw[at + 12 :])
    image = open_image(main_series(scan(folder_files(tmp_path))), NoDecoders())
    assert Caveat.RESCALE_BROKEN in image.caveats
    assert (image.slopes, image.intercepts, image.unit) == ((1.0,), (0.0,), "")


def test_whole_values_beyond_single_precision_stay_exact(tmp_path: Path) -> None:
    stored = np.array([[(1 << 24) + 1, (1 << 31) - 1], [-(1 << 31), 5]], np.int32)
    opened(tmp_path, slice_dataset(stored, modality="MR"))
    rescaled = told(tmp_path).rescaled
    assert rescaled is not None
    assert (rescaled.min, rescaled.max) == (-(1 << 31), (1 << 31) - 1)
    assert rescaled.mean == stored.sum(dtype=np.int64) / 4


@pytest.mark.parametrize(
    ("changes", "unit"),
    [
        ({}, ""),
        ({"RescaleType": "OD"}, "mOD"),
        ({"RescaleType": "US"}, ""),
        ({"Units": "BQML", "Modality": "PT"}, "Bq/mL"),
        ({"Units": "CNTS", "Modality": "PT"}, "counts"),
        ({"Units": "ELSE", "Modality": "PT"}, ""),
        ({"RescaleType": "HU"}, ""),
        ({"RescaleType": "HU", "Modality": "CT"}, "HU"),
        ({"Modality": "CT", "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2"}, "HU"),
    ],
)
def test_units_are_those_of_the_file(changes: dict[str, str], unit: str, tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="MR")
    dataset.RescaleSlope, dataset.RescaleIntercept = 2, 1
    for name, value in changes.items():
        setattr(dataset, name, value)
    assert opened(tmp_path, dataset).unit == unit


SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
LEGACY_CT = "1.2.840.10008.5.1.4.1.1.2.2"


@pytest.mark.parametrize(
    ("sop_class", "kind", "unit"),
    [
        (SECONDARY_CAPTURE, "", ""),
        (SECONDARY_CAPTURE, "HU", "HU"),
        (LEGACY_CT, "", "HU"),
        ("", "", ""),
    ],
)
def test_only_an_image_of_a_scanner_is_hu_without_saying_so(
    sop_class: str, kind: str, unit: str, tmp_path: Path
) -> None:
    """A screenshot of CT has slope 1 and intercept 0 and holds grey levels."""
    dataset = slice_dataset(RAMP, modality="CT")
    dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = 1, 0, kind
    dataset.SOPClassUID = sop_class
    if not sop_class:
        del dataset.SOPClassUID
    assert opened(tmp_path, dataset).unit == unit


def test_each_frame_has_its_own_slope_and_shares_the_rest(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="MR", position=None, orientation=None)
    dataset.NumberOfFrames = 2
    dataset.PixelData = RAMP.tobytes() * 2
    whole = item(RescaleSlope=3, RescaleIntercept=1, RescaleType="US")
    own = item(RescaleSlope=0.5, RescaleIntercept=0, RescaleType="US")
    dataset.SharedFunctionalGroupsSequence = Sequence(
        [item(PixelValueTransformationSequence=Sequence([whole]))]
    )
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        [Dataset(), item(PixelValueTransformationSequence=Sequence([own]))]
    )
    image = opened(tmp_path, dataset)
    assert (image.slopes, image.intercepts) == ((3.0, 0.5), (1.0, 0.0))
    assert np.array_equal(values(image, 1), RAMP * 0.5)


@pytest.mark.parametrize(
    "syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian]
)
@pytest.mark.parametrize("bits", [8, 16])
def test_a_modality_table_is_what_values_are(bits: int, syntax: str, tmp_path: Path) -> None:
    pixels = (RAMP - 2).astype(np.int16)
    dataset = slice_dataset(pixels, modality="CR", syntax=syntax)
    wide = np.array([7, 9, 250, 3], np.uint8 if bits == 8 else np.uint16) * (1 if bits == 8 else 9)
    table = wide.astype(wide.dtype.newbyteorder(">" if syntax == ExplicitVRBigEndian else "<"))
    raw = table.tobytes()
    if bits == 8 and syntax == ExplicitVRBigEndian:  # bytes lie in swapped words there
        raw = np.frombuffer(raw, np.uint16).byteswap().tobytes()
    lut = item(ModalityLUTType="OD")
    lut.add_new(0x00283002, "SS", [4, -1, bits])
    lut.add_new(0x00283006, "OW", raw)
    dataset.ModalityLUTSequence = Sequence([lut])
    image = opened(tmp_path, dataset)
    assert image.unit == "mOD"
    assert np.array_equal(values(image), wide[np.clip(pixels + 1, 0, 3)])


def test_a_modality_table_that_is_broken_is_named(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="CR")
    dataset.ModalityLUTSequence = Sequence([item(ModalityLUTType="OD")])
    image = opened(tmp_path, dataset)
    assert Caveat.RESCALE_BROKEN in image.caveats
    assert image.unit == ""


def units(code: str) -> Sequence:
    coded = item(CodeValue=code, CodingSchemeDesignator="UCUM", CodeMeaning="a unit")
    return Sequence([coded])


def test_real_world_values_where_nothing_else_rescales(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="MR")
    mapping = item(
        RealWorldValueSlope=1e-8, RealWorldValueIntercept=-2e-8,
        MeasurementUnitsCodeSequence=units("mm2/s"),
    )  # fmt: skip
    dataset.RealWorldValueMappingSequence = Sequence([mapping])
    image = opened(tmp_path, dataset)
    assert image.unit == "mm2/s"
    assert values(image) == pytest.approx(RAMP * 1e-8 - 2e-8)


def test_a_table_of_real_world_values_tells_none_beyond_its_ends(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="MR")
    mapping = item(MeasurementUnitsCodeSequence=units("1"))
    mapping.add_new(0x00409216, "SS", 1)
    mapping.add_new(0x00409211, "SS", 3)
    mapping.add_new(0x00409212, "FD", [0.25, 0.5, 8.0])
    dataset.RealWorldValueMappingSequence = Sequence([mapping])
    image = opened(tmp_path, dataset)
    assert image.unit == ""
    found = values(image).ravel()
    assert found[1:4].tolist() == [0.25, 0.5, 8.0]
    assert np.isnan(found[[0, 4, 11]]).all()
    rescaled = told(tmp_path).rescaled
    assert rescaled is not None
    assert (rescaled.min, rescaled.max) == (0.25, 8.0)


@pytest.mark.parametrize(
    ("scaling", "units", "slope", "unit"),
    [("1.5e-4", "GY", 1.5e-4, "Gy"), ("2", "RELATIVE", 2.0, ""), (None, "GY", 1.0, "")],
)
def test_dose_is_scaled_as_its_grid_says(
    scaling: str | None, units: str, slope: float, unit: str, tmp_path: Path
) -> None:
    dataset = slice_dataset(RAMP.astype(np.uint32), modality="MR")
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = (
        "1.2.840.10008.5.1.4.1.1.481.2"
    )
    dataset.Modality, dataset.DoseUnits = "RTDOSE", units
    if scaling is not None:
        dataset.DoseGridScaling = scaling
    image = opened(tmp_path, dataset)
    assert (image.slopes, image.unit) == ((slope,), unit)
    assert (Caveat.RESCALE_BROKEN in image.caveats) == (scaling is None)
    assert (Caveat.DOSE_RELATIVE in image.caveats) == (units != "GY")
