"""The light and the disk: a sync before it goes on, damage named, a full disk survived.

Each session here runs in a process of its own, drawing as the window does.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crashes import copy, cut, environment, flip
from tests.support.life import Start
from tests.support.traced import SYNCS, WRITES, traced

DRAW = """
import os, sys
from pathlib import Path
from labeler.app.screens import Change
from tests.support.life import Life

life = Life(Path(sys.argv[1])).ready()
life.show_sample()
reading, said = life.session.reading, [0]

def hear(change):
    if change is Change.SAVED and reading.head.seq > said[0]:
        said[0] = reading.head.seq
        os.write(1, b"ACK %d %s\\n" % (said[0], reading.head.digest.encode()))

life.session.listen(hear)
"""
ONE_BY_ONE = """
for _ in range(10):
    life.draw()
"""
TWENTY = """
for number in range(20):
    life.draw(settled=number % 3 == 0)
life.saved()
os.write(1, b"READY\\n")
"""


def test_a_sync_of_log_and_head_precedes_the_light(tmp_path: Path) -> None:
    told, unsynced, synced = 0, set[str](), set[str]()
    for call in traced(DRAW + ONE_BY_ONE, [tmp_path / "profile"], tmp_path / "calls"):
        path = call.path
        kind = next((end for end in (".db-wal", ".head", ".head.new") if path.endswith(end)), "")
        if call.name in WRITES and '"ACK ' in call.rest:
            told += 1
            assert unsynced == set(), f"light {told} came before a sync of {unsynced}"
            assert synced == {".db-wal", ".head"}, f"light {told}: only {synced}"
            synced.clear()
        elif kind and call.name in WRITES:
            unsynced.add(path)
        elif kind and call.name in SYNCS:
            unsynced.discard(path)
            synced.add(kind.removesuffix(".new"))
    assert told == 10


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `kill -9` leaves of a session that has drawn twenty marks."""
    root = tmp_path_factory.mktemp("left") / "profile"
    code = DRAW + TWENTY + "import time; time.sleep(600)"
    command = [sys.executable, "-c", code, str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as child:
        assert child.stdout is not None
        assert child.stdout.readlines(1)
        while child.stdout.readline() not in ("READY\n", ""):
            pass
        child.send_signal(signal.SIGKILL)
    return root


def test_a_kill_is_not_named_as_damage(left: Path, tmp_path: Path, start: Start) -> None:
    copy(left, tmp_path / "profile")
    life = start().ready()
    life.show_sample()
    assert len(life.marks()) == 20
    assert life.happened() == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("damage", [flip, cut])
@pytest.mark.parametrize("name", ["labeler.db", "labeler.db-wal"])
def test_damage_on_the_disk_is_told(  # type: ignore[no-untyped-def]  # one of two functions
    left: Path, tmp_path: Path, start: Start, name: str, damage, seed: int
) -> None:
    root = copy(left, tmp_path / "profile")
    what = damage(root / name, random.Random(f"{name} {damage.__name__} {seed}"))
    life = start()
    life.until(lambda: bool(life.happened()) or life.session._bench is not None)
    if not life.happened():
        # A cut page that the log still holds is no loss.
        life.ready().show_sample()
        assert len(life.marks()) == 20, what
        return
    for told in life.session.notices():
        assert told.is_error, what
        assert told.safe, what
        assert told.do, what


FULL = """
import resource
from labeler.app.screens import SaveState
from tests.support.crashes import used

def limit(soft):
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))

for _ in range(3):
    life.draw()
limit(used(life.services.packages.parent / "labeler.db-wal") + 9_000)
names = [life.draw(settled=False) for _ in range(30)]
light = life.session.save_light
life.until(lambda: light().state is SaveState.FAILED)
assert light().pending >= 5, light()
assert len(life.marks()) == 33, life.marks()
names.append(life.draw(settled=False))      # drawing goes on
life.session.undo()
names.pop()
life.until(lambda: len(life.happened()) == 1)
(told,) = life.session.notices()
assert told.safe == "Marks since {since} are held in memory.", told
assert "saving resumes by itself" in told.do, told
"""
ROOM_AGAIN = """
life.answer_all()
assert life.propose() is None
assert life.told == ["not-saved"], life.told
limit(resource.RLIM_INFINITY)
life.saved()
assert reading.head.seq == 40, reading.head  # 34 marks, one taken back, five questions
life.until(lambda: life.happened() == [])   # what is over is not told any longer
assert life.close() == 0
life = Life(Path(sys.argv[1])).ready()
life.show_sample()
assert life.marks()[3:] == names, life.marks()
assert life.happened() == []
assert life.close() == 0
print("NOTHING LOST")
"""
STILL_FULL = """
life.session.open_paths([Path(sys.argv[1]) / "sample"])    # waits behind the full disk
life.rest()
import time
begun = time.monotonic()
lost = life.close()
assert lost == light().pending > 0, (lost, light())
assert time.monotonic() - begun < 15
print("CLOSED")
"""


def _run(code: str, root: Path) -> str:
    command = [sys.executable, "-c", code, str(root)]
    run = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=90)
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()[-1]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_disk_that_fills_in_mid_stroke_keeps_every_edit(tmp_path: Path) -> None:
    assert _run(DRAW + FULL + ROOM_AGAIN, tmp_path / "profile") == "NOTHING LOST"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of a file's size")
def test_a_session_can_be_closed_while_the_disk_is_full(tmp_path: Path) -> None:
    assert _run(DRAW + FULL + STILL_FULL, tmp_path / "profile") == "CLOSED"
