"""Bytes whose checksum is known beforehand: wrong ones are never given out as right ones."""

from __future__ import annotations

import errno
import threading
import zlib

from labeler.imaging.dicom.elements import HEAD
from labeler.model.image import ByteSource

_PIECE = 1 << 20


class CheckedBytes:
    """A ByteSource that holds another one against its CRC-32, once, before it is relied on.

    First bytes, by which files are known, are given without it, so that a scan reads no file whole;
    any read beyond HEAD waits for it. Raises OSError where the checksum differs.
    """

    def __init__(self, source: ByteSource, crc: int) -> None:
        self._source, self._crc = source, crc
        self._right: bool | None = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._source.name

    @property
    def size(self) -> int:
        return self._source.size

    def read(self, offset: int, length: int) -> bytes:
        if (self.size <= HEAD or offset + length > HEAD) and not self._is_right():
            raise OSError(errno.EIO, "its archive is damaged: the checksum differs")
        return self._source.read(offset, length)

    def _is_right(self) -> bool:
        with self._lock:
            if self._right is None:
                crc = at = 0
                while at < self.size and (piece := self._source.read(at, _PIECE)):
                    crc, at = zlib.crc32(piece, crc), at + len(piece)
                self._right = crc == self._crc
            return self._right
