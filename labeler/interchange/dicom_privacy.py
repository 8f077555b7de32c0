"""What a DICOM file tells of the person, by the table of PS3.15 and beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from labeler.imaging.dicom.faces import says_head
from labeler.imaging.dicom.tags import spelled
from labeler.interchange.dicom_data import (
    FAULTS,
    keyword,
    quiet,
    raw_value,
    texts,
    vr_of,
)
from labeler.interchange.privacy_findings import PrivacyFinding, Severity, Sort, Treatment, part
from labeler.interchange.profile import DATES, is_curve, is_overlay, table, treatment
from labeler.interchange.safe_private import is_safe

if TYPE_CHECKING:
    from pydicom.dataset import Dataset, FileDataset

NAMING = frozenset(
    (
        0x00080050,  # AccessionNumber
        0x00080081,  # InstitutionAddress
        0x00080092,  # ReferringPhysicianAddress
        0x00080094,  # ReferringPhysicianTelephoneNumbers
        0x00100020,  # PatientID
        0x00100030,  # PatientBirthDate
        0x00100050,  # PatientInsurancePlanCodeSequence
        0x00101000,  # OtherPatientIDs
        0x00101002,  # OtherPatientIDsSequence
        0x00101040,  # PatientAddress
        0x00101090,  # MedicalRecordLocator
        0x00102154,  # PatientTelephoneNumbers
        0x00102155,  # PatientTelecomInformation
        0x00102299,  # ResponsibleOrganization
        0x00104000,  # PatientComments
        0x00380010,  # AdmissionID
        0x00380500,  # PatientState
        0x04000561,  # OriginalAttributesSequence
    )
)
"""What names a person by itself, besides everything of VR PN."""
_REMOVED = 0x00120062
_SHIFTED = 0x00280303
_CAPTURES = ("1.2.840.10008.5.1.4.1.1.7", "1.2.840.10008.5.1.4.1.1.77.1.4.1")
_SCANNED = frozenset(("DF", "SD", "SI", "DRW", "DV", "WSD"))
_FLAGGED = frozenset(("US", "IVUS", "SC", "OT", "HC", "DOC", "XC", "ES", "SCREEN"))
_SOMETIMES = frozenset(("XA", "RF", "MG", "CR", "DX", "ECG", "BMD", "RG", "PX"))


def find_in_dicom(dataset: FileDataset) -> tuple[PrivacyFinding, ...]:
    """Everything found, in the order of the tags; `in_order` counts it together."""
    cleaned = _said(dataset, _REMOVED) == "YES"
    found = [*_elements(dataset.file_meta, depth=0, cleaned=cleaned)] if _has_meta(dataset) else []
    with quiet():
        found += _elements(dataset, depth=0, cleaned=cleaned)
    found += _burned_in(dataset)
    found += _face(dataset)
    return tuple(found)


def _has_meta(dataset: FileDataset) -> bool:
    return getattr(dataset, "file_meta", None) is not None


def _elements(dataset: Dataset, *, depth: int, cleaned: bool) -> Iterator[PrivacyFinding]:
    for tag in sorted(int(key) for key in dataset.keys()):  # noqa: SIM118  values stay unread
        if tag >> 16 & 1:
            yield from _private(dataset, tag)
            continue
        vr = vr_of(dataset, tag)
        if vr == "SQ":
            yield from _sequence(dataset, tag, depth=depth, cleaned=cleaned)
        elif (found := _element(dataset, tag, vr, cleaned=cleaned)) is not None:
            yield found


def _element(dataset: Dataset, tag: int, vr: str, *, cleaned: bool) -> PrivacyFinding | None:
    copy = treatment(tag, vr)
    if copy is None and vr == "PN":
        copy = Treatment.EMPTIED
    if copy is None and vr in ("DA", "DT"):
        copy = Treatment.SHIFTED
    if copy is None and is_overlay(tag) and tag & 0xFFFF in (0x22, 0x1500):
        copy = Treatment.REMOVED
    if copy is None or not raw_value(dataset, tag).strip(b" \0"):
        return None
    sort = _sort(tag, vr)
    return PrivacyFinding(
        sort,
        _severity(tag, vr, sort, copy, cleaned=cleaned),
        keyword(tag),
        spelled(tag),
        _profile(tag),
        copy,
    )


def _profile(tag: int) -> str:
    base = table().base(tag)
    return "" if base is None else base.value


def _sort(tag: int, vr: str) -> Sort:
    if is_overlay(tag) or is_curve(tag):
        return Sort.OVERLAY
    if tag == 0x00420011:
        return Sort.DOCUMENT
    if tag == 0x00100030 or vr == "PN":
        return Sort.IDENTITY
    if vr in DATES:
        return Sort.DATE
    if vr == "UI":
        return Sort.UID
    return Sort.TEXT if vr in ("LT", "ST", "UT", "UC") or _is_description(tag) else Sort.IDENTITY


def _is_description(tag: int) -> bool:
    name = keyword(tag)
    return name.endswith(("Description", "Comments", "Label", "History", "Text", "Reason"))


def _severity(tag: int, vr: str, sort: Sort, copy: Treatment, *, cleaned: bool) -> Severity:
    if copy is Treatment.KEPT or (cleaned and sort not in (Sort.OVERLAY, Sort.DOCUMENT)):
        return Severity.HARMLESS
    names = vr == "PN" or tag in NAMING or sort is Sort.DOCUMENT
    return Severity.NAMES if names else Severity.MAY_NAME


def _sequence(dataset: Dataset, tag: int, *, depth: int, cleaned: bool) -> Iterator[PrivacyFinding]:
    try:
        items = list(dataset[tag].value or ())
    except FAULTS:
        yield PrivacyFinding(
            Sort.UNREAD, Severity.MAY_NAME, keyword(tag), spelled(tag), "", Treatment.REMOVED
        )
        return
    copy = treatment(tag, "SQ")
    if items and copy in (Treatment.REMOVED, Treatment.EMPTIED, Treatment.REPLACED):
        severity = Severity.NAMES if tag in NAMING and not cleaned else Severity.MAY_NAME
        severity = Severity.HARMLESS if cleaned else severity
        yield PrivacyFinding(
            Sort.IDENTITY, severity, keyword(tag), spelled(tag), _profile(tag), copy
        )
    for item in items:
        yield from _elements(item, depth=depth + 1, cleaned=cleaned)


def _private(dataset: Dataset, tag: int) -> Iterator[PrivacyFinding]:
    """One finding for each element, under its creator's name; creators themselves are none."""
    if tag & 0xFFFF < 0x100:
        return
    creator = private_creator(dataset, tag)
    safe = is_safe(creator, tag)
    copy = Treatment.KEPT if safe else Treatment.REMOVED
    severity = Severity.HARMLESS if safe else Severity.MAY_NAME
    yield part(Sort.PRIVATE, severity, creator or "no creator", copy)


def private_creator(dataset: Dataset, tag: int) -> str:
    """The creator of a private element's block; "" where none has reserved it (PS3.5 7.8)."""
    reserved = tag & 0xFFFF0000 | tag >> 8 & 0xFF
    if reserved not in dataset:
        return ""
    return raw_value(dataset, reserved).decode("ascii", "replace").strip(" \0")


def _said(dataset: Dataset, tag: int) -> str:
    if tag not in dataset:
        return ""
    return raw_value(dataset, tag).decode("ascii", "replace").strip(" \0").upper()


def _burned_in(dataset: Dataset) -> list[PrivacyFinding]:
    """Text may be painted into the pixels: where the header says so, or says nothing of it."""
    found = []
    burned = _said(dataset, 0x00280301)
    modality, types = _said(dataset, 0x00080060), _said(dataset, 0x00080008).split("\\")
    if burned == "YES":
        found.append(_pixels(Severity.NAMES, "BurnedInAnnotation"))
    elif burned != "NO":
        if reason := _flagged(dataset, modality, types):
            found.append(_pixels(Severity.MAY_NAME, reason))
        elif modality in _SOMETIMES:
            found.append(part(Sort.PIXELS, Severity.MAY_NAME, modality, Treatment.KEPT))
    if {"LABEL", "OVERVIEW", "LOCALIZER"} & set(types) and modality == "SM":
        found.append(_pixels(Severity.NAMES, f"slide {types[2].lower() if types[2:] else ''}"))
    elif _said(dataset, 0x00480010) == "YES":
        found.append(_pixels(Severity.NAMES, "SpecimenLabelInImage"))
    if any(is_overlay(tag) and tag & 0xFFFF == 0x0102 and _embedded(dataset, tag)
           for tag in map(int, dataset.keys())):  # fmt: skip
        found.append(_pixels(Severity.MAY_NAME, "overlay in unused bits"))
    return found


def _embedded(dataset: Dataset, tag: int) -> bool:
    """An overlay without data of its own lies in the pixels' unused bits (PS3.3 C.9.2, retired)."""
    return tag & 0xFFFF0000 | 0x3000 not in dataset


def _pixels(severity: Severity, name: str) -> PrivacyFinding:
    return part(Sort.PIXELS, severity, name, Treatment.LOOKED_AT)


def _flagged(dataset: Dataset, modality: str, types: list[str]) -> str:
    """Why the pixels of this kind often hold text; "" where they seldom do."""
    if _said(dataset, 0x00080016).startswith(_CAPTURES):
        return "secondary capture"
    if _said(dataset, 0x00080064) in _SCANNED:
        return "ConversionType"
    if any("SCREEN" in one for one in types):
        return "screen capture"
    return modality if modality in _FLAGGED else ""


def _face(dataset: Dataset) -> list[PrivacyFinding]:
    if _said(dataset, 0x00080060) not in ("CT", "MR", "PT"):
        return []
    said = (0x00180015, 0x00081030, 0x0008103E, 0x00181030)
    if says_head(text for tag in said if tag in dataset for text in texts(dataset, tag)):
        return [part(Sort.FACE, Severity.MAY_NAME, "head", Treatment.KEPT)]
    return []
