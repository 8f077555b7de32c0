"""What files are named by that say no UID: their SHA-256. Large ones are read for it later."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from functools import partial

from labeler.imaging.sources.files import FileBytes, Tick, sha256_of

AT_ONCE = 1 << 24
"""Bytes that are hashed before anybody could see that he waits."""


@dataclass(frozen=True)
class _Stamp:
    """By what a file on the disk is known to be the same, and not written to since."""

    size: int
    changed_ns: int
    number: tuple[int, int]


class Digests:
    """Of the files of one opening; used by one thread at a time.

    Until `read` was through a large file has a stand-in, which nothing may be bound to.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[_Stamp, str]] = {}
        self._waiting: dict[str, tuple[FileBytes, _Stamp]] = {}
        self._later = True

    def __call__(self, source: FileBytes) -> str:
        """Raises OSError."""
        path = os.fspath(source.path)
        stamp, known = _stamp(path), self._known.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        if stamp.size <= AT_ONCE or not self._later:
            return sha256_of(source)
        self._waiting[path] = source, stamp
        return "unread-" + hashlib.sha256(repr((path, stamp)).encode()).hexdigest()

    @property
    def waiting(self) -> bool:
        """Whether a stand-in was given."""
        return bool(self._waiting)

    def read(self, tick: Tick) -> bool:
        """Read what has a stand-in; whether every file is still the one that it was given for.

        Whoever asks from now on gets the digest of what is there then. Raises OSError.
        """
        total, done, same = sum(stamp.size for _, stamp in self._waiting.values()), 0, True
        self._later = False
        for path, (source, stamp) in self._waiting.items():
            digest = sha256_of(source, partial(_told, tick, done, total))
            done += stamp.size
            if _stamp(path) == stamp:
                self._known[path] = stamp, digest
            else:
                same = False
        return same


def _told(tick: Tick, begun: int, total: int, at: int) -> None:
    tick(begun + at, total)


def _stamp(path: str) -> _Stamp:
    told = os.stat(path)  # noqa: PTH116  as everywhere where files are asked for their state
    return _Stamp(told.st_size, told.st_mtime_ns, (told.st_dev, told.st_ino))
