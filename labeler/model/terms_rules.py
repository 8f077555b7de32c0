"""Whether anybody could finish a case under the terms of a task, of a manifest or its template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from labeler.model.answer_rules import asked, questions_problem
from labeler.model.forms import Choice, Form, Question
from labeler.model.manifest import Label, Opening, Reason

MOST_QUESTIONS = 256
"""Of a form; a label has at most 16."""
MOST_OPTIONS = 256
MOST_REASONS = 256


class Demands(Protocol):
    """What a Manifest and a Template have in common."""

    @property
    def labels(self) -> tuple[Label, ...]: ...
    @property
    def form(self) -> Form: ...
    @property
    def free_text_allowed(self) -> bool: ...
    @property
    def opening(self) -> Opening: ...


def terms_problem(terms: Demands, reasons: Sequence[Reason]) -> str | None:
    """What whoever writes the terms must correct first; None where nothing: the hub posts no
    others."""
    return hopeless(terms, reasons) or next(_of_opening(terms.opening), None)


def hopeless(terms: Demands, reasons: Sequence[Reason]) -> str | None:
    """Why no expert could finish a case, or none be judged; None where one can: it is told before
    anything is taken."""
    return next(_problems(terms, reasons), None)


def _problems(terms: Demands, reasons: Sequence[Reason]) -> Iterator[str]:
    if len(reasons) > MOST_REASONS:
        yield f"it has more than {MOST_REASONS} reasons"
    if (twice := _twice([label.code for label in terms.labels])) is not None:
        yield f"two labels have one code, {twice}"
    if (twice := _twice([reason.code for reason in reasons])) is not None:
        yield f"two reasons have one code, {twice}"
    if len(terms.form.questions) > MOST_QUESTIONS:
        yield f"its form has more than {MOST_QUESTIONS} questions"
    for questions in (terms.form.questions, *(label.asks for label in terms.labels)):
        yield from _of_questions(questions, free_text_allowed=terms.free_text_allowed)


def _of_questions(questions: Sequence[Question], *, free_text_allowed: bool) -> Iterator[str]:
    if (why := questions_problem(questions)) is not None:
        yield why
    answerable = asked(questions, free_text_allowed=free_text_allowed)
    for question in questions:
        if question.required and question not in answerable:
            yield f"“{question.text}” must be answered in words, and no free text is allowed"
        if isinstance(question, Choice) and len(question.options) > MOST_OPTIONS:
            yield f"“{question.text}” has more than {MOST_OPTIONS} options"


def _of_opening(opening: Opening) -> Iterator[str]:
    center, width = opening.window_center, opening.window_width
    if (center is None) != (width is None):
        yield "its opening window has a center or a width, and not both"
    elif width is not None and width < 1:
        yield f"its opening window is {width} wide"


def _twice(codes: Sequence[str]) -> str | None:
    met = set[str]()
    for code in codes:
        if code in met:
            return code
        met.add(code)
    return None
