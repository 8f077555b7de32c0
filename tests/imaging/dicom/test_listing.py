"""Every element of a file as words, held against pydicom's own walk."""

from __future__ import annotations

import random
import warnings
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ImplicitVRLittleEndian

from labeler.errors import LabelerError
from labeler.imaging.dicom.listing import list_dicom
from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.model.listing import HeaderEntry, HeaderListing
from tests.support.dicom_files import save, slice_dataset


def _listed(dataset: FileDataset, folder: Path) -> dict[str, HeaderEntry]:
    listing = list_dicom(FileBytes(save(dataset, folder / "one.dcm")))
    assert listing.complete
    return {entry.tag: entry for entry in listing.entries if entry.tag}


def _plain(**values: object) -> FileDataset:
    dataset = slice_dataset(np.zeros((4, 6), np.int16))
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


@pytest.mark.parametrize("implicit", [False, True])
def test_values_are_told_as_a_person_reads_them(tmp_path: Path, implicit: bool) -> None:
    dataset = _plain(ImageType=["ORIGINAL", "PRIMARY"], FrameIncrementPointer=0x00181063)
    if implicit:
        pixels = np.zeros((4, 6), np.int16)
        dataset = slice_dataset(pixels, syntax=ImplicitVRLittleEndian)
        dataset.ImageType, dataset.FrameIncrementPointer = ["ORIGINAL", "PRIMARY"], 0x00181063
    found = _listed(dataset, tmp_path)
    assert found["(0008,0008)"].value == "ORIGINAL\\PRIMARY"
    assert found["(0028,0009)"].value == "(0018,1063)"
    assert found["(0028,0010)"].value == "4"
    assert found["(0028,0030)"].value == "0.7\\0.5"
    assert found["(0008,0016)"].value.endswith("CT Image Storage")
    rows = found["(0028,0010)"]
    assert (rows.name, rows.keyword, rows.vr, rows.length) == ("Rows", "Rows", "US", 2)


def test_names_are_shown_in_their_character_set_and_marked(tmp_path: Path) -> None:
    dataset = _plain(SpecificCharacterSet="ISO_IR 192", PatientName="Müller^Zoë")
    found = _listed(dataset, tmp_path)
    assert found["(0010,0010)"].value == "Müller^Zoë"
    assert found["(0010,0010)"].names_person
    assert found["(0010,0020)"].names_person
    assert not found["(0028,0010)"].names_person


@pytest.mark.parametrize("undefined", [False, True])
def test_sequences_are_told_in_depth(tmp_path: Path, undefined: bool) -> None:
    inner, outer = Dataset(), Dataset()
    inner.CodeMeaning = "chest"
    outer.AnatomicRegionModifierSequence = Sequence([inner])
    dataset = _plain(AnatomicRegionSequence=Sequence([outer, Dataset()]))
    for sequence in (dataset["AnatomicRegionSequence"], outer["AnatomicRegionModifierSequence"]):
        sequence.is_undefined_length = undefined
    listing = list_dicom(FileBytes(save(dataset, tmp_path / "one.dcm")))
    start = next(i for i, e in enumerate(listing.entries) if e.tag == "(0008,2218)")
    told = [(e.depth, e.name, e.value) for e in listing.entries[start : start + 6]]
    assert told == [
        (0, "Anatomic Region Sequence", "2 items"),
        (1, "Item 1", ""),
        (2, "Anatomic Region Modifier Sequence", "1 item"),
        (3, "Item 1", ""),
        (4, "Code Meaning", "chest"),
        (1, "Item 2", ""),
    ]


def test_private_elements_are_named_by_their_creator(tmp_path: Path) -> None:
    dataset = _plain()
    known = dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    known.add_new(0x0C, "IS", "1000")
    dataset.private_block(0x0021, "NOBODY KNOWS", create=True).add_new(0x07, "LO", "a secret")
    found = _listed(dataset, tmp_path)
    b_value = found["(0019,100C)"]
    assert (b_value.name, b_value.private, b_value.value) == (
        "B_value",
        "SIEMENS MR HEADER",
        "1000",
    )
    unknown = found["(0021,1007)"]
    assert (unknown.name, unknown.private, unknown.value) == ("Private", "NOBODY KNOWS", "a secret")


def test_large_values_are_cut_and_bytes_told_as_such(tmp_path: Path) -> None:
    dataset = _plain(ImageComments="word " * 2000, ICCProfile=bytes(range(200)))
    found = _listed(dataset, tmp_path)
    assert len(found["(0020,4000)"].value) < 600
    assert found["(0020,4000)"].value.endswith("…")
    assert found["(0028,2000)"].value == f"{bytes(range(16)).hex(' ')} … (200 bytes)"
    assert found["(7FE0,0010)"].value.endswith("(48 bytes)")


def test_a_deflated_file_is_listed_from_its_own_bytes(tmp_path: Path) -> None:
    dataset = slice_dataset(np.zeros((4, 6), np.int16), syntax=DeflatedExplicitVRLittleEndian)
    found = _listed(dataset, tmp_path)
    assert found["(0028,0011)"].value == "6"
    assert found["(0002,0010)"].value.startswith(DeflatedExplicitVRLittleEndian)


def test_a_file_that_ends_early_is_listed_as_far_as_it_goes(tmp_path: Path) -> None:
    path = save(_plain(), tmp_path / "one.dcm")
    whole = path.read_bytes()
    listing = list_dicom(MemoryBytes("cut.dcm", whole[:-90]))
    assert not listing.complete
    assert listing.entries[-1].tag == "(0028,1051)"


def test_bytes_turned_by_chance_never_break_the_listing(tmp_path: Path) -> None:
    inner = Dataset()
    inner.CodeMeaning = "chest"
    dataset = _plain(AnatomicRegionSequence=Sequence([inner]))
    whole = save(dataset, tmp_path / "one.dcm").read_bytes()
    chance = random.Random(5)
    for _ in range(400):
        broken = bytearray(whole[: len(whole) - 40])
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(132, len(broken))] = chance.randrange(256)
        try:
            listing = list_dicom(MemoryBytes("broken.dcm", bytes(broken)))
        except LabelerError:
            continue
        assert isinstance(listing, HeaderListing)
        assert all(len(entry.value) < 1100 for entry in listing.entries)


def _of_pydicom(dataset: Dataset) -> list[int]:
    found = []
    for element in dataset:
        found.append(int(element.tag))
        if element.VR == "SQ":
            found += [tag for item in element.value for tag in _of_pydicom(item)]
    return found


@pytest.mark.parametrize(
    "name",
    [
        "multiframe/6_1.dcm",
        "multiframe/eCT_Supplemental.dcm",
        "multiframe/emri_small_big_endian.dcm",
        "pet_nm_rt/rtstruct_raysearch.dcm",
        "xray_lut/MG1_J2KI",
        "seg_sr/sm_image_control.dcm",
    ],
)
def test_real_files_hold_what_pydicom_finds(test_data: Path, name: str) -> None:
    path = test_data / "dicom" / name
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = dcmread(path, stop_before_pixels=True)
        wanted = [int(e.tag) for e in theirs.file_meta] + _of_pydicom(theirs)
    ours = [
        int(entry.tag[1:5] + entry.tag[6:10], 16)
        for entry in list_dicom(FileBytes(path)).entries
        if entry.tag and not entry.keyword.endswith("PixelData")
    ]
    behind = ours.index(wanted[-1], len(wanted) - 1) + 1 if wanted[-1] in ours else 0
    assert ours[:behind] == wanted
