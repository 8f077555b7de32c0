"""The Outbox: every signed case, where it stands, and the evidence for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from labeler.app.screens import Change, EvidenceStep, NextStep, OutboxRow
from labeler.model.outbox import OutboxState
from labeler.ui.action_table import Need
from labeler.ui.components.buttons import Button, ChipRow, Large
from labeler.ui.components.filing import saving
from labeler.ui.components.surfaces import Column, Empty, Row, Scroll, Surface
from labeler.ui.components.table import Cell, ColumnPlan, Table
from labeler.ui.components.text import Elided, IconMark, Label
from labeler.ui.formats import day, day_and_time, folded, moment, money, number
from labeler.ui.places.place import Place, Stage
from labeler.ui.ports import SessionPort
from labeler.ui.theme import Type
from labeler.ui.translation import message, tr

SIDE = 420

STATES: dict[OutboxState, tuple[str, str, str]] = {
    OutboxState.QUEUED: ("clock", message("Queued"), "text2"),
    OutboxState.SENT: ("arrow-up", message("Sent"), "text2"),
    OutboxState.RECEIVED: ("half", message("Received"), "text"),
    OutboxState.ACCEPTED: ("check", message("Accepted"), "success"),
    OutboxState.REJECTED: ("cross", message("Rejected"), "danger"),
    OutboxState.PAID: ("check", message("Paid"), "success"),
}
"""Icon, word and ink of each state."""

NEXT: dict[NextStep, str] = {
    NextStep.SENDS_WHEN_ONLINE: message("Sends when online"),
    NextStep.WAITING_FOR_RECEIPT: message("Waiting for receipt"),
    NextStep.DECISION_BY: message("Decision by {day}"),
    NextStep.APPEAL_BY: message("Appeal by {day}"),
    NextStep.STATEMENT: message("In the next statement"),
    NextStep.CLAIM: message("Ready to claim"),
    NextStep.NONE: "–",
}

EVIDENCE: dict[str, str] = {
    "signed": message("Signed"),
    "sent": message("Sent"),
    "received": message("Received"),
    "in-review": message("In review"),
    "accepted": message("Accepted"),
    "auto-accepted": message("Accepted by silence"),
    "rejected": message("Rejected"),
    "logged": message("In the public record"),
    "statement": message("In a statement"),
    "paid": message("Paid"),
    "claimed": message("Claimed"),
    "decision-due": message("Decision due"),
    "appeal-until": message("Appeal open until"),
    "not-sent": message("Not sent yet"),
}
"""The word of each step."""

FAILURES: dict[str, str] = {
    "marketplace-unreachable": message("The marketplace does not answer. It is tried again."),
}
"""Words for the codes of what kept a submission from being sent."""


def _waiting(row: OutboxRow) -> bool:
    return row.state in (OutboxState.QUEUED, OutboxState.SENT)


def _in_review(row: OutboxRow) -> bool:
    return row.state is OutboxState.RECEIVED


def _needs_you(row: OutboxRow) -> bool:
    return row.next_step in (NextStep.APPEAL_BY, NextStep.CLAIM)


def _done(row: OutboxRow) -> bool:
    return not (_waiting(row) or _in_review(row) or _needs_you(row))


FILTERS: tuple[tuple[str, Callable[[OutboxRow], bool]], ...] = (
    (message("All {n}"), lambda _row: True),
    (message("Waiting {n}"), _waiting),
    (message("In review {n}"), _in_review),
    (message("Needs you {n}"), _needs_you),
    (message("Done {n}"), _done),
)


class Evidence(Surface):
    """The chosen case's history, step by step, with what proves it."""

    def __init__(self, stage: Stage, save: Callable[[], None]) -> None:
        super().__init__("side")
        self.setFixedWidth(SIDE)
        self._stage = stage
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(4)
        self.title = Elided("", Type.PAGE)
        self.subtitle = Elided("", Type.BODY, "text2")
        self._steps = Column("", margin=0, gap=4)
        self._fingerprint = Label("", Type.SECONDARY, "text3")
        self.proof = Large(tr("Save proof"), save)
        column.addWidget(self.title)
        column.addWidget(self.subtitle)
        column.addSpacing(12)
        column.addWidget(Scroll(self._steps), 1)
        column.addWidget(self._fingerprint)
        column.addSpacing(12)
        column.addWidget(self.proof, 0, Qt.AlignmentFlag.AlignLeft)

    def show_row(self, row: OutboxRow) -> None:
        self.title.set_text(row.case)
        self.subtitle.set_text(f"{row.task} · {money(row.pay)}")
        self._fingerprint.setText(tr("Fingerprint {digest}", digest=folded(row.digest)))
        steps = self._steps.rows
        while steps.count():
            item = steps.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        for step in row.evidence:
            steps.addWidget(self._step(step))
            said = _detail(step)
            if said:
                detail = Label(said, Type.SECONDARY, "text2", wrap=True)
                detail.setContentsMargins(28, 0, 0, 4)
                steps.addWidget(detail)
        steps.addStretch()

    def _step(self, step: EvidenceStep) -> Row:
        row = Row(gap=8)
        row.setMinimumHeight(28)
        bad = step.word == "rejected"
        icon = "cross" if bad else "dot" if step.done else "ring"
        ink = "danger" if bad else "text" if step.done else "text2"
        word = EVIDENCE.get(step.word)
        row.cells.addWidget(IconMark(self._stage.look, icon, ink))
        row.cells.addWidget(Label(tr(word) if word else step.word, Type.STRONG, ink), 1)
        if step.at is not None:
            when = day_and_time(step.at, self._stage.now())
            row.cells.addWidget(Label(when, Type.SECONDARY, "text2"))
        return row


def _detail(step: EvidenceStep) -> str:
    """What is told below a step. The fingerprint of what was signed stands folded at the foot."""
    if step.word == "signed" or not step.detail:
        return ""
    if step.word == "accepted":
        return tr("Agreement {percent}", percent=step.detail)
    words = FAILURES.get(step.detail)
    return tr(words) if words else step.detail


class OutboxPlace(Place):
    """Filters above, the cases below, the evidence of one beside them."""

    def __init__(self, session: SessionPort, stage: Stage) -> None:
        super().__init__(tr("Outbox"))
        self._session, self._stage = session, stage
        names = tuple(tr(template, n=0) for template, _ in FILTERS)
        self.filters = ChipRow(names, lambda _number: self._paint())
        self.sync = Button(tr("Sync now"), stage.actions["outbox.sync"].trigger)
        self.retry = Label("", Type.SECONDARY, "text3")
        for widget in (self.filters, self.retry, self.sync):
            if widget is self.retry:
                self.top.cells.addStretch()
            self.top.cells.addWidget(widget)
        columns = (
            ColumnPlan(tr("State"), 156),
            ColumnPlan(tr("Case"), 112),
            ColumnPlan(tr("Task"), 0),
            ColumnPlan(tr("Signed"), 100),
            ColumnPlan(tr("Next"), 190),
            ColumnPlan(tr("Pay"), 100, right=True),
        )
        self.table = Table(stage.look, columns, selected=self._chosen)
        self.table.setAccessibleName(tr("Signed cases"))
        self.evidence = Evidence(stage, stage.actions["outbox.proof"].trigger)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._listing())
        words = tr("Nothing to send. Signed cases appear here.")
        self._pages.addWidget(Empty(stage.look, "outbox", words))
        self.column.addWidget(self._pages, 1)
        stage.actions.bind("outbox.proof", self.save_proof)
        self._paint()

    def hear(self, change: Change) -> None:
        if change in (Change.OUTBOX, Change.WORK, Change.STANDING):
            self._paint()

    def panes(self) -> tuple[QWidget, ...]:
        return (self.table, self.evidence.proof)

    def arrived(self) -> None:
        self.table.setFocus()

    def save_proof(self) -> None:
        """Ask where to, then write the chosen case's bundle there."""
        digest = self.table.current_key()
        if not digest:
            return
        name = f"case-{digest[:8]}.labeler"
        dialog = saving(self, tr("Save the proof of this case"), name)
        dialog.fileSelected.connect(
            lambda path: self._session.export_proof(
                digest, Path(path), self._saved, self._stage.tell
            )
        )
        dialog.open()

    def _saved(self) -> None:
        self._stage.say(tr("The proof is saved. Anybody can verify it without a network."))

    def _listing(self) -> Row:
        listing = Row(gap=0)
        listing.cells.addWidget(self.table, 1)
        listing.cells.addWidget(self.evidence)
        return listing

    def _paint(self) -> None:
        screen = self._session.outbox()
        for at, (template, keeps) in enumerate(FILTERS):
            self.filters.rename(at, tr(template, n=sum(map(keeps, screen.rows))))
        keeps = FILTERS[self.filters.current()][1]
        rows = tuple(row for row in screen.rows if keeps(row))
        self._pages.setCurrentIndex(0 if screen.rows else 1)
        self.sync.setText(tr("Syncing…") if screen.syncing else tr("Sync now"))
        connected = self._session.standing().marketplace is not None
        self.sync.setEnabled(connected and not screen.syncing)
        again = screen.retry_at
        words = "" if again is None else tr("Tries again {time}", time=moment(again, self._now()))
        self.retry.setText(words)
        self.table.show_rows(tuple(row.digest for row in rows), tuple(map(self._cells, rows)))
        if rows and not self.table.current_key():
            self.table.select(rows[0].digest)
        self._chosen(self.table.current_key())

    def _chosen(self, digest: str) -> None:
        rows = {row.digest: row for row in self._session.outbox().rows}
        self.evidence.setVisible(digest in rows)
        self._stage.actions.allow(Need.SUBMISSION, digest in rows)
        if digest in rows:
            self.evidence.show_row(rows[digest])

    def _cells(self, row: OutboxRow) -> tuple[Cell, ...]:
        icon, word, ink = STATES[row.state]
        by = "" if row.next_at is None else day(row.next_at, self._now())
        template = NEXT[row.next_step]
        step = template if row.next_step is NextStep.NONE else tr(template, day=by)
        return (
            Cell(tr(word), ink, icon, Type.STRONG),
            Cell(row.case, "text", kind=Type.STRONG),
            Cell(row.task),
            Cell(moment(row.signed_at, self._now())),
            Cell(step),
            Cell(number(row.pay), "text", kind=Type.STRONG),
        )

    def _now(self) -> int:
        return self._stage.now()
