"""Has the frames remembered that marks are put on, beside the hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from weakref import ref

from labeler.app.case_pixels import CasePixels, pixels_of
from labeler.app.haste import giving_way
from labeler.app.mark_steps import Putting, puts_marks, putting_of
from labeler.app.marked_frames import remember_frames
from labeler.app.open_case import Opened
from labeler.app.reading import Reading
from labeler.app.series_room import SeriesRoom
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.model.edits import Edit


class Run(Protocol):
    """Does work on another thread, and calls one of these."""

    def __call__(
        self,
        work: Callable[[Services, Tick], None],
        done: Callable[[None], None],
        refused: Callable[[LabelerError], None],
        *,
        dropped: Callable[[], None],
    ) -> None: ...


@dataclass(frozen=True, eq=False)
class _Watched:
    """An open case: work on it gives way to what its series are waited for."""

    pixels: CasePixels
    series: SeriesRoom

    def is_waited_for(self) -> bool:
        return self.series.is_waited_for


class MarkWatch:
    """Lives on the main thread; one job at a time, in the order of the edits."""

    def __init__(
        self,
        run: Run,
        tell: Callable[[LabelerError], None],
        remembered: Callable[[], None] = lambda: None,
    ) -> None:
        """`remembered` is called once nothing is left to do."""
        self._run, self._tell, self._remembered = run, tell, remembered
        self._watched: _Watched | None = None
        self._of: ref[Opened] | None = None
        """What it is watched in: all of it goes with that."""
        self._waiting: deque[tuple[_Watched, Putting]] = deque()
        self._refused: tuple[tuple[_Watched, Putting], ...] = ()
        """Tried again after the next edit of the case."""
        self._runs = False

    @property
    def is_idle(self) -> bool:
        """Whether all that was looked at is remembered, as far as it could be."""
        return not self._runs

    def look(self, edit: Edit, reading: Reading, at: Services) -> None:
        """After each edit that is done in the open case. What is undone, redone or gone to was
        looked at when it was done, maybe on other images than these."""
        opened = reading.opened
        if opened is None or opened.case.assignment is not None or opened.case.name is not None:
            return
        if not puts_marks(edit):
            return
        watched = self._watch(opened, reading.series, at)
        self._waiting.extendleft(reversed(self._refused))
        self._refused = ()
        self._waiting.append((watched, putting_of(edit, reading.document(), reading.painted)))
        self._go_on()

    def _watch(self, opened: Opened, series: SeriesRoom, at: Services) -> _Watched:
        watched = self._watched
        if watched is None or watched.pixels.case is not opened.case:
            pixels = pixels_of(at, opened.case, opened.image, series.reading)
            pixels.at_hand = series.volume_at_hand
            watched = self._watched = _Watched(pixels, series)
            self._refused = ()
            self._of = ref(opened, self._forget)
        return watched

    def _forget(self, _gone: object) -> None:
        self._watched = None
        self._refused = ()

    def _go_on(self) -> None:
        if self._runs or not self._waiting:
            return
        self._runs, watched = True, self._waiting[0][0]
        puttings: deque[Putting] = deque()
        while self._waiting and self._waiting[0][0] is watched:
            puttings.append(self._waiting.popleft()[1])

        def work(services: Services, tick: Tick) -> None:
            patient = giving_way(tick, watched.is_waited_for)
            while puttings:
                remember_frames(services, watched.pixels, puttings[0], patient)
                puttings.popleft()

        def refused(error: LabelerError) -> None:
            self._tell(error)
            if watched is self._watched:
                self._refused = tuple((watched, putting) for putting in puttings)
            self._over()

        def dropped() -> None:
            """The case was put away, or a mistake of ours broke it off: the next ones are tried."""
            self._waiting.extendleft(
                (watched, putting) for putting in reversed(tuple(puttings)[1:])
            )
            self._over()

        self._run(work, lambda _none: self._over(), refused, dropped=dropped)

    def _over(self) -> None:
        self._runs = False
        self._go_on()
        if self.is_idle:
            self._remembered()
