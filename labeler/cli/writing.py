"""Files that the shell writes: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from labeler.errors import LabelerError


def write_whole(path: Path, data: bytes) -> None:
    """Replace `path` by `data`. Raises LabelerError "not-written"."""
    staged = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        try:
            staged.write_bytes(data)
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)
    except OSError as error:
        raise LabelerError(
            "not-written",
            "The file {name} could not be written ({reason}).",
            safe="What it would hold is still in this profile.",
            do="Choose another folder and try again.",
            name=path.name,
            reason=error.strerror or type(error).__name__,
        ) from error
