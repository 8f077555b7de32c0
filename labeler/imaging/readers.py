"""The table of readers: one for each family of files. The first that knows a file reads it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from labeler.imaging.dicom import reader as dicom
from labeler.imaging.dicom.elements import HEAD
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.frames import StoredFrame
from labeler.imaging.problems import unknown_file
from labeler.imaging.sources.files import Beside
from labeler.model.image import ByteSource

if TYPE_CHECKING:
    from labeler.imaging.slides.foreign_slides import ForeignSlide


class Reader(Protocol):
    """One family of files: how they are known, and what they hold. Modules have this shape."""

    def knows(self, head: bytes, name: str) -> bool:
        """Whether a file that begins so, and is called so, is of this family."""
        ...

    def read(
        self, source: ByteSource, head: bytes, beside: Beside
    ) -> tuple[StoredFrame, ...] | ForeignSlide:
        """Its frames, placed, in any order, from headers only; `head` are its first bytes.

        A ForeignSlide where only a library in a decoder worker can read the file. Raises
        LabelerError naming what is wrong, and OSError.
        """
        ...


DICOM: Reader = dicom
"""Asked first."""


@cache
def others() -> tuple[Reader, ...]:
    """In the order in which they are asked; loaded for the first file that is not DICOM."""
    from labeler.imaging.pictures import reader as pictures
    from labeler.imaging.pictures import tiff_files
    from labeler.imaging.slides import slide_makers
    from labeler.imaging.volumes import gipl, metaimage, mgh, named_only, nifti, nrrd

    return (
        slide_makers,
        tiff_files,
        pictures,
        nifti,
        nrrd,
        metaimage,
        mgh,
        gipl,
        named_only,
    )


def read_file(source: ByteSource, beside: Beside) -> tuple[StoredFrame, ...]:
    """The frames of one file; of foreign slides none. Raises as `recognise` does."""
    return frames_of(recognise(source, beside), None)


def frames_of(
    found: tuple[StoredFrame, ...] | ForeignSlide, decoders: Decoders | None
) -> tuple[StoredFrame, ...]:
    """Raises as `foreign_frames` does."""
    if isinstance(found, tuple):
        return found
    from labeler.imaging.slides.foreign_slides import foreign_frames

    return foreign_frames(found, decoders)


def recognise(
    source: ByteSource, beside: Beside, head: bytes = b""
) -> tuple[StoredFrame, ...] | ForeignSlide:
    """What the first reader that knows the file says of it.

    `head` are its first bytes, where they were read already: HEAD of them, or fewer that end in
    no doubt (DICOM). Raises LabelerError, OSError.
    """
    head = head or source.read(0, HEAD)
    if DICOM.knows(head, source.name):
        return DICOM.read(source, head, beside)
    for reader in others():
        if reader.knows(head, source.name):
            return reader.read(source, head, beside)
    raise unknown_file(source.name, head)
