"""When frames were taken, and how fast they are meant to be shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import FileDataset
from pydicom.sequence import Sequence

from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from tests.imaging.dicom.test_rescale import RAMP, item, opened
from tests.support.dicom_files import NoDecoders, slice_dataset


def loop(count: int = 4, **said: object) -> FileDataset:
    dataset = slice_dataset(RAMP, modality="US", position=None, orientation=None)
    dataset.NumberOfFrames, dataset.PixelData = count, RAMP.tobytes() * count
    for name, value in said.items():
        setattr(dataset, name, value)
    return dataset


@pytest.mark.parametrize(
    ("said", "times", "rate"),
    [
        ({"FrameTime": "40"}, (0, 40, 80, 120), 25),
        ({"FrameTime": "40", "CineRate": 30}, (0, 40, 80, 120), 30),
        ({"FrameTimeVector": [0, 10, 30, 20]}, (0, 10, 40, 60), None),
        ({"FrameTimeVector": [7, 10, 30, 20], "RecommendedDisplayFrameRate": 15,
          "CineRate": 30}, (0, 10, 40, 60), 15),
        ({"FrameTimeVector": [0, 10]}, None, None),
        ({"FrameTimeVector": [0, 10, -30, 20]}, None, None),
        ({"FrameTime": "0"}, None, None),
        ({}, None, None),
    ],
)  # fmt: skip
def test_times_and_rate(
    said: dict[str, object], times: tuple[float, ...] | None, rate: float | None, tmp_path: Path
) -> None:
    image = opened(tmp_path, loop(**said))
    assert image.frame_times_ms == times
    assert image.frame_rate == rate


def test_enhanced_frames_have_their_own_moments(tmp_path: Path) -> None:
    dataset = loop(3)
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        [
            item(
                FrameContentSequence=Sequence([item(FrameAcquisitionDateTime=f"2024010112000{s}")])
            )
            for s in ("0.000", "0.125", "0.500")
        ]
    )
    assert opened(tmp_path, dataset).frame_times_ms == (0, 125, 500)


def test_a_volume_is_no_cine(tmp_path: Path) -> None:
    dataset = loop(2, FrameTime="40")
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        [
            item(PlanePositionSequence=Sequence([item(ImagePositionPatient=[0, 0, z])]))
            for z in (0, 5)
        ]
    )
    assert opened(tmp_path, dataset).frame_times_ms is None


def test_a_real_loop_tells_its_times(test_data: Path) -> None:
    path = test_data / "dicom/colour/examples_ybr_color.dcm"
    image = open_image(main_series(scan(folder_files(path))), NoDecoders())
    assert image.frame_times_ms is not None
    assert len(image.frame_times_ms) == 30
    assert image.frame_rate is not None
