"""A store opened, written, closed and opened again."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.edits import AddMark, Together
from labeler.model.frames import FrameRef
from labeler.model.shapes import Freehand
from labeler.model.steps import Do, Redo, Undo
from labeler.store.profile import Practice, open_profile
from labeler.store.store import open_store
from tests.support.profiles import ITEM, NOW, make_profile, opened, stroke


def test_steps_come_back_after_reopening(tmp_path: Path) -> None:
    root = tmp_path / "profile"
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
        head = store.journal.append("d", [stroke(0), stroke(1)], after=0, at=NOW)
        head = store.journal.append("d", [Undo()], after=head.seq, at=NOW)
    with opened(root) as store:
        assert store.findings == ()
        assert store.journal.head("d") == head
        history = store.documents.history("d")
        assert [mark.id for mark in history.document.marks] == ["m0"]
        assert history.can_redo
        store.journal.append("d", [Redo()], after=head.seq, at=NOW)
        assert len(store.documents.history("d").document.marks) == 2


def test_a_repeated_append_stores_nothing_twice(tmp_path: Path) -> None:
    with opened(tmp_path / "profile") as store:
        store.documents.ensure("d", ITEM, NOW)
        first = store.journal.append("d", [stroke(0)], after=0, at=NOW)
        assert store.journal.append("d", [stroke(0)], after=0, at=NOW + 5) == first
        with pytest.raises(ValueError, match="other entries"):
            store.journal.append("d", [stroke(1)], after=0, at=NOW)
        with pytest.raises(ValueError, match="shorter"):
            store.journal.append("d", [stroke(1)], after=4, at=NOW)
        assert len(store.journal.read("d")) == 1


def test_an_edit_of_very_many_points_comes_back(tmp_path: Path) -> None:
    frame = FrameRef("1.2", "1.2.3", 0)
    ring = tuple((100_000 + n, 200_000 + 7 * n % 4_000) for n in range(4_000))
    marks = [Mark(f"m{n}", "nodule", frame, Freehand(ring)) for n in range(280)]
    edit = Together("paste-marks", tuple(AddMark(n, mark) for n, mark in enumerate(marks)))
    with opened(tmp_path / "profile") as store:
        store.documents.ensure("d", ITEM, NOW)
        store.journal.append("d", [Do(edit)], after=0, at=NOW)
        (size,) = store.database.row("SELECT length(entry) FROM journal") or (0,)
        assert isinstance(size, int)
        assert size > 2**24
    with opened(tmp_path / "profile") as store:
        assert store.findings == ()
        assert store.documents.history("d").document.marks == tuple(marks)
        assert store.documents.opened("d").history.document.marks == tuple(marks)


def test_a_writer_that_has_not_seen_the_end_is_refused(tmp_path: Path) -> None:
    with opened(tmp_path / "profile") as store:
        store.documents.ensure("d", ITEM, NOW)
        store.journal.append("d", [stroke(0), stroke(1)], after=0, at=NOW)
        with pytest.raises(ValueError, match="not seen"):
            store.journal.append("d", [stroke(0)], after=0, at=NOW)


def test_blobs_are_stored_with_the_step_or_not_at_all(tmp_path: Path) -> None:
    with opened(tmp_path / "profile") as store:
        store.documents.ensure("d", ITEM, NOW)
        with pytest.raises(ValueError, match="shorter"):
            store.journal.append("d", [stroke(0)], after=7, at=NOW, blobs=[b"mask"])
        assert store.database.row("SELECT count(*) FROM blob") == (0,)
        store.journal.append("d", [stroke(0)], after=0, at=NOW, blobs=[b"mask"])
        assert store.database.row("SELECT count(*) FROM blob") == (1,)


def test_the_profile_is_held_by_one(tmp_path: Path) -> None:
    root = tmp_path / "profile"
    with opened(root):
        other = open_profile(root)
        with pytest.raises(LabelerError) as caught:
            open_store(other, other.unlock(Practice()), now=NOW)
        assert caught.value.code == "profile-in-use"
    with opened(root) as store:
        assert store.findings == ()


def test_nothing_on_the_disk_is_readable(tmp_path: Path) -> None:
    root = tmp_path / "profile"
    with opened(root) as store:
        store.documents.ensure("a-telling-name", ITEM, NOW)
        store.journal.append("a-telling-name", [stroke(0)], after=0, at=NOW, blobs=[b"pixels" * 9])
        files = [*root.glob("labeler.db*")]
        assert len(files) == 3
        for data in (path.read_bytes() for path in files):
            assert b"nodule" not in data
            assert b"pixels" not in data
            assert b"SQLite format" not in data


def test_another_key_opens_nothing(tmp_path: Path) -> None:
    root = tmp_path / "profile"
    with opened(root):
        pass
    with pytest.raises(LabelerError) as caught:
        open_store(open_profile(root), bytes(32), now=NOW)
    assert caught.value.code == "database-damaged"


def test_a_database_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    root = tmp_path / "profile"
    make_profile(root)
    with opened(root):
        pass
    for empty in (False, True):
        (root / "labeler.db").unlink()
        if empty:
            (root / "labeler.db").touch()
        with pytest.raises(LabelerError) as caught, opened(root):
            pass
        assert caught.value.code == "database-missing"
        (root / "labeler.db").touch()
