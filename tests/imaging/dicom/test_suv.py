"""SUV by body weight: the right factor, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from labeler.imaging.dicom.suv import PetFacts, suv_factor
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat, Image, SuvGap
from tests.support.dicom_files import NoDecoders, save, slice_dataset

HOUR, DAY = 3600.0, 86_400.0
DAY_ZERO = 738_000 * DAY
FACTS = PetFacts(
    units="BQML",
    by_weight=True,
    corrected=True,
    decay_to="START",
    reference_s=None,
    weight_kg=70.0,
    dose_bq=3.7e8,
    half_life_s=6586.2,
    injected_s=10 * HOUR,
    series_s=DAY_ZERO + 11 * HOUR,
    acquired_s=DAY_ZERO + 11 * HOUR,
    scanned_s=None,
    suv_scale=None,
    activity_scale=None,
)
AN_HOUR = 70_000 / (3.7e8 * 2 ** (-HOUR / 6586.2))


@pytest.mark.parametrize(
    ("change", "factor"),
    [
        ({}, AN_HOUR),
        ({"injected_s": DAY_ZERO + 10 * HOUR}, AN_HOUR),
        ({"decay_to": "ADMIN", "half_life_s": None, "injected_s": None}, 70_000 / 3.7e8),
        # After midnight: only the time of day of the injection is known.
        ({"injected_s": 23.5 * HOUR, "series_s": DAY_ZERO + 0.5 * HOUR}, AN_HOUR),
        # Made again later: the first image's time stands in.
        ({"series_s": DAY_ZERO + 30 * HOUR}, AN_HOUR),
        ({"series_s": DAY_ZERO + 30 * HOUR, "acquired_s": DAY_ZERO + 12 * HOUR,
          "scanned_s": DAY_ZERO + 11 * HOUR}, AN_HOUR),
        ({"decay_to": "MOMENT", "reference_s": DAY_ZERO + 11 * HOUR, "series_s": None}, AN_HOUR),
        ({"units": "GML"}, 1.0),
        ({"units": "CNTS", "suv_scale": 0.0004, "weight_kg": None}, 0.0004),
        ({"units": "CNTS", "suv_scale": 0.0, "activity_scale": 2.0}, 2 * AN_HOUR),
    ],
)  # fmt: skip
def test_the_factor(change: dict[str, Any], factor: float) -> None:
    assert suv_factor([replace(FACTS, **change)]) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("change", "gap"),
    [
        ({"units": "CPS"}, SuvGap.UNITS),
        ({"units": "CNTS"}, SuvGap.UNITS),
        ({"units": "GML", "by_weight": False}, SuvGap.UNITS),
        ({"corrected": False}, SuvGap.CORRECTION),
        ({"decay_to": "NONE"}, SuvGap.CORRECTION),
        ({"weight_kg": None}, SuvGap.WEIGHT),
        ({"weight_kg": 0.0}, SuvGap.WEIGHT),
        ({"dose_bq": None}, SuvGap.DOSE),
        ({"dose_bq": 370.0}, SuvGap.DOSE),
        ({"half_life_s": 109.8 / 60}, SuvGap.HALF_LIFE),
        ({"injected_s": None}, SuvGap.INJECTION_TIME),
        ({"injected_s": DAY_ZERO + 12 * HOUR}, SuvGap.INJECTION_TIME),
        ({"injected_s": DAY_ZERO - 300 * DAY}, SuvGap.INJECTION_TIME),
        ({"series_s": None, "acquired_s": None}, SuvGap.SCAN_TIME),
    ],
)
def test_what_is_missing_or_cannot_be_is_named(change: dict[str, Any], gap: SuvGap) -> None:
    assert suv_factor([replace(FACTS, **change)]) is gap


def test_the_first_bed_counts_and_facts_that_change_do_not() -> None:
    later = replace(FACTS, acquired_s=DAY_ZERO + 13 * HOUR)
    assert suv_factor([later, FACTS]) == pytest.approx(AN_HOUR)
    assert suv_factor([FACTS, replace(FACTS, weight_kg=71.0)]) is SuvGap.MIXED


def pet(folder: Path, **changes: object) -> Image:
    dataset = slice_dataset(np.full((4, 4), 500, np.int16), modality="MR")
    dataset.Modality, dataset.Units, dataset.DecayCorrection = "PT", "BQML", "START"
    dataset.CorrectedImage = ["DECY", "ATTN"]
    dataset.RescaleSlope, dataset.RescaleIntercept = 2, 0
    dataset.SeriesDate, dataset.SeriesTime = "20240301", "110000"
    dataset.AcquisitionDate, dataset.AcquisitionTime = "20240301", "110000.00"
    dataset.PatientWeight = 70
    tracer = Dataset()
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = "370000000", "6586.2"
    tracer.RadiopharmaceuticalStartTime = "100000"
    dataset.RadiopharmaceuticalInformationSequence = Sequence([tracer])
    for name, value in changes.items():
        setattr(dataset, name, value)
    return opened(folder, dataset)


def opened(folder: Path, dataset: FileDataset) -> Image:
    save(dataset, folder / "one")
    return open_image(main_series(scan(folder_files(folder))), NoDecoders())


def test_a_pet_file_tells_its_factor_and_keeps_its_unit(tmp_path: Path) -> None:
    image = pet(tmp_path)
    assert image.suv_factor == pytest.approx(AN_HOUR)
    assert (image.unit, image.slopes) == ("Bq/mL", (2.0,))
    assert Caveat.SUV_UNKNOWN not in image.caveats


def test_a_pet_file_without_weight_says_so(tmp_path: Path) -> None:
    image = pet(tmp_path, PatientWeight=None)
    assert (image.suv_factor, image.suv_gap) == (None, SuvGap.WEIGHT)
    assert Caveat.SUV_UNKNOWN in image.caveats


def test_two_tracers_are_no_single_dose(tmp_path: Path) -> None:
    tracers = Sequence([Dataset(), Dataset()])
    image = pet(tmp_path, RadiopharmaceuticalInformationSequence=tracers)
    assert image.suv_gap is SuvGap.DOSE


def test_what_is_no_pet_has_no_suv(tmp_path: Path) -> None:
    image = opened(tmp_path, slice_dataset(np.zeros((2, 2), np.int16)))
    assert (image.suv_factor, image.suv_gap) == (None, None)


def test_a_real_pet_file_tells_a_likely_suv(test_data: Path) -> None:
    series = main_series(scan(folder_files(test_data / "dicom/pet_nm_rt/1.dcm")))
    image = open_image(series, NoDecoders())
    # 69.7344 kg; 178.34 MBq at 14:17:00; the scan began at 15:23:16.921.
    wanted = 69_734.4 / (178340011.59668 * 2 ** (-3976.921 / 6586.2))
    assert image.suv_factor == pytest.approx(wanted)
    assert 1 < image.source.frame(0).max() * image.slopes[0] * wanted < 30


def test_enhanced_pet_tells_its_unit_in_its_groups(tmp_path: Path) -> None:
    said, shared = Dataset(), Dataset()
    said.RescaleSlope, said.RescaleIntercept, said.RescaleType = 2, 0, "BQML"
    shared.PixelValueTransformationSequence = Sequence([said])
    image = pet(
        tmp_path, Units="", CorrectedImage="", AttenuationCorrected="YES", DecayCorrected="YES",
        DecayCorrectionDateTime="20240301110000", SharedFunctionalGroupsSequence=Sequence([shared]),
    )  # fmt: skip
    assert image.unit == "Bq/mL"
    assert image.suv_factor == pytest.approx(AN_HOUR)
