"""What belongs together is together, in the order it is read; what does not, is told apart."""

from __future__ import annotations

import gc
import math
import random
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRLittleEndian, RLELossless

from labeler.imaging.copies import ComparedCopies, compared, cut_names
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.frames import StoredFrame
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.series import Series, group_frames
from labeler.imaging.sources.files import MemoryBytes, folder_files
from labeler.model.image import Caveat, Image
from labeler.model.stack import By, Double, Gap
from tests.support.dicom_files import (
    AXIAL,
    CORONAL,
    SAGITTAL,
    NoDecoders,
    save,
    slice_dataset,
    write_stack,
)

Change = Callable[[int, FileDataset], None]
THREE = [(0, 0, z) for z in (0, 2, 4)]


def parts(folder: Path) -> tuple[Series, ...]:
    found = scan(folder_files(folder))
    assert not found.problems
    return found.series


def image_of(series: Series) -> Image:
    return open_image(series, NoDecoders())


def values(series: Series) -> list[int]:
    image = image_of(series)
    return [int(image.source.frame(k)[0, 0]) for k in range(image.source.shape[0])]


def told(series: Sequence[Series]) -> list[list[tuple[str, str]]]:
    return [[(one.by.value, one.value) for one in part.header.division] for part in series]


def write_4d(folder: Path, change: Change, times: int = 2) -> None:
    """Three places, `times` images at each, all images of one time after one another."""
    write_stack(folder, THREE * times, modality="MR", change=change)


# --- four dimensions ------------------------------------------------------------------------------


def _by_time(k: int, dataset: FileDataset) -> None:
    dataset.TemporalPositionIdentifier = k // 3 + 1


def _by_b_value(k: int, dataset: FileDataset) -> None:
    dataset.DiffusionBValue = (0.0, 1000.0)[k // 3]


def _by_echo(k: int, dataset: FileDataset) -> None:
    dataset.EchoTime = (2.4, 4.8)[k // 3]


def _by_component(k: int, dataset: FileDataset) -> None:
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "MP"[k // 3], "ND"]


def _by_trigger(k: int, dataset: FileDataset) -> None:
    # The heart beats unevenly: no slice has the same trigger times.
    dataset.TriggerTime = 400 * (k // 3) + 7 * (k % 3)


def _by_acquisition_time(k: int, dataset: FileDataset) -> None:
    dataset.AcquisitionTime = f"1200{k // 3 * 10 + k % 3:02d}"


def _by_acquisition(k: int, dataset: FileDataset) -> None:
    dataset.AcquisitionNumber = k // 3 + 1


def _by_their_number(_k: int, dataset: FileDataset) -> None:
    dataset.NumberOfTemporalPositions = 2


def _by_inversion(k: int, dataset: FileDataset) -> None:
    dataset.InversionTime = (80, 2500)[k // 3]


@pytest.mark.parametrize(
    ("change", "by", "names"),
    [
        (_by_time, By.TIME, ("1", "2")),
        (_by_b_value, By.B_VALUE, ("0", "1000")),
        (_by_echo, By.ECHO, ("1", "2")),
        (_by_component, By.IMAGE_TYPE, ("magnitude", "phase")),
        (_by_trigger, By.PHASE, ("1", "2")),
        (_by_acquisition_time, By.TIME, ("1", "2")),
        (_by_acquisition, By.ACQUISITION, ("1", "2")),
        (_by_their_number, By.TIME, ("1", "2")),
        (_by_inversion, By.INVERSION, ("80", "2500")),
    ],
)
def test_a_fact_divides_a_series(
    tmp_path: Path, change: Change, by: By, names: tuple[str, str]
) -> None:
    write_4d(tmp_path, change)
    found = parts(tmp_path)
    assert told(found) == [[(by.value, name)] for name in names]
    assert [values(part) for part in found] == [[102, 101, 100], [105, 104, 103]]
    for part in found:
        image = image_of(part)
        assert Caveat.DOUBLED_SLICES not in image.caveats
        assert image.stack.division == part.header.division
        assert image.stack.doubles == ()


def test_places_that_wander_in_their_last_digits_are_one(tmp_path: Path) -> None:
    def wandering(k: int, dataset: FileDataset) -> None:
        _by_time(k, dataset)
        dataset.SliceThickness = 3
        dataset.ImagePositionPatient = [0, 0, 2 * (k % 3) + 0.004 * (k // 3)]

    write_4d(tmp_path, wandering)
    assert told(parts(tmp_path)) == [[("time", "1")], [("time", "2")]]


def test_slices_of_a_hundredth_of_a_millimetre_are_slices(tmp_path: Path) -> None:
    def thin(_k: int, dataset: FileDataset) -> None:
        dataset.SliceThickness = 0.009

    write_stack(tmp_path, [(0, 0, 0.009 * k) for k in range(5)], change=thin)
    (series,) = parts(tmp_path)
    assert image_of(series).affine.spacing_mm[2] == pytest.approx(0.009)


def test_places_written_with_two_decimals_are_even(tmp_path: Path) -> None:
    write_stack(tmp_path, [(0, 0, round(0.125 * k, 2)) for k in range(9)])
    assert image_of(parts(tmp_path)[0]).caveats == ()


@given(shuffle=st.randoms(use_true_random=False), places=st.integers(1, 5), times=st.integers(1, 4))
@settings(max_examples=30)
def test_the_order_of_files_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, shuffle: random.Random, places: int, times: int
) -> None:
    frames = many_frames(tmp_path_factory.mktemp("one"), places, times)
    before = group_frames(frames)
    shuffle.shuffle(frames)
    after = group_frames(frames)
    assert [part.header for part in after] == [part.header for part in before]
    assert [part.frames for part in after] == [part.frames for part in before]


def test_facts_divide_one_after_another(tmp_path: Path) -> None:
    def change(k: int, dataset: FileDataset) -> None:
        dataset.EchoTime = (2.4, 4.8)[k // 3 % 2]
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "MP"[k // 6]]

    write_4d(tmp_path, change, times=4)
    assert told(parts(tmp_path)) == [
        [("image-type", "magnitude"), ("echo", "1")],
        [("image-type", "magnitude"), ("echo", "2")],
        [("image-type", "phase"), ("echo", "1")],
        [("image-type", "phase"), ("echo", "2")],
    ]


def test_directions_of_one_weighting_are_told_apart(tmp_path: Path) -> None:
    directions = ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0))

    def change(k: int, dataset: FileDataset) -> None:
        at = k // 3
        dataset.DiffusionBValue = 1000.0 if at else 0.0
        if at:
            dataset.DiffusionGradientOrientation = list(directions[at - 1])

    write_4d(tmp_path, change, times=4)
    assert told(parts(tmp_path)) == [
        [("b-value", "0")],
        [("b-value", "1000"), ("direction", "1")],
        [("b-value", "1000"), ("direction", "2")],
        [("b-value", "1000"), ("direction", "3")],
    ]


def test_a_stopped_scan_keeps_its_last_time_point(tmp_path: Path) -> None:
    def change(k: int, dataset: FileDataset) -> None:
        dataset.AcquisitionTime = f"1200{k // 3 * 10 + k % 3:02d}"

    write_stack(tmp_path, [*THREE, *THREE[:2]], modality="MR", change=change)
    found = parts(tmp_path)
    assert told(found) == [[("time", "1")], [("time", "2")]]
    assert [values(part) for part in found] == [[102, 101, 100], [104, 103]]


def test_what_nothing_tells_apart_is_doubled_and_listed(tmp_path: Path) -> None:
    write_stack(tmp_path, [*THREE, THREE[1]])
    first, second = parts(tmp_path)
    assert told((first, second)) == [[], []]
    assert image_of(first).caveats == (Caveat.DOUBLED_SLICES,)
    assert image_of(first).stack.doubles == (Double(1, (4,)),)
    assert image_of(second).stack.doubles == (Double(0, (2,)),)


def test_a_repeated_slice_is_no_second_acquisition(tmp_path: Path) -> None:
    def change(k: int, dataset: FileDataset) -> None:
        dataset.AcquisitionNumber = 2 if k == 8 else 1

    write_stack(tmp_path, [*((0, 0, z) for z in range(8)), (0, 0, 5)], change=change)
    first, _ = parts(tmp_path)
    assert first.header.count == 8
    assert image_of(first).stack.doubles == (Double(2, (9,)),)


def test_a_number_that_belongs_to_slices_divides_nothing(tmp_path: Path) -> None:
    """Two packages of interleaved slices, a time for each: still one volume."""

    def change(k: int, dataset: FileDataset) -> None:
        dataset.AcquisitionNumber = k % 2 + 1
        dataset.AcquisitionTime = f"12{k:02d}00"

    write_stack(tmp_path, [(0, 0, z) for z in range(6)], change=change)
    assert [part.header.count for part in parts(tmp_path)] == [6]


def test_a_real_4d_series_is_ten_time_points(test_data: Path) -> None:
    found = parts(test_data / "dicom/mr_epi_4d_ge")
    assert [part.header.count for part in found] == [15] * 10
    assert told(found) == [[("time", str(n))] for n in range(1, 11)]
    for n, part in enumerate(found):
        image = image_of(part)
        assert Caveat.DOUBLED_SLICES not in image.caveats
        numbers = [number or 0 for number in image.instance_numbers]
        assert {(number - 1) // 15 for number in numbers} == {n}


# --- copies, gaps ---------------------------------------------------------------------------------


def test_copies_are_left_out_by_name(tmp_path: Path) -> None:
    paths = write_stack(tmp_path, THREE)
    shutil.copy(paths[0], tmp_path / "zz copy")
    (series,) = parts(tmp_path)
    assert series.header.count == 3
    assert series.copies == ("zz copy",)
    image = image_of(series)
    assert image.stack.copies == 1
    assert image.stack.doubles == ()


def test_of_two_copies_the_one_without_loss_is_shown(tmp_path: Path) -> None:
    def said_lossy(_k: int, dataset: FileDataset) -> None:
        dataset.LossyImageCompression = "01"

    write_stack(tmp_path / "a", THREE, change=said_lossy)
    write_stack(tmp_path / "b", THREE[:2])
    (series,) = parts(tmp_path)
    kept = sorted(frame.file.source.name for frame in series.frames)
    assert kept == ["a/IM0001", "b/IM0001", "b/IM0002"]
    assert sorted(series.copies) == ["a/IM0002", "a/IM0003"]


def pack(path: Path, syntax: str, brighter: int = 0) -> None:
    """Stores a file anew, under the UID that it has."""
    dataset = dcmread(path)
    dataset.PixelData = (dataset.pixel_array + brighter).astype("<i2").tobytes()
    if syntax == RLELossless:
        dataset.compress(RLELossless, generate_instance_uid=False)
    save(dataset, path)


@pytest.mark.parametrize("name", ["AA", "zz"])
@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_of_two_copies_the_whole_one_is_shown(tmp_path: Path, name: str, syntax: str) -> None:
    path = write_stack(tmp_path, THREE)[1]
    for each in tmp_path.iterdir():
        pack(each, syntax)
    (tmp_path / name).write_bytes(path.read_bytes()[:-30])
    (series,) = parts(tmp_path)
    assert Caveat.CUT_SHORT not in image_of(series).caveats
    assert series.copies == cut_names(series.left_out) == (name,)
    assert name not in [frame.file.source.name for frame in series.frames]


def test_two_copies_that_are_both_cut_short_are_told_as_one_that_is(tmp_path: Path) -> None:
    for path in write_stack(tmp_path, THREE)[:1]:
        cut = path.read_bytes()[:-30]
        path.write_bytes(cut)
        (tmp_path / "zz").write_bytes(cut)
    (series,) = parts(tmp_path)
    assert series.copies == ("zz",)
    assert cut_names(series.left_out) == ()
    assert Caveat.CUT_SHORT in image_of(series).caveats


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_copies_with_other_pixels_are_told(
    tmp_path: Path, syntax: str, decoders: DecoderPool
) -> None:
    paths = write_stack(tmp_path, THREE)
    shutil.copy(paths[0], tmp_path / "zz same")
    shutil.copy(paths[1], tmp_path / "zz other")
    for path in tmp_path.iterdir():
        pack(path, syntax, brighter=path.name == "zz other")
    (series,) = parts(tmp_path)
    assert set(series.copies) == {"zz same", "zz other"}
    assert cut_names(series.left_out) == ()
    assert compared(series.left_out, decoders) == ComparedCopies(unlike=("zz other",))


def test_copies_are_told_of_the_part_they_belong_to(tmp_path: Path) -> None:
    write_4d(tmp_path, _by_time)
    shutil.copy(tmp_path / "IM0001", tmp_path / "copy")
    assert [part.copies for part in parts(tmp_path)] == [(), ("copy",)]


def test_one_uid_for_all_slices_loses_none(tmp_path: Path) -> None:
    """Careless tools give every file the same UID; the slices are still others."""

    def same(_k: int, dataset: FileDataset) -> None:
        dataset.SOPInstanceUID = "1.2.3"
        dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"

    write_stack(tmp_path, THREE, change=same)
    (series,) = parts(tmp_path)
    assert values(series) == [102, 101, 100]
    assert series.copies == ()


def test_gaps_are_listed_where_they_are(tmp_path: Path) -> None:
    heights = [1.5 * k for k in range(12) if k not in (3, 8, 9)]
    write_stack(tmp_path, [(0, 0, z) for z in heights])
    image = image_of(parts(tmp_path)[0])
    assert image.caveats == (Caveat.MISSING_SLICES,)
    assert image.stack.gaps == (Gap(1, 2, 4.5), Gap(5, 1, 3.0))
    assert image.stack.missing == 3
    assert not image.measurable_across
    assert image.measurable
    places = [image.to_patient(np.array([0.0, 0, k]))[2] for k in range(9)]
    assert places == sorted(heights, reverse=True)
    # Both ends of the volume are right in the affine too; its step is the mean one.
    ends = image.affine.to_patient(np.array([[0.0, 0, 0], [0, 0, 8]]))
    assert ends[:, 2] == pytest.approx([16.5, 0])


def test_real_gaps_are_the_slices_that_were_taken_out(test_data: Path) -> None:
    image = image_of(parts(test_data / "dicom/ct_missing_slices")[0])
    numbers = image.instance_numbers
    found = [
        ({numbers[gap.after], numbers[gap.after + 1]}, gap.missing) for gap in image.stack.gaps
    ]
    assert found == [({44, 47}, 2), ({36, 38}, 1)]


def test_uneven_slices_lie_where_they_lie(tmp_path: Path) -> None:
    heights = (0, 4, 8, 15, 22)
    write_stack(tmp_path, [(0, 0, z) for z in heights])
    image = image_of(parts(tmp_path)[0])
    assert [image.to_patient(np.array([0.0, 0, k]))[2] for k in range(5)] == [22, 15, 8, 4, 0]
    assert image.to_patient(np.array([1.0, 2, 0.5])) == pytest.approx([0.5, 1.4, 18.5])
    assert image.to_patient(np.array([0.0, 0, -1]))[2] == pytest.approx(22 + 5.5)
    assert not image.measurable_across


def test_slices_shifted_in_their_plane_are_uneven(tmp_path: Path) -> None:
    write_stack(tmp_path, [(0, 0, 0), (0, 0, 2), (9, 0, 4), (0, 0, 6)])
    assert image_of(parts(tmp_path)[0]).caveats == (Caveat.SPACING_UNEVEN,)


def test_tilted_and_uneven_is_both(tmp_path: Path) -> None:
    tilt = np.deg2rad(18.5)
    orientation = (1, 0, 0, 0, float(np.cos(tilt)), -float(np.sin(tilt)))
    write_stack(tmp_path, [(0, 0, z) for z in (0, 4, 8, 15)], orientation=orientation)
    image = image_of(parts(tmp_path)[0])
    assert set(image.caveats) == {Caveat.GANTRY_TILT, Caveat.SPACING_UNEVEN}
    assert [image.to_patient(np.array([0.0, 0, k]))[2] for k in range(4)] == [15, 8, 4, 0]


# --- apart ----------------------------------------------------------------------------------------


def test_localizers_stand_apart(tmp_path: Path) -> None:
    write_stack(tmp_path / "a", THREE)

    def scout(k: int, dataset: FileDataset) -> None:
        dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"1.2.9.{k}"
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]

    write_stack(tmp_path / "b", [(0, 0, 2.5)], change=scout)
    assert [part.header.count for part in parts(tmp_path)] == [3, 1]


@pytest.mark.parametrize(
    "change",
    [
        lambda dataset: setattr(dataset, "FrameOfReferenceUID", "1.2.8"),
        lambda dataset: setattr(dataset, "PixelSpacing", [0.9, 0.9]),
        lambda dataset: setattr(dataset, "ImageType", ["DERIVED", "SECONDARY", "MPR"]),
        lambda dataset: setattr(dataset, "ImageOrientationPatient", [0, 1, 0, 1, 0, 0]),
    ],
)
def test_another_frame_of_reference_spacing_or_reformat_stands_apart(
    tmp_path: Path, change: Callable[[FileDataset], None]
) -> None:
    def every_second(k: int, dataset: FileDataset) -> None:
        dataset.FrameOfReferenceUID = "1.2.7"
        if k % 2:
            change(dataset)

    write_stack(tmp_path, [(0, 0, z) for z in range(5)], change=every_second)
    assert [part.header.count for part in parts(tmp_path)] == [3, 2]


def test_every_plane_of_a_radial_stack_is_its_own(tmp_path: Path) -> None:
    def turned(k: int, dataset: FileDataset) -> None:
        angle = np.pi * k / 6
        across = [float(np.cos(angle)), float(np.sin(angle)), 0.0]
        dataset.ImageOrientationPatient = [*across, 0.0, 0.0, -1.0]
        dataset.ImagePositionPatient = [-4 * across[0], -4 * across[1], 3.0]

    write_stack(tmp_path, [(0, 0, 0)] * 6, change=turned)
    found = parts(tmp_path)
    assert [part.header.count for part in found] == [1] * 6
    assert [values(part) for part in found] == [[100 + k] for k in range(6)]
    assert all(image_of(part).oriented for part in found)


def test_series_in_one_folder_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for at, (series, orientation) in enumerate((("7", AXIAL), ("3", CORONAL), ("5", SAGITTAL))):

        def numbered(_k: int, dataset: FileDataset, number: str = series) -> None:
            dataset.SeriesNumber = number

        folder = tmp_path / str(at)
        write_stack(folder, [(0, 0, 0)], series=series, orientation=orientation, change=numbered)
    assert [part.header.number for part in parts(tmp_path)] == [3, 5, 7]


# --- no places ------------------------------------------------------------------------------------


@pytest.mark.parametrize("modality", ["US", "XA", "CR", "OT"])
def test_images_without_places_keep_their_numbers_order(tmp_path: Path, modality: str) -> None:
    def unplaced(k: int, dataset: FileDataset) -> None:
        dataset.InstanceNumber = (30, 4, 100)[k]

    _write_unplaced(tmp_path, modality, unplaced)
    (series,) = parts(tmp_path)
    assert values(series) == [101, 100, 102]
    image = image_of(series)
    assert image.stack.origins == ()
    assert not image.measurable_across


def _write_unplaced(folder: Path, modality: str, change: Change) -> None:
    for k in range(3):
        dataset = slice_dataset(
            np.full((6, 8), 100 + k, np.int16),
            number=k + 1,
            position=None,
            orientation=None,
            modality=modality,
        )
        change(k, dataset)
        save(dataset, folder / f"{9 - k}")


def test_each_film_is_its_own_part(tmp_path: Path) -> None:
    for k in range(2):
        pixels = np.stack([np.full((6, 8), 10 * k + n, np.int16) for n in range(4)])
        dataset = slice_dataset(
            pixels[0], number=k + 1, position=None, orientation=None, modality="XA"
        )
        dataset.NumberOfFrames = 4
        dataset.PixelData = pixels.tobytes()
        save(dataset, tmp_path / f"{k}")
    assert [values(part) for part in parts(tmp_path)] == [[0, 1, 2, 3], [10, 11, 12, 13]]


# --- frames of one file ---------------------------------------------------------------------------


def enhanced(places: Sequence[tuple[float, float]], folder: Path) -> None:
    """One file of frames at (height, temporal position), in the order given; frame n holds n."""
    frames = np.stack([np.full((6, 8), n, np.int16) for n in range(len(places))])
    dataset = slice_dataset(frames[0], modality="MR", position=None, orientation=None, spacing=None)
    dataset.NumberOfFrames = len(places)
    dataset.PixelData = frames.tobytes()
    shared, measures, plane = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness = [0.7, 0.5], 2
    plane.ImageOrientationPatient = list(AXIAL)
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [plane]
    dataset.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for height, moment in places:
        group, position, content = Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, height]
        content.TemporalPositionIndex = int(moment)
        group.PlanePositionSequence, group.FrameContentSequence = [position], [content]
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = groups
    save(dataset, folder / "one")


def test_frames_of_one_file_are_sorted_by_place(tmp_path: Path) -> None:
    enhanced([(4, 1), (0, 1), (2, 1)], tmp_path)
    (series,) = parts(tmp_path)
    assert values(series) == [0, 2, 1]
    assert image_of(series).affine.spacing_mm == pytest.approx((0.5, 0.7, 2.0))


def test_frames_of_one_file_are_divided_by_time(tmp_path: Path) -> None:
    enhanced([(z, t) for z in (0, 2, 4) for t in (2, 1)], tmp_path)
    found = parts(tmp_path)
    assert told(found) == [[("time", "1")], [("time", "2")]]
    assert [values(part) for part in found] == [[5, 3, 1], [4, 2, 0]]


def nuclear(folder: Path, step: float, **kinds: object) -> None:
    """A reconstructed SPECT: one detector's plane, frames counted by their slice vector."""
    frames = np.stack([np.full((6, 8), n, np.int16) for n in range(4)])
    dataset = slice_dataset(frames[0], modality="NM", position=None, orientation=None)
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "RECON TOMO", "EMISSION"]
    dataset.NumberOfFrames, dataset.PixelData = 4, frames.tobytes()
    dataset.SpacingBetweenSlices, dataset.SliceVector = step, [1, 2, 4, 3]
    detector = Dataset()
    detector.ImagePositionPatient, detector.ImageOrientationPatient = [1, 2, 30], list(AXIAL)
    dataset.DetectorInformationSequence = [detector]
    for name, value in kinds.items():
        setattr(dataset, name, value)
    save(dataset, folder / "one")


@pytest.mark.parametrize(("step", "order"), [(4.0, [2, 3, 1, 0]), (-4.0, [0, 1, 3, 2])])
def test_reconstructed_nuclear_slices_lie_by_their_vector(
    tmp_path: Path, step: float, order: list[int]
) -> None:
    nuclear(tmp_path, step)
    (series,) = parts(tmp_path)
    assert values(series) == order
    image = image_of(series)
    heights = [place[2] for place in image.stack.origins]
    assert heights == sorted((30 + step * k for k in range(4)), reverse=True)
    assert image.oriented


def test_gated_nuclear_slices_are_divided_by_their_phase(tmp_path: Path) -> None:
    gated = {"SliceVector": [1, 2, 1, 2], "TimeSlotVector": [1, 1, 2, 2]}
    nuclear(tmp_path, 4.0, ImageType=["ORIGINAL", "PRIMARY", "RECON GATED TOMO"], **gated)
    found = parts(tmp_path)
    assert told(found) == [[("phase", "1")], [("phase", "2")]]
    assert [values(part) for part in found] == [[1, 0], [3, 2]]


def test_nuclear_projections_have_no_places(tmp_path: Path) -> None:
    nuclear(tmp_path, 4.0, ImageType=["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"])
    (series,) = parts(tmp_path)
    assert values(series) == [0, 1, 2, 3]
    assert not image_of(series).oriented


# --- speed ----------------------------------------------------------------------------------------


def many_frames(tmp_path: Path, places: int, times: int) -> list[StoredFrame]:
    write_stack(tmp_path, [(0, 0, 0)], modality="MR")
    (frame,) = parts(tmp_path)[0].frames
    return [
        replace(
            frame,
            position=(0.0, 0.0, 2.0 * k),
            file=replace(frame.file, instance=f"1.{t}.{k}", instance_number=t * places + k),
            traits=replace(frame.traits, temporal_position=float(t)),
        )
        for k in range(places)
        for t in range(times)
    ]


def test_ten_thousand_frames_are_sorted_in_time(tmp_path: Path) -> None:
    few, many = many_frames(tmp_path, 100, 10), many_frames(tmp_path, 100, 100)

    def took(frames: list[StoredFrame]) -> float:
        """Of this thread, the best of three, without a search for others' garbage."""
        best = math.inf
        for _ in range(3):
            gc.collect()
            gc.disable()
            begin = time.thread_time()
            assert sum(part.header.count for part in group_frames(frames)) == len(frames)
            best = min(best, time.thread_time() - begin)
            gc.enable()
        return best

    # Ten times the frames may not take a hundred times as long.
    assert took(many) < 40 * max(took(few), 0.02)


def test_ten_thousand_headers_are_read_and_sorted(tmp_path: Path) -> None:
    """Fifty series of a hundred places at two times; `pytest -s` prints how long it took."""
    dataset = slice_dataset(np.zeros((16, 16), np.int16), modality="MR")
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3.77777"
    dataset.SeriesInstanceUID, dataset.InstanceNumber = "1.2.4.66666", "77777"
    dataset.ImagePositionPatient, dataset.TemporalPositionIdentifier = ["0", "0", "55555"], "444"
    template = save(dataset, tmp_path / "one").read_bytes()
    files = []
    for k in range(10_000):
        data = template.replace(b"77777", b"%05d" % (10_000 + k))
        data = data.replace(b"66666", b"%05d" % (10_000 + k // 200))
        data = data.replace(b"55555", b"%05d" % (k % 100)).replace(b"444", b"%03d" % (k // 100 % 2))
        files.append(MemoryBytes(f"{k * 7919 % 10_000}", data))
    begin = time.process_time()
    found = scan(files)
    spent = time.process_time() - begin
    print(f"10,000 headers read and sorted in {spent:.1f} s of the processor")
    assert [part.header.count for part in found.series] == [100] * 100
    assert spent < 20


def test_a_directory_sorts_into_its_series(test_data: Path) -> None:
    found = scan(folder_files(test_data / "dicom/dicomdir"))
    by_folder = {
        frozenset(frame.file.source.name.rsplit("/", 1)[0] for frame in part.frames): part
        for part in found.series
    }
    folders = {name for names in by_folder for name in names}
    assert all(len(names) == 1 for names in by_folder)
    assert len(folders) == 9
    assert main_series(found).header.count == 5
