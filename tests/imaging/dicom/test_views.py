"""What a header says about how a projection was taken, of which side and when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset

from labeler.imaging.reader import scan
from labeler.imaging.series import Series
from labeler.imaging.sources.files import FileBytes
from tests.support.dicom_files import save, slice_dataset


def _projection(number: int = 1) -> FileDataset:
    return slice_dataset(
        np.zeros((4, 6), np.int16), number=number, position=None, orientation=None, modality="MG"
    )


def _code(value: str) -> Dataset:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "SCT", "a view"
    return code


def _scanned(folder: Path, *datasets: FileDataset) -> tuple[Series, ...]:
    files = [
        FileBytes(save(dataset, folder / f"{number}.dcm"), f"{number}.dcm")
        for number, dataset in enumerate(datasets)
    ]
    return scan(files).series


@pytest.mark.parametrize(
    ("position", "code", "view"),
    [
        ("CC", None, "CC"),
        ("MLO", "R-10242", "MLO"),
        (None, "399162004", "CC"),
        (None, "R-10226", "MLO"),
        (None, "Y-X1770", "XCCL"),
        (None, "nobody's", ""),
        (None, None, ""),
    ],
)
def test_the_view_is_what_the_position_says_else_the_code(
    tmp_path: Path, position: str | None, code: str | None, view: str
) -> None:
    dataset = _projection()
    if position is not None:
        dataset.ViewPosition = position
    if code is not None:
        dataset.ViewCodeSequence = [_code(code)]
    (series,) = _scanned(tmp_path, dataset)
    assert series.info.view == view
    assert not series.info.is_partial


def test_a_spot_view_is_told_from_a_whole_one(tmp_path: Path) -> None:
    dataset = _projection()
    view = _code("399162004")
    view.ViewModifierCodeSequence = [_code("399055006")]
    dataset.ViewCodeSequence = [view]
    (series,) = _scanned(tmp_path, dataset)
    assert series.info.view == "CC"
    assert series.info.is_partial


def test_the_image_says_its_side_before_its_series_does(tmp_path: Path) -> None:
    dataset = _projection()
    dataset.Laterality, dataset.ImageLaterality = "L", "R"
    (series,) = _scanned(tmp_path, dataset)
    assert series.info.laterality == "R"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("20240229", date(2024, 2, 29).toordinal()),
        ("2024.02.29", date(2024, 2, 29).toordinal()),
        ("20230229", None),
        ("", None),
        ("2024", None),
    ],
)
def test_the_day_of_the_study_is_a_number(tmp_path: Path, said: str, day: int | None) -> None:
    dataset = _projection()
    dataset.add_new(0x00080020, "LO", said)
    (series,) = _scanned(tmp_path, dataset)
    assert series.info.study_day == day


def test_views_of_one_series_are_no_slices_of_one_stack(tmp_path: Path) -> None:
    found = []
    for number, (side, view) in enumerate(
        (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO")), start=1
    ):
        dataset = _projection(number)
        dataset.ImageLaterality, dataset.ViewPosition = side, view
        found.append(dataset)
    series = _scanned(tmp_path, *found)
    assert [(one.info.laterality, one.info.view, one.header.count) for one in series] == [
        ("R", "CC", 1),
        ("L", "CC", 1),
        ("R", "MLO", 1),
        ("L", "MLO", 1),
    ]


@pytest.mark.parametrize(("number", "known"), [("SYNTHETIC-1", True), ("  ", False), ("", False)])
def test_a_person_is_known_by_an_id_alone(tmp_path: Path, number: str, known: bool) -> None:
    """One name for everybody is how many take names away."""
    dataset = _projection()
    dataset.PatientID, dataset.PatientName = number, "ANONYMOUS"
    (series,) = _scanned(tmp_path, dataset)
    assert bool(series.info.patient) is known
