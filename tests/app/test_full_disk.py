"""A disk that is full in mid-write: nothing is lost, and saving goes on when there is room."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crashes import environment

# Runs in a process of its own, since the limit would reach into the tests' own files.
COMMON = """
import queue, resource, sys
from pathlib import Path
from labeler.app.answers import Answers
from labeler.app.store_worker import StoreWorker
from labeler.app.screens import SaveState
from labeler.store.profile import Practice, open_profile
from labeler.store.store import open_store
from tests.support.crashes import used
from tests.support.profiles import ITEM, NOW, make_profile, stroke

root = Path(sys.argv[1]) / "profile"
delivered = queue.Queue()
codes, crashes = [], []
answers = Answers(delivered.put, lambda e: codes.append(e.code), lambda e: crashes.append(repr(e)))

def open_it():
    profile = open_profile(root)
    return open_store(profile, profile.unlock(Practice()), now=NOW)

def append(name, seq):
    def work(store):
        blob = bytes([seq]) * 20_000
        return store.journal.append(name, [stroke(seq)], after=seq, at=NOW, blobs=[blob])
    worker.submit(work, edits=1)

make_profile(root)
worker = StoreWorker(open_it, answers, now=lambda: NOW, retry_seconds=None)
for name in ("d", "e"):
    worker.call(lambda store: store.documents.ensure(name, ITEM, NOW))
for seq in range(5):
    append("d", seq)
assert worker.drain(10) and worker.light().state is SaveState.SAVED
fill()
for seq in range(5, 30):
    append("d", seq)
for seq in range(4):
    append("e", seq)
assert not worker.drain(10)
light = worker.light()
assert light.state is SaveState.FAILED and light.pending >= 4, light
make_room_for_one_head()
for _ in range(3):
    worker.retry()
    assert not worker.drain(10)
make_room()
worker.retry()
assert worker.drain(10)
assert worker.light().state is SaveState.SAVED, worker.light()
while not delivered.empty():
    delivered.get()()
assert set(codes) <= EXPECTED and codes and not crashes, (codes, crashes)
assert worker.close() == 0
worker = StoreWorker(open_it, answers, now=lambda: NOW)
assert worker.call(lambda store: store.findings) == ()
for name, count in (("d", 30), ("e", 4)):
    marks = worker.call(lambda store: store.documents.history(name).document.marks)
    assert [mark.id for mark in marks] == [f"m{n}" for n in range(count)]
assert worker.close() == 0
print("NOTHING LOST")
"""
FULL_DISK = """
import os
EXPECTED = {"disk-full"}
def fill():
    with (root.parent / "filler").open("wb", buffering=0) as file:
        try:
            while file.write(bytes(4096)): pass
        except OSError: pass
def make_room_for_one_head():
    os.truncate(root.parent / "filler", (root.parent / "filler").stat().st_size - 8192)
def make_room():
    (root.parent / "filler").unlink()
"""
FILE_LIMIT = """
EXPECTED = {"disk-full", "disk-failed"}
def fill():
    size = used(root / "labeler.db-wal")
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50_000, resource.RLIM_INFINITY))
def make_room_for_one_head():
    pass
def make_room():
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
"""


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=60)


def test_a_full_file_system_loses_nothing(tmp_path: Path) -> None:
    inside = f"mount -t tmpfs -o size=2m tmpfs {tmp_path}"
    if shutil.which("unshare") is None or _run(["unshare", "-m", "sh", "-c", inside]).returncode:
        pytest.skip("file systems cannot be mounted here")
    child = [sys.executable, "-c", FULL_DISK + COMMON, str(tmp_path)]
    run = _run(["unshare", "-m", "sh", "-c", inside + ' && exec "$@"', "sh", *child])
    assert run.stdout == "NOTHING LOST\n", run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_file_that_may_not_grow_loses_nothing(tmp_path: Path) -> None:
    run = _run([sys.executable, "-c", FILE_LIMIT + COMMON, str(tmp_path)])
    assert run.stdout == "NOTHING LOST\n", run.stderr
