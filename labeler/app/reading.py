"""The open case: its images, its document, and the way of every edit into the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from labeler.app.case_checks import as_problem, case_checks
from labeler.app.cases import series_id
from labeler.app.checkpointing import AT_CLOSING
from labeler.app.far_jump import Going
from labeler.app.haste import Foreground
from labeler.app.late_names import tiles_before
from labeler.app.long_steps import Ahead, Land, Taken, look_nowhere, unheard
from labeler.app.open_case import OpenCase, Opened, drawing_setting, label_setting, seen_setting
from labeler.app.open_document import OpenDocument, open_document, with_signed
from labeler.app.painted_masks import PaintedMasks
from labeler.app.presence import Attendance
from labeler.app.reading_room import ReadingRoom
from labeler.app.screens import Change, Problem
from labeler.app.series_room import SeriesRoom
from labeler.app.slice_memory import SliceMemory, allowed_bytes
from labeler.app.step_writer import Arrived, StepWriter
from labeler.errors import LabelerError
from labeler.model.checks import Check
from labeler.model.document import Document
from labeler.model.edits import Edit
from labeler.model.history import History
from labeler.model.open_drawing import OpenDrawing
from labeler.model.preferences import DEFAULTS
from labeler.model.steps import Amend, Do, LessTime, Presence, Redo, Undo, Walk
from labeler.model.working_time import WorkingTime, until_now
from labeler.store.heads import Head


@dataclass(eq=False)
class _State:
    opened: Opened
    document: OpenDocument
    case: OpenCase
    series: SeriesRoom
    writer: StepWriter

    @property
    def may_change(self) -> bool:
        """Whether its document takes edits."""
        return self.case.may_change


class Reading:
    """Lives on the main thread; every call returns at once."""

    def __init__(
        self, tell: Callable[[Change], None], on_error: Callable[[LabelerError], None]
    ) -> None:
        self._tell = tell
        self._on_error = on_error
        self._room: ReadingRoom | None = None
        self._state: _State | None = None
        self.memory, self.foreground = SliceMemory(allowed_bytes(DEFAULTS)), Foreground()
        self._attendance = Attendance(self._note, self._now, self._steady)
        self.look_ahead: Ahead = look_nowhere
        """Hears how a document will be while a long step is worked out."""

    def attach(self, room: ReadingRoom) -> None:
        """A profile was opened; before that no case can be shown."""
        self._room = room

    # --- opening ------------------------------------------------------------------------------

    def show(self, opened: Opened) -> None:
        """Put an opened case on the screen in place of the one before."""
        before = self._state
        if before is None or before.opened.case.id != opened.case.id:
            self._begin(opened, open_document(opened))
        elif opened.case.package is None:
            self._begin(self._as_signed(opened, before), before.document)
        else:
            self._show_again(before, opened)

    def _begin(self, opened: Opened, document: OpenDocument) -> None:
        self.close()
        case = opened.shown
        if case.signed != opened.work.signed:
            case = replace(case, signed=opened.work.signed)
        lent = self._lent
        series = SeriesRoom(
            opened.case,
            {case.tile: opened.image},
            lent.pool,
            lent.services.decoders_of(opened.case.kept_as),
            self.memory,
            lambda: self._tell(Change.LAYERS),
            self.foreground,
        )
        self._state = self._state_of(opened, document, case, series)
        self._tell(Change.READING)

    def name(self, shown: Opened, named: Opened) -> None:
        """What is shown has been read for its name: on with the same pixels and with its document;
        begun anew where its files are others now."""
        state = self._state
        if state is None or state.opened.case is not shown.case:
            self.discard(named)
            return
        tiles = tiles_before(shown.case, named.case)
        document = open_document(named)
        if not tiles or state.series.opens_one:
            self._begin(named, document)
            return
        for tile, seen in state.document.seen.items():
            document.seen.setdefault(tiles[tile], set()).update(seen)
        decoders = self._lent.services.decoders_of(named.case.kept_as)
        images = state.series.rename(named.case, tiles, decoders)
        named = replace(named, image=images[series_id(named.case.opened)])
        case = replace(named.shown, image=named.image, tiles_before=tiles)
        self._state = self._state_of(named, document, case, state.series)
        self._tell(Change.READING)

    def _as_signed(self, opened: Opened, before: _State) -> Opened:
        """One's own files opened again may be others: only the document is the same."""
        signed = (opened if before.document.is_as_read(opened) else before.opened).work.signed
        return with_signed(opened, signed=signed)

    def _show_again(self, state: _State, opened: Opened) -> None:
        """A sealed case that is open already: its files are the same."""
        self.discard(opened)
        if state.document.is_as_read(opened):
            self._set_signed(state, signed=opened.work.signed)
        self._tell(Change.READING)

    def discard(self, opened: Opened) -> None:
        """Put away a case that was opened and is not to be shown."""
        self._lent.worker.submit(lambda _store: opened.case.close())

    def close(self) -> None:
        """Let go of the open case; edits under way still reach the journal."""
        if self._state is not None:
            self._state.writer.finish()
            self._tell(Change.PUT_DOWN)
            self._state.writer.finish()
        self._attendance.end()
        self._put_down()

    def hold(self, case_id: str) -> Callable[[], None]:
        """The journal of that case may be another soon: if it is open, nothing goes there until
        what this gives is called, or it is left behind."""
        state = self._state
        if state is None or state.opened.case.id != case_id:
            return lambda: None
        state.writer.hold()
        return state.writer.release

    def leave_behind(self, case_id: str) -> None:
        """The journal of that case is another now: if it is open, nothing of it goes there."""
        if self._state is not None and self._state.opened.case.id == case_id:
            self._state.writer.hold()
            self._tell(Change.PUT_DOWN)
            self._state.writer.drop()
            self._put_down()
            self._attendance.end()
            self._tell(Change.READING)

    def _put_down(self) -> None:
        self.stay()
        state, self._state = self._state, None
        if state is None:
            return
        state.writer.checkpoint(AT_CLOSING)
        self._keep_seen(state)
        close_case = state.series.close()
        # The store's thread is the one that always comes to the end of its queue.
        self._lent.worker.submit(lambda _store: close_case())

    @property
    def opened(self) -> Opened | None:
        return self._state.opened if self._state else None

    @property
    def head(self) -> Head | None:
        """The last entry that the journal has acknowledged for the open case."""
        return self._state.document.head if self._state else None

    @property
    def is_settled(self) -> bool:
        """Whether every edit of the open case is durable."""
        return self._state is None or self._state.writer.is_settled

    def case(self) -> OpenCase | None:
        """The open case; None before anything was opened."""
        return self._state.case if self._state else None

    @property
    def is_waited_for(self) -> bool:
        """Whether pixels of it are on their way to the screen; safe to ask from any thread."""
        state = self._state
        return state is not None and state.series.is_waited_for

    @property
    def series(self) -> SeriesRoom:
        """What the series of the open case give."""
        return self._open.series

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

    def in_turn(self, act: Callable[[], object]) -> None:
        """Do something once every step before is done."""
        if not self._open.writer.waits(act):
            act()

    def can_undo(self) -> bool:
        state = self._state
        if state is None or not state.may_change:
            return False
        return state.document.history.can_undo or not state.writer.is_free

    def can_redo(self) -> bool:
        state = self._state
        if state is None or not state.may_change:
            return False
        return state.document.history.can_redo or not state.writer.is_free

    def mark_signed(self, case_id: str, head: Head) -> None:
        """A case was signed as it stood after the entry `head`.

        Where it is open and stands so still, it is shown and not changed from now on; signs of
        presence behind that entry change nothing.
        """
        state = self._state
        if state is None or state.opened.case.id != case_id:
            return
        if state.document.history.walked <= head.seq:
            self._set_signed(state, signed=True)
            self._tell(Change.READING)

    def _set_signed(self, state: _State, *, signed: bool) -> None:
        state.opened = with_signed(state.opened, signed=signed)
        state.case = replace(state.case, signed=signed)

    @property
    def is_signed(self) -> bool:
        return self._state is not None and self._state.opened.work.signed

    def undo(self, taken: Taken = unheard) -> None:
        """Take the last edit back; `taken` hears which that was, at once or once it is."""
        self._open.writer.press(Undo(), taken)

    def redo(self, taken: Taken = unheard) -> None:
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
        """What stands between the case and its signature."""
        state = self._open
        found = case_checks(state.opened, state.document, state.series.failed)
        return (*found, *state.series.others)

    # --- inside -------------------------------------------------------------------------------

    @property
    def _lent(self) -> ReadingRoom:
        if self._room is None:
            raise RuntimeError("no profile is open")
        return self._room

    def _now(self) -> int:
        return self._lent.clock()

    @property
    def _open(self) -> _State:
        if self._state is None:
            raise RuntimeError("no case is open")
        return self._state

    def _look(self) -> Callable[[Document], Land]:
        return self.look_ahead()

    def _steady(self) -> float:
        return self._lent.steady()

    def _note(self, step: Presence, at: int | None = None) -> None:
        """Nothing is noted of a case that is not changed."""
        if self._state is not None and self._state.may_change:
            self._state.writer.note(step, at)

    def _state_of(
        self, opened: Opened, document: OpenDocument, case: OpenCase, series: SeriesRoom
    ) -> _State:
        def may_change() -> bool:
            state = self._state
            return state is not None and state.writer is writer and state.may_change

        name, told = opened.case.id, (self._tell, self._on_error)
        writer = StepWriter(self._lent, name, document, *told, may_change)
        writer.look_ahead, writer.attend = self._look, self._attendance.look
        return _State(opened, document, case, series, writer)

    def keep_drawing(self, drawing: OpenDrawing | None) -> None:
        """What is under way while the case is put down, to be found again; None for nothing."""
        self._keep(self._state, drawing_setting, [] if drawing is None else [drawing])

    def keep_label(self, code: str) -> None:
        """The label in hand while the case is put down."""
        self._keep(self._state, label_setting, code)

    def _keep_seen(self, state: _State) -> None:
        kept = {name: sorted(indices) for name, indices in state.document.seen.items()}
        self._keep(state, seen_setting, kept)

    def _keep(self, state: _State | None, setting: Callable[[str], str], kept: object) -> None:
        if state is not None and state.opened.case.name is None:  # else under a name of its own
            name = setting(state.opened.case.id)
            self._lent.worker.submit(lambda store: store.settings.put(name, kept))
