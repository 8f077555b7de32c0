"""Closing in the midst of work, over memory in which whatever is freed is overwritten at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.dicom_files import write_stack

ROOT = Path(__file__).parents[2]

PROGRAM = """
import sys, threading
from pathlib import Path
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from labeler.__main__ import open_window

profile, study, rounds = sys.argv[1:]
HELD = []  # whoever holds a window to the end: the program must end it all the same

class Hand:
    def __init__(self, window):
        self.window, self.left, self.timer = window, int(rounds), QTimer()
        self.timer.timeout.connect(self.act)
        self.timer.start(1)

    def act(self):
        if len(self.window.places.made()) < len(self.window.places):
            return
        Loop()
        view = self.window.places["reading"].view
        at = QPointF(view.rect().center())
        where = view.mapToGlobal(at)
        QApplication.postEvent(view, QWheelEvent(
            at, where, QPoint(), QPoint(0, -120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False))
        self.left -= 1
        if not self.left:
            self.window.window().close()

class Loop:
    # Nothing but the collector finds it; in another thread's hands its timer would end the program.
    def __init__(self):
        self.me, self.timer = self, QTimer()
        self.timer.start(1)

def make_many():
    # As the reading of a large study does: Python's own search would come in this thread.
    while not over.wait(0.001):
        [[number] for number in range(3000)]

over = threading.Event()
other = threading.Thread(target=make_many)
other.start()
code = open_window(Path(profile), lambda window: HELD.append(Hand(window)), (Path(study),))
over.set()
other.join()
assert threading.active_count() == 1, threading.enumerate()
assert not QApplication.topLevelWidgets()
print("ended", code)
sys.exit(code)
"""

HARD = {
    "QT_QPA_PLATFORM": "offscreen",
    "PYTHONFAULTHANDLER": "1",
    "PYTHONMALLOC": "debug",
    "MALLOC_PERTURB_": "165",
}


@pytest.mark.parametrize("rounds", [1, 40, 200])
def test_it_can_be_closed_in_the_midst_of_scrolling(tmp_path: Path, rounds: int) -> None:
    write_stack(tmp_path / "study", [(0, 0, z) for z in range(120)])
    arguments = str(tmp_path / "profile"), str(tmp_path / "study"), str(rounds)
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=ROOT,
        env=dict(os.environ) | HARD,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "ended 0\n", "")


HANGING = """
import atexit, sys, threading
from labeler.__main__ import _leave

atexit.register(print, "taken apart")
if sys.argv[1:]:
    threading.Thread(target=threading.Event().wait, daemon=True).start()
print("saved")
sys.exit(_leave(3))
"""


@pytest.mark.parametrize(("hangs", "said"), [((), "saved\ntaken apart\n"), (("yes",), "saved\n")])
def test_nothing_is_taken_apart_around_a_thread_that_hangs(
    hangs: tuple[str, ...], said: str
) -> None:
    command = [sys.executable, "-c", HANGING, *hangs]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, said, "")
