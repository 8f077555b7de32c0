"""Errors say how many wait, since when, and when it is tried again."""

from __future__ import annotations

import time

import pytest

from labeler.app.situations import held_in_memory, out_of_reach
from labeler.errors import LabelerError
from labeler.market.problems import unreachable
from labeler.store.faults import database_damaged, disk_failed, disk_full

AFTERNOON = 1_793_541_731
"""1 November 2026, 14:02:11 UTC."""


@pytest.fixture(autouse=True)
def _utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.mark.parametrize(
    ("waiting", "safe"),
    [
        (0, "Nothing waits to be sent."),
        (1, "1 signed case waits here."),
        (3, "3 signed cases wait here."),
    ],
)
def test_a_marketplace_out_of_reach_says_what_waits_and_when_it_is_asked_again(
    waiting: int, safe: str
) -> None:
    told = out_of_reach(unreachable("market.example"), waiting, 241.0)
    assert told.code == "marketplace-unreachable"
    assert told.happened == "The marketplace market.example does not answer."
    assert told.safe == safe
    assert told.do == "Keep working; we retry in 5 min."


def test_nothing_is_promised_where_nothing_is_asked_again() -> None:
    told = out_of_reach(unreachable("market.example"), 0, None)
    assert told.do == "Keep working; sync when you are online."


def test_a_full_disk_says_since_when_marks_are_held() -> None:
    told = held_in_memory(disk_full(), AFTERNOON)
    assert told.happened == "The disk is full."
    assert told.safe == "Marks since 14:02 are held in memory."
    assert told.do == "Free 200 MB; saving resumes by itself."
    assert held_in_memory(disk_full(), None).safe == "Your marks are held in memory."


def test_a_disk_that_refuses_says_so_too() -> None:
    told = held_in_memory(disk_failed("Read-only file system"), AFTERNOON)
    assert told.happened == "The disk refused to read or write: Read-only file system."
    assert told.safe == "Marks since 14:02 are held in memory."
    assert told.do.endswith("may be written; saving resumes by itself.")


def test_other_errors_stay_as_they_are() -> None:
    other = LabelerError("identity-changed", "It changed.", safe="All.", do="Ask.")
    assert out_of_reach(other, 3, 10.0) is other
    damaged = database_damaged("page 3")
    assert held_in_memory(damaged, AFTERNOON) is damaged
