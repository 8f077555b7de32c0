"""Notices of the window's own beside those of the session."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import partial

from labeler.app.screens import Change, Notice
from labeler.errors import LabelerError
from labeler.ui.ports import SessionPort


class WayBack:
    """Undo beside a line: `do` brings back what it tells of; `behind` where Undo beside lines that
    say the same is about those first."""

    def __init__(self, do: Callable[[], None], *, behind: bool = False) -> None:
        self.do, self.behind = do, behind
        self.withdraw: Callable[[], None] = lambda: None
        """Takes its line off the screen: it is there again, or cannot be had back any more."""


class Tidings:
    """All notices there are now; the window's own have negative numbers."""

    def __init__(
        self,
        session: SessionPort,
        changed: Callable[[], None],
        undo_edit: Callable[[], object],
    ) -> None:
        self._session, self._changed, self._undo_edit = session, changed, undo_edit
        self._own: tuple[Notice, ...] = ()
        self._last = 0
        self._of_edits: set[int] = set()
        self._backs: dict[int, WayBack] = {}

    def all(self) -> tuple[Notice, ...]:
        return (*self._session.notices(), *self._own)

    def tell(self, error: LabelerError) -> None:
        happened, safe, do = error.templates
        facts = tuple(error.facts.items())
        self._add(Notice(self._number(), happened, safe, do, is_error=True, facts=facts))

    def say(self, line: str, *, of_edit: bool = False, back: WayBack | None = None) -> None:
        """One line, translated already. One `of_edit` is about an edit that was done already and is
        heard of yet; `back` brings back what it tells of, whatever was done since."""
        number = self._number()
        if of_edit:
            self._of_edits.add(number)
        if back is not None:
            self._backs[number] = back
            back.withdraw = partial(self.dismiss, number)
        notice = Notice(number, line, "", "", is_error=False, undoable=back is not None)
        if back is not None and back.behind:
            self._own = (notice, *self._own)
            self._changed()
        else:
            self._add(notice)

    def undo(self, number: int) -> None:
        """Bring back what a notice tells of: in its own way, else by undoing the last edit."""
        back = self._backs.pop(number, None)
        (self._undo_edit if back is None else back.do)()

    def dismiss(self, number: int) -> None:
        if number > 0:
            self._session.dismiss(number)
            return
        self._backs.pop(number, None)
        self._own = tuple(notice for notice in self._own if notice.id != number)
        self._changed()

    def hear(self, change: Change) -> None:
        """Another case, a signed one, or an edit: what was said before is over."""
        if change is Change.DOCUMENT:
            spared, self._of_edits = self._of_edits, set()
            self.clear_lines(spared | self._backs.keys())
        elif change is Change.READING:
            self.clear_lines()

    def clear_lines(self, spared: AbstractSet[int] = frozenset()) -> None:
        """What was said in passing is over; errors stay."""
        kept = tuple(notice for notice in self._own if notice.is_error or notice.id in spared)
        if kept != self._own:
            self._own = kept
            there = {notice.id for notice in kept}
            self._backs = {number: do for number, do in self._backs.items() if number in there}
            self._changed()

    def _add(self, notice: Notice) -> None:
        self._own = (*self._own, notice)
        self._changed()

    def _number(self) -> int:
        self._last -= 1
        return self._last
