"""Which windows an image is first shown with: its header's, or an estimate from its middle."""

from __future__ import annotations

import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.counts import Counts, count_values
from labeler.imaging.frames import StoredFrame
from labeler.model.image import PixelSource, Window

_IDENTITY = Window(center=128.0, width=256.0)
_BINS = 256
_SOFT_TISSUE = Window(center=40.0, width=400.0)
_COUNTED = frozenset(("NM", "PT", "ST"))
_WIDEST = 1e308
_WHOLE = frozenset(("CR", "DX", "IO", "MG", "PX", "RF", "RG", "XA"))


def choose_windows(
    frame: StoredFrame, index: int, source: PixelSource
) -> tuple[tuple[Window, ...], bool]:
    """Windows for a whole series and whether they are an estimate; `frame` is its middle one."""
    layout = frame.file.layout
    if layout.samples == 3 or frame.file.palette is not None:
        return (_IDENTITY,), False
    if frame.windows or frame.voi.luts:
        return frame.windows or (frame.voi.luts[0].window,), False
    plain = frame.slope == 1 and frame.intercept == 0 and not _by_table(frame)
    if layout.bits_allocated == 8 and plain:
        return (_IDENTITY,), False
    if frame.unit == "HU":  # a scale that is known: what is above the background would be bone
        return (_SOFT_TISSUE,), True
    try:
        values = source.frame(index)
    except LabelerError:
        # Opening goes on: other slices may be readable, and the caveat says it is a guess.
        return (_full_range(layout.bits_stored, frame),), True
    counted = count_values(values)
    if frame.file.padding is not None and not _by_table(frame):
        counted = counted.outside(*frame.file.padding)
    counted = counted.rescaled(frame.slope, frame.intercept)
    modality = frame.file.info.modality
    window = estimate_window(counted, above_background=modality not in _WHOLE)
    return (_from_zero(window) if modality in _COUNTED else window,), True


def _by_table(frame: StoredFrame) -> bool:
    return frame.file.lut is not None or frame.lut is not None


def _from_zero(window: Window) -> Window:
    """Counts are seen from none on: what is faint must not vanish."""
    high = window.center + window.width / 2
    return Window(high / 2, high) if high > window.width else window


def _full_range(bits: int, frame: StoredFrame) -> Window:
    span = float(1 << min(bits, 16)) * abs(frame.slope)
    low = -span / 2 if frame.file.layout.signed else 0.0
    return Window(center=low + span / 2 + frame.intercept, width=max(span, 1.0))


def estimate_window(counted: Counts, *, above_background: bool) -> Window:
    """From the 1st to the 99th percentile, of what is brighter than Otsu's threshold if asked; of
    nearly all one value, over all that there is; one value alone is black."""
    usable = counted
    if above_background and usable.values.size:
        bright = usable.above(otsu(usable))
        usable = bright if bright.values.size else usable
    if not usable.values.size:
        return Window(center=1.0, width=1.0)
    low, high = usable.percentile(1), usable.percentile(99)
    if low == high:
        low, high = float(counted.values[0]), float(counted.values[-1])
    if low == high:
        return Window(center=low + 1.0, width=1.0)
    # A parametric map from 0 to 1 needs a width below 1; counts and HU do not.
    width = min(_short(high - low) or 1.0, _WIDEST)
    return Window(center=_short(low / 2 + high / 2), width=width)


def _short(value: float) -> float:
    """Five digits: an estimate is no better, and a person reads it."""
    return float(f"{value:.5g}")


def otsu(counted: Counts) -> float:
    """The threshold that best parts values in two (Otsu 1979), on 256 bins."""
    low, high = float(counted.values[0]), float(counted.values[-1])
    edges = np.linspace(low, high, _BINS + 1) if np.isfinite(high - low) else np.zeros(_BINS + 1)
    if not np.all(np.diff(edges) > 0):
        return low  # too near one another, or too far apart, to be parted
    counts, _ = np.histogram(counted.values, edges, weights=counted.counts)
    # Places within the range part as the values do, and cannot become too large for a number.
    centers = (np.arange(_BINS) + 0.5) / _BINS
    below = np.cumsum(counts)[:-1]
    above = counts.sum() - below
    sums = np.cumsum(counts * centers)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = below * above * (sums[:-1] / below - (sums[-1] - sums[:-1]) / above) ** 2
    return float(edges[1 + int(np.argmax(np.nan_to_num(spread)))])
