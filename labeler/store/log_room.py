"""Room for the write-ahead log, made before it is needed.

A log that grows with each commit makes the file system write down its new length before the
flush returns: two more writes a step. One that is written over in place needs the bytes alone.
"""

from __future__ import annotations

import os
from pathlib import Path

from labeler.store.durable import sync_data
from labeler.store.faults import DISK_FULL, disk_faults

FRAME = 4096 + 24
"""A page in the log, and what is said of it."""
ROOM = 32 + 1000 * FRAME
"""The length at which SQLite moves the log into the database, and begins it from the start."""
_AT_ONCE = 2**20


def make_room(log: Path) -> bool:
    """Fill the empty log with zeros, which SQLite takes for no commit; False on a full disk.

    Then nothing is taken: there is no room to keep, and the log grows as far as it can.
    """
    with disk_faults():
        descriptor = os.open(log, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            return _fill(descriptor)
        finally:
            os.close(descriptor)


def _fill(descriptor: int) -> bool:
    if os.fstat(descriptor).st_size:
        return False  # commits are in it
    left = ROOM
    try:
        while left:
            left -= os.write(descriptor, bytes(min(left, _AT_ONCE)))
        sync_data(descriptor)
    except OSError as error:
        os.ftruncate(descriptor, 0)
        if error.errno not in DISK_FULL:
            raise
        return False
    return True
