"""The wall on another monitor: with two screens that Qt believes in, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import Qt

from tests.support.reader import Reader

SCREENS = [
    {"name": "desk", "x": 0, "y": 0, "width": 1280, "height": 800},
    {"name": "images", "x": 1280, "y": 0, "width": 1600, "height": 1200},
]
ALIKE = {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}


def test_with_one_monitor_it_says_why_not(reader: Reader) -> None:
    action = reader.window.commands["view.second-window"]
    assert not action.isEnabled()
    assert "no second monitor" in action.toolTip()
    reader.key(Qt.Key.Key_F8)
    assert reader.place.home.away is None


def test_the_images_go_to_the_other_monitor_and_come_back(tmp_path: Path) -> None:
    screens = tmp_path / "screens.json"
    screens.write_text(json.dumps({"screens": [{**one, **ALIKE} for one in SCREENS]}))
    script = Path(__file__).with_name("two_monitors.py")
    done = subprocess.run(
        [sys.executable, "-W", "error", str(script)],
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={screens}"},
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Error" not in done.stderr, done.stderr
    assert done.stdout.split() == [
        *("moved", "keys", "covered", "uncovered", "unplugged", "closed", "kept"),
    ]
