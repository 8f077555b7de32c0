"""The window a volume is first shown with: its header's where that fits its values, else a guess.

Volumes hold label maps, maps of statistics and rescaled scans; what their headers ask to be shown
(NIfTI's cal_min and cal_max) is often left over from an earlier image.
"""

from __future__ import annotations

import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.counts import Counts, count_values
from labeler.imaging.frames import StoredFrame
from labeler.imaging.windows import choose_windows, estimate_window
from labeler.model.image import PixelSource, Window

_FEW = 16
"""So many values or fewer are labels: all of them are shown."""
_LEAST_SHARE = 0.05
"""A window of which the values fill less than this shows nothing."""


def volume_windows(
    frame: StoredFrame, index: int, source: PixelSource
) -> tuple[tuple[Window, ...], bool]:
    """Windows for a volume and whether the first is an estimate; `frame` is its middle one."""
    if frame.file.layout.samples == 3:
        return choose_windows(frame, index, source)
    try:
        counted = _some_values(frame, index, source)
    except LabelerError:
        return choose_windows(frame, index, source)
    if frame.windows and (counted.values.size < 2 or _fits(frame.windows[0], counted)):
        return frame.windows, False
    return (_estimated(counted), *frame.windows), True


def _some_values(frame: StoredFrame, index: int, source: PixelSource) -> Counts:
    """Values of the middle slice, or of one beside it where that is empty."""
    counted = _of(frame, index, source)
    slices = source.shape[0]
    for other in (slices // 4, slices * 3 // 4):
        if counted.values.size > 1:
            break
        counted = _of(frame, other, source)
    return counted


def _of(frame: StoredFrame, index: int, source: PixelSource) -> Counts:
    return count_values(source.frame(index)).rescaled(frame.slope, frame.intercept)


def _fits(window: Window, counted: Counts) -> bool:
    low, high = window.center - window.width / 2, window.center + window.width / 2
    darkest, brightest = counted.percentile(1), counted.percentile(99)
    shared = min(high, brightest) - max(low, darkest)
    return shared > _LEAST_SHARE * window.width


def _estimated(counted: Counts) -> Window:
    values = counted.values
    if 1 < values.size <= _FEW and np.array_equal(values, np.rint(values)):
        low, high = float(values[0]), float(values[-1])
        return Window(center=(low + high) / 2, width=high - low)
    return estimate_window(counted, above_background=True)
