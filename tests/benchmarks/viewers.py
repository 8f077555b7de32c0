"""Other programs with windows, each in an environment of its own: their Qt versions differ."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.contest import BenchmarkError
from tests.benchmarks.peers import BENCH

VIEWERS = {
    "anylabeling": "anylabeling==0.4.43",
    "labelme": "labelme==6.3.1",
    "napari": "napari[pyside6]==0.9.2",
    "xanylabeling": "x-anylabeling-cvhub==4.2.1",
}
"""By their commands. Pinned; what they need in turn is what they ask for on the day of the first
run."""


def viewer(name: str) -> str:
    """The command that starts it; installed into `.bench/viewers` at the first call."""
    folder = BENCH.resolve() / "viewers" / VIEWERS[name].replace("[pyside6]", "").replace("==", "-")
    command, stamp = folder / "bin" / name, folder / "installed"
    if stamp.is_file():
        return str(command)
    uv = str(Path(sys.prefix) / "bin" / "uv")
    python = str(folder / "bin" / "python")
    for step in (
        ("venv", "--quiet", "--clear", "--python", sys.executable, str(folder)),
        ("pip", "install", "--quiet", "--compile-bytecode", "--python", python, VIEWERS[name]),
    ):
        if subprocess.run((uv, *step)).returncode:
            raise BenchmarkError(f"{VIEWERS[name]} could not be installed")
    stamp.touch()
    return str(command)
