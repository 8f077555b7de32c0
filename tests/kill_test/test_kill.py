"""A few moments of the kill test, and proof that its checker can fail."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.kill_test.checker import NOTHING, Kept, Sent, Stroke, believed, doubled, forks
from tests.kill_test.moments import Promised, judge, run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(tmp_path: Path) -> None:
    verdict = run(tmp_path, moments=6, seed=1)
    assert verdict.wrong == ()
    assert (verdict.strokes_lost, verdict.submissions_doubled) == (0, 0)
    assert verdict.strokes_acknowledged > 0  # how many depends on what else the machine does
    assert verdict.strokes_brushed > 0
    assert verdict.submissions_sent > 0
    assert set(verdict.phases) == {"drawing", "signing", "sending"}


def test_a_store_that_acknowledges_before_it_commits_is_caught(tmp_path: Path) -> None:
    verdict = run(tmp_path, moments=3, seed=2, fault="hasty")
    assert verdict.strokes_lost > 0
    assert not verdict.holds


def entry(seq: int, previous: str, **step: object) -> tuple[int, bytes, str]:
    data = json.dumps({"seq": seq, "previous": previous, "step": step}).encode()
    return seq, data, hashlib.sha256(data).hexdigest()


def journal(length: int) -> list[tuple[int, bytes, str]]:
    entries: list[tuple[int, bytes, str]] = []
    for seq in range(1, length + 1):
        entries.append(entry(seq, entries[-1][2] if entries else NOTHING, mark={"blob": "a"}))
    return entries


def test_a_journal_is_believed_as_far_as_it_fits() -> None:
    whole = journal(4)
    heads = [head for _, _, head in whole]
    assert believed(whole, {"a"}) == heads
    assert believed(whole, set()) == []  # the paint is missing
    assert believed(whole[1:], {"a"}) == []
    assert believed(whole[:2] + whole[3:], {"a"}) == heads[:2]
    flipped = whole[2][1].replace(b"mark", b"merk")
    assert believed([*whole[:2], (3, flipped, heads[2]), whole[3]], {"a"}) == heads[:2]
    foreign = entry(3, NOTHING, mark={"blob": "a"})
    assert believed([*whole[:2], foreign], {"a"}) == heads[:2]


def test_a_stroke_that_is_gone_or_replaced_counts_as_lost() -> None:
    promised = Promised()
    for line in ("stroke document:d 1 aa", "stroke document:d 2 bb", "signed item-1"):
        promised.hear(line)
    promised.compare(Kept({"document:d": ["aa", "bb"]}, {}), {})
    assert promised.lost == set()
    assert promised.wrong == ["signed and gone: item-1"]
    promised.compare(Kept({"document:d": ["aa"]}, {}), {})
    assert promised.lost == {Stroke("document:d", 2, "bb")}
    promised.hear("stroke document:d 1 cc")
    assert judge(1, promised, {}).strokes_lost == 2


def test_a_kill_that_is_named_as_damage_is_wrong() -> None:
    promised = Promised()
    promised.hear("opened")
    assert judge(1, promised, {}).holds
    promised.hear("opened journal-lost-entries")
    assert not judge(1, promised, {}).holds


SENT = Sent("s1", "a", "i1", 1, "d", 1, NOTHING)


def test_a_case_that_was_sent_twice_is_counted() -> None:
    second = replace(SENT, digest="s2", item="i2", sequence=2, previous="s1")
    again = replace(second, digest="s3", revision=2, sequence=3, previous="s2")
    assert doubled({"s1": SENT, "s2": second}) == 0
    assert doubled({"s1": SENT, "s2": second, "s3": again}) == 1
    assert not judge(1, Promised(), {"s1": SENT, "s2": second, "s3": again}).holds


def test_a_chain_with_a_gap_or_a_fork_is_found() -> None:
    second = replace(SENT, digest="s2", item="i2", sequence=2, previous="s1")
    assert forks({"s1": SENT, "s2": second}) == []
    assert forks({"s2": second}) != []
    assert forks({"s1": SENT, "s2": replace(second, sequence=3)}) != []
    assert forks({"s1": SENT, "s2": replace(second, previous=NOTHING)}) != []
    assert forks({"s1": SENT, "s2": replace(second, sequence=1, previous=NOTHING)}) != []
