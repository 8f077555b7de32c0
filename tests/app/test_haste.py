"""Threads that read stand back while the window is at something, and not for ever."""

from __future__ import annotations

import time

import pytest

from labeler.app.haste import COURTESY_S, Foreground, Haste


def rests(haste: Haste, monkeypatch: pytest.MonkeyPatch) -> float:
    """How long it stands back in all."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    haste.stand_back()
    return sum(slept)


def test_a_slice_nobody_waits_for_stands_back_for_the_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    foreground = Foreground()
    haste = Haste(foreground)
    assert rests(haste, monkeypatch) == 0
    with foreground:
        assert 0 < rests(haste, monkeypatch) <= COURTESY_S + 0.001
        with foreground:
            pass
        assert foreground.is_busy, "it is still at what it began first"
    assert not foreground.is_busy
    assert rests(haste, monkeypatch) == 0


def test_a_slice_that_is_waited_for_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    foreground = Foreground()
    haste = Haste(foreground)
    haste.waits("somebody", waiting=True)
    with foreground:
        assert rests(haste, monkeypatch) == 0


def test_the_window_is_free_again_where_its_work_failed() -> None:
    foreground = Foreground()
    with pytest.raises(ZeroDivisionError), foreground:
        raise ZeroDivisionError
    assert not foreground.is_busy
