"""The privacy gate: what in a submission might tell who the patient is."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import UNSET

from labeler.app.cases import Case
from labeler.imaging.dicom.header import looks_like_dicom
from labeler.interchange.gate import Telling, known_of, telling
from labeler.model.answer_rules import answers_of, find_question, label_of
from labeler.model.document import Document, Mark
from labeler.model.forms import Answer, FreeText, Question
from labeler.model.image import ByteSource
from labeler.model.manifest import Label

_LOOKED_AT = 1024

NOTE = "Note to a mark"


def leaving(case: Case, document: Document) -> tuple[Telling, ...]:
    """Answers and notes in the person's own words that may tell it. All else that leaves are codes,
    numbers and digests.

    The patient's name and numbers come from the open images, are held only while this runs, and
    are neither stored nor logged.
    """
    texts = _in_own_words(case.form.questions, document.answers)
    for mark in document.marks:
        texts += _said_of(mark, label_of(case.labels, mark.label))
    return telling(texts, known_of(_headers(case))) if texts else ()


def _said_of(mark: Mark, label: Label | None) -> list[tuple[str, str]]:
    """The note to a mark, and the answers of its label that are words."""
    texts = [] if mark.note is UNSET else [(NOTE, mark.note)]
    return texts + _in_own_words(label.asks if label else (), answers_of(mark))


def _in_own_words(
    questions: Sequence[Question], answers: Sequence[Answer]
) -> list[tuple[str, str]]:
    """Free text, and what answers nothing that is known: nobody lists what that may say."""
    texts = []
    for answer in answers:
        question = find_question(questions, answer.question)
        if isinstance(question, FreeText) or question is None:
            text = question.text if question else answer.question
            texts.append((text, str(answer.value)))
    return texts


def _headers(case: Case) -> list[ByteSource]:
    """One file of each series, and of each patient in it there is but one."""
    firsts = (series.frames[0].file for series in case.scan.series)
    return [file.source for file in firsts if looks_like_dicom(file.source.read(0, _LOOKED_AT))]
