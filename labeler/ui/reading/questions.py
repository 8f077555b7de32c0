"""One question of the form: folded to a line, or open with its answers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from labeler.model.forms import Answer, Choice, FreeText, Question, Scale
from labeler.ui.components import buttons
from labeler.ui.look import Look
from labeler.ui.reading.fields import AnswerField, NumberAnswer, TextAnswer
from labeler.ui.reading.flow import Flow
from labeler.ui.theme import ROW, Type, font
from labeler.ui.translation import tr

MOST_BUTTONS = 11
"""A scale of more steps than this is typed."""

LONGEST_BUTTON = 248

Answered = Callable[[str, str | int | None], None]


class QuestionHead(QPushButton):
    """The folded line: number, words, answer; a hollow dot where an answer must come."""

    def __init__(self, look: Look, number: int, question: Question) -> None:
        super().__init__()
        self._look, self._number, self._question = look, number, question
        self._answer, self._wrong, self._open = "", "", False
        self.setProperty("kind", "quiet")
        self.setProperty("keeps_keys", True)
        self.setFixedHeight(ROW)

    def sizeHint(self) -> QSize:
        return QSize(120, ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, ROW)

    def show_state(self, answer: str, wrong: str, *, is_open: bool) -> None:
        """`wrong` says why what stands in the field is not taken."""
        self._answer, self._wrong, self._open = answer, wrong, is_open
        told = wrong or (tr("not answered yet") if self.is_missing else answer)
        self.setAccessibleName(f"{self._number} {self._question.text}. {told}")
        self.setToolTip(self._question.text)
        self.update()

    @property
    def is_missing(self) -> bool:
        return self._question.required and not self._answer

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            theme, room = self._look.theme, self.rect().adjusted(8, 0, -8, 0)
            middle = Qt.AlignmentFlag.AlignVCenter
            if self._wrong and not self._open:
                room.setRight(room.right() - self._end(painter, room, self._wrong, "danger"))
            elif self.is_missing:
                painter.setPen(QPen(theme.color("warning"), 1.5))
                painter.drawEllipse(QPointF(room.right() - 5, room.center().y() + 0.5), 4, 4)
                room.setRight(room.right() - 18)
            elif self._answer and not self._open:
                room.setRight(room.right() - self._end(painter, room, self._answer, "text2"))
            body = font(Type.STRONG if self._open else Type.BODY)
            painter.setFont(body)
            painter.setPen(theme.color("text"))
            words = f"{self._number}  {self._question.text}"
            shown = QFontMetrics(body).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(middle | Qt.AlignmentFlag.AlignLeft), shown)

    def _end(self, painter: QPainter, room: QRect, words: str, ink: str) -> int:
        used = font(Type.SECONDARY)
        painter.setFont(used)
        painter.setPen(self._look.theme.color(ink))
        metrics = QFontMetrics(used)
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width() // 2)
        side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(room, int(side), text)
        return metrics.horizontalAdvance(text) + 12


class QuestionView(QWidget):
    """A head, and below it the ways to answer while it is open."""

    def __init__(
        self,
        look: Look,
        number: int,
        question: Question,
        answered: Answered,
        opened: Callable[[], None],
        finished: Callable[[], None],
    ) -> None:
        super().__init__()
        self.question, self._answered, self._finished = question, answered, finished
        self._look, self.head = look, QuestionHead(look, number, question)
        self.head.clicked.connect(lambda _on: opened())
        self.body = QWidget()
        self.options: dict[str | int, QPushButton] = {}
        self._value: str | int | None = None
        self.field: AnswerField | None = None
        self._fill()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.head)
        rows.addWidget(self.body)

    def _fill(self) -> None:
        question = self.question
        match question:
            case Choice(options=options):
                self._buttons([(option.code, option.text) for option in options], digits=True)
            case Scale(low=low, high=high) if high - low < MOST_BUTTONS:
                self._buttons([(n, str(n)) for n in range(low, high + 1)], digits=False)
            case Scale(low=low, high=high):
                self._typed(NumberAnswer(low, high, self._typed_in, self._finished))
            case FreeText(max_length=longest):
                self._typed(TextAnswer(self._look, longest, self._typed_in, self._finished))

    def _buttons(self, choices: list[tuple[str | int, str]], *, digits: bool) -> None:
        flow = Flow(self.body)
        flow.setContentsMargins(8, 4, 8, 12)
        for place, (value, words) in enumerate(choices, start=1):
            numbered = digits and place <= 9
            text = f"{place}  {words}" if numbered else words
            button = buttons.Choice("")
            metrics = QFontMetrics(button.font())
            button.setText(metrics.elidedText(text, Qt.TextElideMode.ElideRight, LONGEST_BUTTON))
            button.setToolTip(words)
            button.setProperty("keeps_keys", True)
            button.clicked.connect(self._press_of(value))
            flow.addWidget(button)
            self.options[value] = button

    def _typed(self, field: AnswerField) -> None:
        rows = QVBoxLayout(self.body)
        rows.setContentsMargins(8, 4, 8, 12)
        self.field = field
        field.setAccessibleName(self.question.text)
        rows.addWidget(field)

    def keep(self) -> bool:
        """Take what is typed; False where it is refused."""
        return self.field is None or self.field.keep()

    def leave(self) -> None:
        """Nobody types here any more."""
        if self.field is not None:
            self.field.leave()

    def show_state(self, answer: Answer | None, *, is_open: bool, editable: bool) -> None:
        wrong = "" if self.field is None else self.field.wrong
        self.head.show_state(self._words(answer), wrong, is_open=is_open)
        self.body.setVisible(is_open)
        self.body.setEnabled(editable)
        for value, button in self.options.items():
            button.setChecked(answer is not None and answer.value == value)
        self._follow(None if answer is None else answer.value)
        if self.field is not None:
            self.field.show_text("" if answer is None else str(answer.value))

    def _follow(self, value: str | int | None) -> None:
        """The keyboard goes along to a newly chosen option, where it was at another one."""
        before, self._value = self._value, value
        chosen = self.options.get(value) if value is not None else None
        here = any(button.hasFocus() for button in self.options.values())
        if chosen is not None and here and value != before:
            chosen.setFocus(Qt.FocusReason.TabFocusReason)

    def choose(self, digit: int) -> None:
        """The option with that digit."""
        if isinstance(self.question, Scale):
            value: str | int | None = digit if digit in self.options else None
        else:
            value = dict(enumerate(self.options, start=1)).get(digit)
        if value is not None:
            self._answered(self.question.code, value)

    def take_focus(self) -> None:
        """The keyboard goes to the answer that is chosen, else to the first."""
        chosen = [button for button in self.options.values() if button.isChecked()]
        target = self.field or (chosen or list(self.options.values()) or [self.head])[0]
        target.setFocus(Qt.FocusReason.TabFocusReason)

    def _words(self, answer: Answer | None) -> str:
        if answer is None:
            return ""
        if isinstance(self.question, Choice):
            named = {option.code: option.text for option in self.question.options}
            return named.get(str(answer.value), str(answer.value))
        return str(answer.value)

    def _press_of(self, value: str | int) -> Callable[[bool], None]:
        def pressed(checked: bool) -> None:
            self._answered(self.question.code, value if checked else None)

        return pressed

    def _typed_in(self, value: str | int | None) -> None:
        self._answered(self.question.code, value)
