"""Studies in their order, planes of orientations."""

from __future__ import annotations

import pytest

from labeler.viewing.layout import Plane
from labeler.viewing.series_facts import Person, SeriesFacts, group_studies, plane_of


def one(tile: str, study: str, day: int | None, patient: str = "p") -> SeriesFacts:
    return SeriesFacts(tile, study=study, study_day=day, patient=patient)


def test_the_latest_study_is_current_and_priors_go_back_in_time() -> None:
    series = (
        one("a", "old", 100),
        one("b", "new", 300),
        one("c", "undated", None),
        one("d", "mid", 250),
        one("e", "strange", 299, "q"),
        one("f", "new", 300),
    )
    groups = group_studies(series, "a")
    assert [(g.uid, g.tiles, g.is_current, g.days_before, g.person) for g in groups] == [
        ("new", ("b", "f"), True, None, Person.SAME),
        ("mid", ("d",), False, 50, Person.SAME),
        ("old", ("a",), False, 200, Person.SAME),
        ("undated", ("c",), False, None, Person.SAME),
        ("strange", ("e",), False, None, Person.OTHER),
    ]


def test_without_dates_the_opened_one_is_current() -> None:
    series = (one("a", "x", None), one("b", "y", None))
    assert group_studies(series, "b")[0].uid == "y"
    assert group_studies(series, "nobody")[0].uid == "x"
    assert group_studies((), "") == ()


def test_no_study_is_of_two_persons() -> None:
    series = (
        one("a", "", 300),
        one("b", "", 200, "q"),
        one("c", "x", 100, ""),
        one("d", "x", 100),
        one("e", "y", 100, "q"),
        one("f", "y", 100),
    )
    groups = group_studies(series, "a")
    assert [(g.tiles, g.is_current, g.person) for g in groups] == [
        (("a",), True, Person.SAME),
        (("c", "d"), False, Person.SAME),
        (("f",), False, Person.SAME),
        (("b",), False, Person.OTHER),
        (("e",), False, Person.OTHER),
    ]


@pytest.mark.parametrize("known", [("", ""), ("p", ""), ("", "p")])
def test_a_study_that_names_nobody_is_nobodys_prior(known: tuple[str, str]) -> None:
    """Two without any ID are not known to be one person's."""
    now, then = known
    series = (one("a", "new", 300, now), one("b", "new", 300, ""), one("c", "old", 100, then))
    current, other = group_studies(series, "a")
    assert (current.tiles, current.person) == (("a", "b"), Person.SAME)
    assert (other.tiles, other.person, other.days_before) == (("c",), Person.UNKNOWN, None)


@pytest.mark.parametrize(
    ("orientation", "plane"),
    [
        ((1.0, 0.0, 0.0, 0.0, 1.0, 0.0), Plane.AXIAL),
        ((1.0, 0.0, 0.0, 0.0, 0.0, -1.0), Plane.CORONAL),
        ((0.0, 1.0, 0.0, 0.0, 0.0, -1.0), Plane.SAGITTAL),
        ((0.7071, 0.7071, 0.0, 0.0, 0.0, -1.0), Plane.OBLIQUE),
        ((0.0, 0.0, 0.0, 0.0, 0.0, 0.0), Plane.UNKNOWN),
        (None, Plane.UNKNOWN),
    ],
)
def test_the_plane_of_an_orientation(orientation: tuple[float, ...] | None, plane: Plane) -> None:
    assert plane_of(orientation) is plane
