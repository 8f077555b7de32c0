"""The open case: its images, its document, and the way of every edit into the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from labeler.app.case_checks import as_problem
from labeler.app.case_on_screen import CaseOnScreen
from labeler.app.far_jump import Going
from labeler.app.long_steps import Taken, taken_unheard
from labeler.app.painted_masks import PaintedMasks
from labeler.app.screens import Problem
from labeler.app.step_writer import Arrived
from labeler.app.steps_in_turn import lost_unheard
from labeler.model.checks import Check
from labeler.model.document import Document
from labeler.model.edits import Edit
from labeler.model.history import History
from labeler.model.open_drawing import OpenDrawing
from labeler.model.open_words import OpenWords
from labeler.model.steps import Amend, Do, LessTime, Redo, Undo, Walk
from labeler.model.working_time import WorkingTime, until_now


class Reading(CaseOnScreen):
    """What is done with the case on the screen; every call returns at once."""

    # --- the document -------------------------------------------------------------------------

    def document(self) -> Document:
        return self._open.document.history.document

    def history(self) -> History:
        return self._open.document.history

    @property
    def painted(self) -> PaintedMasks:
        """What the painted marks of the document hold."""
        return self._open.document.painted

    def apply(self, edit: Edit, blobs: Mapping[str, bytes]) -> None:
        """Do one edit and send it to the journal, with the blobs that it names."""
        self.painted.keep(blobs)
        self._open.writer.step(Do(edit), tuple(blobs.values()))

    def amend(self, edit: Edit) -> None:
        """The last edit moved marks, and these are moved further: this edit takes its place."""
        self._open.writer.step(Amend(edit))

    def work_out(self, make: Callable[[], Walk | None]) -> None:
        """Make a step on another thread and take it; what is done meanwhile waits behind it."""
        self._open.writer.work_out(make)

    def in_turn(self, act: Callable[[], object], lost: Callable[[], None] = lost_unheard) -> None:
        """Do something once every step before is done; `lost` hears that it will not be, since the
        document was left behind."""
        if not self._open.writer.waits(act, lost):
            act()

    def can_undo(self) -> bool:
        return self._state is not None and self._state.can_undo

    def can_redo(self) -> bool:
        return self._state is not None and self._state.can_redo

    def undo(self, taken: Taken = taken_unheard) -> None:
        """Take the last edit back; `taken` hears which that was, at once or once it is."""
        self._open.writer.press(Undo(), taken)

    def redo(self, taken: Taken = taken_unheard) -> None:
        """Do again what was taken back; `taken` hears which that is."""
        self._open.writer.press(Redo(), taken)

    def go(self, seq: int, there: Arrived, left: Callable[[], None]) -> None:
        """Go to the point of the history after the edit that entry `seq` did, 0 before the first;
        see StepWriter. Nothing happens in a case that is not changed."""
        if self._open.may_change:
            self._open.writer.go(seq, there, left)

    def going(self) -> Going | None:
        """The jump that is under way, if one is."""
        return self._state.writer.going if self._state else None

    def stay(self) -> bool:
        """Stop the jump that is under way, if one is: the document stays as it is."""
        return self._state is not None and self._state.writer.stay()

    # --- the time -----------------------------------------------------------------------------

    def sign_of_life(self) -> None:
        """The person did something in the open case."""
        if self._state is not None and self._state.may_change:
            self._attendance.sign()

    def look_up(self) -> None:
        """Called a few times a second: long silence is noted."""
        self._attendance.look()

    def pause(self) -> None:
        """The case goes to its signature: the time until now belongs to what is signed."""
        if self._state is not None:
            self._state.writer.give_way()
        self._attendance.end()

    def time(self) -> WorkingTime:
        """The time on the open case until now."""
        return until_now(self.history().time, self._now())

    def take_off(self, seconds: int) -> None:
        """The person says that so much of the active time was none; never more than there is."""
        told = min(seconds, self.time().told_s)
        if told > 0:
            self._note(LessTime(told))

    # --- what is asked of it ------------------------------------------------------------------

    def new_mark_id(self) -> str:
        """A name that no mark of this document ever had."""
        return self._open.document.new_mark_id()

    def mark_seen(self, tile: str, index: int) -> None:
        self._open.document.seen.setdefault(tile, set()).add(index)

    def seen(self, tile: str) -> AbstractSet[int]:
        return self._open.document.seen.setdefault(tile, set())

    def problems(self) -> tuple[Problem, ...]:
        """What stands between the case and its signature, for the screen."""
        return tuple(as_problem(check) for check in self.checks())

    def checks(self) -> tuple[Check, ...]:
        """What stands between the case and its signature, the gravest first."""
        return self._open.checks()

    # --- what is kept of it -------------------------------------------------------------------

    def keep_drawing(self, drawing: OpenDrawing | None) -> None:
        """What is under way while the case is put down, to be found again; None for nothing."""
        if self._state is not None:
            self._beside(self._state).keep_drawing(drawing)

    def keep_label(self, code: str) -> None:
        """The label in hand while the case is put down."""
        if self._state is not None:
            self._beside(self._state).keep_label(code)

    def keep_words(self, words: Sequence[OpenWords]) -> None:
        """What is typed and too much for its field, to be found again with its case."""
        if self._state is not None:
            self._beside(self._state).keep_words(words)
