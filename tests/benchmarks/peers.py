"""The peers' own Python environment, made once."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PINS = HERE / "peers.txt"
ROOT = HERE.parents[1]
BENCH = ROOT / ".bench"


def peers_python() -> Path:
    """The interpreter of an environment in `.bench` that holds exactly what peers.txt pins."""
    folder = BENCH / f"peers-{hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    if stamp.is_file():
        return python
    uv = Path(sys.prefix) / "bin" / "uv"
    made = [str(uv), "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)]
    subprocess.run(made, check=True)
    into = ["--quiet", "--compile-bytecode", "--python", str(python)]
    subprocess.run([str(uv), "pip", "install", *into, "-r", str(PINS)], check=True)
    stamp.touch()
    return python
