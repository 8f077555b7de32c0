"""What is known of each series before its pixels are: for hanging, for the strip, for priors."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from labeler.viewing.layout import OBLIQUE_PLANE, Plane

_BY_AXIS = (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)


@dataclass(frozen=True)
class SeriesFacts:
    """One tile of the strip. `study_day` is an ordinal; `sides` are where rows and columns lead
    ("P", "F"); `b_value` is of diffusion images, s/mm2."""

    tile: str
    modality: str = ""
    description: str = ""
    study: str = ""
    study_day: int | None = None
    study_description: str = ""
    body_part: str = ""
    plane: Plane = Plane.UNKNOWN
    view: str = ""
    laterality: str = ""
    is_partial: bool = False
    kernel: str = ""
    slices: int = 1
    thickness_mm: float | None = None
    b_value: float | None = None
    is_localizer: bool = False
    sides: tuple[str, str] | None = None
    patient: str = ""


UNKNOWN = SeriesFacts("")
"""Of a tile of which nothing is known."""


class Person(Enum):
    """Whose a study is, beside the current one; unknown where one of the two names nobody."""

    SAME = "same"
    UNKNOWN = "unknown"
    OTHER = "other"


_ORDER = tuple(Person)


@dataclass(frozen=True)
class StudyGroup:
    """The series of one study. `days_before` the current one; None where a date is missing, where
    it is not known to be the same person's, or for the current study itself."""

    uid: str
    tiles: tuple[str, ...]
    is_current: bool
    days_before: int | None = None
    person: Person = Person.SAME


_Study = tuple[str, str]
"""Its UID and its patient: one UID, or none, for two persons makes no study of both."""


def plane_of(orientation: tuple[float, ...] | None) -> Plane:
    """The plane that rows and columns span (PS3.3 C.7.6.2.1.1): six cosines, rows first."""
    if orientation is None or len(orientation) != 6:
        return Plane.UNKNOWN
    a, b, c, d, e, f = orientation  # numpy takes ten times as long for so few
    normal = (abs(b * f - c * e), abs(c * d - a * f), abs(a * e - b * d))
    length = math.hypot(*normal)
    if not length:
        return Plane.UNKNOWN
    axis = normal.index(max(normal))
    return Plane.OBLIQUE if normal[axis] < OBLIQUE_PLANE * length else _BY_AXIS[axis]


def group_studies(series: tuple[SeriesFacts, ...], opened: str) -> tuple[StudyGroup, ...]:
    """The current study first, then others of this person, the latest first, undated ones after
    them; then those that may be of anybody, at the end those of other persons: neither are priors.

    The current study is the latest; without dates it is the one of the tile `opened`, else the
    first.
    """
    by_study: dict[_Study, list[SeriesFacts]] = {}
    told = _told(series)
    for one in series:
        by_study.setdefault((one.study, _patient(one, told)), []).append(one)
    days = {study: _day(members) for study, members in by_study.items()}
    if not by_study:
        return ()
    current = _current(by_study, days, opened)
    persons = {study: _person(current, study) for study in by_study}
    rest = [study for study in by_study if study != current]
    rest.sort(
        key=lambda one: (_ORDER.index(persons[one]), days[one] is None, -(days[one] or 0)),
    )
    return tuple(
        StudyGroup(
            study[0],
            tuple(one.tile for one in by_study[study]),
            study == current,
            _apart(days[current], days[study]) if _is_prior(persons, current, study) else None,
            persons[study],
        )
        for study in (current, *rest)
    )


def _person(current: _Study, study: _Study) -> Person:
    if study == current:
        return Person.SAME
    if not (current[1] and study[1]):
        return Person.UNKNOWN
    return Person.SAME if study[1] == current[1] else Person.OTHER


def _is_prior(persons: dict[_Study, Person], current: _Study, study: _Study) -> bool:
    return study != current and persons[study] is Person.SAME


def _told(series: tuple[SeriesFacts, ...]) -> dict[str, set[str]]:
    """By study, whom its series name."""
    told: dict[str, set[str]] = {}
    for one in series:
        if one.study and one.patient:
            told.setdefault(one.study, set()).add(one.patient)
    return told


def _patient(one: SeriesFacts, told: dict[str, set[str]]) -> str:
    """Whose it is; of a series that does not say so, whose all others of its study are."""
    others = told.get(one.study, set())
    return one.patient or (next(iter(others)) if len(others) == 1 else "")


def _day(members: list[SeriesFacts]) -> int | None:
    known = [one.study_day for one in members if one.study_day is not None]
    return max(known) if known else None


def _current(
    by_study: dict[_Study, list[SeriesFacts]], days: dict[_Study, int | None], opened: str
) -> _Study:
    latest = max((day for day in days.values() if day is not None), default=None)
    holds = {uid: any(one.tile == opened for one in found) for uid, found in by_study.items()}
    among = [uid for uid in by_study if latest is None or days[uid] == latest]
    return next((uid for uid in among if holds[uid]), among[0])


def _apart(current: int | None, other: int | None) -> int | None:
    return None if current is None or other is None else current - other
