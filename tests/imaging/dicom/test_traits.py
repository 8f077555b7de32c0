"""What tells frames at one place apart, in classic and in enhanced files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from labeler.imaging.dicom.header import HEAD
from labeler.imaging.dicom.moments import datetime_seconds, day_seconds, moment
from labeler.imaging.dicom.reader import read
from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import FileBytes
from tests.support.dicom_files import save, slice_dataset


def frames_of(dataset: FileDataset, folder: Path) -> tuple[StoredFrame, ...]:
    source = FileBytes(save(dataset, folder / "one"))
    return read(source, source.read(0, HEAD), lambda _name: None)


def classic() -> FileDataset:
    return slice_dataset(np.zeros((2, 2), np.int16), modality="MR")


def item(**values: object) -> Dataset:
    made = Dataset()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def enhanced() -> FileDataset:
    dataset = classic()
    dataset.NumberOfFrames = 2
    dataset.PixelData = b"\0" * 16
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"]
    pointers = [(0x0020, 0x9056), (0x0018, 0x9087)]
    dataset.DimensionIndexSequence = Sequence(
        [item(DimensionIndexPointer=pointer) for pointer in pointers]
    )
    shared = item(
        MREchoSequence=Sequence([item(EffectiveEchoTime=71.5)]),
        CardiacSynchronizationSequence=Sequence(
            [item(NominalCardiacTriggerDelayTime=125.5, NominalPercentageOfCardiacPhase=40.0)]
        ),
    )
    dataset.SharedFunctionalGroupsSequence = Sequence([shared])
    dataset.PerFrameFunctionalGroupsSequence = Sequence([own_groups(n) for n in range(2)])
    return dataset


def own_groups(n: int) -> Dataset:
    content = item(
        DimensionIndexValues=[1, n + 1],
        StackID="A",
        InStackPositionNumber=3 + n,
        FrameAcquisitionDateTime=f"2024022923595{n}.5",
        TemporalPositionIndex=5,
    )
    return item(
        FrameContentSequence=Sequence([content]),
        MRDiffusionSequence=Sequence([item(DiffusionBValue=1000.0 * n)]),
        MRImageFrameTypeSequence=Sequence([item(FrameType=["DERIVED", "PRIMARY", "ADC", "NONE"])]),
    )


def test_enhanced_frames_tell_theirs_and_what_they_share(tmp_path: Path) -> None:
    first, second = frames_of(enhanced(), tmp_path)
    assert first.file.dimension_pointers == (0x00209056, 0x00189087)
    assert [frame.traits.dimensions for frame in (first, second)] == [(1, 1), (1, 2)]
    assert [frame.traits.b_value for frame in (first, second)] == [0.0, 1000.0]
    assert [frame.traits.in_stack_position for frame in (first, second)] == [3, 4]
    traits = second.traits
    assert (traits.stack_id, traits.echo_time_ms, traits.temporal_position) == ("A", 71.5, 5)
    assert (traits.trigger_time_ms, traits.cardiac_phase) == (125.5, 40.0)
    assert traits.image_type == ("DERIVED", "PRIMARY", "ADC", "NONE")
    assert first.traits.acquired_s is not None
    assert traits.acquired_s == first.traits.acquired_s + 1


def test_classic_files_tell_the_same_plainly(tmp_path: Path) -> None:
    dataset = classic()
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "M", "ND"]
    dataset.EchoTime, dataset.EchoNumbers, dataset.InversionTime = "4.76", 2, 900
    dataset.TriggerTime, dataset.TemporalPositionIdentifier = 310, 7
    dataset.AcquisitionNumber, dataset.AcquisitionTime = 3, "010203.250000"
    dataset.ContentTime = "0102"
    dataset.DiffusionBValue = 700.0
    (frame,) = frames_of(dataset, tmp_path)
    traits = frame.traits
    assert traits.image_type == ("ORIGINAL", "PRIMARY", "M", "ND")
    assert (traits.echo_time_ms, traits.echo_number, traits.inversion_time_ms) == (4.76, 2, 900)
    assert (traits.trigger_time_ms, traits.temporal_position) == (310, 7)
    assert (traits.acquisition_number, traits.acquired_s) == (3, 3723.25)
    assert (traits.content_s, traits.b_value) == (3720.0, 700.0)
    assert traits.dimensions == ()


@pytest.mark.parametrize(
    ("creator", "tag", "kind", "value", "said"),
    [
        ("SIEMENS MR HEADER", 0x0019100C, "IS", "1000", 1000.0),
        ("GEMS_PARM_01", 0x00431039, "IS", ["1000000700", "8", "0", "0"], 700.0),
        ("GEMS_PARM_01", 0x00431039, "IS", ["50", "8", "0", "0"], 50.0),
        ("Philips Imaging DD 001", 0x20011003, "FL", 800.0, 800.0),
        ("SOMEBODY ELSE", 0x0019100C, "IS", "1000", None),
    ],
)
def test_makers_own_b_values_count_where_their_name_stands(
    creator: str, tag: int, kind: str, value: object, said: float | None, tmp_path: Path
) -> None:
    dataset = classic()
    dataset.add_new((tag >> 16) << 16 | 0x0010, "LO", creator)
    dataset.add_new(tag, kind, value)
    (frame,) = frames_of(dataset, tmp_path)
    assert frame.traits.b_value == said


def test_nothing_is_made_of_nonsense() -> None:
    assert [day_seconds(text) for text in ("", "25", "1260", "noon", "1")] == [None] * 5
    assert day_seconds("235960") == 86_400
    assert moment("20230229", "00") == 0  # no such day: only the time is known
    assert moment("", "0100") == 3600
    assert datetime_seconds("20240229") == datetime_seconds("20240229000000.0+0100")
    assert datetime_seconds("2024") is None
