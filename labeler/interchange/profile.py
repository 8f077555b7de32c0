"""PS3.15 table E.1-1, the Basic Application Level Confidentiality Profile, and our options.

The table itself is dicom-anonymizer's. Its options are ours: Retain Patient Characteristics,
Retain Longitudinal Temporal Information With Modified Dates, Clean Descriptors, Clean Structured
Content, Clean Graphics and Retain Safe Private.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from functools import cache

from labeler.interchange.privacy_findings import Treatment

DATES = frozenset(("DA", "DT", "TM"))
TEXTS = frozenset(("LO", "LT", "SH", "ST", "UC", "UT"))


class Base(enum.StrEnum):
    """The codes of the column "Basic Prof."."""

    D = "D"
    Z = "Z"
    X = "X"
    U = "U"
    Z_D = "Z/D"
    X_Z = "X/Z"
    X_D = "X/D"
    X_Z_D = "X/Z/D"
    X_Z_U = "X/Z/U*"


_LISTS = {
    Base.D: "D_TAGS",
    Base.Z: "Z_TAGS",
    Base.X: "X_TAGS",
    Base.U: "U_TAGS",
    Base.Z_D: "Z_D_TAGS",
    Base.X_Z: "X_Z_TAGS",
    Base.X_D: "X_D_TAGS",
    Base.X_Z_D: "X_Z_D_TAGS",
    Base.X_Z_U: "X_Z_U_STAR_TAGS",
}

_BASE_TREATMENT = {
    Base.D: Treatment.REPLACED,
    Base.Z: Treatment.EMPTIED,
    Base.X: Treatment.REMOVED,
    Base.U: Treatment.REPLACED,
    Base.Z_D: Treatment.REPLACED,
    # Which of the codes an IOD needs is not asked: the one that is right in each of them is taken.
    Base.X_Z: Treatment.EMPTIED,
    Base.X_D: Treatment.REPLACED,
    Base.X_Z_D: Treatment.EMPTIED,
    Base.X_Z_U: Treatment.REPLACED,
}

PATIENT_CHARACTERISTICS = frozenset(
    (
        0x00100040,  # PatientSex
        0x00101010,  # PatientAge
        0x00101020,  # PatientSize
        0x00101030,  # PatientWeight
        0x001021A0,  # SmokingStatus
        0x001021C0,  # PregnancyStatus
        0x00102203,  # PatientSexNeutered
    )
)

CLEANED_TEXTS = frozenset(
    (
        0x00081030,  # StudyDescription
        0x0008103E,  # SeriesDescription
        0x00082111,  # DerivationDescription
        0x00180010,  # ContrastBolusAgent
        0x00181030,  # ProtocolName
        0x00181400,  # AcquisitionDeviceProcessingDescription
        0x00189424,  # AcquisitionProtocolDescription
        0x00321060,  # RequestedProcedureDescription
        0x00400007,  # ScheduledProcedureStepDescription
        0x00400254,  # PerformedProcedureStepDescription
        0x00400600,  # SpecimenShortDescription
        0x00400602,  # SpecimenDetailedDescription
        0x30060026,  # ROIName
        0x30060028,  # ROIDescription
        0x30060085,  # ROIObservationLabel
        0x30060088,  # ROIObservationDescription
        0x30060002,  # StructureSetLabel
        0x300A0002,  # RTPlanLabel
        0x30100035,  # EntityLabel
        0x30100036,  # EntityName
        0x30100037,  # EntityDescription
        0x00700006,  # UnformattedTextValue
        0x0040A160,  # TextValue, under Clean Structured Content
        0x00620006,  # SegmentDescription: not in the table, but typed by people
    )
)

CLEANED_SEQUENCES = frozenset(
    (
        0x0040A730,  # ContentSequence: Clean Structured Content
        0x00400555,  # AcquisitionContextSequence: Clean Structured Content
        0x00700001,  # GraphicAnnotationSequence: Clean Graphics
        0x00081140,  # ReferencedImageSequence: its UIDs are replaced, so that it still refers
        0x00082112,  # SourceImageSequence: so too
    )
)

_LOST_DATES = frozenset(
    (
        0x00100030,  # PatientBirthDate
        0x00100032,  # PatientBirthTime
        0x00100033,  # PatientBirthDateInAlternativeCalendar
        0x00100034,  # PatientDeathDateInAlternativeCalendar
        0x001021D0,  # LastMenstrualDate
    )
)
TIMEZONE = 0x00080201

METHODS = (
    ("113100", "Basic Application Confidentiality Profile"),
    ("113103", "Clean Graphics Option"),
    ("113104", "Clean Structured Content Option"),
    ("113105", "Clean Descriptors Option"),
    (
        "113107",
        "Retain Longitudinal Temporal Information Modified Dates Option",
    ),
    ("113108", "Retain Patient Characteristics Option"),
    ("113111", "Retain Safe Private Option"),
)
"""What copies say of themselves: codes of DCM (PS3.16 CID 7050)."""


@dataclass(frozen=True)
class Table:
    """`single` by tag; `masked` are the rows for repeating groups: tag, mask, code."""

    single: dict[int, Base]
    masked: tuple[tuple[int, int, Base], ...]

    def base(self, tag: int) -> Base | None:
        """The code of the row that a tag falls under; None where there is none."""
        if (found := self.single.get(tag)) is not None:
            return found
        return next((code for value, mask, code in self.masked if tag & mask == value), None)


@cache
def table() -> Table:
    """Table E.1-1 as dicom-anonymizer ships it; read once."""
    from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as rows

    single: dict[int, Base] = {}
    masked: list[tuple[int, int, Base]] = []
    for code, name in _LISTS.items():
        for row in getattr(rows, name):
            tag = row[0] << 16 | row[1]
            if len(row) > 2:
                masked.append((tag, row[2] << 16 | row[3], code))
            else:
                single[tag] = code
    return Table(single, tuple(masked))


def treatment(tag: int, vr: str) -> Treatment | None:
    """What a copy does with an element of the table; None where the table says nothing."""
    base = table().base(tag)
    if base is None:
        return Treatment.CLEANED if tag in CLEANED_TEXTS else None
    if tag in PATIENT_CHARACTERISTICS or tag == TIMEZONE:
        return Treatment.KEPT
    if vr in DATES:
        lost = tag in _LOST_DATES or _is_gps(tag)
        return _BASE_TREATMENT[base] if lost else Treatment.SHIFTED
    if tag in CLEANED_TEXTS or tag in CLEANED_SEQUENCES:
        return Treatment.CLEANED
    if vr == "SQ" and base in (Base.X_Z, Base.X_D, Base.X_Z_D):
        # An empty sequence is no better than none: the lists of X/Z/D are optional ones.
        return Treatment.REMOVED
    return _BASE_TREATMENT[base]


def _is_gps(tag: int) -> bool:
    return 0x00160070 <= tag <= 0x0016008E


def is_overlay(tag: int) -> bool:
    return tag >> 24 == 0x60


def is_curve(tag: int) -> bool:
    return tag >> 24 == 0x50
