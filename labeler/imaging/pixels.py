"""A series' PixelSource: one frame at a time, from offsets or through the decoders."""

from __future__ import annotations

import threading
from typing import Protocol

import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.encapsulated import FrameIndex, index_frames
from labeler.imaging.frames import StoredFile, StoredFrame
from labeler.imaging.layout import PixelLayout
from labeler.imaging.stored import from_native, native_span, to_rgb
from labeler.imaging.syntaxes import PICTURE, Syntax
from labeler.model.image import ByteSource, Pixels


class DecodeError(Exception):
    """A compressed frame gave no pixels; `code` says how, `detail` is for the log."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Decoders(Protocol):
    """Where compressed frames are decoded."""

    def decode(self, syntax: Syntax, layout: PixelLayout, data: bytes) -> Pixels:
        """Stored values of one frame, interleaved where in colour; raises DecodeError."""
        ...


class SeriesPixels:
    """PixelSource over the frames of one series; keeps no pixels, safe from any thread."""

    def __init__(self, frames: tuple[StoredFrame, ...], decoders: Decoders) -> None:
        self._frames = frames
        self._decoders = decoders
        self._indexes: dict[StoredFile, FrameIndex] = {}
        self._lock = threading.Lock()

    @property
    def shape(self) -> tuple[int, int, int]:
        layout = self._frames[0].file.layout
        return len(self._frames), layout.rows, layout.columns

    def frame(self, index: int) -> Pixels:
        frame = self._frames[index]
        file = frame.file
        try:
            values = self._compressed(frame) if file.syntax.compressed else _plain(frame)
        except DecodeError as error:
            raise _undecodable(frame, index, error) from error
        except OSError as error:
            broken = DecodeError("unreadable-image", error.strerror or type(error).__name__)
            raise _undecodable(frame, index, broken) from error
        return _shown(values, file)

    def _compressed(self, frame: StoredFrame) -> Pixels:
        file = frame.file
        if file.syntax.uid == PICTURE:
            data = file.source.read(0, file.source.size)
        else:
            data = self._index(file).read(file.source, frame.number)
        if not data:
            raise DecodeError("truncated-image", "the compressed frame is not in the file")
        return self._decoders.decode(file.syntax, file.layout, data)

    def _index(self, file: StoredFile) -> FrameIndex:
        """Where compressed frames lie; kept for files of many frames, found again for others."""
        with self._lock:
            known = self._indexes.get(file)
        if known is None:
            known = index_frames(
                file.source,
                file.pixels.offset,
                file.frame_count,
                file.offset_table,
                file.syntax.start,
            )
            if file.frame_count > 1:
                with self._lock:
                    self._indexes[file] = known
        return known


def _plain(frame: StoredFrame) -> Pixels:
    file = frame.file
    start, count, bit = native_span(file.layout, frame.number)
    raw = _native_bytes(file.source, file, start, count)
    if len(raw) < count:
        raise DecodeError("truncated-image", f"{len(raw)} of {count} bytes")
    return from_native(raw, file.layout, bit)


def _native_bytes(source: ByteSource, file: StoredFile, start: int, count: int) -> bytes:
    known = file.pixels.length
    if known is not None and start + count > known:
        return b""
    # Swapped words come in pairs: an odd frame needs the byte after its last.
    even = count + count % 2 if file.layout.words and not file.layout.little else count
    return source.read(file.pixels.offset + start, even)


def _shown(values: Pixels, file: StoredFile) -> Pixels:
    """Stored values as Image promises them: gray as they are, colour as 8-bit RGB."""
    layout = file.layout
    if file.palette is not None:
        return file.palette.apply(values)
    if layout.samples == 3:
        return to_rgb(values, layout)
    if file.lut is not None:
        return file.lut.apply(values)
    return np.ascontiguousarray(values)


_MESSAGES = {
    "truncated-image": "Image {number} is not whole: its file {name} was cut short.",
    "unreadable-image": "Image {number} cannot be read from the disk ({name}).",
    "decoder-hung": "Image {number} took too long to decode ({syntax}, {name}).",
    "decoder-died": "Image {number} stopped its decoder ({syntax}, {name}).",
    "decoder-bloated": "Image {number} needs too much memory to decode ({syntax}, {name}).",
}
_UNDECODABLE = "Image {number} cannot be decoded ({syntax}, {name})."


def _undecodable(frame: StoredFrame, index: int, error: DecodeError) -> LabelerError:
    number = frame.file.instance_number
    return LabelerError(
        error.code,
        _MESSAGES.get(error.code, _UNDECODABLE),
        safe="Other images and your marks are fine.",
        do="Continue; tell whoever sent you these images.",
        number=index + 1 if number is None else number,
        name=frame.file.source.name,
        syntax=frame.file.syntax.name,
        detail=str(error)[:200],
    )
