"""Answers about the whole case: to the questions of its form, and that nothing was found."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.edit_rules import find_answer
from labeler.model.edits import SetAnswer, SetNoFinding
from labeler.model.forms import Answer
from labeler.ui.reading.ports import ReadingPort


class CaseAnswers:
    """Each is one edit; none comes of it while the case is not `editable`."""

    def __init__(self, port: ReadingPort, editable: Callable[[], bool]) -> None:
        self._port, self._editable = port, editable

    def toggle_no_finding(self) -> None:
        if self._editable():
            now = self._port.document().no_finding
            self._port.apply(SetNoFinding(now, not now), {})

    def give(self, question: str, value: str | int | None) -> None:
        """Answer a question, or with None leave it open."""
        if not self._editable():
            return
        before = find_answer(self._port.document(), question)
        after = None if value is None else Answer(question, value)
        if before != after:
            self._port.apply(SetAnswer(before, after), {})
