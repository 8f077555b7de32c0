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
from labeler.model.image import ByteSource, DirectBytes, KnownDigest
from labeler.model.printable import printable

Beside = Callable[[str], ByteSource | None]
"""Finds the file of a name in the same folder, for headers whose pixels lie in another file."""

Tick = Callable[[int, int], None]
"""Told how many of how many are done; may raise Cancelled."""

Digest = Callable[["FileBytes"], str]
"""What names a file; see `digests.py`."""

MAX_FILES = 200_000
MAX_DEPTH = 32
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_SYSTEM_FOLDERS = frozenset(("__macosx", "$recycle.bin", "system volume information"))


class FileBytes:
    """A ByteSource over a file on disk; opens it for each read, so any thread may ask.

    Its name is a label that may be shown; the path leads to the file whatever that is called.
    `digest` tells what names it where it says no UID of its own.
    """

    def __init__(
        self, path: Path | str, name: str | None = None, digest: Digest | None = None
    ) -> None:
        self._path, self._digest = os.fspath(path), digest
        self.name = printable(Path(path).name if name is None else name)

    def sha256(self) -> str:
        """Of the whole file, or what stands for it. Raises OSError."""
        return sha256_of(self) if self._digest is None else self._digest(self)

    @property
    def size(self) -> int:
        return os.stat(self._path).st_size  # noqa: PTH116  a scan asks it of every file

    @property
    def path(self) -> Path:
        """For a library in a decoder worker that opens paths only."""
        return Path(self._path)

    def read(self, offset: int, length: int) -> bytes:
        return self.read_sized(offset, length)[0]

    def read_sized(self, offset: int, length: int) -> tuple[bytes, int]:
        """What `read` gives, and how large the file is at that moment."""
        handle = os.open(self._path, _FLAGS)
        try:
            size = _size_of(handle)
            data = _read_at(handle, length, offset)
            if len(data) < length and data:
                data = _read_on(handle, offset, length, data)
            return data, size
        finally:
            os.close(handle)

    def read_into(self, offset: int, out: memoryview) -> int:
        with io.FileIO(os.open(self._path, _FLAGS)) as file:
            _size_of(file.fileno())
            file.seek(offset)
            return _fill(file, out)

    def sibling(self, name: str) -> FileBytes | None:
        """The file of that plain name in the same folder, where there is one."""
        path = self.path.with_name(name)
        folder, slash, _ = self.name.rpartition("/")
        named = f"{folder}{slash}{name}"
        return FileBytes(path, named, self._digest) if path.is_file() else None

    def beside_in(self, folder: str) -> tuple[str, ...]:
        """Names, as they are told, of the files in a folder of that plain name beside it."""
        path = self.path.with_name(folder)
        above, slash, _ = self.name.rpartition("/")
        if not path.is_dir():
            return ()
        found = islice((each.name for each in path.iterdir() if each.is_file()), MAX_FILES)
        return tuple(f"{above}{slash}{folder}/{printable(name)}" for name in sorted(found))


def _size_of(handle: int) -> int:
    """A file's size. A pipe that took its place was not waited for, and no device is read."""
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, "it is no file")
    return state.st_size


def _read_on(handle: int, offset: int, length: int, data: bytes) -> bytes:
    """One read is allowed to return less than what is there; ask until it is all or the end."""
    while len(data) < length:
        more = _read_at(handle, length - len(data), offset + len(data))
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


def _seek_and_read(handle: int, length: int, offset: int) -> bytes:
    os.lseek(handle, offset, os.SEEK_SET)
    return os.read(handle, length)


_read_at: Callable[[int, int, int], bytes] = getattr(os, "pread", _seek_and_read)
"""Windows has no `pread`. Each read has a handle of its own, so seeking disturbs nobody."""


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


class HeadBytes:
    """Another ByteSource of which what is `there` from `start` on was read already; `is_all`
    where nothing comes behind it."""

    def __init__(self, source: ByteSource, start: int, there: memoryview, *, is_all: bool) -> None:
        self._source, self._start, self._there = source, start, there
        self._is_all = is_all

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def size(self) -> int:
        return self._source.size

    def read(self, offset: int, length: int) -> bytes:
        at = offset - self._start
        inside = at >= 0 and (self._is_all or at + length <= len(self._there))
        there = self._there[at : at + length]
        return bytes(there) if inside else self._source.read(offset, length)


def read_into(source: ByteSource, offset: int, out: memoryview) -> int:
    """Fill `out`, without a copy where the source can; how many bytes were there."""
    if isinstance(source, DirectBytes):
        return source.read_into(offset, out)
    data = source.read(offset, len(out))
    out[: len(data)] = data
    return len(data)


def file_digest(source: ByteSource) -> str:
    """What names a file that says no UID: the SHA-256 of all of it, as 64 hexadecimal digits, or
    what stands for that until a large file was read. Raises OSError."""
    return source.sha256() if isinstance(source, KnownDigest) else sha256_of(source)


def sha256_of(source: ByteSource, hear: Callable[[int], None] = lambda _done: None) -> str:
    """Of a whole file, read for it; `hear` is told how many bytes were. Raises OSError."""
    digest = hashlib.sha256()
    at = 0
    while piece := source.read(at, 1 << 20):
        digest.update(piece)
        at += len(piece)
        hear(at)
    return digest.hexdigest()


def folder_files(path: Path) -> list[ByteSource]:
    """Every file below a folder (or the one file), sorted by name; hidden ones are left out.

    Names are relative to the folder. Links to folders are not followed.
    """
    if path.is_file():
        return [FileBytes(path)]
    if not path.is_dir():
        raise no_folder(path.name)
    return [FileBytes(found, name) for found, name in walk(path)]


def walk(
    root: Path,
    refused: Callable[[OSError], None] = lambda _error: None,
    not_entered: Callable[[str], None] = lambda _name: None,
) -> Iterator[tuple[str, str]]:
    """Paths of regular files below a folder with their names relative to it ("/" between folders),
    a folder's own sorted by name before those of its folders; no hidden ones, pipes, devices.

    `refused` hears of folders that cannot be listed, `not_entered` the names of links to folders,
    and of folders below MAX_DEPTH.
    """
    return _below(os.fspath(root), "", 0, refused, not_entered)


def _below(
    folder: str,
    name: str,
    depth: int,
    refused: Callable[[OSError], None],
    not_entered: Callable[[str], None],
) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as listing:
            found = sorted(listing, key=_name_of)
    except OSError as error:
        refused(error)
        return
    folders = [each for each in found if _is(each.is_dir)]
    inside = []
    for each in folders:
        if hidden(f"{each.name}/x"):
            continue
        if depth >= MAX_DEPTH or each.is_symlink():
            not_entered(name + each.name)
        else:
            inside.append(each)
    for each in found:
        if each.name[0] != "." and _is(each.is_file):
            yield each.path, name + each.name
    for each in inside:
        yield from _below(each.path, f"{name}{each.name}/", depth + 1, refused, not_entered)


def _name_of(entry: os.DirEntry[str]) -> str:
    return entry.name


def _is(ask: Callable[[], bool]) -> bool:
    """What cannot be asked, as a link to itself, is neither a file nor a folder."""
    try:
        return ask()
    except OSError:
        return False


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
