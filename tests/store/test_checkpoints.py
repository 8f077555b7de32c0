"""A checkpoint makes opening quick, is bound to the chain, and is never believed against it."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.model.document import empty_document
from labeler.model.history import History, replay
from labeler.proof.codec import digest
from labeler.store.checkpoints import Paint
from labeler.store.store import Store
from tests.support.profiles import ITEM, NOW, opened, stroke
from tests.support.walks import Walk

PAINT = Paint({"a" * 64: b"mask a", "b" * 64: b"mask b"}, ("c" * 64,))


def walked(store: Store, count: int = 50, at: int = 40) -> tuple[Walk, History]:
    """A document with so many entries and a checkpoint behind one of them."""
    walk = Walk(empty_document(ITEM), 8)
    steps = list(walk.steps(count))
    store.documents.ensure("d", ITEM, NOW)
    store.journal.append("d", steps, after=0, at=NOW)
    history = replay(empty_document(ITEM), ((NOW, s) for s in steps[:at]))
    store.documents.keep("d", history, PAINT)
    return walk, history


def test_opening_goes_on_from_the_checkpoint(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        walk, kept = walked(store)
    with opened(tmp_path / "p") as store:
        stood = store.documents.opened("d")
        assert stood.history.document == walk.history.document
        assert stood.start is not None
        assert (stood.start.taken, stood.start.document) == (40, kept.document)
        assert stood.paint == Paint(PAINT.masks, PAINT.whole) or stood.paint is not None
        assert stood.paint is not None
        assert (stood.paint.masks, stood.paint.whole) == (PAINT.masks, PAINT.whole)
        assert stood.history.taken == 50
        assert store.documents.history("d").document == stood.history.document


def test_the_newest_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        walk, _ = walked(store)
        store.documents.keep("d", walk.history, Paint({"e" * 64: b"mask e"}))
        stood = store.documents.opened("d")
        assert stood.start is not None
        assert stood.paint is not None
        assert (stood.start.taken, dict(stood.paint.masks)) == (50, {"e" * 64: b"mask e"})


def test_a_document_without_one_is_read_whole(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        store.documents.ensure("d", ITEM, NOW)
        store.journal.append("d", [stroke(0)], after=0, at=NOW)
        stood = store.documents.opened("d")
        assert (stood.start, stood.paint) == (None, None)
        assert len(stood.history.document.marks) == 1


WRONG = {
    "a flipped byte": "UPDATE checkpoint SET content = x'7b' || substr(content, 2, 9)",
    "another digest": "UPDATE checkpoint SET digest = 'f' || substr(digest, 2)",
    "no mask": "DELETE FROM checkpoint_mask WHERE state LIKE 'a%'",
    "another mask": "UPDATE checkpoint_mask SET data = x'00' WHERE state LIKE 'b%'",
    "text for bytes": "UPDATE checkpoint SET content = 'text'",
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_one_is_dropped_and_the_journal_read(tmp_path: Path, wrong: str) -> None:
    with opened(tmp_path / "p") as store:
        walk, _ = walked(store)
        with store.database.transaction():
            assert store.database.run(WRONG[wrong]) == 1
        stood = store.documents.opened("d")
        assert stood.start is None
        assert stood.history.document == walk.history.document
        assert store.database.rows("SELECT * FROM checkpoint") == []
        assert store.database.rows("SELECT * FROM checkpoint_mask") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "labeler.checkpoint/2"),
        ("document", "e"),
        ("head", "1" * 64),
        ("masks", {}),
    ],
)
def test_one_whose_own_digest_holds_must_fit_too(tmp_path: Path, field: str, value: object) -> None:
    import msgspec

    with opened(tmp_path / "p") as store:
        walk, _ = walked(store)
        row = store.database.row("SELECT content FROM checkpoint")
        assert row is not None
        content = msgspec.json.decode(bytes(row[0]))  # type: ignore[arg-type]  # bytes
        forged = msgspec.json.encode({**content, field: value})
        with store.database.transaction():
            store.database.run(
                "UPDATE checkpoint SET content = ?, digest = ?", (forged, digest(forged))
            )
        stood = store.documents.opened("d")
        assert stood.start is None
        assert stood.history.document == walk.history.document


@pytest.mark.parametrize("seq", [1, 20, 40, 41, 50])
def test_a_flipped_byte_before_or_behind_it_is_found_and_named(tmp_path: Path, seq: int) -> None:
    with opened(tmp_path / "p") as store:
        walked(store)
        with store.database.transaction():
            store.database.run(
                "UPDATE journal SET entry = CAST(replace(CAST(entry AS TEXT), 'type', 'tipe')"
                " AS BLOB) WHERE seq = ?",
                (seq,),
            )
        with pytest.raises(LabelerError) as caught:
            store.documents.opened("d")
        facts = caught.value.facts
        assert (caught.value.code, facts["good"], facts["expected"]) == (
            "journal-damaged",
            seq - 1,
            50,
        )


def test_a_lost_end_is_named_although_the_checkpoint_had_it(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        walked(store)
        with store.database.transaction():
            store.database.run("DELETE FROM journal WHERE seq > 30")
        with pytest.raises(LabelerError) as caught:
            store.documents.opened("d")
        assert (caught.value.code, caught.value.facts["lost"]) == ("journal-lost-entries", 20)
        store.documents.accept_loss("d")
        stood = store.documents.opened("d")
        assert (stood.start, stood.history.taken) == (None, 30)
        assert store.database.rows("SELECT * FROM checkpoint") == []


def test_a_checkpoint_of_what_the_journal_has_not_is_a_mistake_of_ours(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        store.documents.ensure("d", ITEM, NOW)
        history = replay(empty_document(ITEM), [(NOW, stroke(0))])
        with pytest.raises(ValueError, match="shorter"):
            store.documents.keep("d", history, Paint({}))
