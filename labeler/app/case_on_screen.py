"""Which case is on the screen: how it comes, gets its name, is signed, and goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from labeler.app.case_in_work import CaseInWork
from labeler.app.cases import series_id
from labeler.app.checkpointing import AT_CLOSING
from labeler.app.haste import Foreground
from labeler.app.kept_beside import KeptBeside
from labeler.app.late_names import tiles_before
from labeler.app.long_steps import Ahead, Land, look_nowhere
from labeler.app.open_case import OpenCase, Opened
from labeler.app.open_document import OpenDocument, open_document, with_signed
from labeler.app.presence import Attendance
from labeler.app.reading_room import ReadingRoom
from labeler.app.screens import Change
from labeler.app.series_room import SeriesRoom
from labeler.app.slice_memory import SliceMemory, allowed_bytes
from labeler.app.step_writer import StepWriter
from labeler.errors import LabelerError
from labeler.model.document import Document
from labeler.model.edits import Edit
from labeler.model.preferences import DEFAULTS
from labeler.model.steps import Presence
from labeler.store.heads import Head


class CaseOnScreen:
    """Lives on the main thread; every call returns at once."""

    def __init__(
        self, tell: Callable[[Change], None], on_error: Callable[[LabelerError], None]
    ) -> None:
        self._tell = tell
        self._on_error = on_error
        self._room: ReadingRoom | None = None
        self._state: CaseInWork | None = None
        self.memory, self.foreground = SliceMemory(allowed_bytes(DEFAULTS)), Foreground()
        self._attendance = Attendance(self._note, self._now, self._steady)
        self.look_ahead: Ahead = look_nowhere
        """Hears how a document will be while a long step is worked out."""
        self.edited: Callable[[Edit], None] = lambda _edit: None
        """Hears each edit that is done now: not what is undone, redone or gone to."""

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

    def _as_signed(self, opened: Opened, before: CaseInWork) -> Opened:
        """One's own files opened again may be others: only the document is the same."""
        signed = (opened if before.document.is_as_read(opened) else before.opened).work.signed
        return with_signed(opened, signed=signed)

    def _show_again(self, state: CaseInWork, opened: Opened) -> None:
        """A sealed case that is open already: its files are the same."""
        self.discard(opened)
        if state.document.is_as_read(opened):
            state.set_signed(signed=opened.work.signed)
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

    def leave_behind(self, case_id: str) -> bool:
        """The journal of that case is another now: if it is open, nothing of it goes there, and it
        is closed. Whether it was open."""
        state = self._state
        if state is None or state.opened.case.id != case_id:
            return False
        state.writer.hold()
        self._tell(Change.PUT_DOWN)
        state.writer.drop()
        self._put_down()
        self._attendance.end()
        self._tell(Change.READING)
        return True

    def _put_down(self) -> None:
        state = self._state
        if state is None:
            return
        state.writer.stay()
        self._state = None
        state.writer.checkpoint(AT_CLOSING)
        self._beside(state).keep_seen(state.document.seen)
        close_case = state.series.close()
        # The store's thread is the one that always comes to the end of its queue.
        self._lent.worker.submit(lambda _store: close_case())

    def mark_signed(self, case_id: str, head: Head) -> None:
        """A case was signed as it stood after the entry `head`.

        Where it is open and stands so still, it is shown and not changed from now on; signs of
        presence behind that entry change nothing.
        """
        state = self._state
        if state is None or state.opened.case.id != case_id:
            return
        if state.document.history.walked <= head.seq:
            state.set_signed(signed=True)
            self._tell(Change.READING)

    # --- what is there ------------------------------------------------------------------------

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

    @property
    def is_signed(self) -> bool:
        return self._state is not None and self._state.opened.work.signed

    # --- inside -------------------------------------------------------------------------------

    @property
    def _lent(self) -> ReadingRoom:
        if self._room is None:
            raise RuntimeError("no profile is open")
        return self._room

    def _now(self) -> int:
        return self._lent.clock()

    @property
    def _open(self) -> CaseInWork:
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
    ) -> CaseInWork:
        def may_change() -> bool:
            state = self._state
            return state is not None and state.writer is writer and state.may_change

        name, told = opened.case.id, (self._tell, self._on_error)
        writer = StepWriter(self._lent, name, document, *told, may_change)
        writer.look_ahead, writer.attend = self._look, self._attendance.look
        writer.edited = self.edited
        return CaseInWork(opened, document, case, series, writer)

    def _beside(self, state: CaseInWork) -> KeptBeside:
        return KeptBeside(self._lent.worker, state.opened.case)
