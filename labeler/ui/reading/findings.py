"""Findings: the form by keyboard, what is missing, and the way to the signature."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QSizePolicy, QVBoxLayout, QWidget

from labeler.app.open_case import OpenCase
from labeler.app.screens import Problem
from labeler.model.answer_rules import asked, unanswered
from labeler.model.edit_rules import find_answer
from labeler.model.forms import Form, Question
from labeler.model.open_words import OpenWords
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Large, Link, Primary
from labeler.ui.components.checked_field import CheckedField
from labeler.ui.components.surfaces import Column, Row, Scroll
from labeler.ui.components.text import IconMark, Label
from labeler.ui.look import Look
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.lists import Section
from labeler.ui.reading.panel_rows import PanelPart
from labeler.ui.reading.questions import QuestionView
from labeler.ui.reading.unfinished import Unfinished
from labeler.ui.theme import FOOTER, ROW, Type
from labeler.ui.translation import filled, tr

NO_MARKS: frozenset[str] = frozenset()
NEVER_SHOWN = frozenset(("slices-never-shown", "series-never-shown"))
"""Problems that lead to an image."""

LEAST_SEEN = 160
"""Pixels of questions that are seen also where others want the room."""


class ProblemCard(Column):
    """What the check found, each with the way there."""

    def __init__(self, look: Look, go: Callable[[Problem], None]) -> None:
        super().__init__("tint-warning", margin=12, gap=8)
        self._look, self._go = look, go
        self._lines: list[QWidget] = []
        self.hide()

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        for line in self._lines:
            self.rows.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._line(problem) for problem in problems]
        for line in self._lines:
            self.rows.addWidget(line)
        self.setVisible(bool(problems))

    def _line(self, problem: Problem) -> QWidget:
        row = Row(gap=8)
        mark = IconMark(self._look, "warning" if problem.warns else "info", "warning")
        words = Column("", margin=0, gap=0)
        words.rows.addWidget(Label(filled(problem.text, problem.facts), Type.BODY, wrap=True))
        if problem.mark or problem.question or problem.code in NEVER_SHOWN:
            link = Link(tr("Go there"), lambda: self._go(problem))
            link.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            words.rows.addWidget(link)
        row.cells.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.cells.addWidget(words, 1)
        return row


class FindingsPanel(Section):
    """One question open, the others folded; the digits answer while the focus is here."""

    untaken = Signal()
    """Words that no field takes are to be kept."""

    def __init__(self, look: Look, desk: Desk, go: Callable[[Problem], None]) -> None:
        super().__init__(tr("Findings"))
        self._look, self._desk = look, desk
        self._form: Form | None = None
        self._free_text = True
        self._current, self._longest = 0, 0
        self._of, self._unfinished = "", Unfinished()
        self.views: list[QuestionView] = []
        self.count = Label("", Type.SECONDARY, "text2")
        self.head.cells.addWidget(self.count)
        self.none = Label(tr("No questions are asked of this case."), Type.SECONDARY, "text3")
        self.none.setContentsMargins(8, 4, 16, 0)
        self.card = ProblemCard(look, go)
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 0, 8)
        self._page.setSpacing(0)
        self._page.addWidget(self.card)
        self._page.addWidget(self.none)
        self._page.addStretch(1)
        self._scroll = Scroll(page, gutter=True)
        self.rows.addWidget(self._scroll, 1)

    def refresh(self) -> None:
        case = self._desk.case
        if case is None:
            return
        before, self._of = self._of, case.id
        if before != case.id:
            self._unfinished.put_by((before, NO_MARKS), self._fields())
        if (case.form, case.free_text_allowed) != (self._form, self._free_text):
            self._free_text = case.free_text_allowed
            self._build(case.form)
        if before != case.id:
            self._unfinished.take_up((case.id, NO_MARKS), self._fields())
        document = self._desk.document()
        answered = sum(find_answer(document, view.question.code) is not None for view in self.views)
        self.count.setText(tr("{n} of {all} answered", n=answered, all=len(self.views)))
        self.count.setVisible(bool(self.views))
        self.none.setVisible(not self.views)
        for number, view in enumerate(self.views):
            view.show_state(
                find_answer(document, view.question.code),
                is_open=number == self._current,
                editable=self._desk.editable,
            )

    def _build(self, form: Form) -> None:
        self._unfinished.put_by((self._of, NO_MARKS), self._fields())
        for view in self.views:
            self._page.removeWidget(view)
            view.hide()
            view.deleteLater()
        self._form, self._current, self._longest = form, 0, 0
        self.views = [
            QuestionView(
                self._look,
                n + 1,
                question,
                self._desk.answers.give,
                partial(self.open_question, n),
                self._lead_on,
            )
            for n, question in enumerate(asked(form.questions, free_text_allowed=self._free_text))
        ]
        for n, view in enumerate(self.views):
            self._page.insertWidget(n + 2, view)
            if view.field is not None:
                view.field.untaken.connect(self.untaken)
        self._unfinished.take_up((self._of, NO_MARKS), self._fields())
        self._enter_here()

    def part(self, weight: int) -> PanelPart:
        """What it can do with room. While one goes through the questions of a form it wants what
        the longest took: nothing above it moves. What the check found takes room while it stands.
        """
        page, wide = self._page, self._scroll.viewport().width()
        high = page.heightForWidth(wide) if page.hasHeightForWidth() else page.sizeHint().height()
        if self.card.isHidden():
            self._longest = max(self._longest, high)
        most = max(self._longest, high)
        bare, least, all_of = (self.beside(min(high, most)) for high in (ROW, LEAST_SEEN, most))
        return PanelPart(bare, least, all_of, weight, ROW)

    def _fields(self) -> dict[str, CheckedField]:
        return {view.question.code: view.field for view in self.views if view.field is not None}

    def show_problems(self, problems: tuple[Problem, ...], *, first: bool) -> None:
        """The card over the questions; brought into sight when it was just asked for."""
        self.card.show_problems(problems)
        if first:
            self._scroll.verticalScrollBar().setValue(0)

    def open_question(self, number: int) -> None:
        """Unfold one question, fold the one before, and give it the keyboard."""
        if not 0 <= number < len(self.views):
            return
        self._current = number
        self._enter_here()
        self.refresh()
        self.views[number].take_focus()
        self._scroll.ensureWidgetVisible(self.views[number])

    def _enter_here(self) -> None:
        """F6 enters the form at the current question."""
        self.setFocusProxy(self.views[self._current].head if self.views else self._scroll)

    def open_code(self, code: str) -> None:
        codes = [view.question.code for view in self.views]
        if code in codes:
            self.open_question(codes.index(code))

    def next_question(self) -> None:
        """The next one that must be answered, else simply the next."""
        if not self.views or self._form is None:
            return
        if not self.views[self._current].keep():
            return
        order = [(self._current + step) % len(self.views) for step in range(1, len(self.views) + 1)]
        focus = QApplication.focusWidget()
        if focus is None or not self.views[self._current].isAncestorOf(focus):
            order = [self._current, *order[:-1]]
        missing = self._missing()
        wanted = [n for n in order if self.views[n].question in missing]
        self.open_question((wanted or order)[0])

    def _lead_on(self) -> None:
        """After Enter in a field: the next question that must be answered, else out of it."""
        if self._missing():
            self.next_question()
        else:
            self.views[self._current].head.setFocus(Qt.FocusReason.TabFocusReason)

    def keep(self) -> bool:
        """Take what is typed; False where it is refused, which the person is led to."""
        refused = next((n for n, view in enumerate(self.views) if not view.keep()), None)
        if refused is None:
            return True
        self.open_question(refused)
        return self.views[refused].keep()

    def bring_back(self, case: OpenCase) -> None:
        """What was typed of the case, before the program was started, waits for it again."""
        self._unfinished.bring_back(case.id, (words for words in case.words if not words.marks))

    def words(self, case: OpenCase) -> tuple[OpenWords, ...]:
        """What is typed of it and not taken."""
        return self._unfinished.words(case.id, (self._of, NO_MARKS), self._fields())

    def leave(self) -> None:
        """Nobody types here any more."""
        for view in self.views:
            view.leave()

    def _missing(self) -> tuple[Question, ...]:
        """Those that must be answered and are not."""
        return unanswered([view.question for view in self.views], self._desk.document().answers)

    def answer_digit(self, digit: int) -> None:
        if self.views:
            self.views[self._current].choose(digit)


class Footer(Row):
    """Check, and the one primary button of the screen; once signed, the way on."""

    def __init__(self, check: Callable[[], None], actions: Actions) -> None:
        super().__init__("", gap=12)
        self.setFixedHeight(FOOTER)
        self.cells.setContentsMargins(16, 0, 16, 0)
        self.check = Large(tr("Check"), check)
        self.sign = Primary(tr("Sign and submit"), actions["case.sign"].trigger)
        words = tr("Signed. It can no longer be changed.")
        self.signed = Label(words, Type.SECONDARY, "text2", wrap=True)
        following, outbox = actions["case.next"], actions["place.outbox"]
        self.following = Primary(following.text(), following.trigger)
        self.outbox = Primary(tr("To the Outbox"), outbox.trigger)
        self.cells.addWidget(self.check)
        self.cells.addWidget(self.sign, 1)
        self.cells.addWidget(self.signed, 1)
        self.cells.addWidget(self.following)
        self.cells.addWidget(self.outbox)
        self.show_state(0, signed=False, further=False)

    def show_state(self, problems: int, *, signed: bool, further: bool) -> None:
        """`further` says whether the task has other cases."""
        self.check.setText(tr("Check · {n}", n=problems) if problems else tr("Check"))
        self.check.setVisible(not signed)
        self.sign.setVisible(not signed)
        self.signed.setVisible(signed)
        self.following.setVisible(signed and further)
        self.outbox.setVisible(signed and not further)
        # F6 enters at the button that leads on from here.
        signed_on = self.following if further else self.outbox
        self.setFocusProxy(signed_on if signed else self.sign)
