"""The log's room is there before the first step, and never instead of something else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from labeler.store.log_room import ROOM, make_room
from tests.support.crashes import used
from tests.support.profiles import ITEM, NOW, opened, stroke


def test_the_log_has_its_length_before_anything_is_in_it(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        log = store.database.log
        assert log.stat().st_size == ROOM
        store.documents.ensure("d", ITEM, NOW)
        for seq in range(70):  # more than once around
            blob = bytes([seq]) * 100_000
            store.journal.append("d", [stroke(seq)], after=seq, at=NOW, blobs=[blob])
        assert log.stat().st_size == pytest.approx(ROOM, rel=0.05)
        assert used(log) < ROOM
    with opened(tmp_path / "p") as store:
        assert store.findings == ()
        assert len(store.journal.read("d")) == 70


def test_a_log_with_commits_is_left_alone(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"commits")
    assert not make_room(log)
    assert log.read_bytes() == b"commits"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_full_disk_keeps_the_little_room_it_has(tmp_path: Path) -> None:
    import resource

    log = tmp_path / "log"
    log.touch()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM // 2, usual[1]))
    try:
        assert not make_room(log)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert log.stat().st_size == 0


def test_a_head_file_that_is_taken_away_is_made_anew(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        store.documents.ensure("d", ITEM, NOW)
        for seq in range(4):
            store.journal.append("d", [stroke(seq)], after=seq, at=NOW)
            if seq % 2:
                store.heads.path("document:d").unlink()
        store.journal.append("d", [stroke(4)], after=4, at=NOW)
    with opened(tmp_path / "p") as store:
        assert store.findings == ()
        assert store.heads.read("document:d").head == store.journal.head("d")
