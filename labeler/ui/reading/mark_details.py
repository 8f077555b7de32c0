"""What is said of the selected mark: how sure the person is of it, and a note."""

from __future__ import annotations

from msgspec import UNSET

from labeler.ui.components.surfaces import Row
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.fields import NumberAnswer, TextAnswer
from labeler.ui.translation import tr
from labeler.viewing.said_of_marks import noted, trusted

LONGEST_NOTE = 2000
SURE = 88
"""Width of the field for per cents."""


class MarkDetails(Row):
    """Fields below the list of marks; there while one mark is selected."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(gap=8)
        self._desk, self._mark = desk, ""
        self.note = TextAnswer(LONGEST_NOTE, self._note, self.setFocus)
        self.note.setPlaceholderText(tr("Note to this mark"))
        self.note.setAccessibleName(tr("Note to this mark"))
        self.sure = NumberAnswer(0, 100, self._sure, self.setFocus)
        self.sure.setPlaceholderText(tr("Sure, %"))
        self.sure.setAccessibleName(tr("How sure you are, in per cent"))
        self.sure.setToolTip(tr("How sure you are, in per cent"))
        self.sure.setFixedWidth(SURE)
        self.cells.setContentsMargins(8, 0, 16, 0)
        self.cells.addWidget(self.note, 1)
        self.cells.addWidget(self.sure)

    def refresh(self) -> None:
        mark = self._desk.selected_mark()
        alone = mark is not None and len(self._desk.chosen.names) == 1
        self.setVisible(alone)
        name = mark.id if mark is not None and alone else ""
        if name != self._mark:
            # What was being typed belongs to the mark that was selected then.
            self.note.keep()
            self.sure.keep()
            self._mark = name
        if mark is None or not alone:
            return
        self.note.show_text("" if mark.note is UNSET else mark.note)
        self.sure.show_text("" if mark.confidence is UNSET else str(mark.confidence))
        for field in (self.note, self.sure):
            field.setReadOnly(not self._desk.editable)

    def _note(self, value: str | int | None) -> None:
        said = noted(self._desk.document(), frozenset({self._mark}), str(value or ""))
        self._desk.take(said, self._desk.active)

    def _sure(self, value: str | int | None) -> None:
        percent = value if isinstance(value, int) else None
        said = trusted(self._desk.document(), frozenset({self._mark}), percent)
        self._desk.take(said, self._desk.active)
