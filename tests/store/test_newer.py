"""Work of a later program is refused, not called damaged, and nothing is written to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.app.recovering import DAMAGED
from labeler.errors import LabelerError
from labeler.model.steps import Undo
from labeler.proof.codec import digest
from labeler.store.heads import Head
from labeler.store.journal import subject
from tests.support.profiles import ITEM, NOW, opened, stroke


def with_a_new_kind(root: Path, step: bytes) -> None:
    """A journal whose third step a later program has made, in good order."""
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
        head = store.journal.append("d", [stroke(0), stroke(1)], after=0, at=NOW)
        entry = b'{"at":1,"document":"d","previous":"%s","seq":3,"step":%s}' % (
            head.digest.encode(),
            step,
        )
        with store.database.transaction():
            store.database.run(
                "INSERT INTO journal (document, seq, entry, hash) VALUES ('d', 3, ?, ?)",
                (entry, digest(entry)),
            )
            store.database.after_commit(
                lambda: store.heads.acknowledge(Head(subject("d"), 3, digest(entry)))
            )


@pytest.mark.parametrize(
    "step",
    [
        b'{"type":"dream"}',
        b'{"edit":{"type":"glue"},"type":"do"}',
        b'{"loud":true,"type":"undo"}',
    ],
)
def test_a_step_of_a_later_program_is_refused_and_stays(tmp_path: Path, step: bytes) -> None:
    root = tmp_path / "p"
    with_a_new_kind(root, step)
    with opened(root) as store:
        assert store.findings == ()
        before = store.database.rows("SELECT * FROM journal")
        for read in (
            store.journal.read,
            store.documents.history,
            store.documents.last_good,
            store.documents.accept_loss,
        ):
            with pytest.raises(LabelerError) as caught:
                read("d")
            assert (caught.value.code, caught.value.facts["seq"]) == ("journal-newer", 3)
            assert caught.value.code not in DAMAGED
        assert store.database.rows("SELECT * FROM journal") == before
    assert not (root / "aside").exists()


def test_a_changed_byte_in_such_a_step_is_damage_all_the_same(tmp_path: Path) -> None:
    root = tmp_path / "p"
    with_a_new_kind(root, b'{"type":"dream"}')
    with opened(root) as store:
        with store.database.transaction():
            store.database.run(
                "UPDATE journal SET"
                " entry = CAST(replace(CAST(entry AS TEXT), 'dream', 'drean') AS BLOB)"
                " WHERE seq = 3"
            )
        with pytest.raises(LabelerError) as caught:
            store.journal.read("d")
        assert caught.value.code == "journal-damaged"


def test_nothing_is_added_behind_what_is_not_understood(tmp_path: Path) -> None:
    root = tmp_path / "p"
    with_a_new_kind(root, b'{"type":"dream"}')
    with opened(root) as store, pytest.raises(ValueError, match="other entries"):
        store.journal.append("d", [Undo()], after=2, at=NOW)


def test_a_profile_of_a_later_program_stays_as_it_is(tmp_path: Path) -> None:
    root = tmp_path / "p"
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
        with store.database.transaction():
            store.database.run("PRAGMA user_version = 99")
    before = contents(root)
    with pytest.raises(LabelerError) as caught, opened(root):
        pass
    assert caught.value.code == "database-newer"
    assert contents(root) == before


def contents(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.rglob("*") if path.is_file()}
