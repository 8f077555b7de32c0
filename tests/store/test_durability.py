"""A sync precedes each acknowledgement: seen from outside, system call by system call."""

from __future__ import annotations

from pathlib import Path

from tests.support.traced import SYNCS, WRITES, traced

ACKNOWLEDGER = """
import os, sys
from pathlib import Path
from tests.support.profiles import ITEM, NOW, opened, stroke
with opened(Path(sys.argv[1])) as store:
    store.documents.ensure("d", ITEM, NOW)
    for number in range(20):
        store.journal.append("d", [stroke(number)], after=number, at=NOW, blobs=[bytes([number])])
        os.write(1, b"ACK %d\\n" % number)
    store.settings.put("a", 1)
    os.write(1, b"ACK 20\\n")
"""


def test_a_sync_of_log_and_head_precedes_each_acknowledgement(tmp_path: Path) -> None:
    acknowledged = 0
    unsynced: set[str] = set()
    synced: list[str] = []
    for call in traced(ACKNOWLEDGER, [tmp_path / "profile"], tmp_path / "calls"):
        path = call.path
        kind = next((end for end in (".db-wal", ".head", ".head.new") if path.endswith(end)), "")
        if call.name in WRITES and '"ACK ' in call.rest:
            assert unsynced == set(), f"ACK {acknowledged} came before a sync of {unsynced}"
            assert synced[0] == ".db-wal", f"ACK {acknowledged}: {synced}"
            assert synced[-1].startswith(".head"), f"ACK {acknowledged}: {synced}"
            # The first makes the head's file, and begins the log.
            assert acknowledged in (0, 20) or synced == [".db-wal", ".head"], synced
            synced.clear()
            acknowledged += 1
        elif kind and call.name in WRITES:
            unsynced.add(path)
        elif kind and call.name in SYNCS:
            unsynced.discard(path)
            synced.append(kind)
    assert acknowledged == 21


def test_a_step_is_written_over_what_is_there_and_makes_no_file_longer(tmp_path: Path) -> None:
    root = tmp_path / "profile"
    lengths: dict[str, int] = {}
    steps = 0
    for call in traced(ACKNOWLEDGER, [root], tmp_path / "calls"):
        if call.name in WRITES and '"ACK ' in call.rest:
            steps += 1
        if call.path.endswith("-wal") and call.name == "write":
            lengths["log"] = lengths.get("log", 0) + int(call.rest.rpartition(" = ")[2])
        elif call.path.endswith("-wal") and call.name == "pwrite64" and steps:
            assert call.end <= lengths["log"]
    assert steps == 21
    assert (root / "labeler.db-wal").exists() is False
