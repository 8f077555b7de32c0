"""What a disk or a database can do to us, as errors a person can read."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from labeler.errors import LabelerError

# A quota and a file-size limit stop a write just as a full disk does.
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def disk_full() -> LabelerError:
    """The disk took no more; nothing was half-written."""
    return LabelerError(
        "disk-full",
        "The disk is full.",
        safe="What was saved before is safe, and newer work is kept in memory.",
        do="Free some space and leave the program open: it saves again by itself.",
    )


def disk_failed(detail: str) -> LabelerError:
    """Reading or writing failed for another reason."""
    return LabelerError(
        "disk-failed",
        "The disk refused to read or write: {detail}.",
        safe="What was saved before is untouched.",
        do="Check that the disk is connected and may be written, then try again.",
        detail=detail,
    )


def database_damaged(detail: str) -> LabelerError:
    """The database file is not what was written."""
    return LabelerError(
        "database-damaged",
        "The database of this profile is damaged ({detail}).",
        safe="Nothing was changed.",
        do="Close Labeler and type: labeler doctor --recover. Or restore a backup.",
        detail=detail,
    )


def damaged_at_opening(detail: str, kept: str, profile: str) -> LabelerError:
    """The same, met when the profile in the folder `profile` was opened; copies are in `kept`."""
    return LabelerError(
        "database-damaged",
        "The database of this profile is damaged ({detail}).",
        safe="Nothing was changed. The damaged files are kept in {kept}.",
        do='Close Labeler and type: labeler doctor --recover --profile "{profile}". It keeps what '
        "is readable. Or restore a backup.",
        detail=detail,
        kept=kept,
        profile=profile,
    )


def from_os(error: OSError) -> LabelerError:
    """The words for an error of the operating system."""
    if error.errno in DISK_FULL:
        return disk_full()
    return disk_failed(error.strerror or type(error).__name__)


@contextmanager
def disk_faults() -> Iterator[None]:
    """Errors of the operating system inside become LabelerErrors."""
    try:
        yield
    except OSError as error:
        raise from_os(error) from error
