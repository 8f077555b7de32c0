"""What in a file could tell who the person is: never the value, only that it is there."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import msgspec


class Severity(enum.StrEnum):
    """How much a finding tells, worst first."""

    NAMES = "names"
    MAY_NAME = "may-name"
    HARMLESS = "harmless"


class Sort(enum.StrEnum):
    """What kind of thing was found."""

    IDENTITY = "identity"
    PRIVATE = "private"
    UID = "uid"
    DATE = "date"
    TEXT = "text"
    OVERLAY = "overlay"
    PIXELS = "pixels"
    FACE = "face"
    DOCUMENT = "document"
    METADATA = "metadata"
    SLIDE_IMAGE = "slide-image"
    FILE_NAME = "file-name"
    UNREAD = "unread"


class Treatment(enum.StrEnum):
    """What a de-identified copy does with it."""

    REMOVED = "removed"
    EMPTIED = "emptied"
    REPLACED = "replaced"
    CLEANED = "cleaned"
    SHIFTED = "shifted"
    KEPT = "kept"
    LOOKED_AT = "looked-at"
    """Kept as it is, once a person has looked at it."""
    NONE = "none"
    """Nothing can be done: without a person's explicit word the file is not handed out."""


class PrivacyFinding(msgspec.Struct, frozen=True):
    """One thing. `name` is a keyword, a private creator, or a part of the file; `tag` is
    (gggg,eeee) or "". `profile` are the action codes of PS3.15 table E.1-1, or ""; `count` is how
    often it is there.
    """

    sort: Sort
    severity: Severity
    name: str
    tag: str
    profile: str
    copy: Treatment
    count: int = 1


_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def in_order(findings: Iterable[PrivacyFinding]) -> tuple[PrivacyFinding, ...]:
    """The same findings counted together, the worst first."""
    counted: dict[PrivacyFinding, int] = {}
    for one in findings:
        key = msgspec.structs.replace(one, count=0)
        counted[key] = counted.get(key, 0) + one.count
    found = [msgspec.structs.replace(one, count=count) for one, count in counted.items()]
    return tuple(sorted(found, key=lambda one: (_RANK[one.severity], one.sort, one.tag, one.name)))


def part(
    sort: Sort, severity: Severity, name: str, copy: Treatment = Treatment.REMOVED
) -> PrivacyFinding:
    """A part of a file that is no DICOM element."""
    return PrivacyFinding(sort, severity, name, "", "", copy)
