"""Draws the README's pictures by doing the demonstration's job: `./run screenshots [FOLDER]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
SCREENS = {
    "work.png": "work-downloaded",
    "reading.png": "reading-measured",
    "signing.png": "signing",
    "outbox.png": "outbox-accepted",
    "earnings.png": "earnings-ready",
}
"""Picture in the documents, and the step of the demonstration that shows it."""


def main(arguments: list[str]) -> int:
    target = Path(arguments[0]) if arguments else ROOT / "docs" / "screenshots"
    target.mkdir(parents=True, exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "labeler", "demo", "--output", folder]
        subprocess.run(command, env=environment, check=True)
        for name, step in SCREENS.items():
            (found,) = Path(folder).glob(f"*-{step}.png")
            shutil.copyfile(found, target / name)
            print(target / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
