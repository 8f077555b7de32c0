"""Work: the tasks there are, what each pays, and the cases of the chosen one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QProgressBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from labeler.app.screens import CaseRow, Change, TaskCard
from labeler.ui.action_table import Need
from labeler.ui.components.buttons import Button, Primary
from labeler.ui.components.prose import Prose
from labeler.ui.components.surfaces import Column, Divider, Empty, Row, Scroll, Surface
from labeler.ui.components.table import Cell, ColumnPlan, Table
from labeler.ui.components.text import Elided, IconMark, Label
from labeler.ui.formats import day, money, percent, span
from labeler.ui.look import Look
from labeler.ui.places.outbox import STATES
from labeler.ui.places.place import Place, Stage
from labeler.ui.ports import SessionPort
from labeler.ui.theme import ROW, Type
from labeler.ui.translation import tr

SIDE = 420


class Card(Column):
    """One task. A click, Enter or Space chooses it."""

    chosen = Signal()

    def __init__(self, look: Look, card: TaskCard, now: int) -> None:
        super().__init__("card", margin=16, gap=8)
        self._look, self._on = look, False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{card.title}, {money(card.pay)}")
        head = Row(gap=16)
        head.cells.addWidget(Elided(card.title, Type.SECTION), 1)
        head.cells.addWidget(Label(money(card.pay), Type.SECTION))
        under = Row(gap=16)
        count = tr("1 case") if card.item_count == 1 else tr("{n} cases", n=card.item_count)
        kind = f"{card.modality} · {card.specialty} · {count}"
        under.cells.addWidget(Elided(kind, Type.BODY, "text2"), 1)
        under.cells.addWidget(Label(tr("per case"), Type.SECONDARY, "text3"))
        self.rows.addWidget(head)
        self.rows.addWidget(under)
        self.rows.addSpacing(4)
        self.rows.addLayout(_facts(card, now))
        if card.impossible is not None:
            self.rows.addWidget(_impossible(look, card.impossible))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.show_progress(card.download_permille)
        self.rows.addWidget(self.progress)

    def show_progress(self, permille: int | None) -> None:
        """How much of the download is here; None while there is none."""
        self.progress.setValue(permille or 0)
        self.progress.setVisible(permille is not None)

    def set_on(self, on: bool) -> None:
        self._on = on
        self.setProperty("kind", "card-on" if on else "card")
        self.style().unpolish(self)
        self.style().polish(self)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit()
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._on:
            with QPainter(self) as painter:
                painter.fillRect(0, 6, 3, self.height() - 12, self._look.theme.color("accent"))


def _facts(card: TaskCard, now: int) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(0)
    aside = tr("none") if card.set_aside is None else money(card.set_aside)
    for column, (name, value) in enumerate(
        (
            (tr("Money set aside"), aside),
            (tr("Send by"), day(card.deadline, now)),
            (tr("Decision within"), span(card.review_seconds)),
            (tr("Later share"), percent(card.royalty_basis_points)),
        )
    ):
        grid.addWidget(Label(name, Type.SECONDARY, "text3"), 0, column)
        grid.addWidget(Label(value), 1, column)
        grid.setColumnStretch(column, 1)
    return grid


def _impossible(look: Look, why: str) -> Row:
    row, words = Row(gap=4), tr("Nobody can finish a case of it: {why}.", why=why)
    row.cells.addWidget(IconMark(look, "warning", "warning"))
    row.cells.addWidget(Label(words, Type.SECONDARY, "warning", wrap=True), 1)
    return row


class TaskPanel(Surface):
    """The chosen task: what is asked, what may refuse it, its cases, the one next step."""

    def __init__(
        self, stage: Stage, open_case: Callable[[str], None], go: Callable[[], None]
    ) -> None:
        super().__init__("side")
        self.setFixedWidth(SIDE)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 20, 0, 0)
        column.setSpacing(0)
        self.title = Elided("", Type.PAGE)
        self.instructions = Prose(stage.look, tr("Instructions"))
        columns = (ColumnPlan(tr("Case"), 64), ColumnPlan("", 0), ColumnPlan(tr("State"), 132))
        self._card: TaskCard | None = None
        self.cases = Table(stage.look, columns, self._show_step, entered=open_case, row_height=ROW)
        self.cases.setAccessibleName(tr("Cases of this task"))
        self._line = Divider()
        self.go = Primary("", go)
        head = Row()
        head.cells.setContentsMargins(16, 0, 16, 0)
        head.cells.addWidget(self.title)
        words = Row()
        words.cells.setContentsMargins(8, 8, 8, 8)
        words.cells.addWidget(self.instructions)
        foot = Row()
        foot.cells.setContentsMargins(16, 8, 16, 8)
        foot.cells.addWidget(self.go)
        foot.cells.addStretch()
        column.addWidget(head)
        column.addWidget(words, 1)
        column.addWidget(self._line)
        column.addWidget(self.cases, 1)
        column.addWidget(Divider())
        column.addWidget(foot)

    def panes(self) -> tuple[QWidget, ...]:
        return (self.instructions, self.cases, self.go)

    def arrived(self) -> None:
        """The keyboard goes to the cases, else to the one next step."""
        (self.go if self.cases.isHidden() else self.cases).setFocus()

    def target(self) -> CaseRow | None:
        """The case that the button opens: the selected one."""
        rows = self._card.cases if self._card else ()
        return next((row for row in rows if row.id == self.cases.current_key()), None)

    def show_card(self, card: TaskCard, last: str) -> None:
        """`last` is the case that was opened last, which may be one of this task."""
        before, self._card = self.target(), card
        self.title.set_text(card.title)
        refusals = tr("May be rejected only for")
        self.instructions.show_text(card.instructions, refusals, card.reasons)
        keys = tuple(case.id for case in card.cases)
        self.cases.show_rows(keys, tuple(map(_case_cells, card.cases)))
        self.cases.setVisible(card.downloaded)
        self.cases.setMaximumHeight(self.cases.wanted_height())
        self._line.setVisible(card.downloaded)
        now, following = self.target(), next_case(card, last)
        just_signed = now and before and now.id == before.id and now.state is not before.state
        if following is not None and (now is None or (just_signed and now.state is not None)):
            self.cases.select(following.id)
        self._show_step()

    def _show_step(self, _key: str = "") -> None:
        """What the button does now."""
        card = self._card
        if card is None:
            return
        case = self.target()
        if not card.downloaded:
            busy = card.download_permille is not None
            offered = tr("Download for offline")
            fresh = offered if card.can_be_fetched else _why_not(card)
            self.go.setText(tr("Downloading…") if busy else fresh)
            self.go.setEnabled(card.can_be_fetched and not busy)
        elif case is None or next_case(card) is None:
            self.go.setText(tr("All cases are signed"))
            self.go.setEnabled(False)
        else:
            goes_on = case.started and case.state is None
            begun = tr("Continue {title}", title=case.title)
            self.go.setText(begun if goes_on else tr("Open {title}", title=case.title))
            self.go.setEnabled(True)


def _at_rest(cards: tuple[TaskCard, ...]) -> tuple[TaskCard, ...]:
    """The cards but for a download's progress, which moves hundreds of times a second."""
    return tuple(replace(card, download_permille=None) for card in cards)


def _why_not(card: TaskCard) -> str:
    return tr("Cannot be finished") if card.impossible else tr("Every case is given out")


def next_case(card: TaskCard, last: str = "") -> CaseRow | None:
    """The case to work on: the last one, else one begun, else the first that is not signed."""
    unsigned = [case for case in card.cases if case.state is None]
    again = [case for case in unsigned if case.id == last]
    begun = [case for case in unsigned if case.started]
    return next(iter(again or begun or unsigned), None)


def _case_cells(case: CaseRow) -> tuple[Cell, ...]:
    number = Cell(str(case.number), "text", kind=Type.STRONG)
    if case.state is not None:
        icon, word, ink = STATES[case.state]
        return (number, Cell(case.title), Cell(tr(word), ink, icon))
    if case.started:
        return (number, Cell(case.title, "text"), Cell(tr("Draft"), "text2", "sign"))
    return (number, Cell(case.title, "text"), Cell(tr("New"), "text3", "ring"))


class WorkPlace(Place):
    def __init__(self, session: SessionPort, stage: Stage) -> None:
        super().__init__(tr("Work"))
        self._session, self._stage = session, stage
        self._chosen, self._last = "", ""
        self._painted: tuple[TaskCard, ...] = ()
        self._cards: dict[str, Card] = {}
        self._bar()
        self._list = Column("", margin=16, gap=12)
        self.panel = TaskPanel(stage, self._open, self.go_on)
        self._pages = QStackedWidget()
        listing = Row(gap=0)
        listing.cells.addWidget(Scroll(self._list), 1)
        listing.cells.addWidget(self.panel)
        self._pages.addWidget(listing)
        self._pages.addWidget(self._empty())
        self._pages.addWidget(self._shut())
        self.column.addWidget(self._pages, 1)
        stage.actions.bind("work.download", self.download)
        self._paint()

    def hear(self, change: Change) -> None:
        if change in (Change.WORK, Change.OUTBOX, Change.STANDING):
            self._paint()

    def panes(self) -> tuple[QWidget, ...]:
        card = self._cards.get(self._chosen)
        return ((card,) if card else ()) + self.panel.panes()

    def arrived(self) -> None:
        self.panel.arrived()

    def download(self) -> None:
        """Fetch the chosen task, or the first that is not here yet."""
        waiting = [card for card in self._painted if card.can_be_fetched]
        chosen = [card for card in waiting if card.id == self._chosen]
        for card in (chosen or waiting)[:1]:
            self._fetch(card.id)

    def go_on(self) -> None:
        """The chosen task's next step: fetch it, or open its next case."""
        card = self._current()
        if card is None:
            return
        case = self.panel.target()
        if card.can_be_fetched:
            self._fetch(card.id)
        elif case is not None and next_case(card) is not None:
            self._open(case.id)

    def _fetch(self, task_id: str) -> None:
        # The marketplace hands a task to a key, so there must be one.
        self._stage.with_key(lambda: self._session.download(task_id))

    def _open(self, case_id: str) -> None:
        self._stage.open_case(case_id)
        self._stage.go_to("reading")

    def _bar(self) -> None:
        actions = self._stage.actions
        self.marketplace = Elided("", Type.BODY, "text2")
        self.top.cells.addWidget(self.marketplace, 1)
        for name in ("work.open-folder", "work.connect"):
            self.top.cells.addWidget(Button(actions[name].text(), actions[name].trigger))

    def _empty(self) -> Empty:
        actions = self._stage.actions
        words = tr("No tasks yet. Connect a marketplace or open a folder.")
        connect = Primary(actions["work.connect"].text(), actions["work.connect"].trigger)
        sample = Button(actions["work.sample"].text(), actions["work.sample"].trigger)
        sample.setFixedHeight(connect.height())
        return Empty(self._stage.look, "work", words, (connect, sample))

    def _shut(self) -> Empty:
        """The profile could not be opened: the message that says why goes away, this stays."""
        words = tr("This profile is not open.")
        self.again = Primary(tr("Try again"), self._session.open_again)
        return Empty(self._stage.look, "warning", words, (self.again,))

    def _current(self) -> TaskCard | None:
        return next((card for card in self._painted if card.id == self._chosen), None)

    def _choose(self, task_id: str) -> None:
        self._chosen = task_id
        for known, card in self._cards.items():
            card.set_on(known == task_id)
        chosen = self._current()
        if chosen is not None:
            self.panel.show_card(chosen, self._last)

    def _paint(self) -> None:
        screen = self._session.work()
        where = screen.marketplace
        self.marketplace.set_text("" if where is None else where)
        waiting = any(card.can_be_fetched for card in screen.cards)
        self._stage.actions.allow(Need.TASK, waiting)
        first = bool(screen.cards) and not self._painted
        shut = self._session.standing().shut
        self._pages.setCurrentIndex(2 if shut else 0 if screen.cards else 1)
        before, self._painted = self._painted, screen.cards
        if _at_rest(before) != _at_rest(screen.cards):
            self._deal()
        for task in screen.cards:
            self._cards[task.id].show_progress(task.download_permille)
        known = [card.id for card in screen.cards]
        opened = self._opened_last(screen.last_case)
        self._chosen = opened.id if opened else self._chosen
        if known:
            self._choose(self._chosen if self._chosen in known else known[0])
        self._tell_arrivals(before)
        if first and self.isVisible() and QApplication.activeModalWidget() is None:
            self.arrived()

    def _opened_last(self, case_id: str) -> TaskCard | None:
        """The task of the case that was opened since the last look."""
        if case_id == self._last:
            return None
        for card in self._painted:
            if any(case.id == case_id for case in card.cases):
                self._last = case_id
                self.panel.show_card(card, case_id)
                self.panel.cases.select(case_id)
                return card
        return None

    def _tell_arrivals(self, before: tuple[TaskCard, ...]) -> None:
        """A download that is over says how to go on."""
        awaited = {card.id for card in before if not card.downloaded}
        for card in self._painted:
            if card.downloaded and card.id in awaited:
                words = tr("“{task}” is on this computer. It can be read without a network.",
                           task=card.title)  # fmt: skip
                self._stage.say(words)

    def _deal(self) -> None:
        """Lay the cards out anew; the focus stays on its card."""
        focused = next((name for name, card in self._cards.items() if card.hasFocus()), "")
        rows = self._list.rows
        while rows.count():
            item = rows.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._cards = {}
        for task in self._painted:
            card = Card(self._stage.look, task, self._stage.now())
            card.chosen.connect(lambda name=task.id: self._choose(name))
            self._cards[task.id] = card
            rows.addWidget(card)
        rows.addStretch()
        if focused in self._cards:
            self._cards[focused].setFocus()
