"""What was told to the person and not yet put away."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from labeler.app.screens import Change, Notice
from labeler.errors import LabelerError


class NoticeBoard:
    """The one way to tell the person something; lives on the main thread."""

    def __init__(self, tell: Callable[[Change], None]) -> None:
        self._tell = tell
        self._ids = itertools.count(1)
        self._notices: tuple[Notice, ...] = ()
        self._errors: dict[int, LabelerError] = {}

    def notices(self) -> tuple[Notice, ...]:
        return self._notices

    def error(self, error: LabelerError, *, stays: bool = False) -> None:
        """Tell an error once; the same one still on the board is not repeated, but is the newest
        again where it stays, or is to stay from now on. It `stays` until it is put away where
        something is missing for good."""
        happened, safe, do = error.templates
        facts = tuple(error.facts.items())
        for same in [n for n in self._notices if (n.happened, n.facts) == (happened, facts)]:
            if not (same.stays or stays):
                return
            self.dismiss(same.id)
            stays = True
        number = next(self._ids)
        self._errors[number] = error
        self._add(Notice(number, happened, safe, do, is_error=True, facts=facts, stays=stays))

    def withdraw(self, is_over: Callable[[LabelerError], bool]) -> bool:
        """Put away the errors that are over without the person having done anything; whether
        there were any."""
        over = [number for number, error in self._errors.items() if is_over(error)]
        for number in over:
            self.dismiss(number)
        return bool(over)

    def line(self, template: str, *, stays: bool = False, **facts: str | int) -> int:
        """Tell one line; answers with its number."""
        number, told = next(self._ids), tuple(facts.items())
        self._add(Notice(number, template, "", "", is_error=False, facts=told, stays=stays))
        return number

    def dismiss(self, notice_id: int) -> None:
        self._errors.pop(notice_id, None)
        self._notices = tuple(n for n in self._notices if n.id != notice_id)
        self._tell(Change.NOTICES)

    def _add(self, notice: Notice) -> None:
        self._notices = (*self._notices, notice)
        self._tell(Change.NOTICES)
