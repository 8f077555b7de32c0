"""What files tell of the person: the keyword and what becomes of it, never the value."""

from __future__ import annotations

import struct
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import PngImagePlugin
from pydicom.dataset import Dataset, FileDataset
from pydicom.sequence import Sequence

from labeler.errors import LabelerError
from labeler.imaging.sources.files import FileBytes, MemoryBytes, folder_files
from labeler.interchange.copies import clean_copy
from labeler.interchange.privacy import FilePrivacy, inspect_privacy, privacy_of
from labeler.interchange.privacy_findings import Severity, Sort, Treatment
from labeler.interchange.pseudonyms import Pseudonyms
from tests.support.dicom_files import save, slice_dataset
from tests.support.foreign_slides import tissue, write_leica, write_mirax, write_ndpi

NAME = "Möller^Ada"


def patient() -> FileDataset:
    dataset = slice_dataset(np.zeros((4, 4), np.int16))
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.PatientName = NAME
    dataset.PatientID = "4711-0815"
    dataset.PatientBirthDate = "19700131"
    dataset.PatientSex = "F"
    dataset.StudyDate = "20200202"
    dataset.ImageComments = "Ada again"
    dataset.ReferringPhysicianName = ""
    inner = Dataset()
    inner.PersonName = "Inner^Person"
    dataset.ContentSequence = Sequence([inner])
    block = dataset.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", "1000")
    block.add_new(0x55, "LO", "Möller")
    dataset.add_new(0x60000022, "LO", "Möller, left")
    return dataset


def look(dataset: FileDataset, folder: Path, name: str = "a.dcm") -> FilePrivacy:
    save(dataset, folder / name)
    return privacy_of(FileBytes(folder / name))


def by_name(found: FilePrivacy) -> dict[str, tuple[Sort, Severity, Treatment]]:
    return {one.name: (one.sort, one.severity, one.copy) for one in found.findings}


def test_what_a_dicom_file_tells(tmp_path: Path) -> None:
    found = look(patient(), tmp_path)
    told = by_name(found)
    assert told["PatientName"] == (Sort.IDENTITY, Severity.NAMES, Treatment.EMPTIED)
    assert told["PatientID"] == (Sort.IDENTITY, Severity.NAMES, Treatment.REPLACED)
    assert told["PatientBirthDate"] == (Sort.IDENTITY, Severity.NAMES, Treatment.EMPTIED)
    assert told["PatientSex"] == (Sort.IDENTITY, Severity.HARMLESS, Treatment.KEPT)
    assert told["StudyDate"] == (Sort.DATE, Severity.MAY_NAME, Treatment.SHIFTED)
    assert told["ImageComments"] == (Sort.TEXT, Severity.MAY_NAME, Treatment.REMOVED)
    assert told["SeriesDescription"] == (Sort.TEXT, Severity.MAY_NAME, Treatment.CLEANED)
    assert told["StudyInstanceUID"] == (Sort.UID, Severity.MAY_NAME, Treatment.REPLACED)
    assert told["OverlayDescription"] == (Sort.OVERLAY, Severity.MAY_NAME, Treatment.REMOVED)
    assert told["PersonName"][1] is Severity.NAMES, "inside a sequence too"
    assert "ReferringPhysicianName" not in told, "an empty value tells nothing"
    private = {(one.copy, one.count) for one in found.findings if one.sort is Sort.PRIVATE}
    assert private == {(Treatment.KEPT, 1), (Treatment.REMOVED, 1)}
    (row,) = (one for one in found.findings if one.name == "PatientName")
    assert (row.tag, row.profile) == ("(0010,0010)", "Z")
    assert [one.severity for one in found.findings] == sorted(
        (one.severity for one in found.findings), key=list(Severity).index
    )


def test_no_value_is_ever_in_the_answer(tmp_path: Path) -> None:
    text = msgspec.json.encode(look(patient(), tmp_path)).decode()
    for value in ("Möller", "Ada", "4711", "1970", "Inner", "again"):
        assert value not in text


@pytest.mark.parametrize(
    ("changes", "look_first"),
    [
        ({}, False),
        ({"BurnedInAnnotation": "YES"}, True),
        ({"Modality": "US"}, True),
        ({"Modality": "US", "BurnedInAnnotation": "NO"}, False),
        ({"Modality": "XA"}, False),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, True),
        ({"ConversionType": "SD"}, True),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, True),
        ({"Modality": "SM", "ImageType": ["ORIGINAL", "PRIMARY", "LABEL", "NONE"]}, True),
        ({"Modality": "SM", "BurnedInAnnotation": "NO"}, False),
    ],
)
def test_pixels_that_a_person_must_look_at(
    tmp_path: Path, changes: dict[str, object], look_first: bool
) -> None:
    dataset = slice_dataset(np.zeros((4, 4), np.int16))
    for name, value in changes.items():
        setattr(dataset, name, value)
    assert look(dataset, tmp_path).look is look_first


def test_overlays_in_unused_bits_are_pixels(tmp_path: Path) -> None:
    dataset = slice_dataset(np.zeros((4, 4), np.int16))
    dataset.add_new(0x60000102, "US", 15)
    assert look(dataset, tmp_path).look


def test_a_file_that_says_it_was_cleaned(tmp_path: Path) -> None:
    dataset = patient()
    dataset.PatientIdentityRemoved = "YES"
    told = by_name(look(dataset, tmp_path))
    assert told["PatientName"][1] is Severity.HARMLESS
    assert told["OverlayDescription"][1] is Severity.MAY_NAME, "nobody says that of overlays"


def test_a_name_in_the_file_name(tmp_path: Path) -> None:
    assert by_name(look(patient(), tmp_path, "moeller.dcm")).get("file name") is None
    assert by_name(look(patient(), tmp_path, "ada_ct.dcm"))["file name"][1] is Severity.NAMES
    assert by_name(look(patient(), tmp_path, "x47110815.dcm"))["file name"][1] is Severity.NAMES
    assert by_name(look(patient(), tmp_path, "20200101.dcm"))["file name"][1] is Severity.MAY_NAME


@pytest.mark.parametrize(
    ("body", "description", "face"),
    [
        ("HEAD", "", True),
        ("", "T1 brain sag", True),
        ("", "Schädel nativ", True),
        ("CHEST", "", False),
        ("", "", False),
        ("", "HFS head first supine", False),
    ],
)
def test_heads(tmp_path: Path, body: str, description: str, face: bool) -> None:
    dataset = slice_dataset(np.zeros((4, 4), np.int16))
    dataset.SpecificCharacterSet = "ISO_IR 100"
    dataset.BodyPartExamined, dataset.SeriesDescription = body, description
    assert ("head" in by_name(look(dataset, tmp_path))) is face


def test_a_broken_header_is_named_and_never_called_clean(tmp_path: Path) -> None:
    path = save(patient(), tmp_path / "a.dcm")
    data = bytearray(path.read_bytes())
    at = data.index(b"SQ\0\0") + 4
    data[at : at + 4] = struct.pack("<I", 0x7FFFFFFF)
    found = inspect_privacy([MemoryBytes("bad.dcm", bytes(data))])
    told = found[0]
    assert not isinstance(told, FilePrivacy) or any(
        one.sort is Sort.UNREAD or one.name == "PersonName" for one in told.findings
    )


def test_an_unknown_file_is_not_called_clean() -> None:
    found = privacy_of(MemoryBytes("notes.txt", b"Ada Moeller was here"))
    assert not found.cleanable
    assert by_name(found)["header"][2] is Treatment.NONE


def test_a_slide_of_another_maker_is_not_called_clean(tmp_path: Path) -> None:
    """A label may lie in it where nobody here looks; so no copy is made."""
    pixels = tissue(128, 128)
    write_ndpi(tmp_path / "a.ndpi", pixels)
    write_leica(tmp_path / "a.bin", pixels)
    write_mirax(tmp_path, pixels, 64)
    for name in ("a.ndpi", "a.bin", "a.mrxs"):
        source = FileBytes(tmp_path / name)
        found = privacy_of(source)
        assert (found.family, found.cleanable) == ("slide", False)
        assert Severity.NAMES in {one.severity for one in found.findings}
        with pytest.raises(LabelerError, match="de-identified"):
            clean_copy(source, Pseudonyms(bytes(32)), "b", {})


def test_too_large_once_unfolded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    dataset = patient()
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.1.99"
    path = save(dataset, tmp_path / "a.dcm")
    assert privacy_of(FileBytes(path)).family == "dicom"
    monkeypatch.setattr("labeler.interchange.dicom_data.MAX_BYTES", 100)
    with pytest.raises(LabelerError) as caught:
        privacy_of(FileBytes(path))
    assert caught.value.code == "too-large-to-clean"


def test_every_real_file_is_looked_through(test_data: Path) -> None:
    """Nothing crashes, and each DICOM file with a patient's name is found."""
    found = inspect_privacy(folder_files(test_data))
    assert len(found) > 600
    named = [one for one in found if isinstance(one, FilePrivacy) and one.family == "dicom"]
    assert len(named) > 550
    with_name = [one for one in named if "PatientName" in by_name(one)]
    assert len(with_name) > 500
    families = {one.family for one in found if isinstance(one, FilePrivacy)}
    assert families == {"dicom", "picture", "volume", "slide", "other"}


def test_a_header_of_nothing_but_lines_is_looked_through_at_once() -> None:
    started = time.process_time()
    privacy_of(MemoryBytes("a.mha", b"ObjectType = Image" + b"\n" * (1 << 18)))
    assert time.process_time() - started < 2


def test_what_pictures_tell(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[315] = "Jane Doe"
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Author", "Jane Doe")
    picture = Pillow.fromarray(np.zeros((8, 8, 3), np.uint8))
    picture.save(tmp_path / "one.png", pnginfo=chunks, exif=exif)
    picture.save(tmp_path / "one.jpg", exif=exif, comment=b"Jane Doe")
    picture.save(tmp_path / "one.webp", exif=exif)
    picture.save(tmp_path / "one.tif", exif=exif)
    said = {"png": {"eXIf", "tEXt"}, "jpg": {"EXIF", "comment"}, "webp": {"EXIF"}}
    for suffix, names in (said | {"tif": {"Artist"}}).items():
        found = privacy_of(FileBytes(tmp_path / f"one.{suffix}"))
        assert found.family == "picture"
        assert {one.name for one in found.findings if one.sort is Sort.METADATA} == names
        assert "Doe" not in msgspec.json.encode(found).decode()


def test_directories_over_one_another_are_not_looked_through_without_end() -> None:
    links, below, entries = 20, 64, 4000
    tables = 8 + 18 * links
    begin = tables + 4 * below * links
    chain = b"".join(
        struct.pack("<HHHIII", 1, 330, 4, below, tables + 4 * below * n, 26 + 18 * n)
        for n in range(links)
    )
    chain = chain[:-4] + bytes(4)
    offsets = struct.pack(f"<{below * links}I", *(begin + 12 * n for n in range(below * links)))
    one = struct.pack("<HHIHH", 1000, 3, 1, 0, entries)
    body = struct.pack("<H", entries) + one * (entries + below * links) + bytes(16)
    started = time.process_time()
    found = privacy_of(MemoryBytes("a.tif", b"II*\0\x08\0\0\0" + chain + offsets + body))
    assert not found.cleanable
    assert time.process_time() - started < 5
