"""Files of one series say nearly the same: what they share is read once for all of them.

Every answer is what `frames_in` gives for the file; files that are not alike are left to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.alike_pixels import PackedPixels, PlainPixels, pixels_of
from labeler.imaging.dicom.dataset import Dataset, code_in, decimals_in, integer_in
from labeler.imaging.dicom.elements import HEAD, LEAST
from labeler.imaging.dicom.frame_reader import measured_as
from labeler.imaging.dicom.frame_values import read_values
from labeler.imaging.dicom.groups import NOTHING, FrameGroups
from labeler.imaging.dicom.header import FileHeader, read_header
from labeler.imaging.dicom.reader import frames_in
from labeler.imaging.dicom.suv import pet_facts
from labeler.imaging.dicom.traits import acquired_s, content_s
from labeler.imaging.frames import StoredFrame
from labeler.imaging.syntaxes import SYNTAXES
from labeler.kernels.elements import ElementWalk, Walked
from labeler.model.image import ByteSource

OWN = {
    tags.SOP_INSTANCE_UID: b"UI",
    tags.INSTANCE_NUMBER: b"IS",
    tags.IMAGE_POSITION_PATIENT: b"DS",
}
"""What slices of one series say each for itself, and how that must be written."""
TIMES = {
    tags.ACQUISITION_DATE: b"DA",
    tags.CONTENT_DATE: b"DA",
    tags.ACQUISITION_DATETIME: b"DT",
    tags.ACQUISITION_TIME: b"TM",
    tags.CONTENT_TIME: b"TM",
}
VALUES = {
    tags.WINDOW_CENTER: b"DS",
    tags.WINDOW_WIDTH: b"DS",
    tags.RESCALE_INTERCEPT: b"DS",
    tags.RESCALE_SLOPE: b"DS",
}
SELDOM = TIMES | VALUES
"""What they may say each for itself. A tag may only be added to these tables together with what is
made of it, in `_Model`."""
_MOSAICS_ONLY = {tags.SIEMENS_CSA_IMAGE_HEADER}
"""Differs from slice to slice and is large; asked only of mosaics, which are never alike."""
_ROOM = 256
"""So many kinds of files are known at once: interleaved echoes, time points, phases."""
_SIZES = (LEAST, 2 * LEAST, HEAD)
T = TypeVar("T")


class AlikeFiles:
    """The kinds of files met in one scan; not for several threads at once."""

    def __init__(self) -> None:
        plain = (tags.WANTED | tags.BULK) - tags.SEQUENCES - _MOSAICS_ONLY
        plain -= OWN.keys() | SELDOM.keys()
        self._walk = ElementWalk(plain, tags.SEQUENCES, tags.PIXELS, OWN, SELDOM)
        self._known: dict[bytes, _Model] = {}
        self.enough = LEAST
        """How many first bytes the last file needed: so many the next one of its series will."""

    def read(
        self, source: ByteSource, head: bytes, size: int | None = None
    ) -> tuple[StoredFrame, ...]:
        """The frames of one file; () where it must be read by itself.

        `head` are its first bytes, `enough` of them or more; `size` is the file's, where it is
        known. Raises as `read_header` and `frames_in` do.
        """
        walked = self._walk.walk(head, source.read)
        if walked is None:
            return ()
        model = self._known.get(walked.shared)
        if model is not None:
            frame = model.like(source, walked, size)
            return () if frame is None else (frame,)
        self.enough = next((size for size in _SIZES if walked.offset <= size), LEAST)
        header = read_header(source, head)
        frames = frames_in(header)
        seldom = self._walk.seldom(walked)
        if not _is_model(header, frames, walked, seldom):
            return frames
        if (pixels := pixels_of(header, frames[0].file, walked)) is not None:
            if len(self._known) >= _ROOM:
                del self._known[next(iter(self._known))]
            model = _Model(frames[0], header.dataset, walked, self._walk, pixels)
            self._known[walked.shared] = model
        return frames


def _is_model(
    header: FileHeader,
    frames: tuple[StoredFrame, ...],
    walked: Walked,
    seldom: dict[int, bytes],
) -> bool:
    """Whether only what is own can make a file with the same shared elements differ."""
    if len(frames) != 1:
        return False
    file, dataset, values = frames[0].file, header.dataset, header.dataset.values
    return (
        file.kind == "dicom"
        and file.frame_count == 1
        and not (file.mosaic or file.overlays)
        and header.source is header.original
        and header.explicit == SYNTAXES[header.syntax].explicit
        and not SYNTAXES[header.syntax].deflated
        and not header.cut
        and tags.ROWS in values
        and not dataset.has_any(_GROUPED)
        and dataset.code(tags.MODALITY) != "NM"
        and bool(dataset.code(tags.SERIES_INSTANCE_UID) and dataset.code(tags.SOP_INSTANCE_UID))
        and all(values.get(tag) == own for tag, own in zip(OWN, walked.own, strict=True))
        and all(values.get(tag) == seldom.get(tag) for tag in SELDOM)
    )


_GROUPED = (tags.SHARED_FUNCTIONAL_GROUPS_SEQUENCE, tags.PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)


@dataclass(frozen=True, eq=False)
class _Model:
    """A file that was read in full, after which others are made."""

    frame: StoredFrame
    dataset: Dataset
    walked: Walked
    walk: ElementWalk
    pixels: PlainPixels | PackedPixels

    def like(self, source: ByteSource, walked: Walked, size: int | None) -> StoredFrame | None:
        """The one frame of a file whose shared elements are the same; None where it has no name
        of its own, or its pixels are not stored alike."""
        named, number, place = walked.own
        instance = code_in(named or b"")
        store = self.pixels.like(source, walked, size)
        if not instance or store is None:
            return None
        was = self.frame
        file = _with(
            was.file,
            source=source,
            store=store,
            instance=instance,
            instance_number=integer_in(number) if number else None,
        )
        found = decimals_in(place) if place else ()
        origin = found if len(found) == 3 else None
        frame = _with(was, file=file, position=origin, origin=origin)
        if walked.seldom != self.walked.seldom:
            self._tell(frame, walked)
        return frame

    def _tell(self, frame: StoredFrame, walked: Walked) -> None:
        """What the file says of its times and values, which is not what the model says."""
        mine, theirs = self.walk.seldom(self.walked), self.walk.seldom(walked)
        own = {tag: raw for tag, raw in zip(OWN, walked.own, strict=True) if raw is not None}
        was = self.dataset
        plain = Dataset(was.values | own | theirs, was.sequences, was.little, was.charset)
        if any(mine.get(tag) != theirs.get(tag) for tag in TIMES):
            moments = {"acquired_s": acquired_s(plain, plain), "content_s": content_s(plain)}
            frame.__dict__["traits"] = _with(frame.traits, **moments)
            if frame.file.pet is not None:
                frame.file.__dict__["pet"] = pet_facts(plain)
        if any(mine.get(tag) != theirs.get(tag) for tag in VALUES):
            groups = FrameGroups(NOTHING, NOTHING, plain)
            values = read_values((groups,), signed=frame.file.layout.signed)[0]
            frame.__dict__.update(measured_as(values, frame.file))


def _with(kept: T, **changed: Any) -> T:
    """As `dataclasses.replace`, which asks for every field again: a tenth of a scan's time."""
    made = object.__new__(type(kept))
    object.__setattr__(made, "__dict__", kept.__dict__ | changed)
    return made
