"""A long history opens from its checkpoint, and undo leads past it without limit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labeler.app import checkpointing
from labeler.app.reading import Reading
from labeler.app.submitting import refuse_other
from labeler.errors import LabelerError
from labeler.model.document import Document, empty_document
from labeler.model.edits import Edit
from labeler.model.history import History, point_of, replay, upwards
from labeler.model.shapes import PaintedMask
from labeler.model.steps import Do, Go, Redo, Undo
from labeler.store.checkpoints import Paint
from labeler.store.store import Store
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start
from tests.support.profiles import ITEM, NOW, opened, stroke
from tests.support.walks import Walk


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "study"
    write_stack(folder, [(0.0, 0.0, 2.5 * k) for k in range(3)])
    return folder


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints after fewer entries, and fewer strokes at hand."""
    monkeypatch.setattr(checkpointing, "AHEAD", 8)
    monkeypatch.setattr(checkpointing, "_LOOK_EVERY", 4)


def shown(life: Life, study: Path) -> Reading:
    life.session.open_paths([study])
    life.until(lambda: life.session.reading.case() is not None)
    return life.session.reading


def walked(life: Life, study: Path, count: int, seed: int = 4) -> Walk:
    """So many steps taken through the verbs of a person."""
    reading = shown(life, study)
    walk = Walk(reading.document(), seed)
    for _ in range(count):
        match walk.step(reading.history()):
            case Do(edit):
                reading.apply(edit, dict(walk.blobs))
            case Undo():
                reading.undo()
            case Redo():
                reading.redo()
            case Go(to):
                jumped(life, to)
            case _:
                pass
        walk.blobs.clear()
    life.saved()
    return walk


def jumped(life: Life, seq: int) -> None:
    reading = life.session.reading
    reading.go(seq, lambda _edit: None, pytest.fail)
    life.until(lambda: point_of(reading.history()) == seq)


def checkpoints(life: Life) -> list[tuple[object, ...]]:
    def read(store: Store) -> list[tuple[object, ...]]:
        return list(store.database.rows("SELECT document FROM checkpoint"))

    return life.services.store.call(read)


def check_paint(reading: Reading, walk: Walk) -> int:
    """The voxels of every painted mark, against those that were painted."""
    painted = 0
    for mark in reading.document().marks:
        if isinstance(mark.shape, PaintedMask):
            content = reading.painted.content(mark.shape)
            assert content is not None
            if mark.shape.state in walk.contents:
                assert content.tiles == walk.contents[mark.shape.state].tiles
                painted += 1
    return painted


def states_of(history: History) -> list[int]:
    return [node.seq for node in upwards(history.at)]


def test_undo_goes_past_the_checkpoint_to_the_untouched_document(start: Start, study: Path) -> None:
    first = start().ready()
    walk = walked(first, study, 240)
    before = first.session.reading.history()
    assert first.close() == 0

    life = start().ready()
    reading = shown(life, study)
    assert len(checkpoints(life)) == 1
    assert reading.document() == before.document
    assert states_of(reading.history()) == states_of(before)
    assert check_paint(reading, walk) > 0
    seen: list[Document] = []
    while reading.can_undo():
        seen.append(reading.document())
        at = reading.history().at
        reading.undo()
        life.until(lambda at=at: reading.history().at is not at)  # type: ignore[misc]  # at
        check_paint(reading, walk)
    assert reading.document().marks == ()
    assert len(seen) > 16, "more than what is at hand"
    while seen:
        at = reading.history().at
        reading.redo()
        life.until(lambda at=at: reading.history().at is not at)  # type: ignore[misc]  # at
        assert reading.document() == seen.pop()
        check_paint(reading, walk)
    life.saved()
    assert life.told == []


def test_a_step_that_waits_for_strokes_gives_way_to_what_is_done_meanwhile(
    start: Start, study: Path
) -> None:
    first = start().ready()
    walked(first, study, 240)
    assert first.close() == 0
    life = start().ready()
    reading = shown(life, study)
    left: list[bool] = []
    reading.go(0, pytest.fail, lambda: left.append(True))
    waits = reading.history().at is not None
    assert waits, "its strokes were not at hand"
    name = life.draw()
    life.rest(0.2)
    assert reading.document().marks[-1].id == name
    assert left == [True]
    jumped(life, 0)
    assert reading.history().at is None
    life.saved()


@pytest.fixture
def reopened(start: Start, study: Path) -> Life:
    """A document whose history is long, read from its checkpoint: few strokes are at hand."""
    first = start().ready()
    walked(first, study, 240)
    assert first.close() == 0
    life = start().ready()
    shown(life, study)
    return life


def wait_for_strokes(reading: Reading) -> int:
    """Undo until one has to wait for its strokes; how many edits stand then."""
    while True:
        at = reading.history().at
        assert at is not None
        reading.undo()
        if reading.history().at is at:
            return at.depth


def depth(reading: Reading) -> int:
    at = reading.history().at
    return at.depth if at else 0


def test_each_press_counts_while_strokes_are_fetched(reopened: Life) -> None:
    reading, taken = reopened.session.reading, list[Edit]()
    before = wait_for_strokes(reading)
    line = [node.edit for node in upwards(reading.history().at)]
    for _ in range(20):
        reading.undo(taken.append)
    assert depth(reading) == before, "nothing is done before its strokes are there"
    reopened.until(lambda: depth(reading) == before - 21)
    assert taken == line[1:21], "each in its turn"
    reopened.saved()
    assert depth(reading) == before - 21
    assert reopened.happened() == []


def test_redo_counts_behind_an_undo_that_waits(reopened: Life) -> None:
    reading = reopened.session.reading
    before = wait_for_strokes(reading)
    reading.undo()
    for _ in range(3):
        reading.redo()
    reopened.until(lambda: reading.is_settled)
    assert depth(reading) == before + 1
    reopened.saved()
    assert reopened.happened() == []


def test_what_cannot_be_taken_back_any_more_is_passed_over(reopened: Life) -> None:
    reading = reopened.session.reading
    wait_for_strokes(reading)
    for _ in range(300):
        reading.undo()
    reopened.until(lambda: reading.is_settled)
    assert depth(reading) == 0
    assert not reading.can_undo()
    reopened.saved()


def test_escape_takes_back_what_waits(reopened: Life) -> None:
    reading = reopened.session.reading
    before = wait_for_strokes(reading)
    reading.undo()
    assert reading.stay()
    assert not reading.stay()
    reopened.rest(0.2)
    assert depth(reading) == before
    assert reopened.happened() == []
    reading.undo()
    reopened.until(lambda: depth(reading) == before - 1)


def test_the_hand_goes_first_and_what_waited_is_told(reopened: Life) -> None:
    reading = reopened.session.reading
    before = wait_for_strokes(reading)
    reading.undo()
    name = reopened.draw()
    reopened.rest(0.2)
    assert reading.document().marks[-1].id == name
    assert depth(reading) == before + 1
    assert reopened.happened() == ["Undo or redo was given up: you went on working."]


@pytest.mark.parametrize("far", [False, True])
def test_a_jump_goes_before_an_undo_that_waits_which_is_told(reopened: Life, far: bool) -> None:
    reading = reopened.session.reading
    wait_for_strokes(reading)
    reading.undo()
    at = reading.history().at
    assert at is not None
    assert at.parent is not None
    seq = 0 if far else next(reading.history().ahead()).seq
    reading.go(seq, lambda _edit: None, pytest.fail)
    reopened.until(lambda: point_of(reading.history()) == seq)
    reopened.rest(0.2)
    assert point_of(reading.history()) == seq
    assert reopened.happened() == ["Undo or redo was given up: you went on working."]


def test_strokes_that_the_disk_lost_are_told_and_nothing_waits_for_them(reopened: Life) -> None:
    reading = reopened.session.reading

    def lose(store: Store) -> None:
        with store.database.transaction():
            store.database.run("DELETE FROM blob", ())

    reopened.services.store.call(lose)
    before = wait_for_strokes(reading)
    reading.undo()
    reopened.until(lambda: reading.is_settled)
    assert reopened.happened()
    assert depth(reading) == before
    assert not reading.stay(), "nothing waits any more"


def test_little_that_is_new_makes_no_checkpoint(start: Start, study: Path) -> None:
    life = start().ready()
    walked(life, study, 20)
    assert life.close() == 0
    again = start().ready()
    shown(again, study)
    assert checkpoints(again) == []


def test_one_is_made_while_the_document_is_open_too(
    start: Start, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labeler.app.step_writer.EVERY", 30)
    life = start().ready()
    walked(life, study, 70)
    assert len(checkpoints(life)) == 1
    kept = life.services.store.call(lambda store: store.documents.opened(life.case().id))
    assert kept.start is not None
    assert kept.start.taken in (60, 61, 62, 63)
    assert kept.history.document == life.session.reading.document()


def test_what_a_wrong_checkpoint_shows_is_never_signed(tmp_path: Path) -> None:
    """One that a mistake of ours has written: its digests hold, and its document is another."""
    empty = empty_document(ITEM)
    with opened(tmp_path / "p") as store:
        store.documents.ensure("d", ITEM, NOW)
        store.journal.append("d", [stroke(0), stroke(1)], after=0, at=NOW)
        right = replay(empty, [(NOW, stroke(0)), (NOW, stroke(1))])
        refuse_other(store, "d", right)
        wrong = replace(right, document=replay(empty, [(NOW, stroke(0))]).document)
        store.documents.keep("d", wrong, Paint({}))
        shown_one = store.documents.opened("d").history
        assert shown_one.document == wrong.document
        with pytest.raises(LabelerError) as caught:
            refuse_other(store, "d", shown_one)
        assert caught.value.code == "shown-otherwise"
        assert store.documents.opened("d").history.document == right.document


def test_paint_that_does_not_fit_is_read_from_the_strokes(tmp_path: Path) -> None:
    walk = Walk(empty_document(ITEM), 2)
    with opened(tmp_path / "p") as store:
        store.documents.ensure(ITEM, ITEM, NOW)
        for seq, step in enumerate(walk.steps(80)):
            blobs = list(walk.blobs.values())
            store.journal.append(ITEM, [step], after=seq, at=NOW, blobs=blobs)
        shapes = [m.shape for m in walk.history.document.marks]
        painted_ones = [s for s in shapes if isinstance(s, PaintedMask)]
        assert painted_ones
        for masks in ({painted_ones[0].state: b"no mask"}, {}):
            store.documents.keep(ITEM, walk.history, Paint(masks))
            work, painted = checkpointing.stand(store, ITEM, NOW)
            assert work.history.document == walk.history.document
            for shape in painted_ones:
                content = painted.content(shape)
                assert content is not None
                assert content.tiles == walk.contents[shape.state].tiles
