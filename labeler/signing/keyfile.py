"""Key files on disk: whole or not there, and readable by their owner alone."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from labeler.errors import LabelerError
from labeler.signing.keystore import MAX_FILE_BYTES


def read_key_file(path: Path) -> bytes:
    """The bytes of a key file. Raises LabelerError "keystore-missing" where there is none."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise LabelerError(
            "keystore-missing",
            "The key file {name} cannot be read: {reason}.",
            safe="Nothing was changed.",
            do="Look whether the disk is connected, or restore the key from its recovery words.",
            name=path.name,
            reason=error.strerror or "unknown error",
        ) from None


def write_key_file(path: Path, data: bytes) -> None:
    """Write a new key file (mode 0600); it is on the disk when this returns.

    An existing file is never replaced: LabelerError "keystore-exists". A full or broken disk is
    LabelerError "keystore-not-written", and no half file stays under `path`.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_synced(partial, data)
        # A link fails where the name is taken, a rename would silently replace another key.
        _put_in_place(partial, path)
        _sync_folder(path.parent)
    except FileExistsError:
        raise LabelerError(
            "keystore-exists",
            "This key is already here: {name}.",
            safe="The key file is unchanged.",
            do="Unlock it with its passphrase.",
            name=path.name,
        ) from None
    except OSError as error:
        raise LabelerError(
            "keystore-not-written",
            "The key file {name} could not be written: {reason}.",
            safe="No key was made, and nothing was signed.",
            do="Free some space or choose another folder, then try again.",
            name=path.name,
            reason=error.strerror or "unknown error",
        ) from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _write_synced(path: Path, data: bytes) -> None:
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        _sync(file.fileno())


def _put_in_place(partial: Path, path: Path) -> None:
    try:
        os.link(partial, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, such as FAT
        if path.exists():
            raise FileExistsError(path) from None
        partial.rename(path)


def _sync(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        os.fsync(handle)
        return
    if hasattr(fcntl, "F_FULLFSYNC"):  # macOS: fsync alone leaves data in the drive's cache
        fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
    else:
        os.fsync(handle)


def _sync_folder(folder: Path) -> None:
    if not hasattr(os, "O_DIRECTORY"):  # Windows has no folder handles to sync
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
