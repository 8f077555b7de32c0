"""The privacy gate: what in a submission might tell who the patient is."""

from __future__ import annotations

from msgspec import UNSET

from labeler.app.cases import Case
from labeler.imaging.dicom.header import looks_like_dicom
from labeler.interchange.gate import Telling, known_of, telling
from labeler.model.document import Document
from labeler.model.form_rules import find_question
from labeler.model.forms import FreeText
from labeler.model.image import ByteSource

_LOOKED_AT = 1024

NOTE = "Note to a mark"


def leaving(case: Case, document: Document) -> tuple[Telling, ...]:
    """Answers and notes in the person's own words that may tell it. All else that leaves are codes,
    numbers and digests.

    The patient's name and numbers come from the open images, are held only while this runs, and
    are neither stored nor logged.
    """
    texts = []
    for answer in document.answers:
        question = find_question(case.form, answer.question)
        if isinstance(question, FreeText) or question is None:
            text = question.text if question else answer.question
            texts.append((text, str(answer.value)))
    texts += _said_of_marks(document)
    return telling(texts, known_of(_headers(case))) if texts else ()


def _said_of_marks(document: Document) -> list[tuple[str, str]]:
    """Notes, and what attributes say in words: no form lists what these may say."""
    texts = []
    for mark in document.marks:
        if mark.note is not UNSET:
            texts.append((NOTE, mark.note))
        attributes = () if mark.attributes is UNSET else mark.attributes
        texts += [(answer.question, str(answer.value)) for answer in attributes]
    return texts


def _headers(case: Case) -> list[ByteSource]:
    """One file of each series, and of each patient in it there is but one."""
    firsts = (series.frames[0].file for series in case.scan.series)
    return [file.source for file in firsts if looks_like_dicom(file.source.read(0, _LOOKED_AT))]
