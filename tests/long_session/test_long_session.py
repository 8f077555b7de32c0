"""Some minutes of the long session, and proof that its verdict can fail."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.long_session.memory import size_of
from tests.long_session.session import BAR_MIB, LongSession, Sample, Verdict, beyond_mib

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what is held")


def lived(folder: Path, hoard: Callable[[], None] = lambda: None) -> Verdict:
    return LongSession(folder, seed=5, hoard=hoard).run(0.05)


def test_some_minutes_are_lived_through_and_nothing_goes_wrong(tmp_path: Path) -> None:
    verdict = lived(tmp_path)
    assert verdict.wrong == ()
    assert verdict.holds
    assert verdict.events > 100
    assert verdict.edits > 10
    assert verdict.strokes > 3
    assert len(verdict.held_mib) == 3


def test_what_is_hoarded_is_found(tmp_path: Path) -> None:
    hoarded: list[bytes] = []
    verdict = lived(tmp_path, lambda: hoarded.append(b"x" * 2**22))
    assert not verdict.holds
    assert verdict.beyond_mib > BAR_MIB


def test_what_a_history_is_known_to_be_is_no_growth() -> None:
    mib = 2**20
    before, after = Sample(100, 200 * mib, mib), Sample(1100, 206 * mib, 4 * mib)
    assert beyond_mib(before, after) == 3


def test_what_hangs_on_something_is_counted_once() -> None:
    part = b"x" * 10_000
    assert 10_000 < size_of([[part, part], part]) < 11_000
    shown = np.zeros((4, 1000), np.uint8)[1:3]
    assert 4000 < size_of([[shown, shown]]) < 5000
