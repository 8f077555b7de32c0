"""Undo, redo and the jump to a point of the history; each goes where the edit was. No widget."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.document import Mark
from labeler.model.edit_rules import edit_mark, mark_in
from labeler.model.edits import Edit
from labeler.model.frames import FrameRef
from labeler.model.tiled_masks import TiledMask
from labeler.ui.reading.ports import ReadingPort

Go = Callable[[FrameRef, Mark | None, TiledMask | None], None]
"""Shows a frame, and the mark that an edit was about: there where paint changed it, if it did."""


class Returning:
    """`go` shows where an edit was; `busy` tells whether a tool is in the midst of something;
    `undone` hears that one was taken back, `jumped` that a jump sets out."""

    def __init__(
        self,
        port: ReadingPort,
        go: Go,
        busy: Callable[[], bool],
        undone: Callable[[], object] = lambda: None,
        jumped: Callable[[], object] = lambda: None,
    ) -> None:
        self._port, self._go, self._busy = port, go, busy
        self._undone, self._jumped = undone, jumped

    def undo(self) -> None:
        """Take back, and go where it was; under a stroke nothing that is older goes."""
        if not self._busy():
            self._port.undo(self._take_back)

    def redo(self) -> None:
        """Do again, and go where it is; nothing that is newer comes under a stroke."""
        if not self._busy():
            self._port.redo(self._return_to)

    def jump(self, seq: int, left: Callable[[], None]) -> None:
        """To the point of the history after the edit that entry `seq` did; `left` hears that the
        person did something else before the jump came to its end."""
        self._jumped()
        self._port.go(seq, self._there, left)

    def stay(self) -> bool:
        """Stop a jump that is under way, if one is."""
        return self._port.stay()

    def _there(self, edit: Edit | None) -> None:
        if edit is not None:
            self._return_to(edit)

    def _take_back(self, edit: Edit) -> None:
        self._undone()
        self._return_to(edit)

    def _return_to(self, edit: Edit) -> None:
        document = self._port.document()
        mark = edit_mark(edit, lambda mark_id: mark_in(document, mark_id))
        if mark is not None:
            self._go(mark.frame, mark, self._port.painted.change(edit, mark.id))
