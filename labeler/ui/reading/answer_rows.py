"""One question of a label in one row: its words, and the way to answer it of the selected marks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QWidget

from labeler.model.forms import Choice, FreeText, Question, Scale
from labeler.ui.components.buttons import ShortChoice
from labeler.ui.components.picker import Pick, Picker
from labeler.ui.components.surfaces import Row
from labeler.ui.look import Look
from labeler.ui.reading.fields import AnswerField, NumberAnswer, TextAnswer
from labeler.ui.theme import COMPACT, Type, font
from labeler.ui.translation import tr
from labeler.viewing.said_together import SEVERAL, Several

Value = str | int | None
Answered = Callable[[Question, Value], None]

WORDS, GAP = 104, 4
BUTTONS_ROOM = 168
"""What buttons side by side may take, also in a narrow panel; more options are a list."""
AROUND, NUMBER = 16, 88
MOST_BUTTONS = 11
"""A scale of more steps than this is typed."""


class _Words(QWidget):
    """What is asked; a hollow dot where an answer must come."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__()
        self._look, self._text, self._missing = look, text, False
        self.setFixedSize(WORDS, COMPACT)
        self.setToolTip(text)

    def show_missing(self, *, missing: bool) -> None:
        self._missing = missing
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            room, theme = self.rect(), self._look.theme
            if self._missing:
                painter.setPen(QPen(theme.color("warning"), 1.5))
                painter.drawEllipse(QPointF(room.right() - 9, room.center().y() + 0.5), 4, 4)
            room.setRight(room.right() - 20)
            used = font(Type.SECONDARY)
            painter.setFont(used)
            painter.setPen(theme.color("text2"))
            end = Qt.TextElideMode.ElideRight
            words = QFontMetrics(used).elidedText(self._text, end, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), words)


class AnswerRow(Row):
    """`answered` hears each answer, None where it is taken back; `entered` hears Enter."""

    def __init__(
        self, look: Look, question: Question, answered: Answered, entered: Callable[[], None]
    ) -> None:
        super().__init__(gap=GAP)
        self.question, self._answered = question, answered
        self._words = _Words(look, question.text)
        self.cells.addWidget(self._words)
        self.options: dict[str | int, QPushButton] = {}
        self.field: AnswerField | None = None
        self.picker: Picker | None = None
        self.is_missing = False
        said = partial(answered, question)
        match question:
            case Choice(options=options):
                self._choices(look, [(option.code, option.text) for option in options])
            case Scale(low=low, high=high) if high - low < MOST_BUTTONS:
                self._choices(look, [(n, str(n)) for n in range(low, high + 1)])
            case Scale(low=low, high=high):
                self._typed(NumberAnswer(low, high, said, entered), width=NUMBER)
            case FreeText(max_length=longest):
                self._typed(TextAnswer(look, longest, said, entered))

    def _choices(self, look: Look, choices: list[tuple[str | int, str]]) -> None:
        metrics = QFontMetrics(font(Type.SECONDARY))
        widths = [metrics.horizontalAdvance(text) + AROUND + GAP for _, text in choices]
        if sum(widths) <= BUTTONS_ROOM:
            for value, text in choices:
                self._button(value, text)
            self.cells.addStretch()
            return
        self.picker = Picker(look, partial(self._answered, self.question))
        self.picker.offer([Pick(value, text) for value, text in choices] + [Pick(None, tr("None"))])
        self.cells.addWidget(self.picker, 1)

    def _button(self, value: str | int, text: str) -> None:
        button = ShortChoice(text)
        button.setProperty("keeps_keys", True)
        button.setAccessibleName(f"{self.question.text}: {text}")
        button.clicked.connect(lambda on: self._answered(self.question, value if on else None))
        self.options[value] = button
        self.cells.addWidget(button)

    def _typed(self, field: AnswerField, width: int = 0) -> None:
        self.field = field
        field.setProperty("kind", "compact")
        field.setFixedHeight(COMPACT)
        if width:
            field.setFixedWidth(width)
        self.cells.addWidget(field, 0 if width else 1)
        if width:
            self.cells.addStretch()
        self._usual = field.placeholderText()

    # --- what it shows ------------------------------------------------------------------------

    def show_state(
        self, value: str | int | Several | None, *, missing: bool, editable: bool
    ) -> None:
        """What is answered; that some mark still must be."""
        self.is_missing = missing
        self._words.show_missing(missing=missing)
        spoken = self.question.text
        spoken += f". {tr('not answered yet')}" if missing else ""
        for each, button in self.options.items():
            button.setChecked(value == each)
            button.setEnabled(editable)
        if self.picker is not None:
            self.picker.show_choice(value, self._named(value), dim=value in (None, SEVERAL))
            self.picker.setAccessibleName(f"{spoken}. {self.picker.shown}")
            self.picker.setEnabled(editable)
        if self.field is not None:
            self.field.setPlaceholderText(tr("(several)") if value is SEVERAL else self._usual)
            self.field.show_text("" if value in (None, SEVERAL) else str(value))
            self.field.setReadOnly(not editable)
            self.field.setAccessibleName(spoken)

    def _named(self, value: str | int | Several | None) -> str:
        if value is SEVERAL:
            return tr("(several)")
        if isinstance(self.question, Choice):
            named: dict[str | int | None, str] = {o.code: o.text for o in self.question.options}
            return named.get(value, tr("Choose") if value is None else str(value))
        return tr("Choose") if value is None else str(value)

    # --- hands --------------------------------------------------------------------------------

    def keep(self) -> bool:
        """Take what is typed; False where it is refused."""
        return self.field is None or self.field.keep()

    def leave(self) -> None:
        """Nobody types here any more."""
        if self.field is not None:
            self.field.leave()

    def controls(self) -> list[QWidget]:
        """What takes the keyboard, in order."""
        return [one for one in (*self.options.values(), self.picker, self.field) if one is not None]

    def take_focus(self) -> None:
        """The keyboard goes to the answer that is chosen, else to the first; nowhere where a task
        offers none."""
        chosen = [button for button in self.options.values() if button.isChecked()]
        for target in (chosen or self.controls())[:1]:
            target.setFocus(Qt.FocusReason.TabFocusReason)

    def choose(self, digit: int) -> None:
        """The option with that digit; of numbers, the number."""
        values: list[str | int]
        match self.question:
            case Choice(options=options):
                values = [option.code for option in options]
            case Scale(low=low, high=high):
                if low <= digit <= high:
                    self._answered(self.question, digit)
                return
            case FreeText():
                return
        if digit <= len(values):
            self._answered(self.question, values[digit - 1])
