"""A head scan says that a face could be rebuilt from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat
from tests.support.dicom_files import NoDecoders, write_stack


def has_face(folder: Path) -> bool:
    (series,) = scan(folder_files(folder)).series
    return Caveat.FACE in open_image(series, NoDecoders()).caveats


@pytest.mark.parametrize(
    ("field", "text", "face"),
    [
        ("BodyPartExamined", "HEAD", True),
        ("BodyPartExamined", "ABDOMEN", False),
        ("StudyDescription", "MRT Kopf", True),
        ("SeriesDescription", "brain_axial", True),
        ("ProtocolName", "1.1 Routine Skull", True),
        ("SeriesDescription", "Surface coil, head first", False),
    ],
)
def test_the_caveat(tmp_path: Path, field: str, text: str, face: bool) -> None:
    def say(_k: int, dataset: FileDataset) -> None:
        setattr(dataset, field, text)

    write_stack(tmp_path / "a", [(0.0, 0.0, 0.0)], change=say)
    assert has_face(tmp_path / "a") is face


def test_by_code(tmp_path: Path) -> None:
    def say(_k: int, dataset: FileDataset) -> None:
        region = Dataset()
        region.CodeValue, region.CodingSchemeDesignator = "69536005", "SCT"
        region.CodeMeaning = "Head"
        dataset.AnatomicRegionSequence = Sequence([region])

    write_stack(tmp_path / "a", [(0.0, 0.0, 0.0)], change=say)
    assert has_face(tmp_path / "a")


def test_a_projection_shows_no_face(tmp_path: Path) -> None:
    def say(_k: int, dataset: FileDataset) -> None:
        dataset.BodyPartExamined, dataset.Modality = "HEAD", "CR"

    write_stack(tmp_path / "a", [(0.0, 0.0, 0.0)], change=say)
    assert not has_face(tmp_path / "a")
