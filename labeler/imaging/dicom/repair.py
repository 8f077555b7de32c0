"""A repaired copy of a DICOM file: the doctor's safe edits, made and then checked."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.dicom.checkup import Ailment, Splice, check_up
from labeler.imaging.dicom.frame_reader import read_frames
from labeler.imaging.dicom.header import read_header
from labeler.imaging.frame_stores import DecodeError, Decoders
from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import ByteSource, Pixels

MAX_BYTES = 1 << 30


def repaired(source: ByteSource, ailments: Iterable[Ailment], decoders: Decoders) -> bytes:
    """The whole file with all safe edits made; its frames are proved to hold the same values.

    Raises LabelerError "not-repaired" where the copy does not read as the original does, or where
    the file is too large to be held in memory.
    """
    if source.size > MAX_BYTES:
        raise _not_repaired(source, "it is too large")
    copy = MemoryBytes(source.name, _spliced(source, ailments))
    left = [one for one in check_up(copy) if one.splices]
    if left:
        raise _not_repaired(source, left[0].words[0])
    before, after = _frames(source), _frames(copy)
    if len(before) != len(after):
        raise _not_repaired(source, "it would hold another number of frames")
    for index in sorted({0, len(before) // 2, len(before) - 1} if before else ()):
        _compare(source, before[index], after[index], decoders)
    return copy.read(0, copy.size)


def _spliced(source: ByteSource, ailments: Iterable[Ailment]) -> bytes:
    """Several faults may share one edit: each is made once."""
    splices = {splice for one in ailments for splice in one.splices}
    parts: list[bytes] = []
    at = 0
    for splice in sorted(splices, key=_where):
        parts += (source.read(at, splice.at - at), splice.added)
        at = max(at, splice.at + splice.removed)
    return b"".join((*parts, source.read(at, source.size - at)))


def _where(splice: Splice) -> tuple[int, int]:
    return splice.at, splice.removed


def _frames(source: ByteSource) -> tuple[StoredFrame, ...]:
    """Nothing where the file holds no image: then there is nothing to compare."""
    try:
        return read_frames(read_header(source))
    except LabelerError:
        return ()


def _compare(
    source: ByteSource, before: StoredFrame, after: StoredFrame, decoders: Decoders
) -> None:
    if (before.position, before.orientation, before.spacing, before.slope, before.intercept) != (
        after.position, after.orientation, after.spacing, after.slope, after.intercept
    ):  # fmt: skip
        raise _not_repaired(source, "a frame would lie elsewhere or mean something else")
    was, now = _values(before, decoders), _values(after, decoders)
    if was is not None and (now is None or not np.array_equal(was, now, equal_nan=True)):
        raise _not_repaired(source, "a frame would hold other values")


def _values(frame: StoredFrame, decoders: Decoders) -> Pixels | None:
    """None where the frame cannot be shown, before or after."""
    try:
        return frame.file.store.frame(frame.number, decoders)
    except DecodeError:
        return None


def _not_repaired(source: ByteSource, reason: str) -> LabelerError:
    return LabelerError(
        "not-repaired",
        "{name} was not repaired: {reason}.",
        safe="The file itself was not touched, and no copy was written.",
        do="Ask the sender for another copy.",
        name=source.name,
        reason=reason,
    )
