"""Room on the disk for what is about to be downloaded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labeler.errors import LabelerError
from labeler.store.faults import DISK_FULL, from_os

KEPT_FREE = 64 * 2**20
"""So many bytes no download takes: the work on what is here must still be saved."""
MB = 1_000_000


def need_room(folder: Path, wanted: int) -> None:
    """Raises LabelerError "disk-full" where `wanted` bytes more would fill the disk."""
    free = shutil.disk_usage(folder).free
    if wanted and wanted + KEPT_FREE > free:
        raise LabelerError(
            "disk-full",
            "The disk is too full for this task: it needs {needed} MB, and {free} MB are free.",
            safe="Nothing was downloaded, and your work is untouched.",
            do="Free some space, then download the task again.",
            needed=_megabytes(wanted + KEPT_FREE),
            free=free // MB,
        )


@contextmanager
def room_for(part: Path, wanted: int) -> Iterator[None]:
    """A disk that fills up all the same is told of, and gets back what `part` took of it."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise from_os(error) from error
        part.unlink(missing_ok=True)
        raise LabelerError(
            "disk-full",
            "The disk became full during the download; it needs {needed} MB.",
            safe="What had arrived of this case was removed, and your work is untouched.",
            do="Free some space, then download the task again.",
            needed=_megabytes(wanted + KEPT_FREE),
        ) from error


def _megabytes(size: int) -> int:
    """Rounded up: so much is enough."""
    return -(-size // MB)
