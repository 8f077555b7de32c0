"""Decoded frames on the disk, encrypted: what took long to decode is decoded once.

A folder for each case, a file for each frame: a nonce, then AES-256-GCM of the frame, with its
name as associated data. Keys and names are derived from the data key (HMAC-SHA256), so that the
disk tells neither a case nor an image, and a profile whose key is gone has no frames. Nothing is
made durable: a file that is not whole does not authenticate.
"""

from __future__ import annotations

import hmac
import os
import shutil
import threading
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.store.vault import Random

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_ROOM_AFTER = 0.9
"""Of the limit, once it was reached: so that not each frame looks for the oldest."""


class FrameCache:
    """Bounded in bytes, the oldest go first; safe to use from any thread.

    What cannot be written is not kept, and what cannot be read was never there.
    """

    def __init__(
        self, folder: Path, data_key: bytes, limit_bytes: int, random: Random = os.urandom
    ) -> None:
        self._folder, self._limit, self._random = folder, limit_bytes, random
        self._seal_key = _derived(data_key, b"labeler frame cache 1: seal")
        self._name_key = _derived(data_key, b"labeler frame cache 1: name")
        self._lock = threading.Lock()
        self._sizes: OrderedDict[Path, int] | None = None
        self._used = 0
        self._sealer: AESGCM | None = None

    def of(self, case_id: str) -> CaseFrames:
        """The frames of one case."""
        return CaseFrames(self, self._case(case_id))

    def wipe(self, case_id: str) -> None:
        """Remove all frames of a case."""
        folder = self._case(case_id)
        with self._lock:
            shutil.rmtree(folder, ignore_errors=True)
            self._sizes = None

    def set_limit(self, limit_bytes: int) -> None:
        """From now on; what is over it goes when the next frame comes. Of 0 nothing is read."""
        self._limit = limit_bytes

    def path(self, folder: Path, name: bytes) -> Path:
        return folder / _derived(self._name_key, folder.name.encode() + name)[:16].hex()

    def read(self, path: Path) -> bytes | None:
        """What was kept there; None where nothing was, or where it is not what was kept."""
        from cryptography.exceptions import InvalidTag

        if not self._limit:
            return None
        try:
            sealed = path.read_bytes()
        except OSError:
            return None
        try:
            return self._cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(path))
        except (InvalidTag, ValueError):
            self._forget(path)
            return None

    def write(self, path: Path, data: bytes) -> None:
        if len(data) > self._limit:
            with self._lock:
                self._make_room(self._known())
            return
        nonce = self._random(_NONCE)
        sealed = nonce + self._cipher().encrypt(nonce, data, _bound(path))
        making = path.with_name(f"{path.name}.{threading.get_ident()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            making.write_bytes(sealed)
            making.replace(path)
        except OSError:  # a full disk, a folder that was taken away: it is decoded again
            with suppress(OSError):
                making.unlink(missing_ok=True)
            return
        self._count(path, len(sealed))

    def _case(self, case_id: str) -> Path:
        return self._folder / _derived(self._name_key, case_id.encode())[:16].hex()

    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if self._sealer is None:
            self._sealer = AESGCM(self._seal_key)
        return self._sealer

    def _forget(self, path: Path) -> None:
        with self._lock:
            if self._sizes is not None:
                self._used -= self._sizes.pop(path, 0)
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _count(self, path: Path, size: int) -> None:
        with self._lock:
            sizes = self._known()
            self._used += size - sizes.pop(path, 0)
            sizes[path] = size
            self._make_room(sizes)

    def _make_room(self, sizes: OrderedDict[Path, int]) -> None:
        if self._used <= self._limit:
            return
        while sizes and self._used > self._limit * _ROOM_AFTER:
            oldest, freed = sizes.popitem(last=False)
            self._used -= freed
            with suppress(OSError):
                oldest.unlink(missing_ok=True)

    def _known(self) -> OrderedDict[Path, int]:
        """All files by their age, looked for once."""
        if self._sizes is None:
            found = []
            for path in self._folder.glob("*/*"):
                with suppress(OSError):
                    told = path.stat()
                    found.append((told.st_mtime_ns, path, told.st_size))
            self._sizes = OrderedDict((path, size) for _, path, size in sorted(found))
            self._used = sum(self._sizes.values())
        return self._sizes


class CaseFrames:
    """Frames of one case by the digest of what they were decoded from."""

    def __init__(self, cache: FrameCache, folder: Path) -> None:
        self._cache, self._folder = cache, folder

    @property
    def has_any(self) -> bool:
        """Whether anything was kept of the case."""
        return self._folder.is_dir()

    def get(self, name: bytes) -> bytes | None:
        """What was kept under that name, authenticated; else None."""
        return self._cache.read(self._cache.path(self._folder, name))

    def put(self, name: bytes, data: bytes) -> None:
        """Keep it, where there is room on the disk."""
        self._cache.write(self._cache.path(self._folder, name), data)


def _derived(key: bytes, what: bytes) -> bytes:
    return hmac.digest(key, what, "sha256")


def _bound(path: Path) -> bytes:
    """What a file is sealed to: at another place it opens nothing."""
    return f"{path.parent.name}/{path.name}".encode()
