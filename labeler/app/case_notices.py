"""What the board says of the case that is open, and of those that could not be opened."""

from __future__ import annotations

from labeler.app.notice_board import NoticeBoard
from labeler.app.open_case import Opened
from labeler.app.own_forms import is_of_form
from labeler.errors import LabelerError


class CaseNotices:
    """Each line stands until it is over, or another case is open."""

    def __init__(self, board: NoticeBoard) -> None:
        self._board = board
        self._told_of_files = self._told_of_part = self._told_unread = 0
        self._refusals: dict[str, LabelerError] = {}
        """Why cases could not be opened, by their names."""

    def refused(self, name: str, error: LabelerError) -> None:
        """A case could not be opened."""
        self._board.error(error, stays=True)
        self._refusals[name] = error

    def opens(self, name: str) -> None:
        """A case is open: that it could not be is over, and so is what was told of the last one."""
        self._board.dismiss(self._told_unread)
        refusal = self._refusals.pop(name, None) if name else None
        self._board.withdraw(lambda error: error is refusal)

    def stays_unread(self) -> None:
        """Its file was not read to its end, so that it has no name."""
        self._told_unread = self._board.line(
            "Not read to its end, it is shown only. Open it again to mark it.", stays=True
        )

    def tell_of_files(self, opened: Opened) -> None:
        """Of one's own files, that some gave no image; what a task holds, its manifest says. It
        stays, since nothing else on the screen says what is missing."""
        if self._told_of_files:
            self._board.dismiss(self._told_of_files)
        self._told_of_files = 0
        missed = len(opened.case.scan.problems)
        if missed and opened.case.assignment is None:
            self._told_of_files = self._board.line(
                "Files without an image: {count}. See Files of this case.", stays=True, count=missed
            )

    def tell_of_own(self, opened: Opened) -> None:
        """Which case this is where some of its series are not here; and that it asks what its form
        said before, and why."""
        if self._told_of_part:
            self._board.dismiss(self._told_of_part)
        self._told_of_part, part = 0, opened.case.part_of
        if part is not None:
            self._told_of_part = self._board.line(
                "This is the case “{title}”. Series of it that are not here: {count}; their marks"
                " are kept.",
                stays=True,
                title=part.title,
                count=part.missing,
            )
        self._board.withdraw(is_of_form)
        if opened.case.form_fault is not None:
            self._board.error(opened.case.form_fault, stays=True)
