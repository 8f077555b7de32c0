"""A sync precedes each acknowledgement: seen from outside, system call by system call."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crashes import environment

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
CALL = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((\d+)<([^>]*)>(.*)$")
WRITES = {"write", "pwrite64", "writev", "pwritev"}
SYNCS = {"fsync", "fdatasync"}


def _traced(tmp_path: Path) -> list[tuple[str, str, str]]:
    """(call, file, rest) in order."""
    if sys.platform != "linux" or shutil.which("strace") is None:
        pytest.skip("strace is not installed here")
    log = tmp_path / "calls"
    watched = ",".join(sorted(WRITES | SYNCS))
    command = ["strace", "-f", "-y", "-s", "16", "-e", f"trace={watched}", "-o", str(log)]
    child = [sys.executable, "-c", ACKNOWLEDGER, str(tmp_path / "profile")]
    run = subprocess.run([*command, *child], capture_output=True, text=True, env=environment())
    if run.returncode and "ptrace" in run.stderr:
        pytest.skip("tracing is not allowed here")
    assert run.returncode == 0, run.stderr
    found = (CALL.match(line) for line in log.read_text().splitlines())
    return [(m[1], m[3], m[4]) for m in found if m]


def test_a_sync_of_log_and_head_precedes_each_acknowledgement(tmp_path: Path) -> None:
    acknowledged = 0
    unsynced: set[str] = set()
    synced: list[str] = []
    for call, path, rest in _traced(tmp_path):
        kind = next((end for end in (".db-wal", ".head", ".head.new") if path.endswith(end)), "")
        if call in WRITES and '"ACK ' in rest:
            assert unsynced == set(), f"ACK {acknowledged} came before a sync of {unsynced}"
            assert synced[0] == ".db-wal", f"ACK {acknowledged}: {synced}"
            assert synced[-1].startswith(".head"), f"ACK {acknowledged}: {synced}"
            synced.clear()
            acknowledged += 1
        elif kind and call in WRITES:
            unsynced.add(path)
        elif kind and call in SYNCS:
            unsynced.discard(path)
            synced.append(kind)
    assert acknowledged == 21
