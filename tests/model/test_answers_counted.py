from __future__ import annotations

from labeler.model.answer_rules import answers_in, with_answer
from labeler.model.document import DOCUMENT_FORMAT, Document, Mark
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.shapes import Length


def test_answers_are_counted_on_the_case_and_on_marks() -> None:
    plain = Mark("m1", "nodule", FrameRef("1.2.3", "1.2.3.4", 0), Length((0, 0), (5000, 0)))
    said = with_answer(with_answer(plain, "margin", "sharp"), "size", 3)
    marks, answers = (plain, said, said), (Answer("side", "left"),)
    document = Document(format=DOCUMENT_FORMAT, item="0" * 64, marks=marks, answers=answers)
    assert answers_in(document) == 5
