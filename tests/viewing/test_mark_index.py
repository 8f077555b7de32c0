from __future__ import annotations

import sys
from dataclasses import replace

import msgspec
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.document import Document, Mark, empty_document, with_flag
from labeler.model.lying import shape_on
from labeler.model.outlines import paths
from labeler.model.shapes import (
    Arrow,
    Box,
    CobbAngle,
    FlatShape,
    Landmark,
    PointMark,
    Polygon,
    Shape,
)
from labeler.viewing.hit import marks_at, marks_in
from labeler.viewing.mark_index import Lying, MarkIndex, common_ends
from labeler.viewing.mark_paths import mark_paths
from labeler.viewing.scene import Scene
from labeler.viewing.select_tool import SelectTool
from tests.support.scenes import Hand, small_image

IMAGE = small_image()
LABELS = ("nodule", "effusion", "cyst", "node", "scar")
SHAPES: tuple[Shape, ...] = (
    Polygon(((1000, 1000), (9000, 2000), (4000, 8000))),
    PointMark((5000, 5000)),
    Arrow((0, 0), (9000, 9000)),
    Box((2000, 2000), (8000, 6000)),
    CobbAngle(((0, 0), (5000, 0)), ((0, 9000), (5000, 8000))),
    Landmark(IMAGE.info.frame_of_reference, (1000, 2000, 0)),
    Landmark(IMAGE.info.frame_of_reference, (1000, 2000, 5000)),
)


def mark(n: int, shape: int, frame: int, label: int = 0, *, hidden: bool = False) -> Mark:
    made = Mark(f"m{n}", LABELS[label], IMAGE.refs[frame], SHAPES[shape])
    return with_flag(made, "hidden", on=hidden)


def plainly(document: Document, index: int) -> set[tuple[str, FlatShape]]:
    found = set()
    for one in document.marks:
        shape = None if one.hidden else shape_on(IMAGE, index, one)
        if shape is not None:
            found.add((one.id, shape))
    return found  # type: ignore[return-value]


MARKS = st.tuples(st.integers(0, 6), st.integers(0, 2), st.integers(0, 4), st.booleans())
EDITS = st.lists(st.tuples(st.sampled_from("arxe"), st.integers(0, 30), MARKS), max_size=8)


@given(st.lists(MARKS, max_size=12), st.lists(MARKS, min_size=1, max_size=12), st.integers(0, 2))
def test_what_is_looked_at_ahead_is_there_when_the_document_comes(
    first: list[tuple[int, int, int, bool]], second: list[tuple[int, int, int, bool]], index: int
) -> None:
    def document(told: list[tuple[int, int, int, bool]]) -> Document:
        marks = (mark(n, *one[:3], hidden=one[3]) for n, one in enumerate(told))
        return msgspec.structs.replace(empty_document("0" * 64), marks=tuple(marks))

    now, coming, marks = document(first), document(second), MarkIndex()
    before = marks.on(now, IMAGE, index, None, LABELS)
    land = marks.ahead()(coming)
    assert marks.on(now, IMAGE, index, None, LABELS) is before, "until it comes nothing changes"
    land()
    after = marks.on(coming, IMAGE, index, None, LABELS)
    assert {(one.mark.id, one.shape) for one in after.all} == plainly(coming, index)
    assert marks.on(coming, IMAGE, index, None, LABELS) is after
    assert marks.counts(coming)[LABELS[0]] == sum(m.label == LABELS[0] for m in coming.marks)
    assert set(after.places) == set(after.by_id)


def test_what_is_looked_at_ahead_reads_nothing_that_the_window_goes_on_changing() -> None:
    first = tuple(mark(n, 0, 0, 0) for n in range(9))
    now = msgspec.structs.replace(empty_document("0" * 64), marks=first)
    coming = msgspec.structs.replace(now, marks=first[1:])
    index = MarkIndex()
    index.names(now)
    look = index.ahead()
    index._frames.by_id.clear()  # as a hand in the midst of following leaves it
    look(coming)()
    assert set(index.names(coming)) == {one.id for one in first[1:]}


@settings(deadline=None, max_examples=25)
@given(EDITS)
def test_the_index_follows_edits_as_if_it_were_made_anew(
    edits: list[tuple[str, int, tuple[int, int, int, bool]]],
) -> None:
    index, document = MarkIndex(), empty_document("0" * 64)
    for n, (what, place, (shape, frame, label, hidden)) in enumerate(edits):
        marks = list(document.marks)
        at = min(place, len(marks))
        new = mark(n, shape, frame, label, hidden=hidden)
        if what == "a" or not marks:
            marks.insert(at, new)
        elif what == "e":  # read from the journal again: others, that say the same
            marks = [msgspec.structs.replace(one) for one in marks]
        elif what == "r":
            del marks[at % len(marks)]
        else:
            marks[at % len(marks)] = msgspec.structs.replace(new, id=marks[at % len(marks)].id)
        document = msgspec.structs.replace(document, marks=tuple(marks))
        for slice_ in range(3 if n + 1 == len(edits) else 1):
            here = index.on(document, IMAGE, slice_, None, LABELS)
            assert {(one.mark.id, one.shape) for one in here.all} == plainly(document, slice_)
            anew = MarkIndex().on(document, IMAGE, slice_, None, LABELS)
            assert here.all == anew.all
            assert np.array_equal(here.inks, anew.inks)
            assert np.array_equal(here.outlines.paths.places, anew.outlines.paths.places)
            assert np.array_equal(here.outlines.paths.starts, anew.outlines.paths.starts)
            assert np.array_equal(here.outlines.paths.boxes, anew.outlines.paths.boxes)
            assert np.array_equal(here.outlines.marks, anew.outlines.marks)
        for one in document.marks:
            assert index.mark(document, one.id) == one
        assert index.mark(document, "gone") is None


def test_marks_that_were_read_anew_are_followed_too() -> None:
    """A jump over many edits leads to equal marks that are other objects."""
    index, first = MarkIndex(), empty_document("0" * 64)
    one, two, three = (mark(n, 3, 0) for n in range(3))
    for marks in (
        (one, two),
        (msgspec.structs.replace(one), two, three),
        (msgspec.structs.replace(one), two),
        (two,),
        (two, three),
    ):
        document = msgspec.structs.replace(first, marks=marks)
        here = index.on(document, IMAGE, 0, None, LABELS)
        assert [lying.mark for lying in here.all] == list(marks)


@given(st.lists(st.integers(0, 3)), st.lists(st.integers(0, 3)))
def test_common_ends_are_the_same_and_do_not_overlap(before: list[int], after: list[int]) -> None:
    same, rest = common_ends(tuple(before), tuple(after))
    assert before[:same] == after[:same]
    assert before[len(before) - rest :] == after[len(after) - rest :]
    assert same + rest <= min(len(before), len(after))
    if before == after:
        assert same == len(before)


def test_paths_are_those_of_each_shape() -> None:
    flat = [shape for shape in SHAPES if not isinstance(shape, Landmark)]
    found = mark_paths(flat)  # type: ignore[arg-type]
    every = [path.places for shape in flat for path in paths(shape)]  # type: ignore[arg-type]
    assert np.array_equal(found.paths.places, np.vstack(every))
    assert found.marks.tolist() == [0, 1, 2, 3, 4, 4]
    assert found.of(np.array([4, 0], np.int32)).tolist() == [4, 5, 0]


def scene_of(*marks: Mark) -> Scene:
    scene = Hand(SelectTool()).scene()
    return replace(scene, document=msgspec.structs.replace(scene.document, marks=marks))


def test_a_small_mark_under_a_big_one_is_found_first_inside() -> None:
    big = Mark("big", "nodule", IMAGE.refs[0], Box((0, 0), (40000, 30000)))
    small = Mark("small", "nodule", IMAGE.refs[0], Box((10000, 10000), (16000, 16000)))
    scene = scene_of(small, big)
    at = scene.where.to_canvas((13, 13))
    assert [lying.mark.id for lying in marks_at(scene, at)] == ["small", "big"]
    edge = scene.where.to_canvas((40, 13))
    assert [lying.mark.id for lying in marks_at(scene, edge)] == ["big"]
    a, b = scene.where.to_canvas((9, 9)), scene.where.to_canvas((17, 17))
    assert [lying.mark.id for lying in marks_in(scene, b, a)] == ["small"]


def test_hidden_marks_are_out_of_reach() -> None:
    hidden = with_flag(Mark("h", "nodule", IMAGE.refs[0], SHAPES[3]), "hidden", on=True)
    scene = replace(scene_of(hidden), selected="h")
    assert scene.lying() == ()
    assert scene.selected_mark() is None
    assert marks_at(scene, scene.where.to_canvas((5, 4))) == ()
    shown = scene_of(with_flag(hidden, "hidden", on=False))
    assert isinstance(shown.lying()[0], Lying)


def test_a_slice_that_was_seen_holds_no_marks_of_others() -> None:
    """Of 24 slices that were seen each would hold a whole document of its time."""
    marks = MarkIndex()

    def shown(first: int, index: int) -> tuple[Mark, ...]:
        there = tuple(mark(first + n, 0, 2) for n in range(9))
        document = msgspec.structs.replace(empty_document("0" * 64), marks=there)
        marks.on(document, IMAGE, index, None, LABELS)
        return there

    before = shown(0, 0)
    held = sys.getrefcount(before)
    shown(100, 1)
    assert sys.getrefcount(before) == held - 1 == 2, "held here, and by the call"
