"""The inbox of one received study: every instance a sealed file, named by no UID."""

from __future__ import annotations

import hmac
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

from labeler.app.room import KEPT_FREE
from labeler.errors import Cancelled, LabelerError
from labeler.imaging.dicom.header import read_header
from labeler.imaging.dicom.wholeness import is_whole
from labeler.store.faults import disk_faults
from labeler.store.received import ReceivedRow
from labeler.store.sealed_files import ChunkCache, SealedFile, SealedWriter

MB = 1_000_000


class SealedInbox:
    """Files in `folder` begin with the row's id; a name tells a UID only to who has the key."""

    def __init__(self, folder: Path, row: ReceivedRow) -> None:
        if row.key is None:
            raise ValueError("a wiped study receives nothing")
        self._folder, self._id, self._key = folder, row.id, row.key
        self._lock = threading.Lock()
        self._closed = False

    def close(self) -> None:
        """From now on nothing is kept: a line that was given up may still say something."""
        with self._lock:
            self._closed = True

    def tidy(self) -> None:
        """Remove drafts of a program that was killed; only where nothing is coming in."""
        with disk_faults():
            for left in self._folder.glob(f"{self._id}-*.part"):
                left.unlink(missing_ok=True)

    def holds(self, uid: str) -> bool:
        path = self._path(uid)
        if not path.is_file():
            return False
        try:
            file = SealedFile(path, self._key, "received")
            file.check()
            return is_whole(read_header(file))
        except LabelerError as error:
            # What this program cannot look into is whole as long as its seal is.
            return error.code == "unknown-syntax"

    def draft(self) -> SealedDraft:
        if shutil.disk_usage(self._folder).free < KEPT_FREE:
            raise _full()
        return SealedDraft(
            self._folder / f"{self._id}-{os.urandom(8).hex()}.part", self._key, self._keep
        )

    def _keep(self, draft: Path, uid: str) -> None:
        with self._lock:
            if self._closed:
                raise Cancelled
            with disk_faults():
                draft.replace(self._path(uid))

    def files(self) -> list[SealedFile]:
        """Everything that is here; what is not whole is not."""
        cache = ChunkCache()
        return [
            SealedFile(path, self._key, f"{number:05}", cache)
            for number, path in enumerate(self._paths(), 1)
        ]

    def size(self) -> tuple[int, int]:
        """Files, and their bytes on the disk."""
        sizes = [path.stat().st_size for path in self._paths()]
        return len(sizes), sum(sizes)

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob(f"{self._id}-*.sealed"))

    def _path(self, uid: str) -> Path:
        name = hmac.digest(self._key, uid.encode("ascii"), "sha256").hex()
        return self._folder / f"{self._id}-{name}.sealed"


class SealedDraft:
    """One instance that is coming in."""

    def __init__(self, path: Path, key: bytes, keep: Callable[[Path, str], None]) -> None:
        self._path, self._key, self._keep = path, key, keep
        self._writer = SealedWriter(path, key)

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def finish(self) -> SealedFile:
        self._writer.finish()
        return SealedFile(self._path, self._key, "received")

    def keep(self, uid: str) -> None:
        self._keep(self._path, uid)

    def drop(self) -> None:
        self._writer.close()
        with disk_faults():
            self._path.unlink(missing_ok=True)


def remove_files(folder: Path, name: str) -> None:
    """The files of a wiped study: without its key they are noise already."""
    with disk_faults():
        for path in folder.glob(f"{name}-*"):
            path.unlink(missing_ok=True)


def _full() -> LabelerError:
    return LabelerError(
        "disk-full",
        "The disk is too full to receive more images: at least {free} MB must stay free.",
        safe="What came is kept, sealed, and your work is untouched.",
        do="Free some space, then get the study again: only what is missing is asked for.",
        free=KEPT_FREE // MB,
    )
