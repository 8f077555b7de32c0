"""The reader of DICOM files (PS3.10), with or without their preamble."""

from __future__ import annotations

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.frame_reader import read_frames
from labeler.imaging.dicom.header import FileHeader, looks_like_dicom, read_header
from labeler.imaging.dicom.objects import WHOLE_SLIDES
from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import Beside
from labeler.model.image import ByteSource


def knows(head: bytes, name: str) -> bool:  # noqa: ARG001  DICOM files are called anything
    return looks_like_dicom(head)


def read(
    source: ByteSource,
    head: bytes,
    beside: Beside,  # noqa: ARG001  a DICOM file is whole
) -> tuple[StoredFrame, ...]:
    """Raises LabelerError naming the tag at fault."""
    return frames_in(read_header(source, head))


def frames_in(header: FileHeader) -> tuple[StoredFrame, ...]:
    """All frames of a file; of a whole slide one a path and depth. Raises as `read` does."""
    frames = read_frames(header)
    if header.dataset.code(tags.SOP_CLASS_UID) not in WHOLE_SLIDES:
        return frames
    from labeler.imaging.slides.dicom_slides import tiled_frames

    return tiled_frames(header.dataset, frames)
