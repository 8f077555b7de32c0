"""What is asked of an archive and what it answers, as values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from labeler.errors import LabelerError
from labeler.model.printable import printable

T = TypeVar("T")
Attributes = Mapping[int, tuple[str, ...]]
"""The values of one answer by tag, each as text; what is empty is not there."""

STUDY_DATE, STUDY_TIME, ACCESSION = 0x00080020, 0x00080030, 0x00080050
SOP_CLASS, SOP_INSTANCE, QUERY_LEVEL = 0x00080016, 0x00080018, 0x00080052
MODALITY, MODALITIES, STUDY_DESCRIPTION = 0x00080060, 0x00080061, 0x00081030
SERIES_DESCRIPTION, PATIENT_NAME, PATIENT_ID = 0x0008103E, 0x00100010, 0x00100020
BIRTH_DATE, PATIENT_SEX, BODY_PART = 0x00100030, 0x00100040, 0x00180015
STUDY, SERIES, SERIES_NUMBER = 0x0020000D, 0x0020000E, 0x00200011
SERIES_COUNT, INSTANCE_COUNT, SERIES_INSTANCE_COUNT = 0x00201206, 0x00201208, 0x00201209

STUDY_ANSWERS = (
    STUDY_DATE, STUDY_TIME, ACCESSION, MODALITIES, STUDY_DESCRIPTION, PATIENT_NAME, PATIENT_ID,
    BIRTH_DATE, PATIENT_SEX, STUDY, SERIES_COUNT, INSTANCE_COUNT,
)  # fmt: skip
SERIES_ANSWERS = (
    MODALITY, SERIES_DESCRIPTION, BODY_PART, SERIES, SERIES_NUMBER, SERIES_INSTANCE_COUNT,
)  # fmt: skip
INSTANCE_ANSWERS = (SOP_CLASS, SOP_INSTANCE)
MOST_STUDIES = 500
"""A question with more answers than this is to be narrowed."""
MOST_SERIES, MOST_INSTANCES = 10_000, 100_000
"""Of one study; an archive that goes on is not listened to."""
MAX_TEXT = 256
_UID = re.compile(r"[0-9]+(\.[0-9]+)*")
_DATE = re.compile(r"[0-9]{8}")
_SIGNS = re.compile(r"[\\\x00-\x1f]")


@dataclass(frozen=True)
class StudyQuery:
    """What the person looks for; empty fields match everything, * and ? stand for signs.

    Dates are YYYYMMDD, one of them may be empty. `modality` is "CT"; `name` "DOE*".
    """

    patient_id: str = ""
    name: str = ""
    accession: str = ""
    date_from: str = ""
    date_to: str = ""
    modality: str = ""
    description: str = ""

    def keys(self) -> dict[int, str]:
        """The matching keys by tag. Raises LabelerError "archive-question"."""
        dates = self._dates()
        found = {
            PATIENT_ID: self.patient_id,
            PATIENT_NAME: self.name,
            ACCESSION: self.accession,
            STUDY_DATE: dates,
            MODALITIES: self.modality.upper(),
            STUDY_DESCRIPTION: self.description,
        }
        keys = {tag: value.strip() for tag, value in found.items() if value.strip()}
        if any(_SIGNS.search(value) or len(value) > MAX_TEXT for value in keys.values()):
            raise _question("A search cannot hold a backslash or a line end.")
        return keys

    def may_mean(self, found: StudyFound) -> bool:
        """Whether a study that was found by a wider question fits the texts of this one."""
        pairs = (
            (self.patient_id, found.patient_id),
            (self.name.replace("^", " "), found.name),
            (self.accession, found.accession),
            (self.description, found.description),
        )
        return all(_fits(wanted.strip(), text) for wanted, text in pairs)

    def _dates(self) -> str:
        for date in (self.date_from, self.date_to):
            if date and not _DATE.fullmatch(date):
                raise _question("A date is written as year, month and day: 20240131.")
        if self.date_from and self.date_from == self.date_to:
            return self.date_from
        return f"{self.date_from}-{self.date_to}" if self.date_from or self.date_to else ""


@dataclass(frozen=True)
class StudyFound:
    """One study; counts are None where the archive does not tell them."""

    uid: str
    name: str
    patient_id: str
    birth_date: str
    accession: str
    date: str
    time: str
    description: str
    modalities: tuple[str, ...]
    series: int | None
    instances: int | None


@dataclass(frozen=True)
class SeriesFound:
    uid: str
    number: int | None
    modality: str
    description: str
    body_part: str
    instances: int | None


@dataclass(frozen=True)
class InstanceFound:
    uid: str
    sop_class: str


@dataclass(frozen=True)
class Listing(Generic[T]):
    """`more`: the archive has further ones, or may have, and did not tell them."""

    found: tuple[T, ...]
    more: bool = False


@dataclass(frozen=True)
class StudiesFound:
    """`more`: there are further ones that were not fetched."""

    studies: tuple[StudyFound, ...]
    more: bool = False


def study_found(values: Attributes) -> StudyFound | None:
    """The study of one answer; None where it names none."""
    uid = _uid(values, STUDY)
    if uid is None:
        return None
    return StudyFound(
        uid=uid,
        name=_text(values, PATIENT_NAME).replace("^", " ").strip(),
        patient_id=_text(values, PATIENT_ID),
        birth_date=_text(values, BIRTH_DATE),
        accession=_text(values, ACCESSION),
        date=_text(values, STUDY_DATE),
        time=_text(values, STUDY_TIME),
        description=_text(values, STUDY_DESCRIPTION),
        modalities=tuple(_clean(each) for each in values.get(MODALITIES, ())[:16]),
        series=_count(values, SERIES_COUNT),
        instances=_count(values, INSTANCE_COUNT),
    )


def series_found(values: Attributes) -> SeriesFound | None:
    """The series of one answer; None where it names none."""
    uid = _uid(values, SERIES)
    if uid is None:
        return None
    return SeriesFound(
        uid=uid,
        number=_count(values, SERIES_NUMBER),
        modality=_text(values, MODALITY),
        description=_text(values, SERIES_DESCRIPTION),
        body_part=_text(values, BODY_PART),
        instances=_count(values, SERIES_INSTANCE_COUNT),
    )


def instance_found(values: Attributes) -> InstanceFound | None:
    """The instance of one answer; None where it names none."""
    uid = _uid(values, SOP_INSTANCE)
    return None if uid is None else InstanceFound(uid, _uid(values, SOP_CLASS) or "")


def _fits(wanted: str, text: str) -> bool:
    """Whether the text holds what is wanted; * and ? stand for signs, case does not count."""
    signs = {"*": ".*", "?": "."}
    pattern = "".join(signs.get(sign, re.escape(sign)) for sign in wanted.casefold())
    return re.search(pattern, text.casefold(), re.DOTALL) is not None


def is_uid(text: str) -> bool:
    """Whether this may stand in an address or a file's name (PS3.5 9.1)."""
    return len(text) <= 64 and _UID.fullmatch(text) is not None


def check_uids(*uids: str) -> None:
    """Before anything is asked: an empty UID would match every study, a list several patients.

    Raises LabelerError "archive-question".
    """
    if not all(map(is_uid, uids)):
        raise _question("A study or a series is named by its UID: numbers joined by dots.")


def _uid(values: Attributes, tag: int) -> str | None:
    text = values.get(tag, ("",))[0].strip(" \0")
    return text if is_uid(text) else None


def _text(values: Attributes, tag: int) -> str:
    return _clean(values.get(tag, ("",))[0])


def _clean(text: str) -> str:
    return printable(text.strip(" \0")[:MAX_TEXT])


def _count(values: Attributes, tag: int) -> int | None:
    text = values.get(tag, ("",))[0].strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _question(happened: str) -> LabelerError:
    return LabelerError(
        "archive-question",
        happened,
        safe="Nothing was asked.",
        do="Change what is searched for.",
    )
