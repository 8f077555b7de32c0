"""Tells, as long as a case of one's own is open, that marks lie on other images than these."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from labeler.app.case_pixels import CasePixels, pixels_of
from labeler.app.haste import giving_way
from labeler.app.likeness import (
    Compared,
    as_check,
    check_likeness,
    compare_marks,
    is_more,
    is_of_likeness,
)
from labeler.app.notice_board import NoticeBoard
from labeler.app.open_case import Opened
from labeler.app.reading import Reading
from labeler.app.screens import Change
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.model.document import Mark


class Run(Protocol):
    """Does work on another thread, and calls one of these; of several with one key the newest is
    answered."""

    def __call__(
        self,
        work: Callable[[Services, Tick], Compared],
        done: Callable[[Compared], None],
        refused: Callable[[LabelerError], None],
        *,
        key: str,
    ) -> None: ...


class OtherImages:
    """What is told follows the document: a mark that goes takes it along, one that comes back
    brings it back. Lives on the main thread."""

    def __init__(
        self,
        run: Run,
        board: NoticeBoard,
        reading: Reading,
        tell: Callable[[Change], None],
        is_known: Callable[[], bool],
    ) -> None:
        """`is_known` says whether it is remembered of all marks what they lie on."""
        self._run, self._board, self._reading, self._tell = run, board, reading, tell
        self._is_known = is_known
        self._pixels: CasePixels | None = None
        self._compared = Compared()

    def opened(self, opened: Opened, at: Services) -> None:
        """Compare what is on the screen now."""
        self._compared, use = Compared(), self._reading.series.reading
        pixels = self._pixels = pixels_of(at, opened.case, opened.image, use)
        pixels.at_hand = self._reading.series.volume_at_hand
        marks = opened.work.history.document.marks
        self._compare(pixels, marks, lambda s, tick: check_likeness(s, opened, pixels, tick))

    def closed(self) -> None:
        """None is on the screen any more: what was read of the last one goes with it."""
        self._pixels, self._compared = None, Compared()

    def look(self) -> None:
        """After each change of the document, and once it is known what its marks lie on: one that
        is not known yet would be told to lie on another image."""
        pixels, shown = self._pixels, self._reading.opened
        if pixels is None or shown is None or shown.case is not pixels.case:
            self._pixels = None  # what was read of it goes with the case
        elif self._compared.follows_marks and self._is_known():
            marks, whole = self._reading.document().marks, self._compared.whole
            self._compare(
                pixels, marks, lambda s, tick: compare_marks(s, pixels, marks, whole, tick)
            )

    def _compare(
        self,
        pixels: CasePixels,
        marks: tuple[Mark, ...],
        work: Callable[[Services, Tick], Compared],
    ) -> None:
        series = self._reading.series

        def told(found: Compared) -> None:
            shown = self._reading.opened
            if shown is not None and shown.case is pixels.case and self._pixels is pixels:
                self._show(found)
                if self._reading.document().marks is not marks:
                    self.look()

        self._run(
            lambda s, tick: work(s, giving_way(tick, lambda: series.is_waited_for)),
            told,
            self._board.error,
            key="likeness",
        )

    def _show(self, found: Compared) -> None:
        before, self._compared = self._compared, found
        other = found.other
        if before.says == found.says:
            return
        stood = self._board.withdraw(is_of_likeness)
        # Whoever put it away is not told again of less.
        if other is not None and (stood or is_more(found, before)):
            self._board.error(other, stays=True)
        self._reading.series.others = () if other is None else (as_check(other),)
        self._tell(Change.LAYERS)
