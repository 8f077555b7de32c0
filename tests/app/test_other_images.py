"""That marks lie on other images than these follows the document while the case is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from pydicom.dataset import FileDataset

from labeler.app.likeness import Compared, is_more
from labeler.app.notice_board import NoticeBoard
from labeler.app.other_images import OtherImages
from labeler.app.services import Services, Tick, no_tick
from labeler.errors import LabelerError
from labeler.model.edits import RemoveMark
from labeler.model.frames import FrameRef
from tests.app.test_likeness import PLACES, draw_on, one_flipped, opened, other_spacing, told
from tests.app.test_marked_frames import forget, remembered, settle
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start


@pytest.fixture
def life(start: Start, tmp_path: Path) -> Life:
    """The first images, where one mark lies on the fourth, and was drawn on another one."""
    write_stack(tmp_path / "first", PLACES)
    write_stack(tmp_path / "again", PLACES, change=one_flipped(1))
    life = opened(start().ready(), tmp_path / "again")
    draw_on(life, 1)
    opened(life, tmp_path / "first")
    assert is_told(life, "4")
    return life


def all_inverted(_k: int, dataset: FileDataset) -> None:
    """Neither the first images nor those that were drawn on."""
    dataset.PixelData = bytes(255 - byte for byte in dataset.PixelData)


def all_moved(k: int, dataset: FileDataset) -> None:
    all_inverted(k, dataset)
    other_spacing(k, dataset)


def without_places(life: Life) -> None:
    """As an older program remembered marked frames."""
    name = f"marked-frames/{life.case().id}"
    bare = tuple(msgspec.structs.replace(one, place=None) for one in remembered(life))
    life.services.store.call(lambda store: store.settings.put(name, bare))


def is_told(life: Life, images: str) -> bool:
    """By the notice, by the check before signing and by the chip, which all say the same."""
    checks = [one for one in life.session.reading.problems() if one.code == "other-images"]
    others = life.session.reading.series.others
    lines = told(life)
    assert len(lines) == len(checks) == len(others) <= 1
    return bool(checks) and dict(checks[0].facts).get("images") == images


def nothing_told(life: Life) -> bool:
    return not is_told(life, "")


def is_told_of_all(life: Life) -> bool:
    """The same, of the case as a whole."""
    (line,), (check,) = told(life), life.session.reading.series.others
    return "holds other images" in line and "images" not in dict(check.facts)


def remove(life: Life, at: int = 0) -> None:
    reading = life.session.reading
    reading.apply(RemoveMark(at, reading.document().marks[at]), {})
    settle(life)


def undo(life: Life) -> None:
    life.session.undo()
    settle(life)


def test_it_goes_with_the_mark_and_comes_back_with_it(life: Life) -> None:
    remove(life)
    assert nothing_told(life)
    undo(life)
    assert is_told(life, "4")
    life.session.redo()
    settle(life)
    assert nothing_told(life)


def test_a_mark_that_comes_back_in_a_later_sitting_is_told(life: Life, tmp_path: Path) -> None:
    remove(life)
    opened(life, tmp_path / "first")
    assert nothing_told(life)
    undo(life)
    assert is_told(life, "4")


def test_a_mark_that_is_drawn_on_these_tells_nothing(life: Life) -> None:
    remove(life)
    draw_on(life, 1)
    assert nothing_told(life)
    draw_on(life, 3)
    assert nothing_told(life)


def test_a_mark_that_comes_back_where_another_was_drawn_meanwhile_is_told(life: Life) -> None:
    remove(life)
    draw_on(life, 1)
    undo(life)
    assert nothing_told(life)
    undo(life)
    assert is_told(life, "4")


def test_one_that_was_put_away_is_told_again_of_more_and_not_of_less(
    life: Life, tmp_path: Path
) -> None:
    write_stack(tmp_path / "third", PLACES, change=one_flipped(3))
    opened(life, tmp_path / "third")
    draw_on(life, 3)
    opened(life, tmp_path / "first")
    assert is_told(life, "2, 4")
    (notice,) = [one for one in life.session.notices() if one.is_error]
    life.session.dismiss(notice.id)
    remove(life, 1)
    assert told(life) == []
    (check,) = [one for one in life.session.reading.problems() if one.code == "other-images"]
    assert dict(check.facts)["images"] == "4"
    undo(life)
    assert is_told(life, "2, 4")


def test_an_edit_while_it_is_compared_counts(life: Life, tmp_path: Path) -> None:
    life.session.open_paths([tmp_path / "first"])
    shown = life.case()
    life.until(lambda: life.session.reading.case() not in (None, shown))
    remove(life)
    assert nothing_told(life)


def test_marks_of_which_nothing_is_remembered_are_told_of_the_whole_case(
    life: Life, tmp_path: Path
) -> None:
    forget(life)
    write_stack(tmp_path / "all", PLACES, change=all_inverted)
    opened(life, tmp_path / "all")
    assert is_told_of_all(life)
    draw_on(life, 3)
    assert is_told_of_all(life), "the first one is there still"
    remove(life)
    assert nothing_told(life), "the one that is left was drawn on these"
    undo(life)
    assert is_told_of_all(life), "it came back"
    remove(life)
    without_places(life)
    write_stack(tmp_path / "moved", PLACES, change=all_moved)
    opened(life, tmp_path / "moved")
    assert is_told_of_all(life), "where the image lay is not known"


def test_one_that_was_put_away_is_told_again_once_it_is_of_the_whole_case() -> None:
    whole = Compared(LabelerError("other-images", "", safe="", do=""))
    part = Compared(whole.other, (FrameRef("1.2", "1.2.1", 0),))
    assert is_more(whole, part)
    assert is_more(whole, Compared())
    assert not is_more(part, whole)
    assert not is_more(whole, whole)


def test_marks_of_which_it_is_not_known_yet_are_not_compared(life: Life) -> None:
    """One that was drawn while others were compared would be told to lie on another image."""
    known, asked = [False], list[tuple[Work, Callable[[Compared], None]]]()

    def run(
        work: Work,
        done: Callable[[Compared], None],
        _refused: Callable[[LabelerError], None],
        *,
        key: str,
    ) -> None:
        assert key
        asked.append((work, done))

    reading = life.session.reading
    opened_now, board = reading.opened, NoticeBoard(lambda _change: None)
    assert opened_now is not None
    others = OtherImages(run, board, reading, lambda _change: None, lambda: known[0])
    others.opened(opened_now, life.services)
    work, done = asked.pop()
    found = work(life.services, no_tick)
    assert found.follows_marks
    draw_on(life, 3)
    done(found)
    assert asked == []
    known[0] = True
    others.look()
    assert len(asked) == 1


Work = Callable[[Services, Tick], Compared]
