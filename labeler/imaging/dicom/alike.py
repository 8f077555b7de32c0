"""Files of one series say nearly the same: what they share is read once for all of them.

Every answer is what `read_frames` gives for the file; files that are not alike are left to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.elements import HEAD, LEAST
from labeler.imaging.dicom.frame_reader import measured_as, read_frames
from labeler.imaging.dicom.frame_values import read_values
from labeler.imaging.dicom.groups import NOTHING, FrameGroups
from labeler.imaging.dicom.header import FileHeader, read_header
from labeler.imaging.dicom.suv import pet_facts
from labeler.imaging.dicom.traits import acquired_s, content_s
from labeler.imaging.frame_stores import NativeFrames
from labeler.imaging.frames import StoredFrame
from labeler.imaging.slides.dicom_slides import tiled_frames
from labeler.imaging.syntaxes import SYNTAXES
from labeler.kernels.elements import ElementWalk, Walked
from labeler.model.image import ByteSource

OWN = {
    tags.SOP_INSTANCE_UID: b"UI",
    tags.INSTANCE_NUMBER: b"IS",
    tags.IMAGE_POSITION_PATIENT: b"DS",
    tags.ACQUISITION_DATE: b"DA",
    tags.CONTENT_DATE: b"DA",
    tags.ACQUISITION_DATETIME: b"DT",
    tags.ACQUISITION_TIME: b"TM",
    tags.CONTENT_TIME: b"TM",
    tags.WINDOW_CENTER: b"DS",
    tags.WINDOW_WIDTH: b"DS",
    tags.RESCALE_INTERCEPT: b"DS",
    tags.RESCALE_SLOPE: b"DS",
}
"""What slices of one series say each for itself, and how that must be written. A tag may only be
added together with what is made of it, in `_Model`."""
_TIMES, _VALUES = slice(3, 8), slice(8, 12)
_MOSAICS_ONLY = {tags.SIEMENS_CSA_IMAGE_HEADER}
"""Differs from slice to slice and is large; asked only of mosaics, which are never alike."""
_ROOM = 256
"""So many kinds of files are known at once: interleaved echoes, time points, phases."""
_SIZES = (LEAST, 2 * LEAST, HEAD)
T = TypeVar("T")


class AlikeFiles:
    """The kinds of files met in one scan; not for several threads at once."""

    def __init__(self) -> None:
        plain = (tags.WANTED | tags.BULK) - tags.SEQUENCES - OWN.keys() - _MOSAICS_ONLY
        self._walk = ElementWalk(plain, tags.SEQUENCES, tags.PIXELS, OWN)
        self._known: dict[bytes, _Model] = {}
        self.enough = LEAST
        """How many first bytes the last file needed: so many the next one of its series will."""

    def read(self, source: ByteSource, head: bytes) -> tuple[StoredFrame, ...]:
        """The frames of one file; () where it must be read by itself.

        `head` are its first bytes, `enough` of them or more. Raises as `read_header` and
        `read_frames` do.
        """
        walked = self._walk.walk(head, source.read)
        if walked is None:
            return ()
        self.enough = next((size for size in _SIZES if walked.offset <= size), LEAST)
        model = self._known.get(walked.shared)
        if model is not None:
            frame = model.like(source, walked)
            return () if frame is None else (frame,)
        header = read_header(source, head)
        frames = tiled_frames(header.dataset, read_frames(header))
        if _is_model(header, frames, walked):
            if len(self._known) >= _ROOM:
                del self._known[next(iter(self._known))]
            self._known[walked.shared] = _Model(frames[0], header.dataset, walked)
        return frames


def _is_model(header: FileHeader, frames: tuple[StoredFrame, ...], walked: Walked) -> bool:
    """Whether nothing else than `OWN` can make a file with the same shared elements differ."""
    if len(frames) != 1:
        return False
    frame, dataset = frames[0], header.dataset
    file, store, values = frame.file, frame.file.store, header.dataset.values
    plain = file.kind == "dicom" and file.frame_count == 1 and not (file.mosaic or file.overlays)
    if not isinstance(store, NativeFrames) or store.filled or not plain:
        return False
    found = store.source, store.offset, store.length
    return (
        found == (header.original, walked.offset, walked.length)
        and header.source is header.original
        and header.explicit == SYNTAXES[header.syntax].explicit
        and not SYNTAXES[header.syntax].deflated
        and not header.cut
        and tags.ROWS in values
        and not dataset.has_any(_GROUPED)
        and dataset.code(tags.MODALITY) != "NM"
        and bool(dataset.code(tags.SERIES_INSTANCE_UID) and dataset.code(tags.SOP_INSTANCE_UID))
        and all(values.get(tag) == own for tag, own in zip(OWN, walked.own, strict=True))
    )


_GROUPED = (tags.SHARED_FUNCTIONAL_GROUPS_SEQUENCE, tags.PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE)


@dataclass(frozen=True, eq=False)
class _Model:
    """A file that was read in full, after which others are made."""

    frame: StoredFrame
    dataset: Dataset
    walked: Walked

    def like(self, source: ByteSource, walked: Walked) -> StoredFrame | None:
        """The one frame of a file whose shared elements are the same; None where it is cut short,
        or has no name of its own."""
        offset, length, own, mine = walked.offset, walked.length, walked.own, self.walked.own
        said = Dataset(dict(zip(OWN, own, strict=True)))  # type: ignore[arg-type]  # None: absent
        instance = said.code(tags.SOP_INSTANCE_UID)
        if not instance or length is None or source.size < offset + length:
            return None
        file = _with(
            self.frame.file,
            source=source,
            store=_with(self.frame.file.store, source=source, offset=offset),
            instance=instance,
            instance_number=said.integer(tags.INSTANCE_NUMBER),
        )
        place = said.decimals(tags.IMAGE_POSITION_PATIENT)
        origin = place if len(place) == 3 else None
        frame = _with(self.frame, file=file, position=origin, origin=origin)
        if own[_TIMES] != mine[_TIMES]:
            self._timed(frame, own)
        if own[_VALUES] != mine[_VALUES]:
            self._valued(frame, own)
        return frame

    def _timed(self, frame: StoredFrame, own: tuple[bytes | None, ...]) -> None:
        plain = self._dataset(own)
        moments = {"acquired_s": acquired_s(plain, plain), "content_s": content_s(plain)}
        frame.__dict__["traits"] = _with(frame.traits, **moments)
        if frame.file.pet is not None:
            frame.file.__dict__["pet"] = pet_facts(plain)

    def _valued(self, frame: StoredFrame, own: tuple[bytes | None, ...]) -> None:
        groups = FrameGroups(NOTHING, NOTHING, self._dataset(own))
        values = read_values((groups,), signed=frame.file.layout.signed)[0]
        frame.__dict__.update(measured_as(values, frame.file))

    def _dataset(self, own: tuple[bytes | None, ...]) -> Dataset:
        """What the file says in full."""
        mine = {tag: raw for tag, raw in zip(OWN, own, strict=True) if raw is not None}
        was = self.dataset
        return Dataset(was.values | mine, was.sequences, was.little, was.charset)


def _with(kept: T, **changed: Any) -> T:
    """As `dataclasses.replace`, which asks for every field again: a tenth of a scan's time."""
    made = object.__new__(type(kept))
    made.__dict__.update(kept.__dict__)
    made.__dict__.update(changed)
    return made
