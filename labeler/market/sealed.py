"""Sealed packages: the files of one item as one ciphertext, read at random and authenticated.

Layout: a header (magic "LBSP", version, chunk size, plaintext length; big-endian), then the
concatenated files in Item order, cut into chunks, each under AES-256-GCM. The nonce is the
chunk's number; header and a last-chunk flag are associated data, so chunks can be neither moved
nor dropped.
A key belongs to one package and is never used twice.
"""

from __future__ import annotations

import hashlib
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from labeler.errors import LabelerError
from labeler.model.image import ByteSource
from labeler.model.manifest import Item, ItemFile

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"LBSP"
VERSION = 1
CHUNK = 64 * 1024
KEY_BYTES = 32
TAG_BYTES = 16
HEADER = struct.Struct(">4sHIQ")
MAX_CHUNK = 16 * 1024 * 1024
CACHED_BYTES = 4 * 1024 * 1024

Tick = Callable[[int, int], None]
"""Told (bytes done, bytes in all) from time to time; may raise Cancelled."""


@dataclass(frozen=True)
class Blob:
    """A stored byte string by digest (SHA-256) and size in bytes."""

    sha256: str
    size: int


def _cipher(key: bytes) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(key) != KEY_BYTES:
        raise ValueError(f"a package key has {KEY_BYTES} bytes, not {len(key)}")
    return AESGCM(key)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _chunks_in(size: int, chunk: int) -> int:
    """An empty plaintext still has one chunk, so that its end is authenticated."""
    return max(1, -(-size // chunk))


def _pieces(files: Sequence[ByteSource], chunk: int) -> Iterator[bytes]:
    """The concatenated files in pieces of exactly `chunk` bytes, the last one shorter or empty."""
    held = bytearray()
    for file in files:
        offset = 0
        while offset < file.size:
            read = file.read(offset, min(chunk, file.size - offset))
            if not read:
                raise _changed(file.name)
            offset += len(read)
            held += read
            while len(held) > chunk:
                yield bytes(held[:chunk])
                del held[:chunk]
    yield bytes(held)


def seal(files: Iterable[ByteSource], out: BinaryIO, key: bytes) -> Blob:
    """Write the sealed package of `files`, in order, and name the ciphertext.

    `key` has 32 random bytes and must never have sealed anything else.
    """
    sources = tuple(files)
    header = HEADER.pack(MAGIC, VERSION, CHUNK, sum(file.size for file in sources))
    last = _chunks_in(sum(file.size for file in sources), CHUNK) - 1
    cipher = _cipher(key)
    digest, written = hashlib.sha256(header), out.write(header)
    for number, piece in enumerate(_pieces(sources, CHUNK)):
        sealed = cipher.encrypt(_nonce(number), piece, _bound(header, final=number == last))
        digest.update(sealed)
        written += out.write(sealed)
    return Blob(digest.hexdigest(), written)


def _bound(header: bytes, *, final: bool) -> bytes:
    return header + (b"\x01" if final else b"\x00")


class SealedPackage:
    """The files of one item, read from its sealed package without ever unsealing it on disk.

    Safe to call from any thread. Raises LabelerError "package-damaged" for a wrong key or a
    changed, cut or foreign file, "package-mismatch" where the files are not the item's.
    """

    def __init__(self, path: Path, key: bytes, item: Item) -> None:
        self._item = item
        self._cipher = _cipher(key)
        self._lock = threading.Lock()
        self._cache: OrderedDict[int, bytes] = OrderedDict()
        self._file = path.open("rb")
        try:
            self._header, self._chunk, self._size = self._read_header(path)
        except BaseException:
            self._file.close()
            raise
        self._last = _chunks_in(self._size, self._chunk) - 1
        self._cached_chunks = max(2, CACHED_BYTES // self._chunk)

    def _read_header(self, path: Path) -> tuple[bytes, int, int]:
        header = self._file.read(HEADER.size)
        if len(header) != HEADER.size:
            raise _damaged()
        magic, version, chunk, size = HEADER.unpack(header)
        if magic != MAGIC or version != VERSION or not 0 < chunk <= MAX_CHUNK:
            raise _damaged()
        if path.stat().st_size != HEADER.size + size + _chunks_in(size, chunk) * TAG_BYTES:
            raise _damaged()
        if size != sum(file.size for file in self._item.files):
            raise _mismatch()
        return header, chunk, size

    def close(self) -> None:
        """Let go of the file and of everything decrypted."""
        with self._lock:
            self._cache.clear()
            self._file.close()

    def __enter__(self) -> SealedPackage:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def files(self) -> list[ByteSource]:
        """One source a file, in Item order."""
        starts = accumulate((file.size for file in self._item.files), initial=0)
        return [
            _PackedFile(self, file, start)
            for file, start in zip(self._item.files, starts, strict=False)
        ]

    def check_digests(self, tick: Tick = lambda _done, _total: None) -> None:
        """Read everything once and compare each file with the digest the item binds."""
        done = 0
        for file, source in zip(self._item.files, self.files(), strict=True):
            digest = hashlib.sha256()
            for offset in range(0, file.size, self._chunk):
                piece = source.read(offset, self._chunk)
                digest.update(piece)
                done += len(piece)
                tick(done, self._size)
            if digest.hexdigest() != file.sha256:
                raise _mismatch()

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` plaintext bytes from `offset` of the concatenated files."""
        end = min(offset + length, self._size)
        if offset < 0 or end <= offset:
            return b""
        first, last = offset // self._chunk, (end - 1) // self._chunk
        if first == last:
            start = first * self._chunk
            return self._plain(first)[offset - start : end - start]
        joined = b"".join(self._plain(number) for number in range(first, last + 1))
        start = first * self._chunk
        return joined[offset - start : end - start]

    def _plain(self, number: int) -> bytes:
        with self._lock:
            if (cached := self._cache.get(number)) is not None:
                self._cache.move_to_end(number)
                return cached
            sealed = self._sealed(number)
        piece = self._open(number, sealed)
        with self._lock:
            self._cache[number] = piece
            while len(self._cache) > self._cached_chunks:
                self._cache.popitem(last=False)
        return piece

    def _sealed(self, number: int) -> bytes:
        plain = self._chunk if number < self._last else self._size - number * self._chunk
        self._file.seek(HEADER.size + number * (self._chunk + TAG_BYTES))
        sealed = self._file.read(plain + TAG_BYTES)
        if len(sealed) != plain + TAG_BYTES:
            raise _damaged()
        return sealed

    def _open(self, number: int, sealed: bytes) -> bytes:
        from cryptography.exceptions import InvalidTag

        bound = _bound(self._header, final=number == self._last)
        try:
            return self._cipher.decrypt(_nonce(number), sealed, bound)
        except InvalidTag as error:
            raise _damaged() from error


@dataclass(frozen=True, eq=False)
class _PackedFile:
    """One file inside the package."""

    package: SealedPackage
    file: ItemFile
    start: int

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def size(self) -> int:
        return self.file.size

    def sha256(self) -> str:
        """The item binds it, and the package was read against it when it came (`check_digests`);
        what of it was changed since does not open."""
        return self.file.sha256

    def read(self, offset: int, length: int) -> bytes:
        if offset < 0:
            return b""
        return self.package.read(self.start + offset, min(length, self.file.size - offset))


def _damaged() -> LabelerError:
    return LabelerError(
        "package-damaged",
        "The downloaded case is damaged or its key is not the right one.",
        safe="Your marks and answers are kept apart from it.",
        do="Download the task again.",
    )


def _mismatch() -> LabelerError:
    return LabelerError(
        "package-mismatch",
        "The downloaded case does not hold the images that the task names.",
        safe="It was not opened; your own work is untouched.",
        do="Download the task again; if this stays, tell the marketplace.",
    )


def _changed(name: str) -> LabelerError:
    return LabelerError(
        "file-changed",
        "The file {name} became shorter while it was read.",
        safe="Nothing was published.",
        do="Wait until the folder is complete, then try again.",
        name=name,
    )
