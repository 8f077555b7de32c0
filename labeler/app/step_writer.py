"""The steps of an open document: each taken at once, and written into its journal behind it."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from labeler.app.checkpointing import EVERY, Past
from labeler.app.far_jump import FarJump, Going, There, at_hand
from labeler.app.long_steps import (
    Ahead,
    Taken,
    Worked,
    is_long,
    left_behind,
    left_unsure,
    look_nowhere,
    overtaken,
    taken_unheard,
    went_on,
    worked_out,
)
from labeler.app.open_document import OpenDocument
from labeler.app.reading_room import ReadingRoom
from labeler.app.screens import Change
from labeler.app.steps_in_turn import StepsInTurn, lost_unheard
from labeler.errors import LabelerError
from labeler.model.edits import Edit
from labeler.model.history import advance, arrived, point_of, walked, way
from labeler.model.steps import Amend, Do, Go, LessTime, Presence, Redo, Step, Undo, Walk
from labeler.store.heads import Head

Arrived = Callable[[Edit | None], None]
"""Hears which edit stands last there, None at the beginning."""


class StepWriter:
    """Lives on the main thread; every call returns at once. `may_change` says whether the document
    takes steps still."""

    def __init__(
        self,
        room: ReadingRoom,
        name: str,
        document: OpenDocument,
        tell: Callable[[Change], None],
        on_error: Callable[[LabelerError], None],
        may_change: Callable[[], bool],
    ) -> None:
        self._room, self._name, self._document = room, name, document
        self._tell, self._on_error, self._may_change = tell, on_error, may_change
        self._past = Past(room.worker, on_error, name, document)
        self._jump: FarJump | None = None
        self._pressed: list[tuple[Undo | Redo, Taken]] = []
        """Undos and redos in their order; the strokes of the first are on their way."""
        self._left: Callable[[], None] = lambda: None
        self._turn = StepsInTurn(room.pool, on_error)
        self._noted: list[tuple[Presence, int]] = []
        """What waits to be noted while all is held, and since when it is so."""
        self._gave_way: Callable[[], None] | None = None
        """Tells what gave way to the holding: that is told once it is known why all was held."""
        self.look_ahead: Ahead = look_nowhere
        self.attend: Callable[[], None] = lambda: None
        """Called before each edit, so that no time is counted that only the clock made."""
        self.edited: Callable[[Edit], None] = lambda _edit: None
        """Hears each edit that is done for the first time, once the document is as it leads to."""

    @property
    def is_settled(self) -> bool:
        """Whether every step is durable."""
        return self.is_free and self._document.queued == 0

    @property
    def is_free(self) -> bool:
        """Whether what is taken back or done again now is so at once."""
        return self._turn.is_free and not self._pressed

    def waits(self, act: Callable[[], object], lost: Callable[[], None] = lost_unheard) -> bool:
        """Whether something has to wait until a long step is done; then it does. `lost` hears that
        it was dropped with what is held."""
        if not self._turn.is_free:
            self._turn.do(act, lost)
            return True
        return False

    def step(self, step: Walk, blobs: tuple[bytes, ...] = (), taken: Taken = taken_unheard) -> None:
        """Take a step that changes the document; while a long one is worked out all others wait.
        `taken` hears of an undo or a redo, at once or then."""
        if not self._may_change():
            raise RuntimeError("a case that is signed, or has no name yet, is not changed")
        if self.waits(lambda: self._take_late(step, blobs, taken)):
            return
        gives_way, left = self.stay(), self._left
        history = self._document.history
        if isinstance(step, Undo | Redo) and self._waits_for_strokes(step, taken):
            pass
        elif is_long(step, history):
            self._work(lambda: step, blobs, taken)
            if isinstance(step, Undo):
                self._tell(Change.MAY_UNDO)  # redo is heard from now on, behind it
        else:
            self._append(step, blobs)
            self._tell(Change.DOCUMENT)
            if isinstance(step, Undo | Redo):
                (node,) = itertools.chain(*walked(history, step))
                taken(node.edit)
        if gives_way:  # what is said before a change is over with it
            left()

    def press(self, step: Undo | Redo, taken: Taken = taken_unheard) -> None:
        """Undo or redo in its turn: each press of the key counts, also behind one that waits for
        its strokes. Where there is nothing to take back by then, or to do again, it does nothing.
        """
        if self._pressed:
            self._pressed.append((step, taken))
        elif not self.waits(lambda: self.press(step, taken)):
            history = self._document.history
            may = history.can_undo if isinstance(step, Undo) else history.can_redo
            if may and self._may_change():
                self.step(step, taken=taken)

    def work_out(self, make: Callable[[], Walk | None]) -> None:
        """A step that takes long to make, of the document as it stands when its turn comes."""
        if self._may_change() and not self.waits(lambda: self.work_out(make)):
            self.give_way()
            self._work(make)

    def finish(self) -> None:
        """All that is under way or waits, now: the document is put down. Of one that is held
        nothing is written any more."""
        if self._turn.is_held:
            self._drop(left_unsure())
        self._pressed = []  # what was not seen taken back stays
        self._turn.finish()

    def hold(self) -> None:
        """All waits: its journal may be another soon. Then `release`, or `drop`."""
        if self.stay():
            self._gave_way = self._left
        self._turn.is_held = True

    def release(self) -> None:
        """The journal is the one that it was; nothing of what was dropped comes back."""
        noted, self._noted = self._noted, []
        if not self._turn.is_over:
            for step, at in noted:
                self._append(step, at=at)
        self._turn.release()
        tell, self._gave_way = self._gave_way, None
        if tell is not None:
            tell()

    def drop(self) -> None:
        """Nothing more of this document is written, which is held; what was under way or waited is
        told of, and time that the person took off."""
        self._drop(left_behind())

    def _drop(self, why: LabelerError) -> None:
        said = any(isinstance(step, LessTime) for step, _ in self._noted)
        stopped, self._gave_way = self._gave_way is not None, None
        self._noted.clear()
        if self._turn.drop() or said or stopped:
            self._on_error(why)

    def note(self, step: Presence, at: int | None = None) -> None:
        """Who is at work, and who is not, since the UTC second `at`; the document stays. While all
        waits, it does too."""
        if self._turn.is_held:
            self._noted.append((step, self._room.clock() if at is None else at))
        else:
            self._append(step, at=at)

    def checkpoint(self, least: int) -> None:
        """Make one where so many entries are new, and its journal is sure to be this one."""
        if not self._turn.is_held:
            self._past.keep(least)

    # --- going to a point of the history ------------------------------------------------------

    def go(self, seq: int, there: Arrived, left: Callable[[], None]) -> None:
        """Go to the point after the edit that entry `seq` did, 0 before the first.

        `there` hears it at once where it is near, else when the way was worked out. Whatever else
        is done meanwhile goes first: the jump is given up then, and `left` is called, unless the
        person chose another point to go to.
        """
        document = self._document
        if self.waits(lambda: self.go(seq, there, left)):
            return
        if seq == point_of(document.history):
            return
        if self._jump is not None:
            self.stay()
        if at_hand(document.history, document.painted, seq):
            self.step(Go(seq))
            there(document.history.undo_edit)
            return
        self.give_way()

        def arrive(found: There) -> None:
            self._jump = None
            if not self._may_change():
                left()
                return
            self._append(Go(seq), found=found)
            found.land()
            self._tell(Change.DOCUMENT)
            there(found.edit)

        def failed(error: LabelerError) -> None:
            lost()
            self._on_error(error)

        def lost() -> None:
            self._jump = None

        room = self._room
        self._left = left
        history, painted = document.history, document.painted
        self._jump = FarJump(room.pool, room.worker, history, painted, seq, self.look_ahead)
        self._jump.begin(arrive, failed, lost)

    @property
    def going(self) -> Going | None:
        """The jump that is under way, if one is."""
        return self._jump.going if self._jump else None

    def stay(self) -> bool:
        """Stop the jump that is under way, or the undos that wait for their strokes, if there are
        any: the document stays as it is."""
        jump, self._jump = self._jump, None
        pressed, self._pressed = self._pressed, []
        if jump is not None:
            jump.stop()
        if pressed:
            self._tell(Change.MAY_UNDO)  # what may be done again is other than it was to be
        return jump is not None or bool(pressed)

    def give_way(self) -> None:
        """Something else is done than what `stay` stops: that is told."""
        if self.stay():
            self._left()

    # --- inside -------------------------------------------------------------------------------

    def _waits_for_strokes(self, step: Undo | Redo, taken: Taken) -> bool:
        pressed = [(step, taken)]

        def there() -> None:
            if self._pressed is pressed:
                self._pressed = []
                for each in pressed:
                    self.press(*each)

        def lost() -> None:
            if self._pressed is pressed:
                self.stay()

        if not self._past.waits_for_strokes(step, there, lost):
            return False
        self._pressed, self._left = pressed, lambda: self._on_error(went_on())
        self._tell(Change.MAY_UNDO)  # redo is heard from now on, behind it
        return True

    def _take_late(self, step: Walk, blobs: tuple[bytes, ...], taken: Taken) -> None:
        """A step that waited: what it is about may be another by now."""
        try:
            self.step(step, blobs, taken)
        except ValueError:
            self._on_error(overtaken())

    def _work(
        self,
        make: Callable[[], Walk | None],
        blobs: tuple[bytes, ...] = (),
        taken: Taken = taken_unheard,
    ) -> None:
        history, look = self._document.history, self.look_ahead()

        def land(found: Worked | None) -> None:
            if found is not None and self._may_change():
                self._append(found.step, blobs, worked=found)
                found.land()
                self._tell(Change.DOCUMENT)
                taken(found.edit)

        self._turn.work(lambda: worked_out(history, make, look), land)

    def _append(
        self,
        step: Step,
        blobs: tuple[bytes, ...] = (),
        found: There | None = None,
        worked: Worked | None = None,
        at: int | None = None,
    ) -> None:
        """`found`: where a jump leads, `worked`: what a long step leads to, worked out before."""
        if not isinstance(step, Presence):
            self.attend()
        document, name = self._document, self._name
        at = self._room.clock() if at is None else at
        before = document.history
        if found is not None and isinstance(step, Go):
            document.history = arrived(before, found.history, step.to, at)
            document.painted = found.painted
        else:
            document.history = advance(before, step, at, worked.document if worked else None)
            if worked is None:
                document.painted.walk(*way(before.at, document.history.at))
            elif worked.paints is not None:
                document.painted.follow(worked.paints)
        # The store thread keeps the order, so the n-th queued step stands behind n - 1 others.
        after = document.head.seq + document.queued
        document.queued += 1

        def saved(head: Head) -> None:
            document.head, document.queued = head, document.queued - 1
            self._tell(Change.SAVED)

        def failed(error: LabelerError) -> None:
            self._on_error(error)
            self._tell(Change.SAVED)

        self._room.worker.submit(
            lambda store: store.journal.append(name, (step,), after=after, at=at, blobs=blobs),
            saved,
            failed,
            edits=0 if isinstance(step, Presence) else 1,
            waits=True,
        )
        self._past.keep(EVERY)
        if isinstance(step, Do | Amend):  # all else was done before
            self.edited(step.edit)
