"""What is remembered of the frames that bear marks: when, of which of them, and what stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from labeler.app import checkpointing, marked_frames
from labeler.app.case_pixels import pixels_of
from labeler.app.likeness import check_likeness
from labeler.app.marked_frames import MarkedFrame
from labeler.app.services import no_tick
from labeler.errors import Cancelled
from labeler.model.document import Mark
from labeler.model.edits import AddMark, PaintMask, RemoveMark, Together
from labeler.model.frame_lists import frame_list_digest
from labeler.model.mask_blobs import encode_delta
from labeler.model.mask_states import painted, unpainted
from labeler.model.mask_strokes import Stroke
from labeler.model.shapes import MaskShape
from labeler.model.tiled_masks import TiledMask, empty
from tests.app.test_likeness import (
    BOX,
    PLACES,
    draw_on,
    one_flipped,
    opened,
    other_pixels,
    told,
)
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start

Painted = tuple[str, MaskShape, TiledMask]
"""A mark, its state, and what it holds."""


def paint_on(life: Life, slices: Iterable[int]) -> Painted:
    """A new mark, painted through some slices and begun on the first of them."""
    reading, case, through = life.session.reading, life.case(), list(slices)
    size = (len(case.image.refs), 6, 8)
    was, before = empty(size), unpainted(size, frame_list_digest(case.image.refs))
    name = reading.new_mark_id()
    mark = Mark(name, case.labels[0].code, case.image.refs[through[0]], before)
    paint, blobs, after = _stroke(name, was, before, through, row=1)
    add = AddMark(len(reading.document().marks), mark)
    reading.apply(Together("paint", (add, paint)), blobs)
    return name, paint.after, after


def paint_more(life: Life, mark: Painted, slices: Iterable[int], *, row: int = 3) -> Painted:
    name, state, was = mark
    paint, blobs, after = _stroke(name, was, state, list(slices), row=row)
    life.session.reading.apply(paint, blobs)
    return name, paint.after, after


def _stroke(
    name: str, was: TiledMask, before: MaskShape, slices: list[int], *, row: int
) -> tuple[PaintMask, dict[str, bytes], TiledMask]:
    stroke = Stroke(was, (1.0, 1.0, 1.0))
    for index in slices:
        stroke.paint((index, row, 1), np.ones((1, 2, 2), np.bool_), on=True)
    delta = encode_delta(was, stroke.after)
    digest = hashlib.sha256(delta).hexdigest()
    after = painted(before, was.size, digest)
    return PaintMask(name, before, after, digest), {digest: delta}, stroke.after


def settle(life: Life) -> None:
    life.saved()
    life.rest()


def remembered(life: Life) -> tuple[MarkedFrame, ...]:
    name = f"marked-frames/{life.case().id}"
    return life.services.store.call(
        lambda store: store.settings.get(name, tuple[MarkedFrame, ...], ())
    )


def known(life: Life) -> set[int]:
    """The places of the frames that are remembered."""
    refs = life.case().image.refs
    return {refs.index(one.frame) for one in remembered(life)}


def forget(life: Life) -> None:
    """As a profile is whose marks were drawn with an older program."""
    name = f"marked-frames/{life.case().id}"
    life.services.store.call(lambda store: store.settings.forget(name))


@pytest.fixture
def life(start: Start, tmp_path: Path) -> Life:
    write_stack(tmp_path / "first", PLACES)
    return opened(start().ready(), tmp_path / "first")


def others(tmp_path: Path, index: int) -> Path:
    """The same names, another image on one slice."""
    write_stack(tmp_path / "again", PLACES, change=one_flipped(index))
    return tmp_path / "again"


# --- which images a mark was drawn on -------------------------------------------------------------


def test_paint_is_on_every_slice_that_it_goes_through(life: Life, tmp_path: Path) -> None:
    write_stack(tmp_path / "bare", PLACES, change=one_flipped(1))
    paint_on(life, (2, 3))
    settle(life)
    opened(life, others(tmp_path, 3))
    (line,) = told(life)
    assert line.endswith(": Im 2.")
    opened(life, tmp_path / "bare")
    assert told(life) == []


def test_a_stroke_on_other_images_does_not_make_them_those_that_were_drawn_on(
    life: Life, tmp_path: Path
) -> None:
    mark = paint_on(life, (1,))
    settle(life)
    again = others(tmp_path, 1)
    opened(life, again)
    assert len(told(life)) == 1
    paint_more(life, mark, (1,))
    settle(life)
    opened(life, again)
    assert len(told(life)) == 1
    opened(life, tmp_path / "first")
    assert told(life) == []


def test_nothing_is_said_of_a_frame_that_was_marked_before_it_was_known(
    life: Life, tmp_path: Path
) -> None:
    draw_on(life, 1)
    forget(life)
    opened(life, others(tmp_path, 1))
    assert told(life) == []
    draw_on(life, 1)
    opened(life, tmp_path / "first")
    assert told(life) == []


def test_nor_of_slices_that_paint_went_through_before(life: Life, tmp_path: Path) -> None:
    mark = paint_on(life, (1, 2, 3))
    settle(life)
    forget(life)
    opened(life, others(tmp_path, 2))
    paint_more(life, mark, (2, 4))
    settle(life)
    assert known(life) == {4}
    opened(life, tmp_path / "first")
    assert told(life) == []


def test_a_mark_that_is_drawn_on_other_images_is_told_on_the_first_ones(
    life: Life, tmp_path: Path
) -> None:
    """Each mark is compared with the images that it was drawn on."""
    draw_on(life, 1)
    again = others(tmp_path, 1)
    opened(life, again)
    assert len(told(life)) == 1
    draw_on(life, 1)
    draw_on(life, 1)
    opened(life, tmp_path / "first")
    (line,) = told(life)
    assert line.endswith(": Im 4.")
    opened(life, again)
    assert len(told(life)) == 1, "the first mark was drawn on others still"
    first, *late = life.session.reading.document().marks
    for mark in reversed(late):
        life.session.reading.apply(RemoveMark(late.index(mark) + 1, mark), {})
    settle(life)
    opened(life, tmp_path / "first")
    assert told(life) == [], "what is left was drawn on these"
    life.session.undo()
    settle(life)
    opened(life, tmp_path / "first")
    assert len(told(life)) == 1, "it is there again, and was drawn on others"
    life.session.reading.apply(RemoveMark(0, first), {})
    settle(life)
    opened(life, again)
    assert told(life) == [], "what is left was drawn on these"


def test_a_second_mask_on_other_images_leaves_what_is_known_for_the_first(
    life: Life, tmp_path: Path
) -> None:
    paint_on(life, (2, 3))
    settle(life)
    again = others(tmp_path, 3)
    opened(life, again)
    assert len(told(life)) == 1
    paint_on(life, (4, 3))
    settle(life)
    for folder in (again, tmp_path / "first"):
        opened(life, folder)
        (line,) = told(life)
        assert line.endswith(": Im 2.")


def test_a_box_where_paint_goes_through_leaves_what_is_known_for_the_paint(
    life: Life, tmp_path: Path
) -> None:
    paint_on(life, (2, 3))
    settle(life)
    again = others(tmp_path, 3)
    opened(life, again)
    draw_on(life, 3)
    opened(life, again)
    assert len(told(life)) == 1


def test_paint_that_comes_through_a_frame_with_a_box_stays_when_the_box_goes(
    life: Life, tmp_path: Path
) -> None:
    draw_on(life, 3)
    paint_on(life, (1, 3))
    settle(life)
    reading = life.session.reading
    reading.apply(RemoveMark(0, reading.document().marks[0]), {})
    settle(life)
    opened(life, others(tmp_path, 3))
    (line,) = told(life)
    assert line.endswith(": Im 2.")


# --- the last edit of an earlier sitting ----------------------------------------------------------


def make_long(life: Life) -> None:
    """A history that is kept at closing: what is done behind it lies in the journal alone then."""
    draw_on(life, 3)
    for _ in range(checkpointing.AT_CLOSING):
        life.session.undo()
        life.session.redo()
    settle(life)


def next_sitting(life: Life, start: Start, folder: Path) -> Life:
    settle(life)
    marked = {mark.frame for mark in life.session.reading.document().marks}
    life.until(lambda: marked <= {one.frame for one in remembered(life)})
    life.close()
    late = opened(start().ready(), folder)
    late.until(lambda: len(told(late)) == 1)
    return late


def check_known_of_first(life: Life, tmp_path: Path) -> None:
    """The marks are those of the first images still."""
    opened(life, tmp_path / "first")
    assert told(life) == []
    opened(life, tmp_path / "again")
    assert len(told(life)) == 1


def test_very_many_marks_that_are_taken_back_and_done_again_were_drawn_on_the_first(
    life: Life, start: Start, tmp_path: Path
) -> None:
    make_long(life)
    reading, case = life.session.reading, life.case()
    marks = [Mark(f"p{n}", case.labels[0].code, case.image.refs[1], BOX) for n in range(300)]
    reading.apply(Together("paste-marks", tuple(AddMark(*one) for one in enumerate(marks, 1))), {})
    life.until(lambda: len(reading.document().marks) == 301)
    late = next_sitting(life, start, others(tmp_path, 1))
    late.session.undo()
    assert len(late.marks()) == 301, "it is worked out beside the hand"
    settle(late)
    assert len(late.marks()) == 1
    late.session.redo()
    settle(late)
    assert len(late.marks()) == 301
    check_known_of_first(late, tmp_path)


def test_paint_whose_undo_waited_and_was_stopped_was_painted_on_the_first(
    life: Life, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointing, "AHEAD", 0)  # its strokes are not at hand
    make_long(life)
    paint_on(life, (1,))
    late = next_sitting(life, start, others(tmp_path, 1))
    late.session.undo()
    assert late.session.reading.stay(), "its strokes were on their way"
    late.rest()
    assert len(late.marks()) == 2
    check_known_of_first(late, tmp_path)


# --- how many, and which first --------------------------------------------------------------------


def test_where_a_mark_was_begun_goes_before_where_one_goes_through(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_frames, "MOST", 3)
    paint_on(life, (1, 0, 2, 3))
    settle(life)
    assert len(remembered(life)) == 3
    assert 1 in known(life)
    draw_on(life, 4)
    assert len(remembered(life)) == 3
    assert known(life) >= {1, 4}
    draw_on(life, 3)
    assert known(life) == {1, 3, 4}, "paint goes through it, and found no place"
    draw_on(life, 2)
    assert known(life) == {1, 3, 4}, "places where marks were begun make way for none"


def test_a_frame_that_is_drawn_anew_is_renewed_where_all_places_are_taken(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marked_frames, "MOST", 1)
    draw_on(life, 1)
    again = others(tmp_path, 1)
    opened(life, again)
    assert len(told(life)) == 1
    reading = life.session.reading
    reading.apply(RemoveMark(0, reading.document().marks[0]), {})
    draw_on(life, 1)
    opened(life, again)
    assert told(life) == []


# --- beside the hand ------------------------------------------------------------------------------


def test_slices_in_memory_are_not_read_again(life: Life, tmp_path: Path) -> None:
    series, tile = life.session.reading.series, life.case().tile
    assert series.request_volume(tile) is not None
    life.until(lambda: (volume := series.volume_at_hand(tile)) is not None and volume.is_complete)
    write_stack(tmp_path / "first", PLACES, change=other_pixels)
    draw_on(life, 1)
    assert known(life) == {1}
    write_stack(tmp_path / "first", PLACES)
    opened(life, tmp_path / "first")
    assert told(life) == [], "what was seen is what it was drawn on"


def test_it_gives_way_to_slices_that_are_waited_for(life: Life) -> None:
    waits = life.session.reading.series._haste.waits
    waits("a view", waiting=True)
    draw_on(life, 1)
    assert known(life) == set()
    waits("a view", waiting=False)
    life.until(lambda: known(life) == {1})


def test_the_comparison_ends_with_the_case(life: Life) -> None:
    reading = life.session.reading
    shown, use = reading.opened, reading.series.reading
    assert shown is not None
    pixels = pixels_of(life.services, shown.case, shown.image, use)
    reading.close()
    life.rest()
    with pytest.raises(Cancelled):
        check_likeness(life.services, shown, pixels, no_tick)
