"""What a page of settings is made of: sections of rows, found by their words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.model.searching import as_searched
from labeler.ui.components.buttons import ChipRow
from labeler.ui.components.surfaces import Column, Row
from labeler.ui.components.text import Elided, Label
from labeler.ui.theme import Type

TITLE_WIDTH = 168


class SettingRow(Row):
    """A title, what it means, and at the right what can be done about it."""

    def __init__(self, title: str, note: str = "", control: QWidget | None = None) -> None:
        super().__init__(gap=12)
        self.setMinimumHeight(28)
        self._words = as_searched(f"{title} {note}")
        name = Label(title, ink="text2")
        name.setFixedWidth(TITLE_WIDTH)
        name.setWordWrap(True)
        self.cells.addWidget(name)
        rows = QVBoxLayout()
        rows.setSpacing(4)
        rows.setContentsMargins(0, 4, 0, 4)
        if control is not None:
            rows.addWidget(control)
        if note:
            rows.addWidget(Label(note, Type.SECONDARY, "text2", wrap=True))
        self.cells.addLayout(rows, 1)

    def matches(self, wanted: Sequence[str]) -> bool:
        """Whether its words hold all of these."""
        return all(part in self._words for part in wanted)


def choice_row(
    title: str, note: str, options: tuple[str, ...], now: int, chosen: Callable[[int], None]
) -> SettingRow:
    """One of a few; it counts at once."""
    chips = ChipRow(options, chosen)
    chips.choose(now)
    chips.setAccessibleName(title)
    line = Row()
    line.cells.addWidget(chips)
    line.cells.addStretch()
    return SettingRow(title, note, line)


class FactRow(SettingRow):
    """Something to read, with a button at the right perhaps."""

    def __init__(self, title: str, shown: str, button: QWidget | None = None) -> None:
        self.value = Elided(shown)
        super().__init__(title, control=self.value)
        self._words += as_searched(f" {shown}")
        if button is not None:
            self.cells.addWidget(button)


class ToldRow(SettingRow):
    """Something to know; there while there is something."""

    def __init__(self, title: str) -> None:
        self.told = Label("", Type.SECONDARY, "warning", wrap=True)
        super().__init__(title, control=self.told)
        self.hide()

    def tell(self, words: str) -> None:
        self.told.setText(words)
        self.settle()

    def settle(self) -> None:
        """Where it has its place: before, it would be a window."""
        if self.parentWidget() is not None:
            self.setVisible(bool(self.told.text()))

    def matches(self, wanted: Sequence[str]) -> bool:
        return bool(self.told.text()) and super().matches(wanted)


class Section(Column):
    """A card of rows under one name; it hides with the last of them. Its rows come into it by
    `fill` when it has its place: Qt matches all style rules anew for what gets another parent."""

    def __init__(self, name: str, rows: Sequence[SettingRow]) -> None:
        super().__init__("card", margin=12, gap=4)
        self._name, self._lines = as_searched(name), tuple(rows)
        self.rows.addWidget(Label(name, Type.SECTION))

    def fill(self) -> None:
        for row in self._lines:
            self.rows.addWidget(row)
            if isinstance(row, ToldRow):
                row.settle()

    def filter(self, wanted: Sequence[str]) -> bool:
        """Show the rows that hold all words, or all rows where the name does; whether any is."""
        named = bool(wanted) and all(part in self._name for part in wanted)
        found = False
        for row in self._lines:
            shown = row.matches(()) if named else row.matches(wanted)
            row.setVisible(shown)
            found = found or shown
        self.setVisible(found)
        return found
