"""Playing slices one after another: which one a moment belongs to. A clock decides, not a count, so
that frames are left out where a machine is late, and nothing slows down."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

import numpy as np

from labeler.model.image import Image

DEFAULT_RATE = 10.0
"""Frames a second where the file says nothing."""

SPEEDS = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
FASTEST_MS = 2.0
"""No frame is shorter, whatever a file says."""

RATE_SPAN_MS = 2000.0
"""The rate achieved is that of the frames shown so lately."""


class Repeat(enum.StrEnum):
    LOOP = "loop"
    BACK_AND_FORTH = "back-and-forth"


def durations_ms(image: Image, default_rate: float = DEFAULT_RATE) -> tuple[float, ...]:
    """How long each slice stands: the file's own times, else its rate, else the default.

    The last stands as long as most do; times that do not grow count as most do, too.
    """
    count = len(image.refs)
    rate = image.frame_rate if image.frame_rate and image.frame_rate > 0 else default_rate
    steady = max(FASTEST_MS, 1000.0 / rate)
    times = image.frame_times_ms
    if times is None or len(times) != count or count < 2:
        return (steady,) * count
    steps = np.diff(np.array(times))
    grown = steps[steps > 0]
    usual = max(FASTEST_MS, float(np.median(grown))) if grown.size else steady
    return (*(max(FASTEST_MS, float(step)) if step > 0 else usual for step in steps), usual)


@dataclass(frozen=True)
class Cine:
    """What is played: slices `first` to `last`, each as long as `durations_ms` says, over and over,
    at `speed` times their own pace."""

    durations_ms: tuple[float, ...]
    first: int
    last: int
    repeat: Repeat = Repeat.LOOP
    speed: float = 1.0

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The slices of one round."""
        there = tuple(range(self.first, self.last + 1))
        return there if self.repeat is Repeat.LOOP else there + there[-2:0:-1]

    @cached_property
    def _ends_ms(self) -> tuple[float, ...]:
        return tuple(accumulate(self.durations_ms[index] for index in self.order))

    @property
    def rate(self) -> float:
        """Frames a second, as meant."""
        return 1000.0 * self.speed * len(self.order) / self._ends_ms[-1]

    def phase_of(self, index: int) -> float:
        """When in a round a slice begins; the nearest one that is played."""
        place = max(self.first, min(self.last, index)) - self.first
        return self._ends_ms[place - 1] if place else 0.0

    def at(self, phase_ms: float) -> tuple[int, float]:
        """The slice at a moment of the round, and how long it still stands at this speed."""
        moment = phase_ms % self._ends_ms[-1]
        place = min(bisect_right(self._ends_ms, moment), len(self.order) - 1)
        return self.order[place], (self._ends_ms[place] - moment) / self.speed


def whole(image: Image, default_rate: float = DEFAULT_RATE) -> Cine:
    """All slices of an image."""
    return Cine(durations_ms(image, default_rate), 0, len(image.refs) - 1)


def from_here(cine: Cine, index: int) -> Cine:
    """Play from this slice on."""
    return replace(cine, first=index, last=max(index, cine.last))


def up_to_here(cine: Cine, index: int) -> Cine:
    """Play up to this slice."""
    return replace(cine, first=min(index, cine.first), last=index)


def without_range(cine: Cine) -> Cine:
    return replace(cine, first=0, last=len(cine.durations_ms) - 1)


def with_speed(cine: Cine, steps: int) -> Cine:
    """Faster or slower by steps of the list of speeds."""
    near = min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - cine.speed))
    return replace(cine, speed=SPEEDS[max(0, min(len(SPEEDS) - 1, near + steps))])


def turned_round(cine: Cine) -> Cine:
    """From one way of repeating to the other."""
    other = Repeat.LOOP if cine.repeat is Repeat.BACK_AND_FORTH else Repeat.BACK_AND_FORTH
    return replace(cine, repeat=other)


@dataclass(frozen=True)
class Playhead:
    """A round that was at `phase_ms` at `since_ms` of a clock and has gone on since."""

    cine: Cine
    phase_ms: float
    since_ms: float

    def phase_at(self, now_ms: float) -> float:
        return self.phase_ms + max(0.0, now_ms - self.since_ms) * self.cine.speed

    def at(self, now_ms: float) -> tuple[int, float]:
        """The slice of this moment, and in how many ms the next one's begins."""
        return self.cine.at(self.phase_at(now_ms))

    def playing(self, cine: Cine, now_ms: float) -> Playhead:
        """Another speed, range or order, from the slice of this moment on."""
        index, left_ms = self.at(now_ms)
        if (cine.first, cine.last, cine.repeat) == (
            self.cine.first,
            self.cine.last,
            self.cine.repeat,
        ):
            return Playhead(cine, self.phase_at(now_ms), now_ms)
        elapsed = self.cine.durations_ms[index] - left_ms * self.cine.speed
        inside = cine.first <= index <= cine.last
        return Playhead(cine, cine.phase_of(index) + (elapsed if inside else 0.0), now_ms)


def begin(cine: Cine, index: int, now_ms: float) -> Playhead:
    """Playing from a slice on."""
    return Playhead(cine, cine.phase_of(index), now_ms)


def achieved_rate(shown_ms: Sequence[float]) -> float | None:
    """Frames a second that really came, from the moments of the last ones; None of too few."""
    if len(shown_ms) < 2 or shown_ms[-1] <= shown_ms[0]:
        return None
    return 1000.0 * (len(shown_ms) - 1) / (shown_ms[-1] - shown_ms[0])


def lately(shown_ms: Iterable[float], now_ms: float) -> tuple[float, ...]:
    """Those moments that still count."""
    return tuple(moment for moment in shown_ms if now_ms - moment <= RATE_SPAN_MS)
