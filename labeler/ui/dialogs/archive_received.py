"""The studies from image archives that are here: opened offline, or removed for good."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.app.archives import Received
from labeler.ui.components.table import Cell, ColumnPlan, Table
from labeler.ui.components.text import Label
from labeler.ui.formats import day_and_time
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import tr

ROW = 32
HEIGHT = 420
MB = 1_000_000


class ReceivedPage(QWidget):
    """Names nobody: what they are, when they came, how much they hold."""

    def __init__(
        self,
        look: Look,
        now: Callable[[], int],
        changed: Callable[[], None],
        entered: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._now, self._changed = now, changed
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        self.told = Label("", Type.SECONDARY, "text2", wrap=True)
        self.table = Table(look, _columns(), lambda _key: changed(), entered, row_height=ROW)
        self.table.setAccessibleName(tr("Received studies"))
        self.table.setFixedHeight(HEIGHT)
        rows.addWidget(self.told)
        rows.addWidget(self.table)

    def current(self) -> str:
        return self.table.current_key()

    def show_received(self, found: tuple[Received, ...]) -> None:
        words = (
            tr("They lie encrypted in this profile. Removing one deletes its key.")
            if found
            else tr("Nothing was received yet.")
        )
        self.told.setText(words)
        self.table.show_rows(
            tuple(one.id for one in found), tuple(self._cells(one) for one in found)
        )
        self._changed()

    def _cells(self, one: Received) -> tuple[Cell, ...]:
        whole = tr("All here") if one.whole else tr("Some are missing")
        return (
            Cell(one.title, "text"),
            Cell(day_and_time(one.begun_at, self._now())),
            Cell(whole, "success" if one.whole else "warning", "check" if one.whole else "warning"),
            Cell(str(one.instances)),
            Cell(tr("{size} MB", size=max(1, round(one.size / MB)))),
        )


def _columns() -> tuple[ColumnPlan, ...]:
    return (
        ColumnPlan(tr("Study"), 0),
        ColumnPlan(tr("Received"), 152),
        ColumnPlan(tr("State"), 176),
        ColumnPlan(tr("Images"), 88, right=True),
        ColumnPlan(tr("Size"), 104, right=True),
    )
