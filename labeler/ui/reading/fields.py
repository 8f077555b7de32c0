"""Fields an answer is typed into: free words, or a whole number."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from labeler.ui.components.checked_field import CheckedField
from labeler.ui.theme import CONTROL, Type, font
from labeler.ui.translation import tr
from labeler.viewing.typed import free_words, whole_number

TYPING_PAUSE_MS = 800

Typed = Callable[[str | int | None], None]


class AnswerField(CheckedField):
    """`answered` hears each answer once, None where there is none; `entered` hears Enter."""

    def __init__(
        self,
        read: Callable[[str], Any],
        answered: Typed,
        entered: Callable[[], None],
        pause_ms: int = 0,
    ) -> None:
        super().__init__(read, answered, entered, pause_ms)
        self.setFont(font(Type.BODY))
        self.setFixedHeight(CONTROL)


class TextAnswer(AnswerField):
    """Free words; kept when the typing pauses, too."""

    def __init__(self, longest: int, answered: Typed, entered: Callable[[], None]) -> None:
        read = partial(free_words, longest=longest)
        super().__init__(read, answered, entered, TYPING_PAUSE_MS)


class NumberAnswer(AnswerField):
    """A whole number from `low` to `high`. Half a number is a number: no pause takes it."""

    def __init__(self, low: int, high: int, answered: Typed, entered: Callable[[], None]) -> None:
        super().__init__(partial(whole_number, low=low, high=high), answered, entered)
        self.setPlaceholderText(tr("{low} to {high}", low=low, high=high))
