"""Marketplaces, tasks, money, settings and blobs: what goes in comes out, and the first stays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from labeler.errors import LabelerError
from labeler.store.ledger import ClaimState, EarningKind, EarningRow, StatementRow
from labeler.store.store import Store
from labeler.store.tasks import AssignmentRow, NewItem, TaskRow, TreeHeadRow
from tests.support.profiles import ITEM, NOW, opened

MARKET = "2" * 64
WORKER = "4" * 40


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path / "profile") as made:
        for letter in "abcdef":
            made.messages.put(letter * 64, "Any", letter.encode(), NOW)
        made.tasks.connect(MARKET, "http://127.0.0.1:1", "Test", "a" * 64, WORKER, NOW)
        yield made


def test_an_identity_is_pinned_and_a_url_may_move(store: Store) -> None:
    row = store.tasks.connect(MARKET, "http://127.0.0.1:2", "Moved", "a" * 64, WORKER, NOW + 1)
    assert (row.url, row.connected_at) == ("http://127.0.0.1:2", NOW)
    with pytest.raises(LabelerError) as caught:
        store.tasks.connect(MARKET, "http://127.0.0.1:2", "Other", "b" * 64, WORKER, NOW)
    assert caught.value.code == "identity-changed"
    store.tasks.move_cursor(MARKET, "17")
    assert [(m.name, m.cursor) for m in store.tasks.marketplaces()] == [("Moved", "17")]
    with pytest.raises(LabelerError) as caught:
        store.tasks.marketplace("9" * 64)
    assert caught.value.code == "not-connected"


def test_two_heads_of_one_size_are_both_kept(store: Store) -> None:
    heads = [
        TreeHeadRow(MARKET, 5, "1" * 64, NOW, "a" * 64),
        TreeHeadRow(MARKET, 5, "2" * 64, NOW + 1, "b" * 64),
        TreeHeadRow(MARKET, 9, "3" * 64, NOW + 2, "c" * 64),
    ]
    for head in [*heads, heads[0]]:
        store.tasks.keep_tree_head(head)
    assert store.tasks.tree_heads(MARKET) == heads


def test_tasks_assignments_and_items(store: Store) -> None:
    task = TaskRow("7" * 64, MARKET, "b" * 64, b"manifest", NOW)
    assignment = AssignmentRow("c" * 64, task.id, NOW + 10, NOW + 20)
    items = [NewItem(str(n) * 64, b"item", "8" * 64, 100, bytes([n]) * 32) for n in (5, 6)]
    store.tasks.keep_task(task)
    store.tasks.keep_task(msgspec.structs.replace(task, manifest=b"other terms"))
    for _ in range(2):
        store.tasks.keep_assignment(assignment, items)
    assert store.tasks.tasks() == [store.tasks.task(task.id)] == [task]
    assert store.tasks.assignments(task.id) == store.tasks.assignments() == [assignment]
    assert store.tasks.assignments("0" * 64) == []
    assert [row.digest for row in store.tasks.items(assignment.digest)] == ["5" * 64, "6" * 64]
    store.tasks.wipe_item("5" * 64, NOW)
    wiped, kept = store.tasks.find_item("5" * 64), store.tasks.find_item("6" * 64)
    assert wiped is not None
    assert kept is not None
    assert (wiped.key, wiped.wiped_at) == (None, NOW)
    assert (kept.key, kept.wiped_at) == (bytes([6]) * 32, None)
    assert store.tasks.find_item(ITEM) is None
    for missing in (store.tasks.task, store.tasks.assignment):
        with pytest.raises(LabelerError):
            missing("0" * 64)


def test_earnings_statements_and_claims(store: Store) -> None:
    line = EarningRow("x", MARKET, WORKER, EarningKind.LABEL, "d" * 64, "25", "cur", NOW)
    large = str(2**200)
    statement = StatementRow("c" * 64, MARKET, "d" * 64, 1, WORKER, large, b"{}", NOW)
    for _ in range(2):
        store.ledger.add_earning(line)
        store.ledger.add_statement(statement)
    store.ledger.state_earning("x", statement.digest)
    assert [row.statement for row in store.ledger.earnings(MARKET)] == [statement.digest]
    assert store.ledger.earnings() == store.ledger.earnings(MARKET)
    assert store.ledger.statements(MARKET, WORKER) == [statement]
    with pytest.raises(LabelerError) as caught:
        store.ledger.add_statement(msgspec.structs.replace(statement, digest="e" * 64))
    assert caught.value.code == "statement-doubled"
    claim = store.ledger.start_claim(MARKET, WORKER, large, NOW)
    store.ledger.update_claim(claim.id, ClaimState.SENT, "0x12")
    store.ledger.update_claim(claim.id, ClaimState.CONFIRMED, settled_at=NOW + 3)
    (row,) = store.ledger.claims(MARKET)
    assert (row.state, row.transaction_hash, row.settled_at) == (
        ClaimState.CONFIRMED,
        "0x12",
        NOW + 3,
    )


def test_settings_keep_their_types(store: Store) -> None:
    store.settings.put("flag", True)
    store.settings.put("flag", False)
    store.settings.put("list", [1, 2])
    assert store.settings.get("flag", bool, True) is False
    assert store.settings.get("list", list[int], []) == [1, 2]
    assert store.settings.get("list", str, "default") == "default"
    assert store.settings.get("unset", int, 7) == 7


def test_blobs_are_checked_when_read(store: Store) -> None:
    name = store.blobs.put(b"mask")
    assert store.blobs.put(b"mask") == name
    assert (store.blobs.has(name), store.blobs.get(name)) == (True, b"mask")
    with store.database.transaction():
        store.database.run("UPDATE blob SET data = ?", (b"musk",))
    for wanted, code in ((name, "blob-damaged"), ("0" * 64, "blob-missing")):
        with pytest.raises(LabelerError) as caught:
            store.blobs.get(wanted)
        assert caught.value.code == code


def test_messages_keep_the_first_bytes(store: Store) -> None:
    store.messages.put("a" * 64, "Any", b"other", NOW)
    assert store.messages.get("a" * 64).wire == b"a"
    assert len(store.messages.of_type("Any")) == 6
    with pytest.raises(LabelerError) as caught:
        store.messages.get("0" * 64)
    assert caught.value.code == "message-missing"


def test_a_part_that_fails_undoes_the_whole(store: Store) -> None:
    def part() -> None:
        with store.database.transaction():
            store.settings.put("b", 2)
            raise ValueError("part")

    def whole() -> None:
        with store.database.transaction():
            store.settings.put("a", 1)
            with pytest.raises(ValueError, match="part"):
                part()

    with pytest.raises(RuntimeError, match="nothing was committed"):
        whole()
    assert store.settings.get("a", int, 0) == 0
    store.settings.put("a", 3)
    assert store.settings.get("a", int, 0) == 3


def test_changes_outside_a_transaction_are_refused(store: Store) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        store.database.run("DELETE FROM blob")
