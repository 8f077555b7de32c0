"""De-identified copies of real files: nothing of the person in their bytes, all else equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset, FileDataset
from pydicom.sr._concepts_dict import concepts

from labeler.errors import LabelerError
from labeler.imaging.dicom.header import looks_like_dicom
from labeler.imaging.frames import StoredFrame
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import MemoryBytes, folder_files
from labeler.interchange.dicom_copies import dicom_copy
from labeler.interchange.dicom_data import FAULTS, quiet, read_dataset
from labeler.interchange.privacy import privacy_of
from labeler.interchange.privacy_findings import Severity
from labeler.interchange.pseudonyms import Pseudonyms
from labeler.model.image import ByteSource

PSEUDONYMS = Pseudonyms(bytes(range(32)))
TELLING = {
    *("AccessionNumber", "InstitutionName", "InstitutionAddress", "PatientID", "OtherPatientIDs"),
    *("StationName", "PatientAddress", "PatientTelephoneNumbers", "AdmissionID"),
    *("PatientComments", "ReferringPhysicianAddress", "IssuerOfPatientID", "RequestingService"),
    *("DeviceSerialNumber", "CurrentPatientLocation", "InstitutionalDepartmentName"),
    "PerformedStationName",
}
EACH = ("transfer_syntax", "charset", "broken_odd", "seg_sr", "multiframe", "gsps_tool_made")
"""Folders of which every file is copied."""
KEPT = {
    *("PatientWeight", "PatientSize", "PatientSex", "PatientAge", "Units", "DecayCorrection"),
    *("RadionuclideTotalDose", "RadionuclideHalfLife", "RadiopharmaceuticalStartTime"),
    *("SeriesTime", "AcquisitionTime", "RescaleSlope", "RescaleIntercept", "FrameReferenceTime"),
    *("ActualFrameDuration", "DiffusionBValue", "ConvolutionKernel", "ImageLaterality"),
    *("Laterality", "KVP", "ContrastBolusVolume"),
}
"""What SUV, HU, b-values and sides are reckoned from."""


def parsed(source: ByteSource) -> FileDataset:
    return read_dataset(source, pixels=True)


def every(dataset: Dataset) -> Iterator[tuple[Dataset, int]]:
    for tag in list(dataset.keys()):
        yield dataset, int(tag)
        try:
            element = dataset[tag]
        except FAULTS:  # broken on purpose: the copy does not have it either
            continue
        if element.VR == "SQ" and not element.tag.is_private:
            for item in element.value or ():
                yield from every(item)


def telling(dataset: FileDataset) -> set[bytes]:
    """The raw bytes of every value that tells, four bytes or more, as the file has them."""
    found = set()
    for holder, tag in every(dataset):
        item = holder.get_item(tag)
        raw = getattr(item, "value", None)
        if not isinstance(raw, bytes):
            try:
                element = holder[tag]
            except FAULTS:
                continue
            raw = getattr(element.value, "original_string", None) or str(element.value).encode()
        vr = getattr(item, "VR", "") or ""
        try:
            keyword = holder[tag].keyword
            vr = vr or holder[tag].VR
        except FAULTS:
            continue
        if vr == "PN" or keyword in TELLING:
            for part in raw.replace(b"=", b"\\").split(b"\\"):
                if len(part.strip(b" \0")) >= 4:
                    found.add(part.strip(b" \0"))
    return found


def header_bytes(copied: Copied) -> bytes:
    """Everything but the pixels, where any four bytes may stand by chance."""
    dataset, data = copied.new, copied.copy.read(0, copied.copy.size)
    for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
        raw = getattr(dataset.get_item(name), "value", None)
        if isinstance(raw, bytes) and len(raw) > 64:
            data = data.replace(raw, b"")
    return data


@dataclass(frozen=True)
class Copied:
    """A file and its copy, and what pydicom reads in each."""

    source: ByteSource
    copy: MemoryBytes
    old: FileDataset
    new: FileDataset


@pytest.fixture(scope="module")
def copied(test_data: Path) -> list[Copied]:
    """Of each folder the first and last two files, and their copies."""
    folders: dict[str, list[ByteSource]] = {}
    for source in folder_files(test_data):
        if looks_like_dicom(source.read(0, 1024)):
            folders.setdefault(source.name.rpartition("/")[0], []).append(source)
    picked = [
        source
        for folder, files in folders.items()
        for source in (files if folder.endswith(EACH) else [*files[:2], *files[-1:]])
    ]
    made = []
    for source in picked:
        try:
            copy = MemoryBytes(source.name, dicom_copy(source, PSEUDONYMS))
        except LabelerError:
            assert source.name.endswith("emri_small_jpeg_2k_lossless_too_short.dcm"), source.name
            continue
        made.append(Copied(source, copy, parsed(source), parsed(copy)))
    return made


def test_nothing_that_tells_survives_in_the_bytes(
    copied: list[Copied],
) -> None:
    tried, left = 0, []
    with quiet():
        for one in copied:
            secrets = telling(one.old)
            tried += len(secrets)
            plain = header_bytes(one)
            # A serial number "Unknown" tells nothing, and other elements say it too.
            left += [(one.source.name, s) for s in secrets if s in plain and s != b"Unknown"]
    assert tried > 500
    assert left == []


def test_the_same_image_at_the_same_place(copied: list[Copied]) -> None:
    opened = 0
    for one in copied:
        before, after = scan([one.source]), scan([one.copy])
        assert len(before.problems) == len(after.problems), one.source.name
        frames = [[f for series in each.series for f in series.frames] for each in (before, after)]
        assert [told(f) for f in frames[0]] == [told(f) for f in frames[1]], one.source.name
        opened += len(frames[0]) > 0
    assert opened > 120


def told(frame: StoredFrame) -> tuple[object, ...]:
    return (
        frame.number,
        frame.file.layout,
        frame.file.syntax,
        frame.file.info.modality,
        frame.file.info.patient_age,
        frame.file.instance_number,
        frame.origin,
        frame.orientation,
        frame.spacing,
        frame.slope,
        frame.intercept,
        frame.windows,
    )


def test_the_same_pixels_and_measures(copied: list[Copied]) -> None:
    with quiet():
        for one in copied:
            for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
                raw = [getattr(each.get_item(name), "value", None) for each in (one.old, one.new)]
                assert raw[0] == raw[1], one.source.name
            assert measures(one.old) == measures(one.new), one.source.name
            assert one.new.PatientIdentityRemoved == "YES"


def measures(dataset: FileDataset) -> list[tuple[str, str]]:
    return [
        (name, str(holder[tag].value))
        for holder, tag in every(dataset)
        if (name := keyword_for_tag(tag)) in KEPT and str(holder[tag].value or "0") != ""
    ]


def test_all_dates_of_a_patient_move_alike(copied: list[Copied]) -> None:
    moves: dict[str, set[int]] = {}
    with quiet():
        for old, new in ((one.old, one.new) for one in copied):
            for name in ("StudyDate", "SeriesDate", "AcquisitionDate", "ContentDate"):
                was, now = str(old.get(name) or ""), str(new.get(name) or "")
                if len(was) == 8 and was.isdigit() and str(old.get("PatientID") or ""):
                    moves.setdefault(str(old.PatientID), set()).add(days(now) - days(was))
    assert len(moves) > 30
    assert all(len(found) == 1 for found in moves.values())
    assert all(-3660 < move < -365 for found in moves.values() for move in found)
    assert len({move for found in moves.values() for move in found}) > 25


def days(text: str) -> int:
    return date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()


def test_references_still_lead_there(copied: list[Copied]) -> None:
    """What referred to another file of the collection does so in the copies."""
    links = 0
    with quiet():
        pairs = [(one.old, one.new) for one in copied]
        names = {str(old.get("SOPInstanceUID")): new.get("SOPInstanceUID") for old, new in pairs}
        for old, new in pairs:
            now = set(references(new))
            inside = [uid for uid in references(old) if uid in names]
            links += len(inside)
            assert {str(names[uid]) for uid in inside} <= now
    assert links > 20


def references(dataset: FileDataset) -> Iterator[str]:
    for holder, tag in every(dataset):
        if tag == 0x00081155 and not holder[tag].is_empty:
            yield str(holder[tag].value)


def test_a_copy_says_what_was_done(copied: list[Copied]) -> None:
    copy, dataset = copied[0].copy, copied[0].new
    assert copy.read(0, 132) == bytes(128) + b"DICM"
    codes = [(item.CodeValue, item.CodingSchemeDesignator)
             for item in dataset.DeidentificationMethodCodeSequence]  # fmt: skip
    assert ("113100", "DCM") in codes
    assert ("113107", "DCM") in codes
    for item in dataset.DeidentificationMethodCodeSequence:
        meaning = concepts["DCM"]
        assert any(item.CodeMeaning == said for keyword in meaning.values()
                   for code, (said, _) in keyword.items() if code == item.CodeValue)  # fmt: skip
    assert dataset.LongitudinalTemporalInformationModified == "MODIFIED"
    assert dataset.file_meta.ImplementationVersionName == "LABELER"
    assert "SourceApplicationEntityTitle" not in dataset.file_meta
    assert [one for one in privacy_of(copy).findings if one.severity is Severity.NAMES] == []


def test_two_posts_share_no_name(copied: list[Copied]) -> None:
    source = next(one.source for one in copied if one.source.name.endswith("I950"))
    one, other = (
        parsed(MemoryBytes("a", dicom_copy(source, Pseudonyms(bytes([n]) * 32)))) for n in (1, 2)
    )
    assert one.PatientID != other.PatientID
    assert one.SOPInstanceUID != other.SOPInstanceUID
    assert one.StudyDate != other.StudyDate
