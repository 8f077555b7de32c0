"""Starting, with and without a display, and what happens to what nobody foresaw."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from pytestqt.qtbot import QtBot

from labeler.ui.crashes import CrashHook
from labeler.ui.dialogs.crash import CrashDialog
from labeler.ui.start import NO_DISPLAY, has_display
from labeler.ui.window import Window
from tests.support.screen_reading import opened

ROOT = Path(__file__).parents[2]

OPENING = """
import sys
from PySide6.QtCore import QTimer
from labeler.model.paths import resources_root
from labeler.ui.start import run
from tests.support.session_in_memory import busy
from tests.support.bare_reading import BareReading

def build(deliver):
    return busy(deliver), BareReading

def meet(window):
    assert window.isVisible()
    print("met", window.window().windowTitle())
    QTimer.singleShot(0, window.commands["app.quit"].trigger)

sys.exit(run(build, resources_root(), lambda: "0.1.0", meet=meet))
"""


FAILING = """
import sys
from labeler.model.paths import resources_root
from labeler.ui.start import run

def build(deliver):
    raise SystemError("so")

sys.exit(run(build, resources_root(), lambda: "0.1.0"))
"""

LEAVING = """
import sys
from PySide6.QtWidgets import QApplication
from labeler.model.paths import resources_root
from labeler.ui.start import run
from tests.support.session_in_memory import busy
from tests.support.bare_reading import BareReading

def build(deliver):
    QApplication.activeWindow().close()
    print("closed")
    return busy(deliver), BareReading

def meet(window):
    print("met")

sys.exit(run(build, resources_root(), lambda: "0.1.0", meet=meet))
"""


def started(
    environment: dict[str, str], program: str = OPENING
) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME")}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is a display")
def test_without_a_display_it_says_so_and_ends() -> None:
    ended = started({})
    assert ended.returncode == NO_DISPLAY
    assert "There is no display here" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_it_opens_and_closes_with_zero() -> None:
    ended = started({"QT_QPA_PLATFORM": "offscreen"})
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "met Labeler\n", "")


def test_what_stops_the_furnishing_ends_the_program_with_its_words() -> None:
    ended = started({"QT_QPA_PLATFORM": "offscreen"}, FAILING)
    assert ended.returncode == 1
    assert ended.stderr.endswith("SystemError: so\n")


def test_it_can_be_closed_before_it_is_furnished() -> None:
    ended = started({"QT_QPA_PLATFORM": "offscreen"}, LEAVING)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "closed\n", "")


@pytest.mark.parametrize(
    ("environment", "platform", "found"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux", True),
        ({}, "darwin", True),
        ({}, "win32", True),
    ],
)
def test_where_there_is_a_display(environment: dict[str, str], platform: str, found: bool) -> None:
    assert has_display(environment, platform) is found


@pytest.mark.qt_no_exception_capture
def test_a_mistake_in_a_slot_is_told_once_and_work_goes_on(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: printed.append(kind))
    hook = CrashHook()
    hook.install()
    hook.watch(window, window._look)

    patient = "DOE^JOHN"

    def fail() -> None:
        raise ZeroDivisionError(patient)

    QTimer.singleShot(0, fail)
    QTimer.singleShot(0, fail)
    crash = opened(qtbot, CrashDialog)
    QTest.qWait(10)
    assert printed == [ZeroDivisionError, ZeroDivisionError]
    report = crash.findChild(QPlainTextEdit).toPlainText()
    assert "ZeroDivisionError" in report
    assert "DOE" not in report, "an error's message may name a patient"
    crash.accept()
    assert QApplication.activeModalWidget() is None
    hook.remove()
