"""Single files sealed while they come in, when nobody knows yet how long they get.

Layout: a header (magic "LBSF", version, chunk size, salt; big-endian), then chunks under
AES-256-GCM, the last one shorter or empty. Each file has a key of its own, drawn from the given
key and its salt (HKDF-SHA256). The nonce is the chunk's number; the header and a last-chunk flag
are associated data, so chunks can be neither moved nor dropped.
"""

from __future__ import annotations

import os
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.errors import LabelerError
from labeler.store.faults import disk_faults

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"LBSF"
VERSION = 1
CHUNK = 64 * 1024
TAG = 16
HEADER = struct.Struct(">4sHI16s")
CACHED_BYTES = 4 * 1024 * 1024
Random = Callable[[int], bytes]


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    own = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"labeler sealed file")
    return AESGCM(own.derive(key))


def _bound(header: bytes, *, final: bool) -> bytes:
    return header + (b"\x01" if final else b"\x00")


class SealedWriter:
    """Writes `path`, which must not be there; nothing of it is ever on the disk in the clear."""

    def __init__(self, path: Path, key: bytes, random: Random = os.urandom) -> None:
        salt = random(16)
        self._header = HEADER.pack(MAGIC, VERSION, CHUNK, salt)
        self._cipher = _cipher(key, salt)
        self._held = bytearray()
        self._number = 0
        with disk_faults():
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            self._file = os.fdopen(descriptor, "wb", closefd=True)
            self._file.write(self._header)

    def write(self, data: bytes) -> None:
        self._held += data
        # The last chunk is sealed as the last one: some bytes are always held back.
        while len(self._held) > CHUNK:
            self._seal(bytes(self._held[:CHUNK]), final=False)
            del self._held[:CHUNK]

    def finish(self) -> None:
        """No more bytes will come: the file is whole.

        It is not waited for the medium: what a power cut took is found by its missing bytes, and
        asked for again. Waiting would halve the speed.
        """
        self._seal(bytes(self._held), final=True)
        self._held.clear()
        with disk_faults():
            self._file.close()

    def close(self) -> None:
        """Let go of the file, whole or not."""
        with disk_faults():
            self._file.close()

    def _seal(self, piece: bytes, *, final: bool) -> None:
        nonce = self._number.to_bytes(12, "big")
        with disk_faults():
            self._file.write(self._cipher.encrypt(nonce, piece, _bound(self._header, final=final)))
        self._number += 1


class SealedFile:
    """A `ByteSource` over one sealed file; safe to use from any thread.

    Raises LabelerError "received-damaged" for a wrong key, or a changed or cut file.
    """

    def __init__(self, path: Path, key: bytes, name: str, cache: ChunkCache | None = None) -> None:
        self._path, self._key, self.name = path, key, name
        self._cache = cache or ChunkCache()
        self._known: tuple[bytes, AESGCM, int] | None = None
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        return self._head()[2]

    def read(self, offset: int, length: int) -> bytes:
        end = min(offset + length, self.size)
        if offset < 0 or end <= offset:
            return b""
        first, last = offset // CHUNK, (end - 1) // CHUNK
        whole = b"".join(self._plain(number) for number in range(first, last + 1))
        return whole[offset - first * CHUNK : end - first * CHUNK]

    def check(self) -> None:
        """Authenticate every byte."""
        for number in range(max(1, -(-self.size // CHUNK))):
            self._open(number)

    def _head(self) -> tuple[bytes, AESGCM, int]:
        with self._lock:
            if self._known is None:
                with disk_faults(), self._path.open("rb") as file:
                    header = file.read(HEADER.size)
                    sealed = os.fstat(file.fileno()).st_size - HEADER.size
                self._known = header, self._cipher_of(header), _plain_size(sealed)
            return self._known

    def _cipher_of(self, header: bytes) -> AESGCM:
        if len(header) != HEADER.size:
            raise _damaged()
        magic, version, chunk, salt = HEADER.unpack(header)
        if (magic, version, chunk) != (MAGIC, VERSION, CHUNK):
            raise _damaged()
        return _cipher(self._key, salt)

    def _plain(self, number: int) -> bytes:
        found = self._cache.get((self._path, number))
        if found is None:
            found = self._open(number)
            self._cache.put((self._path, number), found)
        return found

    def _open(self, number: int) -> bytes:
        from cryptography.exceptions import InvalidTag

        header, cipher, size = self._head()
        last = max(1, -(-size // CHUNK)) - 1
        plain = CHUNK if number < last else size - number * CHUNK
        with disk_faults(), self._path.open("rb", buffering=0) as file:
            file.seek(HEADER.size + number * (CHUNK + TAG))
            sealed = file.read(plain + TAG) or b""
        try:
            return cipher.decrypt(
                number.to_bytes(12, "big"), sealed, _bound(header, final=number == last)
            )
        except (InvalidTag, ValueError) as error:
            raise _damaged() from error


class ChunkCache:
    """The chunks read last, of all files that share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._chunks: OrderedDict[tuple[Path, int], bytes] = OrderedDict()

    def get(self, key: tuple[Path, int]) -> bytes | None:
        with self._lock:
            if key in self._chunks:
                self._chunks.move_to_end(key)
            return self._chunks.get(key)

    def put(self, key: tuple[Path, int], chunk: bytes) -> None:
        with self._lock:
            self._chunks[key] = chunk
            while len(self._chunks) > CACHED_BYTES // CHUNK:
                self._chunks.popitem(last=False)


def _plain_size(sealed: int) -> int:
    """Bytes of plain text in `sealed` bytes of chunks; every chunk but the last is full."""
    if sealed < TAG:
        raise _damaged()
    full, rest = divmod(sealed, CHUNK + TAG)
    if 0 < rest < TAG:
        raise _damaged()
    return full * CHUNK + max(0, rest - TAG)


def _damaged() -> LabelerError:
    return LabelerError(
        "received-damaged",
        "A received image is damaged on this disk.",
        safe="Your marks and the other images are fine.",
        do="Get the study again: only what is damaged is asked for.",
    )
