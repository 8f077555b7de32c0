"""What files say about how they are shown: windows, their names and curves, tables, padding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from labeler.imaging.dicom.header import HEAD
from labeler.imaging.dicom.reader import read
from labeler.imaging.inspect import SeriesFound, inspect
from labeler.imaging.sources.files import FileBytes, folder_files
from labeler.model.image import Caveat, VoiFunction, Window
from tests.imaging.dicom.test_rescale import RAMP, item, opened
from tests.support.dicom_files import NoDecoders, save, slice_dataset


def test_windows_keep_their_names_and_useless_ones_are_left_out(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP)
    dataset.WindowCenter, dataset.WindowWidth = [40, 50, -600, 40], [350, 0, 1500, 350]
    dataset.WindowCenterWidthExplanation = ["SOFT", "NONE", "LUNG", "AGAIN"]
    image = opened(tmp_path, dataset)
    assert image.windows == (Window(40, 350), Window(-600, 1500))
    assert image.voi.names == ("SOFT", "LUNG")


@pytest.mark.parametrize("width", ["0", "-5"])
def test_no_usable_width_is_no_window(width: str, tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP)
    dataset.WindowCenter, dataset.WindowWidth = "40", width
    dataset.VOILUTFunction = "SIGMOID"
    image = opened(tmp_path, dataset)
    assert Caveat.WINDOW_ESTIMATED in image.caveats
    assert image.voi.function is VoiFunction.LINEAR, "the curve belonged to the header's window"


@pytest.mark.parametrize(
    ("said", "function"),
    [
        ("SIGMOID", VoiFunction.SIGMOID),
        ("LINEAR_EXACT", VoiFunction.LINEAR_EXACT),
        ("LINEAR", VoiFunction.LINEAR),
        ("CUBIC", VoiFunction.LINEAR),
    ],
)
def test_the_curve_is_the_files(said: str, function: VoiFunction, tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP)
    dataset.VOILUTFunction = said
    assert opened(tmp_path, dataset).voi.function is function


def test_windows_of_frames_come_from_their_groups(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="MR")
    dataset.NumberOfFrames, dataset.PixelData = 3, RAMP.tobytes() * 3
    said = [
        item(WindowCenter=c, WindowWidth=0.5, WindowCenterWidthExplanation=f"W{c}") for c in (1, 2)
    ]
    dataset.SharedFunctionalGroupsSequence = Sequence(
        [item(FrameVOILUTSequence=Sequence([said[0]]))]
    )
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        [Dataset(), item(FrameVOILUTSequence=Sequence([said[1]]))]
    )
    image = opened(tmp_path, dataset)
    assert image.windows == (Window(2, 0.5),), "the middle frame's serves all"
    assert image.voi.names == ("W2",)


def table(values: np.ndarray, first: int, bits: int, name: str = "") -> Dataset:
    made = Dataset()
    made.add_new(0x00283002, "SS" if first < 0 else "US", [len(values), first, bits])
    made.LUTExplanation = name
    made.add_new(0x00283006, "OW", values.tobytes())
    return made


def test_tables_are_offered_with_their_names(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="CR")
    dataset.VOILUTSequence = Sequence(
        [
            table(np.arange(256, dtype="<u2") * 16, 0, 12, "NORMAL"),
            table(np.arange(0, 40, 10, np.uint8), -2, 8, "HARD"),
            item(LUTExplanation="broken"),
        ]
    )
    image = opened(tmp_path, dataset)
    normal, hard = image.voi.luts
    assert (normal.name, normal.first, normal.top) == ("NORMAL", 0, 4095)
    assert (hard.name, hard.first, hard.top) == ("HARD", -2, 255)
    assert hard.table.tolist() == [0, 10, 20, 30]
    assert image.windows == (Window(128, 256),)
    assert Caveat.WINDOW_ESTIMATED not in image.caveats


def test_a_table_that_uses_more_bits_than_it_says_is_not_clipped(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP, modality="CR")
    dataset.VOILUTSequence = Sequence([table(np.array([0, 1000, 60000], "<u2"), 0, 12)])
    assert opened(tmp_path, dataset).voi.luts[0].top == 60000


def test_a_first_value_below_zero_follows_the_rescale(tmp_path: Path) -> None:
    dataset = slice_dataset(RAMP.astype(np.uint16), modality="CT")
    dataset.VOILUTSequence = Sequence([table(np.arange(8, dtype="<u2"), -1000, 8)])
    assert opened(tmp_path, dataset).voi.luts[0].first == -1000


@pytest.mark.parametrize(
    ("photometric", "shape", "inverted"),
    [
        ("MONOCHROME1", "", True),
        ("MONOCHROME1", "INVERSE", True),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME2", "IDENTITY", False),
    ],
)
def test_high_values_are_dark_where_the_file_says_so(
    photometric: str, shape: str, inverted: bool, tmp_path: Path
) -> None:
    dataset = slice_dataset(RAMP, modality="CR")
    dataset.PhotometricInterpretation = photometric
    if shape:
        dataset.PresentationLUTShape = shape
    assert opened(tmp_path, dataset).inverted == inverted


def test_padding_counts_in_no_estimate_but_in_the_figures_of_the_file(tmp_path: Path) -> None:
    stored = np.full((32, 32), -2000, np.int16)
    stored[8:24, 8:24] = np.random.default_rng(1).integers(100, 200, (16, 16))
    stored[0, :4] = -1990
    dataset = slice_dataset(stored, modality="CR")
    dataset.add_new(0x00280120, "SS", -2000)
    dataset.add_new(0x00280121, "SS", -1985)
    image = opened(tmp_path, dataset)
    (window,) = image.windows
    assert window.center == pytest.approx(150, abs=5)
    assert window.width == pytest.approx(98, abs=5)
    assert image.padding == (-2000, -1985)
    (found,) = inspect(folder_files(tmp_path), NoDecoders())
    assert isinstance(found, SeriesFound)
    assert found.rescaled is not None
    assert found.rescaled.min == -2000


def test_frames_share_the_tables_that_they_share(tmp_path: Path) -> None:
    """A thousand frames with large tables: made once, or opening takes a minute."""
    dataset = slice_dataset(RAMP, modality="XA")
    count = 1000
    dataset.NumberOfFrames, dataset.PixelData = count, RAMP.tobytes() * count
    wide = np.arange(1 << 16, dtype="<u2")
    lut = item(ModalityLUTType="US")
    lut.add_new(0x00283002, "SS", [0, 0, 16])
    lut.add_new(0x00283006, "OW", wide.tobytes())
    dataset.ModalityLUTSequence = Sequence([lut])
    dataset.VOILUTSequence = Sequence([table(wide[:-1], 0, 16)])
    source = FileBytes(save(dataset, tmp_path / "one"))
    frames = read(source, source.read(0, HEAD), lambda _name: None)
    assert len(frames) == count
    assert len({id(frame.voi) for frame in frames}) == 1
