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
    """The interpreter of `.bench/peers`, which holds exactly what peers.txt pins."""
    folder = BENCH / "peers"
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    digest = hashlib.sha256(PINS.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == digest:
        return python
    uv = Path(sys.prefix) / "bin" / "uv"
    made = [str(uv), "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)]
    subprocess.run(made, check=True)
    into = ["--quiet", "--compile-bytecode", "--python", str(python)]
    subprocess.run([str(uv), "pip", "install", *into, "-r", str(PINS)], check=True)
    stamp.write_text(digest)
    return python
