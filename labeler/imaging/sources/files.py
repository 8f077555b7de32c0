"""Files as untrusted bytes: where they lie, and how they are read."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from labeler.errors import LabelerError
from labeler.model.image import ByteSource, DirectBytes
from labeler.model.printable import printable

Beside = Callable[[str], ByteSource | None]
"""Finds the file of a name in the same folder, for headers whose pixels lie in another file."""

Tick = Callable[[int, int], None]
"""Told how many of how many are done; may raise Cancelled."""

MAX_FILES = 200_000
MAX_DEPTH = 32
_SYSTEM_FOLDERS = frozenset(("__macosx", "$recycle.bin", "system volume information"))


class FileBytes:
    """A ByteSource over a file on disk; opens it for each read, so any thread may ask.

    Its name is a label that may be shown; the path leads to the file whatever that is called.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        self._path = path
        self._name = printable(path.name if name is None else name)

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return self._path.stat().st_size

    @property
    def path(self) -> Path:
        """For a library in a decoder worker that opens paths only."""
        return self._path

    def read(self, offset: int, length: int) -> bytes:
        with open(self._path, "rb", buffering=0, opener=_open_file) as file:
            file.seek(offset)
            return _read_fully(file, length)

    def read_into(self, offset: int, out: memoryview) -> int:
        with open(self._path, "rb", buffering=0, opener=_open_file) as file:
            file.seek(offset)
            return _fill(file, out)

    def sibling(self, name: str) -> FileBytes | None:
        """The file of that plain name in the same folder, where there is one."""
        path = self._path.with_name(name)
        folder, slash, _ = self._name.rpartition("/")
        return FileBytes(path, f"{folder}{slash}{name}") if path.is_file() else None

    def beside_in(self, folder: str) -> tuple[str, ...]:
        """Names, as they are told, of the files in a folder of that plain name beside it."""
        path = self._path.with_name(folder)
        above, slash, _ = self._name.rpartition("/")
        if not path.is_dir():
            return ()
        found = islice((each.name for each in path.iterdir() if each.is_file()), MAX_FILES)
        return tuple(f"{above}{slash}{folder}/{printable(name)}" for name in sorted(found))


def _open_file(path: str, flags: int) -> int:
    """A pipe that took a file's place is not waited for, and a device not read."""
    handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no file")
    return handle


def _read_fully(file: io.RawIOBase | io.FileIO, length: int) -> bytes:
    """One read is allowed to return less than what is there; ask until it is all or the end."""
    data = file.read(length) or b""
    while len(data) < length:
        more = file.read(length - len(data))
        if not more:
            break
        data += more
    return data


def _fill(file: io.FileIO, out: memoryview) -> int:
    done = 0
    while done < len(out):
        more = file.readinto(out[done:])
        if not more:
            break
        done += more
    return done


class MemoryBytes:
    """A ByteSource over bytes that are already in memory."""

    def __init__(self, name: str, data: bytes) -> None:
        self._name = name
        self._data = data

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return len(self._data)

    def read(self, offset: int, length: int) -> bytes:
        return self._data[offset : offset + length]


class PartBytes:
    """A stretch of another ByteSource under a name of its own: what lies plain in an archive."""

    def __init__(self, source: ByteSource, start: int, size: int, name: str) -> None:
        self._source, self._start, self._size, self._name = source, start, size, name

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return self._size

    def read(self, offset: int, length: int) -> bytes:
        if offset < 0 or offset >= self._size:
            return b""
        return self._source.read(self._start + offset, min(length, self._size - offset))

    def read_into(self, offset: int, out: memoryview) -> int:
        if offset < 0 or offset >= self._size:
            return 0
        return read_into(self._source, self._start + offset, out[: self._size - offset])


def read_into(source: ByteSource, offset: int, out: memoryview) -> int:
    """Fill `out`, without a copy where the source can; how many bytes were there."""
    if isinstance(source, DirectBytes):
        return source.read_into(offset, out)
    data = source.read(offset, len(out))
    out[: len(data)] = data
    return len(data)


def file_digest(source: ByteSource) -> str:
    """SHA-256 of a whole file, as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    at = 0
    while piece := source.read(at, 1 << 20):
        digest.update(piece)
        at += len(piece)
    return digest.hexdigest()


def folder_files(path: Path) -> list[ByteSource]:
    """Every file below a folder (or the one file), sorted by name; hidden ones are left out.

    Names are relative to the folder. Links to folders are not followed.
    """
    if path.is_file():
        return [FileBytes(path)]
    if not path.is_dir():
        raise no_folder(path.name)
    return [FileBytes(found, found.relative_to(path).as_posix()) for found in walk(path)]


def walk(
    root: Path,
    refused: Callable[[OSError], None] = lambda _error: None,
    not_entered: Callable[[Path], None] = lambda _folder: None,
) -> Iterator[Path]:
    """Regular files below a folder, sorted by name, without hidden ones, pipes and devices.

    `refused` hears of folders that cannot be listed, `not_entered` of links to folders, and of
    folders below MAX_DEPTH.
    """
    for folder, folders, names in os.walk(root, onerror=refused):
        here = Path(folder)
        deep = len(here.relative_to(root).parts) >= MAX_DEPTH
        shown = sorted(name for name in folders if not hidden(f"{name}/x"))
        folders[:] = [name for name in shown if not deep and not (here / name).is_symlink()]
        for name in shown:
            if name not in folders:
                not_entered(here / name)
        for name in sorted(names):
            if not hidden(name) and (here / name).is_file():
                yield here / name


def hidden(name: str) -> bool:
    """Whether systems hide it, or keep their own things in it: never looked at."""
    *folders, base = name.split("/")
    return base.startswith(".") or any(
        folder.startswith(".") or folder.casefold() in _SYSTEM_FOLDERS for folder in folders
    )


def no_folder(name: str) -> LabelerError:
    return LabelerError(
        "no-folder",
        "There is no folder or file named {name}.",
        safe="Nothing was changed.",
        do="Check the name and try again.",
        name=printable(name),
    )
