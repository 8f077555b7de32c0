"""The history of the open case: every edit in words, any of them a click away; and the time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSizePolicy

from labeler.model.working_time import WorkingTime
from labeler.ui.components.beside import ABOVE
from labeler.ui.components.buttons import Button, Link
from labeler.ui.components.checked_field import CheckedField
from labeler.ui.components.surfaces import Column, Row
from labeler.ui.components.text import Label
from labeler.ui.formats import exact_span
from labeler.ui.look import Look
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.history_list import HistoryList
from labeler.ui.reading.history_words import HistoryTeller
from labeler.ui.reading.lists import Section
from labeler.ui.reading.packed_edits import PackedEdits
from labeler.ui.reading.panel_rows import PanelPart
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.theme import COMPACT, CONTROL, Type
from labeler.ui.translation import tr
from labeler.viewing.phrase import Phrase
from labeler.viewing.typed import clock, time_span

COUNTED = 88
"""Pixels of the field for the time that counts."""

LEAST_SEEN = 4
"""Rows that are seen also where others want the room."""

GOING_AGAIN_MS = 100
TIME_AGAIN_MS = 10_000


class HistoryPanel(Section):
    """Costs nothing while it is hidden; `say` hears why a row leads nowhere."""

    def __init__(
        self,
        look: Look,
        port: ReadingPort,
        desk: Desk,
        now: Callable[[], int],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(tr("History"))
        self._port, self._desk, self._say = port, desk, say
        self._case: str | None = None
        self._packed = PackedEdits(port, self._tell_more)
        self._teller = HistoryTeller(desk, now, port.going, self._packed.ask)
        self.list = HistoryList(look, self._teller.tell, self._packed.ask, self._jump)
        self.list.setAccessibleName(tr("History"))
        self.rows.addWidget(self.list, 1)
        self.time = TimePanel(port, desk)
        self.rows.addWidget(self.time)
        self._going = QTimer(self)
        self._going.setInterval(GOING_AGAIN_MS)
        self._going.timeout.connect(self._tell_how_far)

    def refresh(self) -> None:
        """The document changed, or the panel is shown."""
        case = None if self._desk.case is None else self._desk.case.id
        if case != self._case:
            self.forget()
            self._case = case
        if self.isVisible() and self._desk.case is not None:
            self.list.show_history(self._port.history())
            self.time.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Much may have been done while it was off the screen, its place too."""
        super().showEvent(event)
        self.refresh()

    def forget(self) -> None:
        """Another case, or none: nothing of the last one is held."""
        self._case = None
        self.list.forget()
        self._teller.forget()
        self._packed.forget()

    def part(self, weight: int) -> PanelPart:
        """What it can do with room: whole rows, and the time."""
        time, count = self.rows.spacing() + self.time.high(self.width()), len(self.list.rows())
        bare, least, all_of = (
            self.beside(COMPACT * rows + time) for rows in (1, min(LEAST_SEEN, count), count)
        )
        return PanelPart(bare, least, all_of, weight, COMPACT)

    def _jump(self, seq: int) -> None:
        if self._desk.drawings.draws:
            return  # what is drawn belongs to the point where it was begun
        if self._desk.editable:
            self._desk.returning.jump(seq, self._left)
            self._going.start()
        else:
            self._say(tr("This case is signed: its history is shown, and it stays as it is."))

    def _tell_more(self) -> None:
        """An edit was unpacked that rows on the screen tell of."""
        self.list.viewport().update()

    def _tell_how_far(self) -> None:
        """The row that is gone to says it."""
        if self._port.going() is None:
            self._going.stop()
        self.list.viewport().update()

    def _left(self) -> None:
        self._say(tr("The jump was given up: you went on working."))


class TimePanel(Column):
    """Hidden until it is asked for: nobody reads against a clock. What is counted can be made
    less, never more."""

    def __init__(self, port: ReadingPort, desk: Desk) -> None:
        super().__init__("", margin=8, gap=4)
        self._port, self._desk = port, desk
        self._unfold = Link(tr("Time on this case"), self._toggle)
        self._unfold.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.told = Label("", Type.SECONDARY, "text2", wrap=True)
        self.counted = CheckedField(self._read, self._want, self._to_button)
        self.counted.setAccessibleName(tr("Time that counts, minutes and seconds"))
        self.counted.setToolTip(tr("Minutes and seconds, as 12:30; minutes alone, as 12"))
        self.counted.setFixedSize(COUNTED, CONTROL)
        self.counted.setProperty(ABOVE, self._unfold)  # below lie Check and Sign
        self.less = Button("", self._take_off)
        self._of = ""
        self._wanted_s: int | None = None
        self._body = Column("", margin=0, gap=8)
        self._body.rows.addWidget(self.told)
        self._correct = Row(gap=8)
        self._correct.cells.addWidget(self.counted)
        self._correct.cells.addWidget(self.less)
        self._correct.cells.addStretch(1)
        self._body.rows.addWidget(self._correct)
        self.once = Label(tr("It cannot be made more again."), Type.SECONDARY, "text2", wrap=True)
        self._body.rows.addWidget(self.once)
        self.rows.addWidget(self._unfold)
        self.rows.addWidget(self._body)
        self._body.hide()
        self._again = QTimer(self)
        self._again.setInterval(TIME_AGAIN_MS)
        self._again.timeout.connect(self.refresh)

    def high(self, width: int) -> int:
        """As high as it wants to be at such a width."""
        return self.heightForWidth(width) if self.hasHeightForWidth() else self.sizeHint().height()

    def refresh(self) -> None:
        """The time until now, where it is shown."""
        if not self._body.isVisible() or self._desk.case is None:
            return
        time = self._port.time()
        self.told.setText(time_words(time))
        self._correct.setVisible(self._desk.editable and time.active_s > 0)
        self.less.setEnabled(time.told_s > 0)
        if self._of != self._desk.case.id:
            self._of, self._wanted_s = self._desk.case.id, None
        wanted = self._wanted_s
        self.once.setVisible(self._desk.editable and wanted is not None)
        if wanted is None:
            self.counted.show_text(clock(time.told_s))
        only = tr("Count only this") if wanted is None else ""
        self.less.setText(only or tr("Count only {time}", time=clock(wanted or 0)))

    def unfold(self) -> None:
        """Show the time; what it may be made has the keyboard."""
        self._show(shown=True)
        wanted = self.counted if self.counted.isVisible() else self._unfold
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def disarm(self) -> bool:
        """Esc: nothing is to be taken off; whether anything was typed, or waited for the button."""
        if not self._body.isVisible():
            return False
        typed, wanted = self.counted.put_by(taking=False), self._wanted_s
        self._wanted_s = None
        self.refresh()
        return bool(typed) or wanted is not None

    def _toggle(self) -> None:
        self._show(shown=self._body.isHidden())

    def _show(self, *, shown: bool) -> None:
        self._body.setVisible(shown)
        self._wanted_s = None
        (self._again.start if shown else self._again.stop)()
        self.refresh()

    def _read(self, text: str) -> int | Phrase:
        time = self._port.time()
        return time_span(text, time.told_s, counted=time.corrected_s > 0)

    def _want(self, seconds: int) -> None:
        """What was typed, and not counted before the button says so: there is no way back."""
        self._wanted_s = seconds if seconds < self._port.time().told_s else None
        self.refresh()

    def _to_button(self) -> None:
        self.less.setFocus(Qt.FocusReason.TabFocusReason)

    def _take_off(self) -> None:
        if not self.counted.keep():
            return
        if self._wanted_s is not None:
            self._port.take_off(self._port.time().told_s - self._wanted_s)
        self._wanted_s = None
        self._unfold.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()


def time_words(time: WorkingTime) -> str:
    """Work and silence apart, to the second, and what the person makes of it."""
    active, idle = exact_span(time.active_s), exact_span(time.idle_s)
    words = tr("At work {active}, idle {idle}.", active=active, idle=idle)
    if time.corrected_s:
        words += " " + tr("You count {told}.", told=exact_span(time.told_s))
    return words
