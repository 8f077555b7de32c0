"""Which frames of a DICOM file are there, and the store that gives them."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.agreement import Agreed
from labeler.imaging.dicom.header import FileHeader
from labeler.imaging.frame_stores import (
    EncapsulatedFrames,
    FrameStore,
    NativeFrames,
    native_frames,
)
from labeler.imaging.layout import bad_value
from labeler.model.image import Caveat

MAX_FRAMES = 100_000
_ANY_NUMBER = 10**12
"""More than the twelve characters of an IS can say."""


@dataclass(frozen=True, eq=False)
class Held:
    """`frame_count` are the frames that are there, or begin there; fewer than said: truncated."""

    store: FrameStore
    frame_count: int
    caveats: tuple[Caveat, ...]


def hold_pixels(header: FileHeader, agreed: Agreed) -> Held:
    """Raises LabelerError where more frames are there than any image has."""
    # However many it says: those that are not there must be missed.
    said = max(header.dataset.integer(tags.NUMBER_OF_FRAMES, _ANY_NUMBER) or 1, 1)
    store, there = _found(header, agreed, said)
    if there > MAX_FRAMES:
        raise bad_value(tags.NUMBER_OF_FRAMES, there, header.source.name)
    cut = there < said or (isinstance(store, NativeFrames) and store.filled)
    return Held(store, there, (Caveat.CUT_SHORT,) if cut else ())


def _found(header: FileHeader, agreed: Agreed, said: int) -> tuple[FrameStore, int]:
    pixels, source, layout = header.pixels, header.source, agreed.layout
    assert pixels is not None, "agreed upon"
    if agreed.syntax.video:
        from labeler.imaging.decoding.video import VideoFrames

        return VideoFrames(source, agreed.syntax, layout, pixels.offset, said), said
    if agreed.syntax.compressed:
        table = header.dataset.values.get(tags.EXTENDED_OFFSET_TABLE, b"")
        # No more frames than fragments could be: each has a head of eight bytes.
        most = min(said, max((source.size - pixels.offset) // 8, 1))
        frames = EncapsulatedFrames(source, agreed.syntax, layout, pixels.offset, most, table)
        return frames, frames.count() if most > 1 else 1
    length = pixels.length
    if source is header.original:
        left = max(source.size - pixels.offset, 0)
        length = left if length is None else min(length, left)
    if length is None:
        return NativeFrames(source, layout, pixels.offset, None), said
    there, cut = native_frames(layout, length, said)
    return NativeFrames(source, layout, pixels.offset, length, filled=cut), there
