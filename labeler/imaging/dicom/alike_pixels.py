"""The pixels of files whose headers say the same: where they lie, and if they are stored alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.agreement import Agreed, agree
from labeler.imaging.dicom.header import FileHeader
from labeler.imaging.frame_stores import EncapsulatedFrames, FrameStore, NativeFrames
from labeler.imaging.frames import StoredFile
from labeler.imaging.sources.files import HeadBytes
from labeler.imaging.syntaxes import SYNTAXES
from labeler.kernels.elements import Walked
from labeler.model.image import ByteSource

_AHEAD = (1 << 12) + 64
"""What `agree` looks at of nearly every compressed image, and the heads of two items."""


@dataclass(frozen=True, eq=False)
class PlainPixels:
    """One uncompressed frame: the header says all of it, but whether the file is whole."""

    store: NativeFrames

    def like(self, source: ByteSource, walked: Walked, size: int | None) -> FrameStore | None:
        """None where the file is cut short."""
        length = walked.length
        there = source.size if size is None else size
        if length is None or there < walked.offset + length:
            return None
        # As `NativeFrames(...)`, which sets each of its fields by a call.
        made = object.__new__(NativeFrames)
        made.__dict__.update(
            self.store.__dict__, source=source, offset=walked.offset, length=length
        )
        return made


@dataclass(frozen=True, eq=False)
class PackedPixels:
    """One compressed frame, whose first bytes must be asked what it is: `agreed` is the answer."""

    header: FileHeader
    agreed: Agreed

    def like(self, source: ByteSource, walked: Walked, _size: int | None) -> FrameStore | None:
        """None where its bytes say anything else."""
        assert self.header.pixels is not None, "a file without pixels is no model"
        pixels = replace(self.header.pixels, offset=walked.offset)
        room = memoryview(source.read(walked.offset, _AHEAD))
        ahead = HeadBytes(source, walked.offset, room, is_all=False)
        try:
            found = agree(replace(self.header, original=source, source=ahead, pixels=pixels))
        except LabelerError:
            return None  # told by who reads it in full
        if found != self.agreed:
            return None
        table = self.header.dataset.values.get(tags.EXTENDED_OFFSET_TABLE, b"")
        return EncapsulatedFrames(source, found.syntax, found.layout, walked.offset, 1, table)


def pixels_of(
    header: FileHeader, file: StoredFile, walked: Walked
) -> PlainPixels | PackedPixels | None:
    """How files like this one hold their frame; None where only reading in full can tell."""
    store = file.store
    if isinstance(store, EncapsulatedFrames):
        single = (header.dataset.integer(tags.NUMBER_OF_FRAMES) or 1) == 1
        return PackedPixels(header, agree(header)) if single else None
    if not isinstance(store, NativeFrames) or store.filled:
        return None
    if SYNTAXES[header.syntax].compressed or walked.length is None:
        return None  # their bytes may be items after all
    found = store.source, store.offset, store.length
    same = found == (header.original, walked.offset, walked.length)
    return PlainPixels(store) if same else None
