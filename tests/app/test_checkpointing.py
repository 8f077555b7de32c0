"""A long history opens from its checkpoint, and undo leads past it without limit."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.app import checkpointing
from labeler.app.reading import Reading
from labeler.model.document import Document
from labeler.model.history import History, upwards
from labeler.model.shapes import PaintedMask
from labeler.model.steps import Do, Go, Redo, Undo
from labeler.store.store import Store
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start
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
                reading.go(to)
            case _:
                pass
        walk.blobs.clear()
    life.saved()
    return walk


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
    reading.go(0)
    waits = reading.history().at is not None
    assert waits, "its strokes were not at hand"
    name = life.draw()
    life.rest(0.2)
    assert reading.document().marks[-1].id == name
    reading.go(0)
    life.until(lambda: reading.history().at is None)
    life.saved()


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
    monkeypatch.setattr("labeler.app.reading.EVERY", 30)
    life = start().ready()
    walked(life, study, 70)
    assert len(checkpoints(life)) == 1
    kept = life.services.store.call(lambda store: store.documents.opened(life.case().id))
    assert kept.start is not None
    assert kept.start.taken in (60, 61, 62, 63)
    assert kept.history.document == life.session.reading.document()
