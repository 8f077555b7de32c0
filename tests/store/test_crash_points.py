"""A step cut off at every point: nothing acknowledged is lost, and no crash is named as damage."""

from __future__ import annotations

import itertools
import random
import shutil
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.support.crashes import copy
from tests.support.profiles import ITEM, NOW, opened, stroke
from tests.support.traced import WRITES, run_traced, traced

STEPS = """
import os, sys
from pathlib import Path
from labeler.errors import LabelerError
from tests.support.profiles import ITEM, NOW, opened, stroke
with opened(Path(sys.argv[1])) as store:
    store.documents.ensure("d", ITEM, NOW)
    os.write(1, b"BEGIN\\n")
    for number in range(4):
        blob = bytes([number]) * 500
        while True:
            try:
                store.journal.append("d", [stroke(number)], after=number, at=NOW, blobs=[blob])
                break
            except LabelerError as error:
                os.write(1, b"TOLD %s\\n" % error.code.encode())
        os.write(1, b"ACK %d\\n" % (number + 1))
    sys.stdout.flush()
    os.write(1, b"END\\n")
"""
SECTOR = 512
FIRST, LATER = 1, 3
"""The step that is cut off: one that makes the files, and one that writes over them."""


def _points(tmp_path: Path, step: int) -> list[tuple[str, str, int]]:
    """Each write and flush of the step, of the pages the first two and the last: the call, its
    file's name, and which it is of these from the start of the program."""
    seen: Counter[tuple[str, str]] = Counter()
    points = []
    acknowledged, begun = 0, False
    for call in traced(STEPS, [tmp_path / "counted"], tmp_path / "calls"):
        kind = call.path.endswith(("labeler.db-wal", ".head", ".head.new"))
        acknowledged += call.name in WRITES and '"ACK ' in call.rest
        begun |= call.name in WRITES and '"BEGIN' in call.rest
        if kind:
            seen[call.name, call.path] += 1
            if begun and acknowledged == step - 1:
                name = Path(call.path).name
                points.append((call.name, name, seen[call.name, call.path]))
    pages = [at for at, point in enumerate(points) if point[0] == "pwrite64"]
    return [point for at, point in enumerate(points) if at not in pages[2:-1]]


def _disturbed(
    root: Path, log: Path, point: tuple[str, str, int], how: str
) -> subprocess.CompletedProcess[str]:
    call, name, number = point
    path = root / name if name.endswith("-wal") else root / "heads" / name
    only = ["-P", str(path), "-e", f"inject={call}:{how}:when={number}"]
    return run_traced(STEPS, [root], log, *only)


@pytest.mark.parametrize("step", [FIRST, LATER])
def test_a_kill_before_each_write_and_flush_of_a_step(tmp_path: Path, step: int) -> None:
    points = _points(tmp_path, step)
    assert {call for call, _, _ in points} >= {"pwrite64", "fsync", "write", "fdatasync"}
    for number, point in enumerate(points):
        root = tmp_path / f"killed-{number}"
        run = _disturbed(root, tmp_path / "log", point, "signal=KILL")
        assert run.returncode == -signal.SIGKILL, (point, run.stderr)
        assert run.stdout.count("ACK") == step - 1, point
        with opened(root) as store:
            assert store.findings == (), point
            assert len(store.journal.read("d")) in (step - 1, step), point


def test_a_disk_that_fails_at_each_write_and_flush_of_a_step(tmp_path: Path) -> None:
    points = _points(tmp_path, LATER)
    for number, point in enumerate(points):
        root = tmp_path / f"failed-{number}"
        error = ("EIO", "ENOSPC")[number % 2]
        run = _disturbed(root, tmp_path / "log", point, f"error={error}")
        assert run.returncode == 0, (point, run.stderr)
        told = [line for line in run.stdout.splitlines() if line.startswith("TOLD")]
        assert told in (["TOLD disk-failed"], ["TOLD disk-full"]), (point, error, run.stdout)
        with opened(root) as store:
            assert store.findings == (), point
            assert len(store.journal.read("d")) == 4, point


def test_a_power_cut_at_any_moment_of_a_step(tmp_path: Path) -> None:
    """Of what was not flushed yet, any part may be on the disk."""
    with opened(tmp_path / "p") as store:
        store.documents.ensure("d", ITEM, NOW)
        for number in range(3):
            store.journal.append("d", [stroke(number)], after=number, at=NOW)
        before = copy(store.profile.root, tmp_path / "before")
        store.journal.append("d", [stroke(3)], after=3, at=NOW)
        after = copy(store.profile.root, tmp_path / "after")
    chance = random.Random(7)
    for number, (log_is_flushed, head_is_there) in enumerate(
        [*itertools.repeat((False, False), 12), (True, False), (True, True)]
    ):
        root = copy(after if log_is_flushed else before, tmp_path / f"cut-{number}")
        if not log_is_flushed:
            _mix(root / "labeler.db-wal", after / "labeler.db-wal", chance)
        shutil.rmtree(root / "heads")
        shutil.copytree((after if head_is_there else before) / "heads", root / "heads")
        with opened(root) as store:
            assert store.findings == (), number
            found = len(store.journal.read("d"))
            assert found == 4 if log_is_flushed else found in (3, 4), number


def test_an_acknowledged_step_that_is_gone_is_named(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        store.documents.ensure("d", ITEM, NOW)
        store.journal.append("d", [stroke(0)], after=0, at=NOW)
        before = copy(store.profile.root, tmp_path / "before")
        store.journal.append("d", [stroke(1)], after=1, at=NOW)
        shutil.copytree(store.profile.heads, before / "heads", dirs_exist_ok=True)
    with opened(before) as store:
        assert [finding.code for finding in store.findings] == ["journal-lost-entries"]
        assert store.findings[0].facts["lost"] == 1
        assert len(store.documents.last_good("d").document.marks) == 1


def _mix(old: Path, new: Path, chance: random.Random) -> None:
    """Some sectors as they were, some as they were written."""
    was, became = old.read_bytes(), new.read_bytes()
    assert len(was) == len(became)
    sectors = range(0, len(was), SECTOR)
    changed = [at for at in sectors if was[at : at + SECTOR] != became[at : at + SECTOR]]
    assert len(changed) > 4
    mixed = bytearray(was)
    for at in chance.sample(changed, chance.randrange(len(changed))):
        mixed[at : at + SECTOR] = became[at : at + SECTOR]
    old.write_bytes(mixed)
