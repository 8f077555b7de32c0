from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes
from labeler.viewing.cine import (
    Cine,
    Repeat,
    achieved_rate,
    begin,
    durations_ms,
    from_here,
    lately,
    turned_round,
    up_to_here,
    whole,
    with_speed,
    without_range,
)
from tests.support.images import image_of

FIVE = image_of(np.zeros((5, 4, 4), np.uint8))


def test_a_files_own_times_decide_then_its_rate_then_ten_a_second() -> None:
    timed = replace(FIVE, frame_times_ms=(0.0, 40.0, 90.0, 130.0, 170.0), frame_rate=3.0)
    assert durations_ms(timed) == (40, 50, 40, 40, 40)
    assert durations_ms(replace(FIVE, frame_rate=25.0)) == (40,) * 5
    assert durations_ms(FIVE) == (100,) * 5
    assert durations_ms(FIVE, default_rate=20.0) == (50,) * 5


def test_broken_times_do_not_stop_the_film() -> None:
    stuck = replace(FIVE, frame_times_ms=(0.0, 40.0, 40.0, 10.0, 50.0))
    assert durations_ms(stuck) == (40,) * 5
    assert durations_ms(replace(FIVE, frame_times_ms=(0.0,) * 5)) == (100,) * 5
    assert durations_ms(replace(FIVE, frame_times_ms=(0.0, 1.0))) == (100,) * 5
    assert durations_ms(replace(FIVE, frame_rate=1e9)) == (2.0,) * 5
    assert durations_ms(replace(FIVE, frame_rate=0.0)) == (100,) * 5


def test_a_clock_decides_and_frames_are_left_out() -> None:
    head = begin(whole(FIVE), 1, now_ms=1000.0)
    assert head.at(1000.0) == (1, 100.0)
    assert head.at(1099.0) == (1, 1.0)
    assert head.at(1100.0) == (2, 100.0)
    assert head.at(1350.0) == (4, 50.0), "late by two frames: they are left out"
    assert head.at(1400.0)[0] == 0, "over and over"


def test_back_and_forth_shows_the_ends_once() -> None:
    head = begin(turned_round(whole(FIVE)), 3, 0.0)
    shown = [head.at(100.0 * n)[0] for n in range(10)]
    assert shown == [3, 4, 3, 2, 1, 0, 1, 2, 3, 4]
    one = begin(Cine((100.0,) * 5, 2, 2, Repeat.BACK_AND_FORTH), 2, 0.0)
    assert {one.at(70.0 * n)[0] for n in range(9)} == {2}


def test_speed_changes_nothing_but_the_pace() -> None:
    cine = whole(FIVE)
    twice = with_speed(cine, 2)
    assert (twice.speed, twice.rate) == (2.0, 20.0)
    assert with_speed(cine, -100).speed == 0.1
    assert with_speed(cine, 100).speed == 4.0
    head = begin(cine, 0, 0.0).playing(twice, 250.0)
    assert head.at(250.0) == (2, 25.0)
    assert head.at(275.0) == (3, 50.0)


def test_a_range_is_played_alone() -> None:
    cine = up_to_here(from_here(whole(FIVE), 1), 3)
    assert (cine.first, cine.last) == (1, 3)
    assert begin(cine, 4, 0.0).at(0.0)[0] == 3
    assert begin(cine, 0, 0.0).at(0.0)[0] == 1
    assert [begin(cine, 1, 0.0).at(100.0 * n)[0] for n in range(4)] == [1, 2, 3, 1]
    assert (from_here(cine, 4).first, from_here(cine, 4).last) == (4, 4)
    assert without_range(cine) == whole(FIVE)
    head = begin(whole(FIVE), 0, 0.0).playing(cine, 250.0)
    assert head.at(250.0) == (2, 50.0), "what is on show goes on"
    assert begin(whole(FIVE), 4, 0.0).playing(cine, 50.0).at(50.0)[0] == 3


durations = st.lists(st.floats(5, 500), min_size=1, max_size=12).map(tuple)


@settings(deadline=None, max_examples=100)
@given(durations, st.booleans(), st.sampled_from([0.1, 0.5, 1.0, 4.0]), st.floats(0, 20_000))
def test_the_next_frame_comes_when_it_was_told(
    times: tuple[float, ...], back: bool, speed: float, now: float
) -> None:
    repeat = Repeat.BACK_AND_FORTH if back else Repeat.LOOP
    cine = Cine(times, 0, len(times) - 1, repeat, speed)
    head = begin(cine, 0, 0.0)
    index, wait = head.at(now)
    assert 0 < wait <= times[index] / speed + 1e-6
    place = cine.order.index(index)
    following = {
        cine.order[(n + 1) % len(cine.order)] for n, i in enumerate(cine.order) if i == index
    }
    assert head.at(now + wait + 1e-6)[0] in following or place is None


def test_the_rate_told_is_the_one_that_was_shown() -> None:
    assert achieved_rate(()) is None
    assert achieved_rate((5.0,)) is None
    assert achieved_rate((5.0, 5.0)) is None
    assert achieved_rate((0.0, 50.0, 100.0)) == pytest.approx(20.0)
    assert lately((0.0, 900.0, 2500.0), 2600.0) == (900.0, 2500.0)


def test_a_real_ultrasound_film_plays_at_its_own_rate(test_data: Path) -> None:
    """30 frames that say how long each stands (0018,1063); every frame once a round."""
    path = test_data / "dicom/colour/examples_ybr_color.dcm"
    with DecoderPool(1) as pool:
        (series,) = scan([FileBytes(path, path.name)]).series
        cine = whole(open_image(series, pool))
    assert (cine.first, cine.last) == (0, 29)
    assert cine.rate == pytest.approx(30, abs=0.1)
    head = begin(cine, 0, 0.0)
    assert [head.at(n * 1000 / cine.rate + 1)[0] for n in range(31)] == [*range(30), 0]
