"""Blobs in a folder, named by SHA-256; a name appears only over whole, durable bytes."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeVar

from labeler.errors import LabelerError
from labeler.market.sealed import Blob

_NAME = re.compile(r"[0-9a-f]{64}")
T = TypeVar("T")
LOG = logging.getLogger(__name__)
MB = 1_000_000
# A quota and a file-size limit stop a write just as a full disk does.
DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class BlobFolder:
    """Immutable byte strings under `root`; safe to share between threads and processes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def path(self, digest: str) -> Path:
        """Where a blob lies, or would lie. Raises ValueError for what is no digest."""
        if not _NAME.fullmatch(digest):
            raise ValueError("a blob is named by 64 hexadecimal digits")
        return self._root / digest[:2] / digest

    def has(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def size(self, digest: str) -> int:
        return self.path(digest).stat().st_size

    def read(self, digest: str) -> bytes:
        return self.path(digest).read_bytes()

    def put(self, data: bytes) -> Blob:
        """Store bytes; storing them again changes nothing."""
        digest = hashlib.sha256(data).hexdigest()
        if not self.has(digest):
            with self.incoming() as arrival:
                arrival.write(data)
                arrival.keep(digest)
        return Blob(digest, len(data))

    def write(self, fill: Callable[[BinaryIO], Blob]) -> Blob:
        """Store what `fill` writes under the digest that it returns."""
        with self.incoming() as arrival:
            with _disk_faults():
                blob = fill(arrival.file)
            arrival.keep(blob.sha256)
        return blob

    def need_room(self, wanted: int) -> None:
        """Raises LabelerError "disk-full" where `wanted` bytes more find no place."""
        free = shutil.disk_usage(self._root).free
        if wanted > free:
            raise LabelerError(
                "disk-full",
                "The disk is too full: {needed} MB are needed, and {free} MB are free.",
                safe="Nothing was changed.",
                do="Free some space, or move the marketplace's folder to a larger disk.",
                needed=-(-wanted // MB),
                free=free // MB,
            )

    def incoming(self) -> Arrival:
        """A blob that is still arriving; forgotten unless kept."""
        return Arrival(self, self._incoming / secrets.token_hex(16))

    def sweep(self, older_than: float) -> None:
        """Forget arrivals last written before `older_than` (seconds since 1970)."""
        for path in self._incoming.iterdir():
            if path.stat().st_mtime < older_than:
                path.unlink(missing_ok=True)


class Arrival:
    """Bytes on their way in: written, then kept under a name or dropped."""

    def __init__(self, folder: BlobFolder, path: Path) -> None:
        self._folder = folder
        self._path = path
        self._sha256 = hashlib.sha256()
        self.size = 0
        with _disk_faults():
            self.file: BinaryIO = path.open("xb")

    def write(self, data: bytes) -> None:
        self._sha256.update(data)
        self.size += len(data)
        with _disk_faults():
            self.file.write(data)

    @property
    def digest(self) -> str:
        """SHA-256 of what went through `write`."""
        return self._sha256.hexdigest()

    def keep(self, digest: str) -> None:
        """Make the bytes durable, then visible as `digest`."""
        with _disk_faults():
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
            target = self._folder.path(digest)
            target.parent.mkdir(exist_ok=True)
            self._path.replace(target)
            _sync_folder(target.parent)
            _sync_folder(target.parent.parent)

    def __enter__(self) -> Arrival:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.file.close()
        except OSError:
            # What a full disk did not take is tried once more here, and given up.
            LOG.warning("An arriving blob was dropped: the disk took no more")
        self._path.unlink(missing_ok=True)


@contextmanager
def _disk_faults() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in DISK_FULL:
            raise LabelerError(
                "disk-full",
                "The disk of the marketplace is full.",
                safe="Nothing half-written is left.",
                do="Free some space, then try again.",
            ) from error
        raise LabelerError(
            "disk-failed",
            "The disk of the marketplace refused to read or write: {reason}.",
            safe="Nothing half-written is left.",
            do="Check that the disk is connected and may be written, then try again.",
            reason=error.strerror or type(error).__name__,
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make a new name durable; on Windows folders cannot be opened, and need not be."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
