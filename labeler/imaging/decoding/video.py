"""Cine as one video stream (MPEG2, H.264, HEVC): both sides of how its frames are decoded.

A decoder worker is asked for a strip: several frames, one below another. What it gets is
<u32 first frame> <u32 frames> and the whole stream, little-endian. FFmpeg inside OpenCV (LGPL 2.1)
reads the stream from memory: nothing of it is written to a disk.
"""

from __future__ import annotations

import io
import struct
import threading
from dataclasses import replace
from typing import Any

import numpy as np

from labeler.imaging.dicom.encapsulated import find_fragments
from labeler.imaging.frame_stores import DecodeError, Decoders
from labeler.imaging.layout import MAX_FRAME_BYTES, PixelLayout
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import ByteSource, Pixels

_WANTED = struct.Struct("<2I")
_STRIP_BYTES = 1 << 25
_STRIP_FRAMES = 64
_STARTS = (b"\0\0\1\xba", b"\0\0\1\xb3", b"\0\0\0\1", b"\0\0\1\x67", b"\0\0\1\x09", b"\x47")


class VideoFrames:
    """Frames of one stream. Keeps the last strip, because a stream is decoded from its beginning
    and cine is looked at frame after frame."""

    def __init__(
        self, source: ByteSource, syntax: Syntax, layout: PixelLayout, offset: int, count: int
    ) -> None:
        self._source, self._syntax, self._layout = source, syntax, layout
        self._offset, self._count = offset, count
        self._lock = threading.Lock()
        self._first = 0
        self._strip: Pixels | None = None

    def frame(self, number: int, decoders: Decoders) -> Pixels:
        """RGB; raises DecodeError, OSError."""
        with self._lock:
            strip = self._strip
            at = number - self._first
            if strip is None or not 0 <= at < len(strip):
                strip, at = self._decoded(number, decoders), 0
                self._strip, self._first = strip, number
            return np.ascontiguousarray(strip[at])

    def _decoded(self, number: int, decoders: Decoders) -> Pixels:
        stream = self._stream()
        size = self._layout.rows * self._layout.columns * 3
        many = max(min(_STRIP_FRAMES, _STRIP_BYTES // size, self._count - number), 1)
        try:
            return self._asked(number, many, stream, decoders)
        except DecodeError:
            if many == 1:
                raise
        # The stream may end before the header says so: what is there of it is shown.
        return self._asked(number, 1, stream, decoders)

    def _asked(self, first: int, many: int, stream: bytes, decoders: Decoders) -> Pixels:
        rows, columns = self._layout.rows, self._layout.columns
        strip = replace(self._layout, rows=rows * many)
        found = decoders.decode(self._syntax, strip, _WANTED.pack(first, many) + stream)
        return found.reshape(many, rows, columns, 3)

    def _stream(self) -> bytes:
        parts = find_fragments(self._source, self._offset)[1:]
        if sum(part.length for part in parts) > MAX_FRAME_BYTES:
            raise DecodeError("undecodable-image", f"a video of over {MAX_FRAME_BYTES >> 20} MiB")
        return b"".join(self._source.read(part.at + 8, part.length) for part in parts)


def decode_strip(data: bytes, layout: PixelLayout) -> Pixels:
    """RGB frames of a stream, one below another; only in a decoder worker."""
    import cv2

    first, many = _WANTED.unpack_from(data)
    stream = data[_WANTED.size :]
    # FFmpeg also knows playlists, which would have it open other files and addresses.
    if not stream.startswith(_STARTS) and stream[4:8] != b"ftyp":
        raise ValueError("no video stream begins like this")
    rows = layout.rows // many
    strip = np.empty((layout.rows, layout.columns, 3), np.uint8)
    # Its stub does not know that it reads from what is in memory.
    source: Any = io.BytesIO(stream)
    film = cv2.VideoCapture(source, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    try:
        for _ in range(first):
            film.grab()
        for k in range(many):
            whole, picture = film.read()
            if not whole:
                raise ValueError(f"the stream ends before frame {first + k + 1}")
            if picture.shape != (rows, layout.columns, 3):
                raise ValueError(f"decoded {picture.shape}, the header says {rows} rows")
            strip[k * rows : (k + 1) * rows] = picture[..., ::-1]
    finally:
        film.release()
    return strip
