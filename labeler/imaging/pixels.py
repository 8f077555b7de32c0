"""A series' PixelSource: one frame at a time, from offsets or through the decoders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property

import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.decoding.stored import stored_type, to_rgb
from labeler.imaging.dicom import tags
from labeler.imaging.frame_stores import DecodeError, Decoders, frame_into
from labeler.imaging.frames import StoredFrame
from labeler.model.image import Pixels
from labeler.model.volume import Later, SliceKind


class SeriesPixels:
    """SliceSource over the frames of one series; keeps no pixels, safe from any thread."""

    def __init__(self, frames: tuple[StoredFrame, ...], decoders: Decoders) -> None:
        self._frames = frames
        self._decoders = decoders

    @property
    def shape(self) -> tuple[int, int, int]:
        layout = self._frames[0].file.layout
        return len(self._frames), layout.rows, layout.columns

    @cached_property
    def kind(self) -> SliceKind | None:
        kinds = {shown_kind(frame) for frame in _unlike(self._frames)}
        return kinds.pop() if len(kinds) == 1 else None

    def frame(self, index: int) -> Pixels:
        frame = self._frames[index]
        with _told(frame, index):
            values = frame.file.store.frame(frame.number, self._decoders)
        return shown_values(values, frame)

    def read_into(self, index: int, out: Pixels) -> Later | None:
        frame = self._frames[index]
        if _is_changed(frame):
            out[...] = self.frame(index)
            return None
        with _told(frame, index):
            return frame_into(frame.file.store, frame.number, self._decoders, out)


def _unlike(frames: tuple[StoredFrame, ...]) -> Iterable[StoredFrame]:
    """One frame for all that share their layout and tables: files of one series mostly do, and
    this is asked on the main thread."""
    shared = (
        (frame.file.layout, frame.file.palette, frame.file.lut, frame.lut) for frame in frames
    )
    return {
        tuple(map(id, parts)): frame for parts, frame in zip(shared, frames, strict=True)
    }.values()


@contextmanager
def _told(frame: StoredFrame, index: int) -> Iterator[None]:
    """Failures in terms of the image."""
    try:
        yield
    except DecodeError as error:
        raise _undecodable(frame, index, error) from error
    except OSError as error:
        broken = DecodeError("unreadable-image", error.strerror or type(error).__name__)
        raise _undecodable(frame, index, broken) from error


def _is_changed(frame: StoredFrame) -> bool:
    """Whether what is shown is made of stored values, and not they themselves."""
    file = frame.file
    tables = (file.palette, file.lut, frame.lut)
    return file.layout.samples == 3 or any(table is not None for table in tables)


def shown_kind(frame: StoredFrame) -> SliceKind:
    """The shape and type of what `shown_values` gives."""
    file, layout = frame.file, frame.file.layout
    shape = (layout.rows, layout.columns)
    if file.palette is not None or layout.samples == 3:
        return SliceKind((*shape, 3), np.dtype(np.uint8))
    table = file.lut or frame.lut
    return SliceKind(shape, stored_type(layout) if table is None else table.table.dtype)


def shown_values(values: Pixels, frame: StoredFrame) -> Pixels:
    """Stored values as Image promises them: gray as they are, colour as 8-bit RGB."""
    file, layout = frame.file, frame.file.layout
    if file.palette is not None:
        return file.palette.apply(values)
    if layout.samples == 3:
        return to_rgb(values, layout)
    table = file.lut or frame.lut
    if table is not None:
        return table.apply(values)
    return np.ascontiguousarray(values)


_MESSAGES = {
    "truncated-image": "Image {number} is not whole: its file {name} was cut short.",
    "unreadable-image": "Image {number} cannot be read from the disk ({name}: {tried}).",
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
        tried=str(error)[:400],
        tag=_at_fault(frame, error),
    )


def _at_fault(frame: StoredFrame, error: DecodeError) -> str:
    """Pixel Data where its bytes are missing, else the transfer syntax; pictures have no tags."""
    if frame.file.kind != "dicom":
        return ""
    missing = error.code in ("truncated-image", "unreadable-image")
    return tags.spelled(tags.PIXEL_DATA if missing else tags.TRANSFER_SYNTAX_UID)
