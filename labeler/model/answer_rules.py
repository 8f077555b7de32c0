"""Whether an answer fits its question, of a form or of a label; and what is answered of marks."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from msgspec import UNSET

from labeler.model.document import Document, Mark
from labeler.model.forms import Answer, Choice, FreeText, Question, Scale
from labeler.model.manifest import Label


def find_question(questions: Sequence[Question], code: str) -> Question | None:
    """The question with this code."""
    return next((question for question in questions if question.code == code), None)


def asked(questions: Sequence[Question], *, free_text_allowed: bool) -> tuple[Question, ...]:
    """The questions to show and to demand: a task that takes no free text asks for none."""
    return tuple(q for q in questions if free_text_allowed or not isinstance(q, FreeText))


def unanswered(questions: Sequence[Question], answers: Sequence[Answer]) -> tuple[Question, ...]:
    """Required questions without an answer, in their order."""
    answered = {answer.question for answer in answers}
    return tuple(q for q in questions if q.required and q.code not in answered)


def in_order(answers: Sequence[Answer]) -> bool:
    """Whether answers are sorted by question, each question once."""
    codes = [answer.question for answer in answers]
    return codes == sorted(set(codes))


def answer_problem(question: Question, answer: Answer) -> str | None:
    """Why the value does not fit the question; None where it does."""
    value = answer.value
    match question:
        case Choice(options=options):
            if value not in {option.code for option in options}:
                return "not one of the options"
        case Scale(low=low, high=high):
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                return f"not a whole number from {low} to {high}"
        case FreeText(max_length=longest):
            if not isinstance(value, str) or not value.strip() or len(value) > longest:
                return f"not a text of 1 to {longest} characters"
    return None


def questions_problem(questions: Sequence[Question]) -> str | None:
    """Why nobody could answer these questions; None where one can."""
    codes = [question.code for question in questions]
    if len(set(codes)) < len(codes):
        return "two questions have one code"
    for question in questions:
        match question:
            case Choice(options=options):
                named = {option.code for option in options}
                if not named or len(named) < len(options):
                    return f"“{question.text}” needs options, each with a code of its own"
            case Scale(low=low, high=high):
                if low > high:
                    return f"“{question.text}” asks for a number from {low} to {high}"
                if not -LARGEST <= low <= high <= LARGEST:
                    return f"“{question.text}” needs a low and a high number within {LARGEST}"
            case FreeText(max_length=longest):
                if not 1 <= longest <= LONGEST:
                    return f"“{question.text}” needs a max_length from 1 to {LONGEST}"
    return None


LARGEST = 1_000_000_000
LONGEST = 10_000


def label_of(labels: Sequence[Label], code: str) -> Label | None:
    """The label with this code."""
    return next((label for label in labels if label.code == code), None)


def answers_of(mark: Mark) -> tuple[Answer, ...]:
    """What was answered of a mark."""
    return () if mark.attributes is UNSET else mark.attributes


def answers_in(document: Document) -> int:
    """How many questions are answered, of the case and of its marks."""
    return len(document.answers) + sum(len(answers_of(mark)) for mark in document.marks)


def answer_to(mark: Mark, question: str) -> Answer | None:
    """The mark's answer to the question with this code."""
    return next((each for each in answers_of(mark) if each.question == question), None)


def with_answer(mark: Mark, question: str, value: str | int | None) -> Mark:
    """The mark with one question answered anew; None leaves it open."""
    answers = [each for each in answers_of(mark) if each.question != question]
    if value is not None:
        answers.append(Answer(question, value))
    answers.sort(key=lambda each: each.question)
    return msgspec.structs.replace(mark, attributes=tuple(answers) or UNSET)


def with_label(mark: Mark, label: Label) -> Mark:
    """The mark under another label; of its answers those stay that fit a question of that one."""
    kept = tuple(each for each in answers_of(mark) if fits(label.asks, each))
    return msgspec.structs.replace(mark, label=label.code, attributes=kept or UNSET)


def fits(questions: Sequence[Question], answer: Answer) -> bool:
    """Whether one of these questions is answered so."""
    question = find_question(questions, answer.question)
    return question is not None and answer_problem(question, answer) is None
