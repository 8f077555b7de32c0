"""What is signed, in words, before it is signed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from labeler.app.screens import SigningSummary
from labeler.errors import LabelerError
from labeler.ui.components.buttons import Large, Link, Primary
from labeler.ui.components.surfaces import Column
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.formats import day, exact_span, grouped, money, percent
from labeler.ui.look import Look
from labeler.ui.ports import SigningVerbs
from labeler.ui.theme import Type
from labeler.ui.translation import message, tr

WHAT = {
    "name": message("the patient's name"),
    "patient ID": message("the patient's number"),
    "accession number": message("the accession number"),
    "admission ID": message("the admission number"),
    "birth date": message("the birth date"),
    "address": message("an address"),
    "institution": message("the hospital"),
    "telephone number": message("a telephone number"),
    "e-mail address": message("an e-mail address"),
    "date": message("a date"),
    "long number": message("a long number"),
}


class SignButton(Primary):
    """Pressed by pointer, by Space, or by Ctrl+Enter; Enter alone never signs."""

    ENTER_PRESSES = False


class SigningDialog(Dialog):
    """ "You are signing case 7": the summary as the signer derived it from the bytes."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        signing: SigningVerbs,
        summary: SigningSummary,
        now: int,
        signed: Callable[[], None],
        correct: Callable[[], None],
    ) -> None:
        super().__init__(window, look, tr("You are signing {title}", title=summary.title))
        self._signing, self._summary, self._signed = signing, summary, signed
        self._correct = correct
        self._decided = False
        self._facts = Column("field", margin=16, gap=8)
        self._list(summary, now)
        self.body.addWidget(self._facts)
        self.read = QCheckBox(tr("I have read them: they name nobody"))
        if summary.telling:
            self._gate(summary)
        self._fold()
        self.sign = SignButton(tr("Sign {title}", title=summary.title), self._confirm)
        self.sign.setToolTip(tr("Sign   {key}", key=_sign_keys()[0].toString(_NATIVE)))
        self.back = Large(tr("Back"), self.reject)
        hint = Label(_sign_keys()[0].toString(_NATIVE), Type.SECONDARY, "text3")
        self.set_buttons(self.sign, hint, self.back)
        for keys in _sign_keys():
            QShortcut(keys, self).activated.connect(self._confirm)
        self.sign.setEnabled(not summary.telling)
        self.back.setFocus()
        self.finished.connect(self._left)

    def _list(self, summary: SigningSummary, now: int) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        marks = tr("No finding") if summary.no_finding else str(summary.marks)
        rules = (
            (tr("Unchanged since download"), "success")
            if summary.rules_unchanged
            else (tr("Changed since download: do not sign"), "danger")
        )
        lines = (
            (tr("Marks"), marks, "text"),
            (tr("Answers"), str(summary.answers), "text"),
            (tr("Pay"), money(summary.pay), "text"),
            (tr("Later share"), percent(summary.royalty_basis_points), "text"),
            (tr("Decision by"), day(summary.decision_by, now), "text"),
            (tr("Rules"), *rules),
        )
        for row, (name, value, ink) in enumerate(lines):
            grid.addWidget(Label(name, ink="text2"), row, 0)
            grid.addWidget(Label(value, Type.STRONG, ink), row, 1)
        grid.addWidget(Label(tr("Time"), ink="text2"), len(lines), 0)
        grid.addLayout(self._time(summary), len(lines), 1)
        self._facts.rows.addLayout(grid)

    def _time(self, summary: SigningSummary) -> QHBoxLayout:
        """What is told of it, to the second; and the way to make it less."""
        active, idle = exact_span(summary.active_s), exact_span(summary.idle_s)
        across = QHBoxLayout()
        told = tr("At work {active}; idle {idle}", active=active, idle=idle)
        across.addWidget(Label(told, Type.STRONG, wrap=True), 1)
        self.less = Link(tr("Count less"), self._make_less)
        self.less.setVisible(summary.active_s > 0)
        across.addWidget(self.less)
        return across

    def _make_less(self) -> None:
        self.reject()
        self._correct()

    def _gate(self, summary: SigningSummary) -> None:
        """What may tell who the patient is: to go back from, or to go on past knowingly."""
        box = Column("field", margin=16, gap=8)
        title = tr("Before it leaves: may these answers name the patient?")
        box.rows.addWidget(Label(title, Type.STRONG, "warning", wrap=True))
        for each in summary.telling:
            found = ", ".join(tr(WHAT[what]) for what in each.what)
            box.rows.addWidget(Label(f"{each.question}: {found}", wrap=True))
        box.rows.addWidget(self.read)
        self.read.toggled.connect(self.sign_allowed)
        self.body.addWidget(box)

    def sign_allowed(self, allowed: bool) -> None:
        """Signing waits for the person's word."""
        self.sign.setEnabled(allowed)

    def _fold(self) -> None:
        self._fingerprint = Label(self._summary.fingerprint, Type.SECONDARY, "text2", wrap=True)
        self._fingerprint.setText(grouped(self._summary.fingerprint))
        self._fingerprint.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._fingerprint.hide()
        self._unfold = Link(tr("Show fingerprint"), self._toggle)
        self.body.addWidget(self._unfold, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self._fingerprint)

    def _toggle(self) -> None:
        shown = self._fingerprint.isHidden()
        self._fingerprint.setVisible(shown)
        self._unfold.setText(tr("Hide fingerprint") if shown else tr("Show fingerprint"))
        self.settle()

    def _confirm(self) -> None:
        if self.sign.isEnabled():
            self.sign.setEnabled(False)
            self._signing.confirm_signing(self._summary.token, self._done, self.refuse)

    def refuse(self, error: LabelerError) -> None:
        self.sign.setEnabled(self.read.isChecked() or not self._summary.telling)
        super().refuse(error)

    def _done(self) -> None:
        self._decided = True
        self.accept()
        self._signed()

    def _left(self, _result: int) -> None:
        if not self._decided:
            self._signing.withdraw_signing(self._summary.token)


_NATIVE = QKeySequence.SequenceFormat.NativeText


def _sign_keys() -> tuple[QKeySequence, QKeySequence]:
    return QKeySequence("Ctrl+Enter"), QKeySequence("Ctrl+Return")
