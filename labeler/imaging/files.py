"""Files as untrusted bytes: where they lie, and how they are read."""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from labeler.errors import LabelerError
from labeler.model.image import ByteSource

Beside = Callable[[str], ByteSource | None]
"""Finds the file of a name in the same folder, for headers whose pixels lie in another file."""

MAX_FILES = 200_000
MAX_DEPTH = 32
_CHUNK = 1 << 16


class FileBytes:
    """A ByteSource over a file on disk; opens it for each read, so any thread may ask."""

    def __init__(self, path: Path, name: str | None = None) -> None:
        self._path = path
        self._name = path.name if name is None else name

    @property
    def name(self) -> str:
        return self._name

    @property
    def size(self) -> int:
        return self._path.stat().st_size

    def read(self, offset: int, length: int) -> bytes:
        with self._path.open("rb", buffering=0) as file:
            file.seek(offset)
            return _read_fully(file, length)


def _read_fully(file: io.RawIOBase | io.FileIO, length: int) -> bytes:
    """One read is allowed to return less than what is there; ask until it is all or the end."""
    data = file.read(length) or b""
    while len(data) < length:
        more = file.read(length - len(data))
        if not more:
            break
        data += more
    return data


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


class InflatedBytes:
    """The deflated rest of a file, as if it were stored plain (PS3.5 A.5).

    Every read inflates from the start and keeps only what was asked for: a small file that
    would unfold into gigabytes never holds more than one frame of memory.
    """

    def __init__(self, source: ByteSource, start: int) -> None:
        self._source = source
        self._start = start

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def size(self) -> int:
        return sum(len(piece) for piece in self._pieces())

    def read(self, offset: int, length: int) -> bytes:
        kept: list[bytes] = []
        at = 0
        for piece in self._pieces():
            if at + len(piece) > offset:
                kept.append(piece[max(0, offset - at) : offset + length - at])
            at += len(piece)
            if at >= offset + length:
                break
        return b"".join(kept)

    def _pieces(self) -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        at = self._start
        while not inflate.eof and (data := self._source.read(at, _CHUNK)):
            at += len(data)
            while data and not inflate.eof:
                try:
                    piece = inflate.decompress(data, _CHUNK)
                except zlib.error:
                    return
                yield piece
                data = inflate.unconsumed_tail
        if rest := inflate.flush():
            yield rest


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
        raise LabelerError(
            "no-folder",
            "There is no folder or file named {name}.",
            safe="Nothing was changed.",
            do="Check the name and try again.",
            name=path.name,
        )
    return [FileBytes(found, found.relative_to(path).as_posix()) for found in _walk(path)]


def _walk(root: Path) -> list[Path]:
    found: list[Path] = []
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        deep = len(here.relative_to(root).parts) >= MAX_DEPTH
        folders[:] = [] if deep else sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = here / name
            if not name.startswith(".") and file.is_file():
                found.append(file)
        if len(found) > MAX_FILES:
            raise LabelerError(
                "too-many-files",
                "This folder holds more than {limit} files.",
                safe="Nothing was changed.",
                do="Choose the folder of one study.",
                limit=MAX_FILES,
            )
    return found
