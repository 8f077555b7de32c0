"""What is told of the case that is opened, or was not, and taken back once it is over."""

from __future__ import annotations

from labeler.app.notice_board import NoticeBoard
from labeler.app.open_case import Opened
from labeler.app.own_forms import is_of_form
from labeler.errors import LabelerError


class CaseNotices:
    """They stay, since nothing else on the screen says what is missing; lives on the main thread.
    `what` is what was to be opened: a case's name, or where images of one's own lie."""

    def __init__(self, board: NoticeBoard) -> None:
        self._board = board
        self._of_files = self._of_part = self._of_place = self._unread = 0
        self._refusals: dict[str, LabelerError] = {}

    def refuse(self, what: str, error: LabelerError) -> None:
        """Why it could not be opened; another reason that it had before is over."""
        if what in self._refusals and _said(self._refusals[what]) != _said(error):
            self._withdraw_refusal(what)
        self._refusals[what] = error
        self._board.error(error, stays=True)

    def opened(self, what: str, opened: Opened) -> None:
        """It is open: that it could not be is over, and so is what was told of the last one."""
        self._withdraw_refusal(what)
        self._take_back(self._unread)
        self._tell_of_files(opened)
        self.tell_of_own(opened)

    def closed(self) -> None:
        """None is on the screen any more: what was told of the last one goes with it."""
        for number in (self._of_files, self._of_part, self._of_place, self._unread):
            self._take_back(number)
        self._of_files = self._of_part = self._of_place = self._unread = 0
        self._board.withdraw(is_of_form)

    def tell_unread(self) -> None:
        """The case on the screen was not read to its end."""
        self._take_back(self._unread)
        self._unread = self._board.line(
            "Not read to its end, it is shown only. Open it again to mark it.", stays=True
        )

    def tell_gone_on(self, title: str) -> None:
        """A damaged case goes on, and another was opened meanwhile: that one keeps the screen."""
        self._board.line(
            "“{title}” goes on from its last good state. Open it to see it.", title=title
        )

    def tell_of_own(self, opened: Opened) -> None:
        """Which case this is where some of its series are not here; that another one was opened
        from here before; and that it asks what its form said before, and why."""
        self._take_back(self._of_part)
        self._of_part, part = 0, opened.case.part_of
        if part is not None:
            self._of_part = self._board.line(
                "This is the case “{title}”. Series of it that are not here: {count}; their marks"
                " are kept.",
                stays=True,
                title=part.title,
                count=part.missing,
            )
        self._tell_of_place(opened)
        self._board.withdraw(is_of_form)
        if opened.case.form_fault is not None:
            self._board.error(opened.case.form_fault, stays=True)

    def _tell_of_place(self, opened: Opened) -> None:
        """Once, of a new case; not of one whose own name is not known yet."""
        self._take_back(self._of_place)
        self._of_place = 0
        if opened.case.held and opened.case.name is None:
            self._of_place = self._board.line(
                "“{title}” held other images before: this is a new case. The work on those is kept,"
                " and is there again when they are opened, wherever they lie now.",
                stays=True,
                title=opened.case.held,
            )

    def _tell_of_files(self, opened: Opened) -> None:
        """Of one's own files, that some gave no image; what a task holds, its manifest says."""
        self._take_back(self._of_files)
        self._of_files, missed = 0, len(opened.case.scan.problems)
        if missed and opened.case.assignment is None:
            self._of_files = self._board.line(
                "Files without an image: {count}. See Files of this case.", stays=True, count=missed
            )

    def _take_back(self, number: int) -> None:
        if number:
            self._board.dismiss(number)

    def _withdraw_refusal(self, what: str) -> None:
        """Unless something else was refused for the same reason."""
        refusal = self._refusals.pop(what, None)
        if refusal is None:
            return
        over = _said(refusal)
        if all(_said(other) != over for other in self._refusals.values()):
            self._board.withdraw(lambda error: _said(error) == over)


def _said(error: LabelerError) -> tuple[object, ...]:
    return error.templates, tuple(error.facts.items())
