"""Files that the person asked for, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labeler.errors import LabelerError
from labeler.store.faults import DISK_FULL


def write_whole(path: Path, data: bytes) -> None:
    """Replace `path` by `data`. Raises LabelerError "disk-full", "not-written"."""
    staged = path.with_name(f"{path.name}.{os.getpid()}.new")
    with write_faults(path.name):
        try:
            staged.write_bytes(data)
            staged.replace(path)
        finally:
            staged.unlink(missing_ok=True)


@contextmanager
def write_faults(name: str) -> Iterator[None]:
    """Errors of the operating system inside tell that the file `name` was not written."""
    try:
        yield
    except OSError as error:
        raise _not_written(name, error) from error


def refuse_target(path: Path, *, replace: bool) -> None:
    """Before the work for a file is done: raises LabelerError "file-exists", since nothing is
    overwritten unless `replace` was asked for, and "not-written" where no file can be."""
    with write_faults(path.name):
        path.parent.stat()
        is_there, is_folder = path.exists(), path.is_dir()
    if is_folder:
        raise LabelerError(
            "file-exists",
            "{name} is a folder.",
            safe="It was left as it is.",
            do="Name a file, there or elsewhere.",
            name=path.name or str(path),
        )
    if is_there and not replace:
        raise LabelerError(
            "file-exists",
            "There is a file {name} already.",
            safe="It was left as it is.",
            do="Choose another name, or add --force to replace it.",
            name=path.name,
        )


def _not_written(name: str, error: OSError) -> LabelerError:
    if error.errno in DISK_FULL:
        return LabelerError(
            "disk-full",
            "The disk is full: {name} could not be written.",
            safe="What it would hold is still in this profile, and nothing half-written is left.",
            do="Free some space or choose another disk, then try again.",
            name=name,
        )
    return LabelerError(
        "not-written",
        "The file {name} could not be written ({reason}).",
        safe="What it would hold is still in this profile.",
        do="Choose another folder and try again.",
        name=name,
        reason=error.strerror or type(error).__name__,
    )
