"""Where the files that ship with the program lie."""

from __future__ import annotations

from pathlib import Path


def resources_root() -> Path:
    """The `resources` folder: inside the package in a wheel, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    shipped = package / "resources"
    return shipped if shipped.is_dir() else package.parent / "resources"
