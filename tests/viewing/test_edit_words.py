"""Edits in words."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import UNSET

from labeler.model.document import Mark, with_flag
from labeler.model.edit_rules import edit_mark
from labeler.model.edits import (
    AddMark,
    Edit,
    PaintMask,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
    Together,
)
from labeler.model.forms import Answer, Choice, Option, Scale
from labeler.model.frames import FrameRef
from labeler.model.manifest import Label
from labeler.model.mask_states import painted, unpainted
from labeler.model.shapes import (
    Box,
    Cuboid,
    Ellipse,
    Freehand,
    Landmark,
    Length,
    OnPlane,
    Plane,
    Shape,
)
from labeler.viewing.edit_words import Naming, edit_words
from labeler.viewing.phrase import phrase
from labeler.viewing.shape_words import was_moved

FRAME = FrameRef("1.2", "1.2.3", 0)
BOX = Box((0, 0), (10_000, 20_000))
NODULE = Mark("a", "nodule", FRAME, BOX)
OTHER = Mark("b", "effusion", FRAME, Length((0, 0), (5, 5)))
BLANK = unpainted((1, 9, 9))
DELTA = "ab" * 32
PAINTED = painted(BLANK, (1, 9, 9), DELTA)
REGION = Mark("c", "nodule", FRAME, BLANK)
DEEP = Mark("d", "nodule", FRAME, unpainted((3, 9, 9), "cd" * 32))
SAID = msgspec.structs.replace(
    NODULE, attributes=(Answer("margin", "spiculated"), Answer("size", 5))
)
STROKE = PaintMask("c", BLANK, PAINTED, DELTA)
ASKED = Choice("calcification", "Calcification", (Option("absent", "Absent"),))


MARGIN = Choice("margin", "Margin", (Option("spiculated", "Spiculated"),))
SIZE = Scale("size", "Size", 1, 5)
SPICULATED, LARGE = Answer("margin", "spiculated"), Answer("size", 5)

NAMING = Naming(
    labels={
        "nodule": Label("nodule", "Nodule", (MARGIN, SIZE)),
        "effusion": Label("effusion", "Effusion"),
    },
    questions={"calcification": ASKED},
    where=lambda mark: phrase("Im {number}", number=143) if mark.frame == FRAME else None,
    size=lambda mark: phrase("{size} mm", size="3.0") if mark.shape == BOX else None,
    mark={"c": REGION, "d": DEEP}.get,
)


def put(mark: Mark, **changes: object) -> ReplaceMark:
    return ReplaceMark(mark, msgspec.structs.replace(mark, **changes))


def moved(mark: Mark) -> ReplaceMark:
    return put(mark, shape=shifted(mark.shape))


def shifted(shape: Shape) -> Shape:
    match shape:
        case Box((a, b), (c, d)) | Length((a, b), (c, d)):
            return type(shape)((a + 7, b + 2), (c + 7, d + 2))
    raise AssertionError


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (AddMark(0, NODULE), "Nodule: box, Im 143, 3.0 mm"),
        (AddMark(0, OTHER), "Effusion: length, Im 143"),
        (AddMark(0, msgspec.structs.replace(OTHER, label="x", frame=FrameRef("9", "9", 1))),
         "x: length"),
        (RemoveMark(0, NODULE), "Nodule: box removed, Im 143"),
        (put(NODULE, label="effusion"), "Nodule: is now Effusion, Im 143"),
        (moved(NODULE), "Nodule: box moved, Im 143"),
        (put(NODULE, frame=FrameRef("1.2", "1.2.4", 0)), "Nodule: box moved"),
        (put(NODULE, shape=Box((0, 0), (9, 9))), "Nodule: box changed, Im 143"),
        (ReplaceMark(msgspec.structs.replace(NODULE, shape=Box((0, 0), (9, 9))), NODULE),
         "Nodule: box changed, Im 143, 3.0 mm"),
        (put(NODULE, confidence=80), "Nodule: confidence 80 %, Im 143"),
        (put(NODULE, note="odd"), "Nodule: note written, Im 143"),
        (ReplaceMark(msgspec.structs.replace(NODULE, note="odd"), NODULE),
         "Nodule: note removed, Im 143"),
        (ReplaceMark(NODULE, with_flag(NODULE, "hidden", on=True)), "Nodule: hidden, Im 143"),
        (ReplaceMark(with_flag(NODULE, "locked", on=True), NODULE), "Nodule: unlocked, Im 143"),
        (put(NODULE, attributes=(SPICULATED,)), "Nodule: Margin = Spiculated, Im 143"),
        (put(SAID, attributes=(LARGE,)), "Nodule: “Margin” taken back, Im 143"),
        (put(SAID, attributes=(SPICULATED, Answer("size", 1))), "Nodule: Size = 1, Im 143"),
        (put(SAID, attributes=UNSET), "Nodule: answers changed, Im 143"),
        (put(NODULE, attributes=(Answer("calcification", "absent"),)),
         "Nodule: calcification = absent, Im 143"),
        (put(SAID, label="effusion", attributes=(LARGE,)),
         "Nodule: is now Effusion, “Margin” dropped, Im 143"),
        (put(SAID, label="effusion", attributes=UNSET),
         "Nodule: is now Effusion, 2 answers dropped, Im 143"),
        (ReplaceMark(msgspec.structs.replace(OTHER, attributes=UNSET),
                     msgspec.structs.replace(OTHER, label="nodule", attributes=(LARGE,))),
         "Effusion: is now Nodule, “Size” as before, Im 143"),
        (ReplaceMark(OTHER, msgspec.structs.replace(SAID, id="b")),
         "Effusion: is now Nodule, 2 answers as before, Im 143"),
        (STROKE, "Nodule: painted, Im 143"),
        (PaintMask("unknown", BLANK, PAINTED, DELTA), "Painted"),
        (SetAnswer(None, Answer("calcification", "absent")), "Answer: Calcification = Absent"),
        (SetAnswer(Answer("calcification", "absent"), None),
         "Answer taken back: Calcification"),
        (SetAnswer(None, Answer("age", 3)), "Answer: age = 3"),
        (SetNoFinding(False, True), "No finding"),
        (SetNoFinding(True, False), "No finding: taken back"),
        (Together("paint", (AddMark(0, REGION), STROKE)), "Nodule: painted, Im 143"),
        (Together("paint", (STROKE, RemoveMark(0, REGION))), "Nodule: erased, Im 143"),
        (Together("erase", (STROKE,)), "Nodule: erased, Im 143"),
        (Together("grow", (STROKE,)), "Nodule: grown, Im 143"),
        (Together("mirror", (AddMark(0, REGION), STROKE)), "Nodule: mirrored, Im 143"),
        (Together("odd", (STROKE,)), "Nodule: painted, Im 143"),
        (Together("erase", (RemoveMark(0, REGION),)), "Nodule: all of it erased, Im 143"),
        (Together("cut-in", (STROKE,)), "Nodule: cut inside out, Im 143"),
        (Together("cut-off", (STROKE,)), "Nodule: cut outside off, Im 143"),
        (Together("outline", (STROKE,)), "Nodule: filled inside an outline, Im 143"),
        (Together("copy-slice", (STROKE,)), "Nodule: copied to another slice, Im 143"),
        (Together("copy-next", (PaintMask("d", DEEP.shape, DEEP.shape, DELTA),)),
         "Nodule: copied to the next slice"),
        (Together("copy-previous", (AddMark(0, REGION), STROKE)),
         "Nodule: copied to the slice before, Im 143"),
        (Together("paste-marks", (AddMark(0, NODULE),)), "Nodule: box pasted, Im 143, 3.0 mm"),
        (Together("paste-marks", (AddMark(0, REGION), STROKE)), "Nodule: region pasted, Im 143"),
        (Together("paste-marks", (AddMark(0, NODULE), AddMark(1, OTHER))),
         "Pasted 2 marks, Im 143"),
        (Together("paste-marks", (AddMark(0, NODULE), AddMark(1, REGION), STROKE)),
         "Pasted 2 marks, Im 143"),
        (Together("paint", (STROKE, PaintMask("d", DEEP.shape, DEEP.shape, DELTA))),
         "Nodule: painted over others, Im 143"),
        (Together("paint", (STROKE, RemoveMark(1, OTHER))), "Nodule: painted over others, Im 143"),
        (Together("grow:2000", (PaintMask("d", DEEP.shape, DEEP.shape, DELTA), STROKE)),
         "Nodule: grown by 2.0 mm over others"),
        (Together("fill", (PaintMask("unknown", BLANK, PAINTED, DELTA), RemoveMark(1, OTHER))),
         "Effusion: filled over others, Im 143"),
        # Where a mark goes through many slices, its stroke may be on any.
        (PaintMask("d", DEEP.shape, DEEP.shape, DELTA), "Nodule: painted"),
        (Together("grow", (PaintMask("d", DEEP.shape, DEEP.shape, DELTA),)), "Nodule: grown"),
        (Together("grow:2000", (PaintMask("d", DEEP.shape, DEEP.shape, DELTA),)),
         "Nodule: grown by 2.0 mm"),
        (Together("smooth:20", (STROKE,)), "Nodule: smoothed by 20.0 µm, Im 143"),
        (Together("median:1000", (STROKE,)), "Nodule: smoothed by the median of 1.0 mm, Im 143"),
        (Together("median", (STROKE,)), "Nodule: smoothed by the median, Im 143"),
        (Together("grow:far", (STROKE,)), "Nodule: grown, Im 143"),
        (Together("move", (moved(NODULE), moved(OTHER))), "Moved 2 marks"),
        (Together("paste", (AddMark(0, NODULE), AddMark(1, OTHER))), "Added 2 marks"),
        (Together("delete", (RemoveMark(0, NODULE), RemoveMark(0, OTHER))), "Removed 2 marks"),
        (Together("label", (put(NODULE, label="effusion"), put(OTHER, label="nodule"))),
         "Labels of 2 marks changed"),
        (Together("label", (put(SAID, label="effusion", attributes=UNSET),
                            put(OTHER, label="nodule"))),
         "Labels of 2 marks changed, answers that do not fit dropped"),
        (Together("answer", (put(NODULE, attributes=(LARGE,)),
                             put(REGION, attributes=(LARGE,)))),
         "2 marks: Size = 5"),
        (Together("hide", (put(NODULE, flags=("hidden",)), put(OTHER, flags=("hidden",)))),
         "2 marks: hidden"),
        (Together("trust", (put(NODULE, confidence=1), put(OTHER, confidence=2))),
         "Changed 2 marks"),
        (Together("join", (STROKE, RemoveMark(0, OTHER))), "Joined 2 regions, Im 143"),
        (Together("one", (AddMark(0, NODULE),)), "Nodule: box, Im 143, 3.0 mm"),
        (Together("odd", (AddMark(0, NODULE), SetNoFinding(True, False))), "2 changes at once"),
    ],
)  # fmt: skip
def test_an_edit_is_told(edit: Edit, told: str) -> None:
    assert edit_words(edit, NAMING).text == told


def test_an_edit_is_about_the_first_of_its_marks() -> None:
    assert edit_mark(STROKE, NAMING.mark) is REGION
    assert (
        edit_mark(Together("odd", (SetNoFinding(True, False), AddMark(0, OTHER))), NAMING.mark)
        == OTHER
    )
    assert edit_mark(SetNoFinding(False, True), NAMING.mark) is None


PLANE = Plane("1.9", (0, 0, 0), (10**9, 0, 0), (0, 10**9, 0))
CUBE = Cuboid("1.9", (0, 0, 0), (5, 0, 0), (0, 5, 0), (0, 0, 5))


@pytest.mark.parametrize(
    ("before", "after", "only_moved"),
    [
        (BOX, shifted(BOX), True),
        (BOX, Box((0, 0), (10_000, 20_001)), False),
        (BOX, Length((0, 0), (10_000, 20_000)), False),
        (Ellipse((0, 0), (9, 0), (0, 4)), Ellipse((3, 1), (9, 0), (0, 4)), True),
        (Freehand(((0, 0), (5, 0), (5, 5))), Freehand(((1, 1), (6, 1), (6, 6))), True),
        (OnPlane(PLANE, BOX), OnPlane(PLANE, shifted(BOX)), True),
        (OnPlane(PLANE, BOX), shifted(BOX), False),
        (Landmark("1.9", (0, 0, 0)), Landmark("1.9", (1, 2, 3)), True),
        (CUBE, msgspec.structs.replace(CUBE, center=(7, 7, 7)), True),
        (CUBE, msgspec.structs.replace(CUBE, deep=(0, 0, 6)), False),
        (BLANK, PAINTED, False),
    ],
)
def test_what_was_only_moved(before: Shape, after: Shape, only_moved: bool) -> None:
    assert was_moved(before, after) is only_moved
