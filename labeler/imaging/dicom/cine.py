"""When the frames of a file were taken, and how fast they are meant to be shown (PS3.3 C.7.6.5)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.groups import FrameGroups
from labeler.imaging.dicom.moments import datetime_seconds

_FASTEST, _SLOWEST = 1000.0, 1e-3
_LONGEST_FRAME_MS = 1e7


def frame_times_ms(groups: Sequence[FrameGroups]) -> tuple[float, ...] | None:
    """From the first frame of a file, ms; None where nothing says it, or it runs backwards."""
    count = len(groups)
    if count < 2:
        return None
    plain = groups[0].plain
    vector = plain.decimals(tags.FRAME_TIME_VECTOR)
    if len(vector) == count:
        times = tuple(accumulate((0.0, *vector[1:])))
    else:
        times = _acquired(groups) or _even(plain.decimal(tags.FRAME_TIME), count)
    forward = all(before <= after for before, after in pairwise(times))
    return times if times and forward and times[-1] > 0 else None


def _even(frame_ms: float | None, count: int) -> tuple[float, ...]:
    if frame_ms is None or not 0 < frame_ms < _LONGEST_FRAME_MS:
        return ()
    return tuple(frame_ms * n for n in range(count))


def _acquired(groups: Sequence[FrameGroups]) -> tuple[float, ...]:
    """From the moment each frame was taken, where every frame has one of its own."""
    said = [group.own.item(tags.FRAME_CONTENT_SEQUENCE) for group in groups]
    moments = [datetime_seconds(one.code(tags.FRAME_ACQUISITION_DATETIME)) for one in said]
    known = [moment for moment in moments if moment is not None]
    if len(known) < len(groups):
        return ()
    return tuple(round((moment - known[0]) * 1000, 2) for moment in known)


def frame_rate(plain: Dataset) -> float | None:
    """Frames a second as the file wants to be shown: Recommended Display Frame Rate, Cine Rate,
    else Frame Time; None where it does not say."""
    for tag in (tags.RECOMMENDED_DISPLAY_FRAME_RATE, tags.CINE_RATE):
        rate = plain.decimal(tag)
        if rate is not None and _SLOWEST <= rate <= _FASTEST:
            return rate
    frame_ms = plain.decimal(tags.FRAME_TIME)
    if frame_ms is None or not 1000 / _FASTEST <= frame_ms <= 1000 / _SLOWEST:
        return None
    return 1000 / frame_ms
