"""Files that carry the names of others: said before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.dataset import FileDataset

from labeler.app.likeness import told_of_images
from labeler.app.marked_frames import Borne
from labeler.app.services import no_tick
from labeler.model.document import Mark
from labeler.model.edits import AddMark, RemoveMark
from labeler.model.shapes import Box
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start

BOX = Box((0, 0), (1_000, 1_000))
PLACES = [(0.0, 0.0, 2.5 * k) for k in range(5)]
OTHERS = "other images than those that the marks were drawn on"
ELSEWHERE = "lie elsewhere in the patient"


def opened(life: Life, folder: Path) -> Life:
    before = life.session.reading.case()
    life.session.open_paths([folder])
    life.until(lambda: life.session.reading.case() not in (None, before))
    life.rest()
    return life


def told(life: Life) -> list[str]:
    return [line for line in life.happened() if OTHERS in line or ELSEWHERE in line]


@pytest.fixture
def drawn_on(start: Start, tmp_path: Path) -> Life:
    write_stack(tmp_path / "first", PLACES)
    life = opened(start().ready(), tmp_path / "first")
    life.draw()
    return life


def other_pixels(_k: int, dataset: FileDataset) -> None:
    dataset.PixelData = bytes(reversed(dataset.PixelData))


def other_spacing(_k: int, dataset: FileDataset) -> None:
    dataset.PixelSpacing = [9.0, 9.0]


def test_it_goes_with_the_case_where_none_comes_after_it(drawn_on: Life, tmp_path: Path) -> None:
    write_stack(tmp_path / "again", PLACES, change=other_pixels)
    opened(drawn_on, tmp_path / "again")
    assert len(told(drawn_on)) == 1
    drawn_on.close_case()
    assert told(drawn_on) == []


@pytest.mark.parametrize(("change", "said"), [(other_pixels, OTHERS), (other_spacing, ELSEWHERE)])
def test_other_images_under_the_same_names_are_told(
    drawn_on: Life, tmp_path: Path, change: Callable[[int, FileDataset], None], said: str
) -> None:
    write_stack(tmp_path / "again", PLACES, change=change)
    first = drawn_on.case().id
    opened(drawn_on, tmp_path / "again")
    assert drawn_on.case().id == first
    assert len(drawn_on.marks()) == 1
    (line,) = told(drawn_on)
    assert said in line
    (notice,) = [n for n in drawn_on.session.notices() if n.is_error]
    assert notice.stays, "nothing else on the screen says so"
    (check,) = [one for one in drawn_on.session.reading.problems() if one.code == "other-images"]
    assert check.warns
    assert not check.blocks
    assert dict(check.facts)["title"] == "again"
    # Back with the files that were drawn on it is over, and with the others it is told again.
    opened(drawn_on, tmp_path / "first")
    assert told(drawn_on) == []
    assert "other-images" not in {one.code for one in drawn_on.session.reading.checks()}
    opened(drawn_on, tmp_path / "again")
    assert len(told(drawn_on)) == 1
    # It is told of the marks that are there: none, and one that was drawn on these.
    drawn_on.session.undo()
    drawn_on.saved()
    drawn_on.rest()
    assert told(drawn_on) == []
    draw_on(drawn_on, 1)
    opened(drawn_on, tmp_path / "again")
    assert told(drawn_on) == []
    opened(drawn_on, tmp_path / "first")
    (line,) = told(drawn_on)
    assert said in line
    assert line.endswith(": Im 4.")


def test_the_same_images_elsewhere_are_the_same(drawn_on: Life, tmp_path: Path) -> None:
    write_stack(tmp_path / "copy", PLACES)
    opened(drawn_on, tmp_path / "copy")
    assert told(drawn_on) == []
    assert len(drawn_on.marks()) == 1


def test_nothing_is_said_where_nothing_was_drawn(start: Start, tmp_path: Path) -> None:
    write_stack(tmp_path / "first", PLACES)
    write_stack(tmp_path / "again", PLACES, change=other_pixels)
    life = opened(start().ready(), tmp_path / "first")
    opened(life, tmp_path / "again")
    assert told(life) == []
    life.draw()
    opened(life, tmp_path / "first")
    assert len(told(life)) == 1


def one_flipped(index: int) -> Callable[[int, FileDataset], None]:
    """Slices are shown from the head on, and written from the feet on."""

    def change(k: int, dataset: FileDataset) -> None:
        if k == len(PLACES) - 1 - index:
            dataset.PixelData = bytes(reversed(dataset.PixelData))

    return change


def draw_on(life: Life, index: int) -> None:
    reading, case = life.session.reading, life.case()
    mark = Mark(reading.new_mark_id(), case.labels[0].code, case.image.refs[index], BOX)
    reading.apply(AddMark(len(reading.document().marks), mark), {})
    life.saved()
    life.rest()


def test_a_frame_that_bears_a_mark_is_compared_wherever_it_lies(
    start: Start, tmp_path: Path
) -> None:
    write_stack(tmp_path / "first", PLACES)
    write_stack(tmp_path / "marked", PLACES, change=one_flipped(1))
    write_stack(tmp_path / "bare", PLACES, change=one_flipped(3))
    life = opened(start().ready(), tmp_path / "first")
    draw_on(life, 1)
    opened(life, tmp_path / "marked")
    (line,) = told(life)
    assert line.endswith(": Im 4.")
    (check,) = [one for one in life.session.reading.problems() if one.code == "other-images"]
    assert check.warns
    assert dict(check.facts)["images"] == "4"
    reading = life.session.reading
    assert reading.opened is not None
    borne = [Borne(mark.frame, False, mark.id) for mark in reading.document().marks]
    error = told_of_images(life.services, reading.opened.case, borne, no_tick)
    assert error is not None, "`labeler measures` tells the same"
    assert error.happened == line
    opened(life, tmp_path / "bare")
    assert told(life) == [], "no mark is on the one that differs"
    draw_on(life, 3)
    opened(life, tmp_path / "first")
    (line,) = told(life)
    assert line.endswith(": Im 2.")


def test_a_mark_that_is_drawn_anew_is_of_the_images_that_it_was_drawn_on(
    start: Start, tmp_path: Path
) -> None:
    write_stack(tmp_path / "first", PLACES)
    write_stack(tmp_path / "again", PLACES, change=one_flipped(1))
    life = opened(start().ready(), tmp_path / "first")
    draw_on(life, 1)
    opened(life, tmp_path / "again")
    assert len(told(life)) == 1
    reading = life.session.reading
    reading.apply(RemoveMark(0, reading.document().marks[0]), {})
    draw_on(life, 1)
    opened(life, tmp_path / "again")
    assert told(life) == []
    opened(life, tmp_path / "first")
    assert len(told(life)) == 1


def test_a_profile_that_remembers_no_marked_frames_says_nothing_of_them(
    start: Start, tmp_path: Path
) -> None:
    write_stack(tmp_path / "first", PLACES)
    write_stack(tmp_path / "again", PLACES, change=one_flipped(1))
    life = opened(start().ready(), tmp_path / "first")
    draw_on(life, 1)
    name = f"marked-frames/{life.case().id}"
    life.services.store.call(lambda store: store.settings.forget(name))
    opened(life, tmp_path / "again")
    assert told(life) == []


def test_what_is_only_redone_was_drawn_on_the_images_of_then(start: Start, tmp_path: Path) -> None:
    write_stack(tmp_path / "first", PLACES)
    write_stack(tmp_path / "again", PLACES, change=one_flipped(1))
    life = opened(start().ready(), tmp_path / "first")
    draw_on(life, 1)
    opened(life, tmp_path / "again")
    life.session.undo()
    life.saved()
    life.session.redo()
    life.saved()
    life.rest()
    opened(life, tmp_path / "again")
    assert len(told(life)) == 1
    opened(life, tmp_path / "first")
    assert told(life) == []
