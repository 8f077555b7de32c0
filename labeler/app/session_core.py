"""What all verbs of a session share: the open profile, the screens, the way to the pool."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from labeler.app.answers import Answers, Deliver
from labeler.app.beat import Beat
from labeler.app.cores import cores
from labeler.app.jobs import JobPool
from labeler.app.notice_board import NoticeBoard
from labeler.app.opening import Workbench
from labeler.app.preference_store import read_preferences
from labeler.app.reading import Reading
from labeler.app.reading_room import ReadingRoom
from labeler.app.screens import (
    NO_MONEY,
    Activity,
    Change,
    EarningsScreen,
    Notice,
    OutboxScreen,
    SaveLight,
    SaveState,
    Standing,
    WorkScreen,
)
from labeler.app.services import Services, Tick
from labeler.app.situations import held_in_memory
from labeler.app.slice_memory import allowed_bytes
from labeler.app.store_worker import WAITS_FOR_DISK
from labeler.errors import LabelerError
from labeler.later import Later
from labeler.model.preferences import DEFAULTS, Preferences, kept_bytes

if TYPE_CHECKING:
    from labeler.app import earnings_screen, keys, outbox_screen, work_screen
else:
    earnings_screen = Later("labeler.app.earnings_screen")
    keys = Later("labeler.app.keys")
    outbox_screen = Later("labeler.app.outbox_screen")
    work_screen = Later("labeler.app.work_screen")

T = TypeVar("T")
Refused = Callable[[LabelerError], None]

NO_WORK = WorkScreen(None, None, ())
NO_OUTBOX = OutboxScreen((), syncing=False, retry_at=None)
NO_EARNINGS = EarningsScreen(
    NO_MONEY, NO_MONEY, NO_MONEY, NO_MONEY, NO_MONEY, (), (), None, None, claiming=False
)
NO_LIGHT = SaveLight(SaveState.NOTHING, None, 0)
ERRANDS_AT_ONCE = 6
"""Syncing, downloading and claiming may each wait long; what a screen waits for must not."""
CLOSING_PATIENCE_S = 3.0
"""At the end each errand under way has so long to come to a good end."""


@dataclass(frozen=True)
class Surroundings:
    """What a session takes from outside: `write_sample` fills a folder with the practice case."""

    root: Path
    resources: Path
    deliver: Deliver
    write_sample: Callable[[Path], object]
    clock: Callable[[], int]
    steady: Callable[[], float] | None = None
    """Seconds that nobody sets; where there are none, the clock is believed."""
    images_first: bool = False
    """Whether the screens are not read before somebody calls `read_screens`."""


class SessionCore:
    """Lives on the main thread; what other threads find out arrives through `deliver`."""

    def __init__(self, around: Surroundings, standing: Standing) -> None:
        self._around = around
        self._standing = standing
        self._hear: Callable[[Change], None] = lambda _change: None
        self._board = NoticeBoard(self._tell)
        self._closed = False
        self._answers = Answers(self._deliver, self._not_saved, _crash)
        self._held: LabelerError | None = None
        self._trouble: LabelerError | None = None
        ids = itertools.count(1)
        self._errands = JobPool(self._answers, threads=ERRANDS_AT_ONCE, ids=ids)
        self._reading_pool = JobPool(self._answers, threads=max(2, cores()), ids=ids)
        self._bench: Workbench | None = None
        self._benches: list[Workbench] = []
        self._waiting: list[Callable[[], None]] = []
        self._work, self._outbox, self._earnings = NO_WORK, NO_OUTBOX, NO_EARNINGS
        self._preferences: Preferences = DEFAULTS
        self._online: bool | None = None
        self._listed: tuple[Activity, ...] = ()
        self.reading = Reading(self._tell, self._not_saved)
        self._beat = Beat(self._deliver, self._pulse)

    def listen(self, hear: Callable[[Change], None]) -> None:
        self._hear = hear

    def standing(self) -> Standing:
        return self._standing

    def work(self) -> WorkScreen:
        return self._work

    def outbox(self) -> OutboxScreen:
        return self._outbox

    def earnings(self) -> EarningsScreen:
        return self._earnings

    def preferences(self) -> Preferences:
        return self._preferences

    def save_light(self) -> SaveLight:
        return self._bench.worker.light() if self._bench else NO_LIGHT

    def activities(self) -> tuple[Activity, ...]:
        return *self._errands.activities(), *self._reading_pool.activities()

    def notices(self) -> tuple[Notice, ...]:
        return self._board.notices()

    def dismiss(self, notice_id: int) -> None:
        self._board.dismiss(notice_id)

    def cancel(self, activity_id: int) -> None:
        for pool in (self._errands, self._reading_pool):
            pool.cancel(activity_id)
        self._tell(Change.ACTIVITY)

    def read_screens(self) -> None:
        """Of a start with images, when they are shown; a profile that is locked is waited for."""
        self._read_screens()

    def undo(self) -> None:
        if self.reading.can_undo():
            self.reading.undo()

    def redo(self) -> None:
        if self.reading.can_redo():
            self.reading.redo()

    def close(self) -> int:
        """Stop everything; the number of edits that the disk would not take."""
        self.reading.close()
        self._closed = True
        self._beat.close()
        # Not longer: what still waits for a network or a full disk is let go by the store's end.
        self._errands.close(CLOSING_PATIENCE_S)
        self._reading_pool.close(CLOSING_PATIENCE_S)
        return sum(bench.close() for bench in self._benches)

    def _deliver(self, call: Callable[[], None]) -> None:
        """Nobody is there to hear what comes after the end."""
        if not self._closed:
            self._around.deliver(lambda: None if self._closed else call())

    def _run(
        self,
        work: Callable[[Services, Tick], T],
        done: Callable[[T], None],
        refused: Refused,
        *,
        text: str = "",
        key: str | None = None,
        dropped: Callable[[], None] | None = None,
    ) -> None:
        """The one way from a verb to the pool; waits for a profile that is being opened.

        `dropped` is called in place of `done` and `refused` where the person cancels.
        """
        bench, trouble = self._bench, self._trouble
        if trouble is not None:
            self._deliver(lambda: refused(trouble))
            return
        if bench is None:
            self._waiting.append(
                lambda: self._run(work, done, refused, text=text, key=key, dropped=dropped)
            )
            return
        services = bench.services
        self._errands.start(
            lambda tick: work(services, tick), done, refused, text=text, key=key, dropped=dropped
        )

    def _opened(self, bench: Workbench) -> None:
        self._bench = bench
        self.reading.attach(
            ReadingRoom(
                bench.services,
                bench.worker,
                self._reading_pool,
                self._around.clock,
                self._around.steady or self._around.clock,
            )
        )
        for finding in bench.findings:
            self._board.error(finding, stays=True)
        self._read_standing()
        self._read_preferences()
        if not self._around.images_first:
            self._read_screens()
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()

    def _shut(self, error: LabelerError) -> None:
        """The profile could not be opened; what waits for it goes on waiting."""
        self._trouble = error
        self._board.error(error)
        self._stand(shut=True)

    def _read_preferences(self) -> None:
        """What the person prefers, as it is kept; what was changed meanwhile is newer."""

        def show(found: Preferences) -> None:
            if self._preferences is DEFAULTS:
                self._use_preferences(found)

        def read(services: Services, _tick: Tick) -> Preferences:
            return services.store.call(read_preferences)

        self._run(read, show, self._board.error, key="preferences")

    def _use_preferences(self, wanted: Preferences) -> None:
        """From now on."""
        self._preferences = wanted
        self.reading.memory.set_limit(allowed_bytes(wanted))
        if self._bench is not None and self._bench.services.frames is not None:
            self._bench.services.frames.set_limit(kept_bytes(wanted))
        self._tell(Change.PREFERENCES)

    def _read_screens(self) -> None:
        """Read all three anew; of several readings of one only the newest is shown.

        Each by itself: what is wrong with one hides no other.
        """
        told = self._board.error
        self._run(
            lambda s, _t: work_screen.read_work(s, online=None),
            self._show_work,
            told,
            key="screen-work",
        )
        self._run(
            lambda s, _t: outbox_screen.read_outbox(s, syncing=False),
            self._show_outbox,
            told,
            key="screen-outbox",
        )
        self._run(
            lambda s, _t: earnings_screen.read_earnings(s, claiming=False),
            self._show_earnings,
            told,
            key="screen-earnings",
        )

    def _reached(self) -> None:
        """The marketplace answered just now."""
        self._online = True
        self._show_work(self._work)

    def _show_work(self, work: WorkScreen) -> None:
        self._work = replace(work, online=self._online)
        self._tell(Change.WORK)

    def _show_outbox(self, outbox: OutboxScreen) -> None:
        self._outbox = replace(outbox, syncing=self._outbox.syncing)
        self._tell(Change.OUTBOX)

    def _show_earnings(self, earnings: EarningsScreen) -> None:
        self._earnings = replace(earnings, claiming=self._earnings.claiming)
        self._tell(Change.EARNINGS)

    def _read_standing(self) -> None:
        def read(services: Services, _tick: Tick) -> tuple[str | None, bool, str | None]:
            address = keys.key_address(services)
            unlocked = address is not None and services.signer.state().unlocked
            names = services.store.call(lambda s: [m.name for m in s.tasks.marketplaces()])
            return address, unlocked, names[-1] if names else None

        def show(found: tuple[str | None, bool, str | None]) -> None:
            address, unlocked, name = found
            self._stand(key_address=address, key_unlocked=unlocked, marketplace=name)

        self._run(read, show, self._board.error, key="standing")

    def _stand(self, **changes: str | bool | None) -> None:
        locked = self._standing.locked
        self._standing = replace(self._standing, **changes)  # type: ignore[arg-type]  # by name
        self._tell(Change.STANDING)
        if self._standing.locked != locked:
            self._tell(Change.LOCK)

    def _not_saved(self, error: LabelerError) -> None:
        """What the disk says to what nobody waits for; over when all is saved."""
        if error.code in WAITS_FOR_DISK:
            error = self._held = held_in_memory(error, self.save_light().at)
        self._board.error(error)

    def _pulse(self) -> None:
        if self._bench is None or self._closed:
            return
        self.reading.look_up()
        light, held = self._bench.worker.light(), self._held
        if held is not None and light.state is not SaveState.FAILED:
            self._held = None
            self._board.withdraw(lambda e: (e.code, e.safe) == (held.code, held.safe))
        if light.pending:
            self._tell(Change.SAVED)
        listed = self.activities()
        if listed != self._listed:
            self._listed = listed
            self._tell(Change.ACTIVITY)

    def _tell(self, change: Change) -> None:
        self._hear(change)


def _crash(error: BaseException) -> None:
    """Not one of ours: the crash hook shows it."""
    raise error
