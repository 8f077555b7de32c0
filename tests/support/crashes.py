"""A program that writes to a store until it is killed, and damage to what it leaves behind."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

PROJECT = Path(__file__).parents[2]
LOG_HEADER, LOG_FRAME = 32, 4096 + 24
WRITER = """
import os, sys, time
from pathlib import Path
from tests.support.profiles import ITEM, NOW, opened, stroke
root, rounds, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for last in [False] * (rounds - 1) + [True]:
    with opened(root) as store:
        for name in ("d1", "d2"):
            store.documents.ensure(name, ITEM, NOW)
        for _ in range(count):
            for name in ("d1", "d2"):
                seq = store.journal.head(name).seq
                blobs = [bytes([seq % 256]) * 3000] if seq % 3 == 0 else []
                store.journal.append(name, [stroke(seq)], after=seq, at=NOW, blobs=blobs)
                os.write(1, f"ACK {name} {seq + 1}\\n".encode())
            store.settings.put("count", seq)
        if last:
            os.write(1, b"READY\\n")
            time.sleep(600)
"""


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(PROJECT)}


def killed_writer(
    root: Path, rounds: int = 2, count: int = 6, kill_after_s: float | None = None
) -> dict[str, int]:
    """Leave a profile behind as `kill -9` does; acknowledged entries by document.

    It is killed when it has written all its rounds, or `kill_after_s` after its first entry.
    """
    if kill_after_s is not None:
        rounds = 1000
    command = [sys.executable, "-c", WRITER, str(root), str(rounds), str(count)]
    acknowledged: dict[str, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if line == "READY\n":
                break
            if not acknowledged and kill_after_s is not None:
                threading.Timer(kill_after_s, child.kill).start()
            _, name, seq = line.split()
            acknowledged[name] = int(seq)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    return acknowledged


def used(path: Path) -> int:
    """So many bytes of a file are in use: all, but of a write-ahead log those of its commits.

    Behind them lie zeros, or what was moved into the database before the log began anew.
    """
    data = path.read_bytes()
    if not path.name.endswith("-wal"):
        return len(data)
    salts, end = data[16:24], LOG_HEADER
    while any(salts) and data[end + 8 : end + 16] == salts:
        end += LOG_FRAME
    return min(end, len(data))


def flip(path: Path, chance: random.Random) -> str:
    """Change one bit anywhere in what is used."""
    data = bytearray(path.read_bytes())
    offset = chance.randrange(used(path))
    data[offset] ^= 1 << chance.randrange(8)
    path.write_bytes(data)
    return f"{path.name}: bit flipped at {offset} of {len(data)}"


def cut(path: Path, chance: random.Random) -> str:
    """Lose the end of a file, and some of what is used."""
    size = used(path)
    offset = chance.randrange(size)
    os.truncate(path, offset)
    return f"{path.name}: cut at {offset} of {size}"


def copy(source: Path, target: Path) -> Path:
    return Path(shutil.copytree(source, target))
