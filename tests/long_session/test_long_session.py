"""Some minutes of the long session, and proof that its verdict can fail."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.long_session.memory import memory_now, size_of
from tests.long_session.session import SECOND_HALF, LongSession, Verdict, growth

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what is held")


def lived(folder: Path, hoard: Callable[[int], None] = lambda _edits: None) -> Verdict:
    return LongSession(folder, seed=5, hoard=hoard).run(0.05)


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    return lived(tmp_path_factory.mktemp("session"))


def test_some_minutes_are_lived_through_and_nothing_goes_wrong(verdict: Verdict) -> None:
    """What is kept of what was seen still fills up then: hours tell whether memory grows."""
    assert verdict.wrong == ()
    assert verdict.beyond_mib < 8
    assert verdict.events > 100
    assert verdict.edits > 10
    assert verdict.strokes > 3
    assert len(verdict.used_mib) == len(verdict.parts) == 2 + len(SECOND_HALF)
    assert all(used < held for used, held in zip(verdict.used_mib, verdict.held_mib, strict=True))


def test_what_is_hoarded_is_found(tmp_path: Path) -> None:
    hoarded: list[bytes] = []
    verdict = lived(tmp_path, lambda edits: hoarded.append(bytes(2**22 * edits)))
    assert not verdict.holds
    assert verdict.beyond_mib > 16


def test_one_measure_beyond_its_bar_is_enough(verdict: Verdict) -> None:
    calm = replace(verdict, beyond_mib=0.5, held_beyond_mib=0.5)
    assert calm.holds
    assert not replace(calm, beyond_mib=calm.bar_mib + 0.1).holds
    assert not replace(calm, held_beyond_mib=calm.held_bar_mib + 0.1).holds
    assert not replace(calm, wrong=("told",)).holds


def test_growth_is_what_most_samples_tell() -> None:
    assert growth([5, 5.5, 6, 6.5, 7]) == pytest.approx(2)
    assert growth([5, 5.5, 9, 6.5, 7]) == pytest.approx(2), "one is odd"
    assert growth([5, 5.2, 4.9, 5.1, 5]) == pytest.approx(0, abs=0.11)
    assert growth([5, 4, 3, 2, 1]) == pytest.approx(-4)


def test_what_is_in_use_is_told_to_some_kilobytes() -> None:
    before = memory_now().used
    small = [object() for _ in range(10_000)]
    large = bytes(2**22)
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    foreign = library.malloc(100_000)
    now = memory_now().used
    known = size_of([small, large]) + 100_000
    assert now - before == pytest.approx(known, abs=20_000)
    library.free(ctypes.c_void_p(foreign))
    del small, large
    assert memory_now().used == pytest.approx(before, abs=20_000)


def test_what_hangs_on_something_is_counted_once() -> None:
    part = b"x" * 10_000
    assert 10_000 < size_of([[part, part], part]) < 11_000
    shown = np.zeros((4, 1000), np.uint8)[1:3]
    assert 4000 < size_of([[shown, shown]]) < 5000
