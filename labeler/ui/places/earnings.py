"""Earnings: five sums, the months, the claim, and every line recomputed here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from labeler.app.screens import Amount, Change, EarningLine, EarningsScreen, Recomputed
from labeler.ui.action_table import Need
from labeler.ui.components.bars import MonthBars
from labeler.ui.components.buttons import Button, ChipRow, Primary
from labeler.ui.components.filing import saving
from labeler.ui.components.statusbar import Light
from labeler.ui.components.surfaces import Column, Empty, Row
from labeler.ui.components.table import Cell, ColumnPlan, Table
from labeler.ui.components.text import Label
from labeler.ui.formats import day, number, start_of
from labeler.ui.look import Look
from labeler.ui.places.place import Place, Stage
from labeler.ui.ports import SessionPort
from labeler.ui.theme import Type
from labeler.ui.translation import message, tr

PERIODS = (
    ("today", message("Today")),
    ("month", message("Month")),
    ("year", message("Year")),
    ("all", message("All")),
)
ALL = 3

KINDS = {
    "label": message("Label"),
    "royalty": message("Later share"),
}

SUMS = (
    ("queued", message("Queued"), "text2"),
    ("in_review", message("In review"), "text2"),
    ("accepted", message("Accepted"), "text"),
    ("ready", message("Ready to claim"), "accent"),
    ("claimed", message("Claimed"), "success"),
)


class SumCard(Column):
    """One sum: its name, the number large, the currency small."""

    def __init__(self, name: str, ink: str) -> None:
        super().__init__("card", margin=16, gap=4)
        self.rows.addWidget(Label(name, Type.SECONDARY, "text2"))
        line = Row(gap=8)
        self.number = Label("", Type.SUM, ink)
        self.currency = Label("", Type.SECONDARY, "text3")
        line.cells.addWidget(self.number)
        line.cells.addWidget(self.currency, 1)
        self.rows.addWidget(line)

    def show_amount(self, amount: Amount) -> None:
        self.number.setText(number(amount))
        self.currency.setText(amount.symbol)


class ClaimCard(Column):
    """What can be taken out now, what it costs, and whether the money is there."""

    def __init__(self, look: Look, stage: Stage) -> None:
        super().__init__("card", margin=16, gap=4)
        self.setFixedWidth(360)
        self.rows.addWidget(Label(tr("Claim"), Type.SECTION))
        self.amount = Label("", Type.SUM)
        self.fee = Label("", Type.SECONDARY, "text2", wrap=True)
        self.covered, self.checked = Light(look), Light(look)
        self.go = Primary("", stage.actions["earnings.claim"].trigger)
        for widget in (self.amount, self.fee, self.covered, self.checked):
            self.rows.addWidget(widget)
        self.rows.addStretch()
        self.rows.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeft)
        for light in (self.covered, self.checked):
            light.cells.addStretch()

    def show_screen(self, screen: EarningsScreen) -> None:
        self.amount.setText(number(screen.accepted if screen.paid_outside else screen.ready))
        fee = tr("Network fee: none for you")
        outside = tr("Paid by the marketplace, outside a public record")
        self.fee.setText(outside if screen.paid_outside else fee)
        self.covered.setVisible(not screen.paid_outside)
        self.go.setVisible(not screen.paid_outside)
        self.covered.show_state(*_verdict(
            screen.covered,
            tr("Money held covers what is owed"),
            tr("The money held does not cover what is owed"),
            tr("Money held: not asked yet"),
        ))  # fmt: skip
        self.checked.show_state(*_verdict(
            screen.statement_checked,
            tr("Statement recomputed here: agrees"),
            tr("Statement recomputed here: differs"),
            tr("No statement yet"),
        ))  # fmt: skip
        words = tr("Claim {amount}", amount=number(screen.ready))
        self.go.setText(tr("Claiming…") if screen.claiming else words)
        self.go.setEnabled(claimable(screen))


def claimable(screen: EarningsScreen) -> bool:
    """Whether the claim can be started: something is ready and nothing speaks against it."""
    sound = screen.covered is not False and screen.statement_checked is not False
    return screen.ready.minor > 0 and sound and not screen.claiming


def _verdict(holds: bool | None, yes: str, no: str, unknown: str) -> tuple[str, str, str]:
    if holds is None:
        return "ring", unknown, "text2"
    return ("check", yes, "success") if holds else ("warning", no, "warning")


class EarningsPlace(Place):
    def __init__(self, session: SessionPort, stage: Stage) -> None:
        super().__init__(tr("Earnings"))
        self._session, self._stage = session, stage
        names = tuple(tr(name) for _, name in PERIODS)
        self.periods = ChipRow(names, lambda _number: self._paint())
        self.periods.choose(ALL)
        self.export = Button(tr("Export"), stage.actions["earnings.export"].trigger)
        self.top.cells.addWidget(self.periods)
        self.top.cells.addStretch()
        self.top.cells.addWidget(self.export)
        self.sums = {name: SumCard(tr(words), ink) for name, words, ink in SUMS}
        self.bars = MonthBars(stage.look)
        self.claim = ClaimCard(stage.look, stage)
        columns = (
            ColumnPlan(tr("Date"), 136),
            ColumnPlan(tr("Case"), 132),
            ColumnPlan(tr("Task"), 340),
            ColumnPlan(tr("Kind"), 160),
            ColumnPlan(tr("Amount"), 184, right=True),
            ColumnPlan(tr("Recomputed here"), 0),
        )
        self.table = Table(stage.look, columns, selected=lambda _key: None)
        self.table.setAccessibleName(tr("Earnings, line by line"))
        self._pages = QStackedWidget()
        self._pages.addWidget(self._page())
        words = tr("Your first accepted case will appear here.")
        self._pages.addWidget(Empty(stage.look, "earnings", words))
        self.column.addWidget(self._pages, 1)
        stage.actions.bind("earnings.claim", session.claim)
        stage.actions.bind("earnings.export", self.save_lines)
        self._paint()

    def hear(self, change: Change) -> None:
        if change is Change.EARNINGS:
            self._paint()

    def panes(self) -> tuple[QWidget, ...]:
        return (self.claim.go, self.table)

    def arrived(self) -> None:
        self.table.setFocus()

    def save_lines(self) -> None:
        """Ask where to, then write every line as CSV."""
        dialog = saving(self, tr("Export earnings"), "earnings.csv")
        dialog.fileSelected.connect(
            lambda path: self._session.export_earnings(Path(path), self._saved, self._stage.tell)
        )
        dialog.open()

    def _saved(self) -> None:
        self._stage.say(tr("The earnings are saved."))

    def _page(self) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 16, 0, 0)
        rows.setSpacing(16)
        sums, middle = Row(gap=16), Row(gap=16)
        for card in self.sums.values():
            sums.cells.addWidget(card, 1)
        months = Column("card", margin=16, gap=12)
        months.rows.addWidget(Label(tr("Per month"), Type.SECTION))
        months.rows.addWidget(self.bars, 1)
        middle.cells.addWidget(months, 1)
        middle.cells.addWidget(self.claim)
        middle.setFixedHeight(240)
        for widget in (sums, middle):
            widget.cells.setContentsMargins(16, 0, 16, 0)
            rows.addWidget(widget)
        rows.addWidget(self.table, 1)
        return page

    def _paint(self) -> None:
        screen = self._session.earnings()
        for name, card in self.sums.items():
            card.show_amount(getattr(screen, name))
        self.bars.show_bars(screen.bars)
        self.claim.show_screen(screen)
        self._stage.actions.allow(Need.CLAIM, claimable(screen))
        self._stage.actions.allow(Need.EARNINGS, bool(screen.lines))
        self.export.setEnabled(bool(screen.lines))
        since = start_of(PERIODS[self.periods.current()][0], self._stage.now())
        lines = tuple(line for line in screen.lines if line.at >= since)
        keys = tuple(f"{at}" for at in range(len(lines)))
        self.table.show_rows(keys, tuple(map(self._cells, lines)))
        nothing = not screen.lines and all(getattr(screen, name).minor == 0 for name, _, _ in SUMS)
        self._pages.setCurrentIndex(1 if nothing else 0)

    def _cells(self, line: EarningLine) -> tuple[Cell, ...]:
        kind = KINDS.get(line.kind)
        return (
            Cell(day(line.at, self._stage.now())),
            Cell(line.case or "–"),
            Cell(line.task),
            Cell(tr(kind) if kind else line.kind),
            Cell(number(line.amount), "text", kind=Type.STRONG),
            _recomputed(line),
        )


def _recomputed(line: EarningLine) -> Cell:
    match line.recomputed:
        case Recomputed.AGREES:
            return Cell(tr("agrees"), "success", "check")
        case Recomputed.NOT_YET:
            return Cell(tr("not yet"), "text3", "clock")
        case Recomputed.DIFFERS:
            missing = "" if line.missing is None else number(line.missing)
            words = tr("{amount} missing", amount=missing) if missing else tr("differs")
            return Cell(words, "warning", "warning")
