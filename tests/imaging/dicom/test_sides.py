"""Images without coordinates in the patient: the sides that their files tell, or none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes, folder_files
from labeler.model.image import Caveat, Image
from labeler.viewing.layout import layout_of
from tests.support.dicom_files import NoDecoders, save, slice_dataset

RAMP = np.arange(12, dtype=np.uint16).reshape(3, 4)


def opened(folder: Path, number: int = 1, frames: int = 1, **words: object) -> list[Image]:
    dataset = slice_dataset(RAMP, number=number, position=None, orientation=None, modality="DX")
    if frames > 1:
        dataset.NumberOfFrames, dataset.PixelData = frames, dataset.PixelData * frames
    for name, value in words.items():
        setattr(dataset, name, value)
    save(dataset, folder / str(number))
    return [open_image(series, NoDecoders()) for series in scan(folder_files(folder)).series]


@pytest.mark.parametrize(
    ("said", "letters"),
    [
        (["L", "F"], ("R", "L", "H", "F")),
        (["A", "F"], ("P", "A", "H", "F")),
        (["PR", "FRA"], ("AL", "PR", "HLP", "FRA")),
    ],
)
def test_the_letters_are_the_files(
    said: list[str], letters: tuple[str, ...], tmp_path: Path
) -> None:
    (image,) = opened(tmp_path, PatientOrientation=said)
    assert layout_of(image).letters == letters
    assert Caveat.ORIENTATION_UNKNOWN not in image.caveats
    assert not image.oriented
    assert image.measurable
    assert not image.measurable_across


@pytest.mark.parametrize(
    "said", [["L"], ["L", ""], ["L", "R"], ["LR", "F"], ["X", "F"], ["LAFP", "F"], ["CR", "D"], []]
)
def test_what_cannot_be_is_no_word(said: list[str], tmp_path: Path) -> None:
    (image,) = opened(tmp_path, PatientOrientation=said)
    assert layout_of(image).letters == ("?",) * 4
    assert Caveat.ORIENTATION_UNKNOWN in image.caveats


@pytest.mark.parametrize(
    "words",
    [
        {"AnatomicalOrientationType": "QUADRUPED"},
        {"frames": 2, "Modality": "NM"},
        {"frames": 2, "Modality": "XA", "PositionerMotion": "DYNAMIC"},
    ],
)
def test_words_of_animals_or_of_one_frame_alone_are_not_used(
    words: dict[str, object], tmp_path: Path
) -> None:
    (image,) = opened(tmp_path, PatientOrientation=["L", "F"], **words)  # type: ignore[arg-type]
    assert layout_of(image).letters == ("?",) * 4


def test_views_that_lead_elsewhere_are_parts_of_their_own(tmp_path: Path) -> None:
    opened(tmp_path, 1, PatientOrientation=["A", "F"])
    opened(tmp_path, 2, PatientOrientation=["P", "F"])
    images = opened(tmp_path, 3, PatientOrientation=["A", "F"])
    assert [image.source.shape[0] for image in images] == [2, 1]
    assert [layout_of(image).letters[1] for image in images] == ["A", "P"]


def test_coordinates_count_more_than_words(tmp_path: Path) -> None:
    axial = [1, 0, 0, 0, 1, 0]
    (image,) = opened(tmp_path, PatientOrientation=["R", "F"], ImageOrientationPatient=axial)
    assert (image.oriented, image.sides) == (True, None)


@pytest.mark.parametrize(
    ("name", "sides"),
    [
        ("xray_lut/966_fixed.dcm", ("L", "F")),
        ("xray_lut/dx_image.dcm", ("L", "F")),
        ("xray_lut/MG1_J2KI", ("A", "F")),
        ("dicomdir/77654033/CR1/6154", ("L", "F")),
    ],
)
def test_real_x_rays(
    name: str, sides: tuple[str, str], test_data: Path, decoders: DecoderPool
) -> None:
    (series,) = scan([FileBytes(test_data / "dicom" / name)]).series
    assert open_image(series, decoders).sides == sides
