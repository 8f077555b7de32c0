"""What of a case's answers might tell who the patient is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
from msgspec import UNSET

from labeler.app.cases import Case
from labeler.app.leaving import leaving
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import folder_files
from labeler.model.document import DOCUMENT_FORMAT, Document, Mark
from labeler.model.forms import Answer, Choice, Form, FreeText, Option
from labeler.model.frames import FrameRef
from labeler.model.manifest import ItemContext, Label
from labeler.model.shapes import PointMark
from tests.support.dicom_files import write_stack

FORM = Form(
    "f",
    "F",
    (
        Choice("side", "Side", (Option("left", "Left"), Option("nobody", "Nobody"))),
        FreeText("note", "Anything else?"),
    ),
)


def case_of(folder: Path) -> Case:
    write_stack(folder, [(0.0, 0.0, 1.0 * k) for k in range(3)])
    found = scan(folder_files(folder))
    return Case(
        id="c",
        title="Case 1",
        number=1,
        count=1,
        context=ItemContext(),
        labels=(),
        form=FORM,
        manifest=None,
        assignment=None,
        scan=found,
        opened=found.series[0],
        package=None,
    )


def document(*answers: Answer) -> Document:
    return Document(format=DOCUMENT_FORMAT, item="0" * 64, answers=answers)


def test_words_are_held_against_the_open_images(tmp_path: Path) -> None:
    case = case_of(tmp_path)
    (told,) = leaving(case, document(Answer("note", "Nobody has a nodule, call 030 123 45 67")))
    assert (told.where, told.what) == ("Anything else?", ("name", "telephone number"))
    assert "nodule" not in repr(told)
    assert leaving(case, document(Answer("note", "A nodule of 8 mm"))) == ()


def test_codes_are_no_words(tmp_path: Path) -> None:
    assert leaving(case_of(tmp_path), document(Answer("side", "nobody"))) == ()
    assert leaving(case_of(tmp_path), document()) == ()


def test_notes_to_marks_and_words_in_their_attributes_are_held_against_them_too(
    tmp_path: Path,
) -> None:
    case = case_of(tmp_path)
    mark = Mark(
        "m1",
        "nodule",
        FrameRef("1", "1", 1),
        PointMark((0, 0)),
        attributes=(Answer("margin", "as Nobody said"), Answer("size", 3)),
        note="call 030 123 45 67",
    )
    told = leaving(case, msgspec.structs.replace(document(), marks=(mark,)))
    assert [(one.where, one.what) for one in told] == [
        ("Note to a mark", ("telephone number",)),
        ("margin", ("name",)),
    ]
    asked = Label("nodule", "Nodule", (FreeText("margin", "Margin, in your words"),))
    told = leaving(
        replace(case, labels=(asked,)), msgspec.structs.replace(document(), marks=(mark,))
    )
    assert [one.where for one in told] == ["Note to a mark", "Margin, in your words"]
    coded = msgspec.structs.replace(mark, attributes=(Answer("side", "nobody"),), note=UNSET)
    known = replace(case, labels=(Label("nodule", "Nodule", (FORM.questions[0],)),))
    assert leaving(known, msgspec.structs.replace(document(), marks=(coded,))) == ()
    plain = Mark("m1", "nodule", FrameRef("1", "1", 1), PointMark((0, 0)))
    assert leaving(case, msgspec.structs.replace(document(), marks=(plain,))) == ()
