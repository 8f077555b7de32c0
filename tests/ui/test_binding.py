"""The binding of Qt leaves Python's import as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from labeler.store.profile import Practice, create_profile

ALONE = """
import builtins
plain = builtins.__import__
from labeler.ui.binding import load_qt
load_qt()
from PySide6 import QtSvg, QtWidgets
print(builtins.__import__ is plain)
"""
PROGRAM = """
import builtins, sys
from pathlib import Path
plain = builtins.__import__
from labeler.__main__ import open_window

def meet(window):
    from PySide6.QtCore import QTimer

    print(builtins.__import__ is plain)
    QTimer.singleShot(0, window.window().close)

sys.exit(open_window(Path(sys.argv[1]), meet))
"""


def said(program: str, *arguments: str) -> str:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_no_watch_over_imports_is_left() -> None:
    assert said(ALONE) == "True"


def test_the_program_starts_without_one(tmp_path: Path) -> None:
    create_profile(tmp_path / "profile", Practice(), now=0)
    assert said(PROGRAM, str(tmp_path / "profile")) == "True"
