"""What is said of the selected marks: label, the label's questions, certainty, a note, flags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from labeler.app.open_case import OpenCase
from labeler.model.document import Document, Mark
from labeler.model.forms import Question
from labeler.model.manifest import Label
from labeler.model.open_words import OpenWords
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import IconButton
from labeler.ui.components.checked_field import CheckedField
from labeler.ui.components.picker import Pick, Picker
from labeler.ui.components.surfaces import Column, Row, Scroll
from labeler.ui.look import Look
from labeler.ui.reading.answer_rows import AnswerRow, Value
from labeler.ui.reading.chosen_marks import Make
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.fields import NumberAnswer, TextAnswer
from labeler.ui.reading.unfinished import About, Unfinished
from labeler.ui.theme import COMPACT
from labeler.ui.translation import message, tr
from labeler.viewing.said_of_marks import answered, noted, trusted
from labeler.viewing.said_together import SEVERAL, SaidTogether, Several, said_together
from labeler.viewing.scene import Outcome

LONGEST_NOTE = 2000
NOTE, CERTAINTY = "*note", "*sure"
NOT_OF_FORM = message("{code}, not in this form")
SURE = 88
"""Width of the field for per cents."""
ROWS = 3.5
"""Questions that are seen at once; half a one says that there are more."""


class MarkDetails(Column):
    """Fields below the list of marks; there while marks are selected. All of them are changed at
    once, and where they differ nothing is chosen until the person chooses."""

    untaken = Signal()
    """Words that no field takes are to be kept."""

    def __init__(self, look: Look, desk: Desk, actions: Actions, leave: Callable[[], None]) -> None:
        super().__init__("", margin=0, gap=4)
        self._look, self._desk, self._actions, self._leave = look, desk, actions, leave
        self._names: frozenset[str] = frozenset()
        self._case, self._unfinished = "", Unfinished()
        self._labels: tuple[Label, ...] = ()
        self.answers: list[AnswerRow] = []
        self.rows.setContentsMargins(8, 4, 16, 0)
        self.label = Picker(look, self._relabel)
        # A label picked by the mouse leaves the keyboard where it was: at the image.
        self.label.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.hide_them = self._flag("mark.hide")
        self.lock_them = self._flag("mark.lock")
        head = Row(gap=4)
        head.cells.addWidget(self.label, 1)
        head.cells.addWidget(self.hide_them)
        head.cells.addWidget(self.lock_them)
        self.rows.addWidget(head)
        page = QWidget()
        self._page = QVBoxLayout(page)
        self._page.setContentsMargins(0, 0, 0, 0)
        self._page.setSpacing(4)
        self._scroll = Scroll(page)
        self._scroll.hide()
        self.rows.addWidget(self._scroll)
        self._furnish_said()
        actions.bind("mark.say", self.take_focus)

    def _furnish_said(self) -> None:
        self.note = TextAnswer(self._look, LONGEST_NOTE, self._note, self._lead_on)
        self.note.setAccessibleName(tr("Note to this mark"))
        self.note.untaken.connect(self.untaken)
        self.sure = NumberAnswer(0, 100, self._sure, self._lead_on)
        self.sure.setAccessibleName(tr("How sure you are, in per cent"))
        self.sure.setToolTip(tr("How sure you are, in per cent"))
        self.sure.setFixedWidth(SURE)
        for field in (self.note, self.sure):
            field.setProperty("kind", "compact")
            field.setFixedHeight(COMPACT)
        last = Row(gap=4)
        last.cells.addWidget(self.note, 1)
        last.cells.addWidget(self.sure)
        self.rows.addWidget(last)

    def _flag(self, action: str) -> IconButton:
        wanted = self._actions[action]
        button = IconButton(self._look, "hide", wanted.text(), wanted.trigger)
        button.setToolTip(wanted.toolTip())
        button.setProperty("keeps_keys", True)
        return button

    # --- what it shows ------------------------------------------------------------------------

    def refresh(self) -> None:
        case, names = self._desk.case, self._desk.chosen.names
        document = self._desk.document()
        marks = self._desk.marks.those(document, names)
        before, now = self._about, (case.id if case is not None else "", names)
        if now != before:
            # What was being typed belongs to the marks that were selected then.
            self._unfinished.put_by(before, self._fields(), taking=now[0] == before[0])
            self._case, self._names = now
        if not marks and self.isAncestorOf(QApplication.focusWidget() or self):
            self._leave()  # or the next button would have the keyboard
        self.setVisible(bool(marks))
        if case is not None and marks:
            self._show(case, marks)
            if now != before:
                self._unfinished.take_up(now, self._fields())

    @property
    def _about(self) -> About:
        """Whose marks are told of, and which."""
        return self._case, self._names

    def _fields(self) -> dict[str, CheckedField]:
        """Where one types, by what is typed there: a question has a code, the rest have a sign."""
        asked = {row.question.code: row.field for row in self.answers if row.field is not None}
        return {**asked, NOTE: self.note, CERTAINTY: self.sure}

    def _show(self, case: OpenCase, marks: Sequence[Mark]) -> None:
        if case.labels != self._labels:
            self._labels = case.labels
            ink = self._look.theme.label
            self.label.offer(
                [Pick(one.code, one.name, ink(n)) for n, one in enumerate(case.labels)]
            )
        said = said_together(marks, case.labels, free_text_allowed=case.free_text_allowed)
        if said.questions != tuple(row.question for row in self.answers):
            self._ask(said.questions)
        editable = self._desk.editable
        self.label.show_choice(said.label, self._name(said))
        self.label.setAccessibleName(tr("Label: {name}", name=self.label.shown))
        for row in self.answers:
            code = row.question.code
            row.show_state(said.answers[code], missing=code in said.missing, editable=editable)
        self._show_flag(self.hide_them, "hide" if said.hidden else "show", on=said.hidden)
        self._show_flag(self.lock_them, "lock", on=said.locked)
        self._show_said(said, words=case.free_text_allowed)
        for part in (self.label, self.hide_them, self.lock_them):
            part.setEnabled(editable)

    def _name(self, said: SaidTogether) -> str:
        known = {label.code: label.name for label in self._labels}
        name = tr("(several)")
        if said.label is not SEVERAL:
            name = known.get(said.label) or tr(NOT_OF_FORM, code=said.label)
        return name if said.count == 1 else tr("{name}, {n} marks", name=name, n=said.count)

    def _show_flag(self, button: IconButton, icon: str, *, on: bool | Several) -> None:
        ink = "disabled" if on is False else "text2" if on is SEVERAL else "text"
        button.setIcon(self._look.icons.icon(icon, ink))
        state = tr("(several)") if on is SEVERAL else tr("on") if on else tr("off")
        button.setAccessibleName(f"{button.toolTip().splitlines()[0]}: {state}")

    def _show_said(self, said: SaidTogether, *, words: bool) -> None:
        several = tr("(several)")
        self.note.setVisible(words or said.note != "")
        self.note.setPlaceholderText(several if said.note is SEVERAL else tr("Note to this mark"))
        self.note.show_text("" if said.note is SEVERAL else said.note)
        self.sure.setPlaceholderText(several if said.confidence is SEVERAL else tr("Sure, %"))
        sure = said.confidence
        self.sure.show_text("" if sure is None or sure is SEVERAL else str(sure))
        for field in (self.note, self.sure):
            field.setReadOnly(not self._desk.editable)

    def _ask(self, questions: tuple[Question, ...]) -> None:
        """Other rows; the keyboard stays at a question that both ask, else at the label."""
        at = self._at()
        self._unfinished.put_by(self._about, self._fields(), taking=True)
        for row in self.answers:
            self._page.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.answers = [
            AnswerRow(self._look, question, self._answer, self._lead_on) for question in questions
        ]
        for row in self.answers:
            self._page.addWidget(row)
            if row.field is not None:
                row.field.untaken.connect(self.untaken)
        seen = min(float(len(questions)), ROWS)
        self._scroll.setFixedHeight(round(seen * (COMPACT + 4)) if questions else 0)
        self._scroll.setVisible(bool(questions))
        self._unfinished.take_up(self._about, self._fields())
        self._order()
        if at is not None:
            self.go_to(at.question.code)

    def _order(self) -> None:
        """Tab goes from above to below."""
        way: list[QWidget] = [self.label, self.hide_them, self.lock_them]
        way += [control for row in self.answers for control in row.controls()]
        way += [self.note, self.sure]
        for one, other in pairwise(way):
            QWidget.setTabOrder(one, other)

    # --- the keyboard -------------------------------------------------------------------------

    def take_focus(self) -> None:
        """At the first question that must be answered, else the first, else the note."""
        if self.isHidden():
            return
        missing = [row for row in self.answers if row.is_missing]
        wanted = (missing or self.answers)[:1]
        self.go_to(wanted[0].question.code if wanted else "")

    def go_to(self, question: str) -> None:
        """The keyboard goes to that question; with another, to the label of the marks."""
        row = next((row for row in self.answers if row.question.code == question), None)
        if row is None:
            self.label.setFocus(Qt.FocusReason.TabFocusReason)
            return
        row.take_focus()
        self._scroll.ensureWidgetVisible(row)

    def _at(self) -> AnswerRow | None:
        """The question that has the keyboard."""
        focus = QApplication.focusWidget()
        return next((r for r in self.answers if focus is not None and r.isAncestorOf(focus)), None)

    def _lead_on(self) -> None:
        """After Enter in a field: the next question that must be answered, else to the image."""
        if any(row.is_missing for row in self.answers):
            self.take_focus()
        else:
            self._leave()

    def answer_digit(self, digit: int) -> bool:
        """Whether the keyboard is here: the digit answers the question that has it, or chooses
        the label."""
        row, at_label = self._at(), self.label.hasFocus()
        if row is not None:
            row.choose(digit)
        elif at_label and digit <= len(self._labels):
            self._relabel(self._labels[digit - 1].code)
        return self.isAncestorOf(QApplication.focusWidget() or self)

    # --- what it does -------------------------------------------------------------------------

    def keep(self) -> bool:
        """Take what is typed; False where it is refused, also of marks that are not selected now:
        the person is led there."""
        return self._keep_here() and all(self._keep_of(about) for about in self._unfinished)

    def _keep_here(self) -> bool:
        wrong = next((field for field in self._fields().values() if not field.keep()), None)
        if wrong is not None and not wrong.hasFocus():
            self._scroll.ensureWidgetVisible(wrong)
            wrong.setFocus(Qt.FocusReason.OtherFocusReason)
        return wrong is None

    def _keep_of(self, about: About) -> bool:
        """What is of marks that are gone waits for Undo, what is of other cases for these. Where
        some are left, it is of those from now on."""
        case, names = about
        there = [mark.id for mark in self._desk.marks.those(self._desk.document(), names)]
        if case != self._case or not there:
            return True
        self._unfinished.hand_on(about, (case, frozenset(there)))
        self._desk.select_mark(there[0], frozenset(there[1:]))
        self.refresh()
        self._unfinished.take_up(self._about, self._fields())  # they may have been selected before
        return self._keep_here()

    def bring_back(self, case: OpenCase) -> None:
        """What was typed of its marks, before the program was started, waits for them again."""
        self._unfinished.bring_back(case.id, (words for words in case.words if words.marks))

    def words(self, case: OpenCase) -> tuple[OpenWords, ...]:
        """What is typed of its marks and not taken."""
        return self._unfinished.words(case.id, self._about, self._fields())

    def leave(self) -> None:
        """Nobody types here any more: the marks are others, or the case."""
        for row in self.answers:
            row.leave()
        self.note.leave()
        self.sure.leave()

    def _relabel(self, code: Value) -> None:
        label = next((label for label in self._labels if label.code == code), None)
        if label is not None and self._desk.editable:
            self._desk.chosen.relabel(label)
            self.refresh()

    def _answer(self, question: Question, value: Value) -> None:
        labels = self._labels
        self._take(lambda document, names: answered(document, names, labels, question, value))

    def _note(self, value: Value) -> None:
        self._take(lambda document, names: noted(document, names, str(value or "")))

    def _sure(self, value: Value) -> None:
        percent = value if isinstance(value, int) else None
        self._take(lambda document, names: trusted(document, names, percent))

    def _take(self, say: Make) -> None:
        def said(document: Document, names: frozenset[str]) -> Outcome:
            outcome = say(document, names)
            if outcome.edit is None:
                self.refresh()  # what was refused is shown as it is
            return outcome

        self._desk.chosen.change(said, self._names)
