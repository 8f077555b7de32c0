"""A disk that may not be written, at the start and in mid-stroke: told, and nothing is lost."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.crashes import environment

# Runs in a process and a mount namespace of its own.
READ_ONLY = """
import subprocess, sys
from pathlib import Path
from labeler.app.screens import SaveState
from tests.support.life import Life

disk = Path(sys.argv[1])
profile = disk / "profile"

def remount(how):
    subprocess.run(["mount", "-o", f"remount,bind,{how}", disk], check=True)

life = Life(profile).ready()
life.show_sample()
life.draw()
assert life.close() == 0

remount("ro")
life = Life(profile)
life.until(lambda: life.session.standing().shut)
(told,) = life.session.notices()
assert "Read-only file system" in life.happened()[0], life.happened()
assert told.safe == "What was saved before is untouched.", told
remount("rw")
life.session.open_again()
life.ready().show_sample()
assert life.happened() == [] and len(life.marks()) == 1
print("OPENED AGAIN")
assert life.close() == 0
"""
FAILING = """
import os, sys
from pathlib import Path
from labeler.app.screens import SaveState
from tests.support.life import Life

life = Life(Path(sys.argv[1]) / "profile").ready()
life.show_sample()
first = life.draw()
sound, refuse = os.fdatasync, [True]

def fdatasync(descriptor):
    if refuse[0]:
        raise OSError(30, "Read-only file system")
    sound(descriptor)

os.fdatasync = fdatasync
second = life.draw(settled=False)
life.until(lambda: life.session.save_light().state is SaveState.FAILED)
life.until(lambda: life.happened() != [])
(told,) = life.session.notices()
assert told.safe == "Marks since {since} are held in memory.", told
assert told.do.endswith("saving resumes by itself."), told
third = life.draw(settled=False)
refuse[0] = False
life.saved()
life.until(lambda: life.happened() == [])
assert life.close() == 0
life = Life(Path(sys.argv[1]) / "profile").ready()
life.show_sample()
assert life.marks() == [first, second, third], life.marks()
assert life.happened() == []
assert life.close() == 0
print("NOTHING LOST")
"""


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=90)


def test_a_disk_that_may_not_be_written_is_told_and_opened_later(tmp_path: Path) -> None:
    inside = f"mount --bind {tmp_path} {tmp_path}"
    if shutil.which("unshare") is None or _run(["unshare", "-m", "sh", "-c", inside]).returncode:
        pytest.skip("file systems cannot be mounted here")
    child = [sys.executable, "-c", READ_ONLY, str(tmp_path)]
    run = _run(["unshare", "-m", "sh", "-c", inside + ' && exec "$@"', "sh", *child])
    assert run.stdout == "OPENED AGAIN\n", run.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere another call flushes")
def test_a_disk_that_refuses_in_mid_stroke_is_waited_for(tmp_path: Path) -> None:
    run = _run([sys.executable, "-c", FAILING, str(tmp_path)])
    assert run.stdout == "NOTHING LOST\n", run.stderr
