"""Windows by name, and the one a case opens with."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeler.model.frames import Window
from labeler.model.image import Caveat, Image, Pixels, VoiLut
from labeler.viewing.phrase import Phrase, phrase


@dataclass(frozen=True)
class Preset:
    """`window` is None for the header's own; with `lut` it is the range of that table."""

    code: str
    name: str
    window: Window | None
    lut: int | None = None


HEADER = Preset("header", "Header", None)
ESTIMATED = Preset("estimated", "Estimated", None)
"""In the header's place where the file names no window."""

TABLE = Preset("lut", "Table", None)
SUV_TOPS = (6, 10, 20)

CT_PRESETS = (
    HEADER,
    Preset("lung", "Lung", Window(-600, 1500)),
    Preset("mediastinum", "Mediastinum", Window(50, 350)),
    Preset("abdomen", "Abdomen", Window(50, 400)),
    Preset("liver", "Liver, portal", Window(90, 150)),
    Preset("bone", "Bone", Window(400, 1800)),
    Preset("brain", "Brain", Window(40, 80)),
    Preset("stroke", "Stroke", Window(40, 40)),
    Preset("subdural", "Subdural", Window(75, 200)),
    Preset("liver-plain", "Liver, plain", Window(30, 150)),
    Preset("temporal-bone", "Temporal bone", Window(700, 4000)),
    Preset("cta", "CT angiography", Window(200, 600)),
)
"""The first nine have the keys Shift+1 to Shift+9."""


def presets_for(image: Image) -> tuple[Preset, ...]:
    """The presets that mean something for this image, the opening one first; none in colour.

    Where keys are known by heart (CT), the file's further ones come last.
    """
    if image.is_color:
        return ()
    first, *further = _own(image)
    fixed = CT_PRESETS[1:] if image.unit == "HU" else _pet(image)
    if image.suv_factor is not None:
        return (*fixed, first, *further)
    return (first, *fixed, *further)


def _own(image: Image) -> tuple[Preset, ...]:
    """What the file itself offers: its tables, then its windows."""
    tables = tuple(
        Preset(f"lut-{n}", lut.name or TABLE.name, lut.window, n)
        for n, lut in enumerate(image.voi.luts)
    )
    if not image.windows:
        return tables or (ESTIMATED,)
    told = (*image.voi.names, *("",) * len(image.windows))
    windows = tuple(
        Preset(f"header-{n}", name or HEADER.name, window)
        for n, (name, window) in enumerate(zip(told, image.windows, strict=False))
        if not any(lut.window == window for lut in image.voi.luts)
    )
    if tables or not windows:
        return (*tables, *windows)
    return (_first_window(image), *windows[1:])


def _first_window(image: Image) -> Preset:
    """What the file says and what was found in its stead have two names."""
    return ESTIMATED if Caveat.WINDOW_ESTIMATED in image.caveats else HEADER


def why_no_preset(image: Image | None, number: int) -> Phrase | None:
    """Why the key of preset `number`, from 1, does nothing here; None where it does."""
    if image is None or number <= len(presets_for(image)):
        return None
    if image.is_color:
        return phrase("An image in colour has no window.")
    if image.unit == "HU" or image.suv_factor is not None:
        return phrase("This series has no window preset {number}.", number=number)
    if image.info.modality == "CT":
        return phrase(
            "The file does not say that its values are HU (Rescale Type), so presets in HU would"
            " be wrong here. Set the window by hand."
        )
    return phrase(
        "Only the values of CT, in HU, and of PET, in SUV, have presets. Set the window by hand."
    )


def _pet(image: Image) -> tuple[Preset, ...]:
    """Windows in SUV, turned into the image's own unit."""
    if image.suv_factor is None:
        return ()
    return tuple(
        Preset(
            f"suv-{top}", f"SUV 0–{top}", Window(top / 2 / image.suv_factor, top / image.suv_factor)
        )
        for top in SUV_TOPS
    )


@dataclass(frozen=True)
class Opening:
    """How a series is first shown; `window` is None where nothing says it."""

    window: Window | None
    lut: int | None = None
    inverted: bool = False


def opening(image: Image, pinned: Window | None = None) -> Opening:
    """The manifest's window, else SUV 0 to 6 as dark on light, else the file's table or window."""
    if pinned is not None:
        return Opening(pinned)
    if image.suv_factor is not None and not image.is_color:
        return Opening(_pet(image)[0].window, inverted=True)
    if image.voi.luts and not image.is_color:
        return Opening(image.voi.luts[0].window, lut=0)
    return Opening(opening_window(image))


def opening_window(image: Image, pinned: Window | None = None) -> Window | None:
    """The manifest's window, else the header's; None where neither says."""
    if pinned is not None:
        return pinned
    return image.windows[0] if image.windows else None


def narrowest_window(image: Image) -> float:
    """The least width a drag leaves: one value, or a thousandth where the file's own is narrower
    than one, as in maps from 0 to 1."""
    width = image.windows[0].width if image.windows else 1.0
    return 1.0 if width > 1 else width / 1000


def window_of_values(pixels: Pixels, slope: float, intercept: float) -> Window:
    """From the 1st to the 99th percentile of a frame's rescaled values; one alone is black."""
    return _window_between(_sampled(pixels).astype(np.float64) * slope + intercept, intercept)


def estimated_window(image: Image, pixels: Pixels, index: int) -> Window:
    """What one slice says where the header names no window; of MR without the air around."""
    sample = _of_patient(image, _sampled(pixels[: image.rows_there(index)]))
    values = sample * image.slopes[index] + image.intercepts[index]
    return _window_between(_tissue(image, values), image.intercepts[index])


def window_of_series(image: Image, stored: Pixels) -> Window:
    """The same of all slices (slices, rows, columns)."""
    step = _step(stored)
    chosen = slice(None, None, step)
    slopes, intercepts = np.array(image.slopes)[chosen], np.array(image.intercepts)[chosen]
    sample = _of_patient(image, stored[chosen, chosen, chosen])
    for slice_ in image.cut_short:
        if slice_ % step == 0:
            sample[slice_ // step, math.ceil(image.rows_there(slice_) / step) :] = np.nan
    values = sample * slopes[:, None, None] + intercepts[:, None, None]
    return _window_between(_tissue(image, values), float(intercepts[0]))


def is_refined(image: Image) -> bool:
    """Whether the whole series says better what its window is than the first slice: MR has no
    scale of its own, and a first slice at the vertex shows little of the tissue."""
    return image.info.modality == "MR" and not image.windows and not image.is_color


_SAMPLE = 65536
"""So many values tell the percentiles of a frame or a series well enough, in a millisecond."""

_BINS = 256


def _step(pixels: Pixels) -> int:
    """Of each axis every so many-th voxel makes about a sample."""
    return max(1, math.ceil(math.pow(pixels.size / _SAMPLE, 1 / pixels.ndim)))


def _sampled(pixels: Pixels) -> Pixels:
    step = _step(pixels)
    return pixels[(slice(None, None, step),) * pixels.ndim]


def _of_patient(image: Image, stored: Pixels) -> NDArray[np.float64]:
    """Stored values, of which padding is no number."""
    values = stored.astype(np.float64)
    if image.padding is not None:
        low, high = image.padding
        values[(values >= low) & (values <= high)] = np.nan
    return values


def _tissue(image: Image, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of MR the values above Otsu's threshold between background and tissue, else all."""
    if not is_refined(image):
        return values
    finite = values[np.isfinite(values)]
    above = finite[finite > otsu(finite)] if finite.size else finite
    return above if above.size else values


def otsu(values: NDArray[np.float64]) -> float:
    """The threshold that parts values into the two groups that are most alike in themselves."""
    low, high = float(values.min()), float(values.max())
    if not high > low:
        return low
    places = ((values.ravel() - low) * (_BINS / (high - low))).astype(np.intp)
    counts = np.bincount(np.minimum(places, _BINS - 1), minlength=_BINS).astype(np.float64)
    bins = np.arange(_BINS)
    below, mass = counts.cumsum(), (counts * bins).cumsum()
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = below * above * (mass / below - (mass[-1] - mass) / above) ** 2
    best = int(np.nan_to_num(apart).argmax())
    return low + (best + 1) * (high - low) / _BINS


def _window_between(values: NDArray[np.float64], otherwise: float) -> Window:
    usable = np.sort(values[np.isfinite(values)], axis=None)
    if not usable.size:
        return Window(otherwise, 1.0)
    low, high = (_percentile(usable, share) for share in (0.01, 0.99))
    if low == high:
        return Window(low + 1.0, 1.0)
    return Window((low + high) / 2, max(1.0, high - low))


def _percentile(ordered: NDArray[np.float64], share: float) -> float:
    """Linear between the two values around it. NumPy's own loads half of NumPy first."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def preset_of(image: Image, window: Window, lut: int | VoiLut | None = None) -> Preset | None:
    """The preset a window or table is, if it is one; a name says more than "Header"."""
    presets = presets_for(image)
    named = next((one for one in presets if (one.window, one.lut) == (window, lut)), None)
    if named is None and lut is None and presets and opening_window(image) == window:
        return _first_window(image)
    return named
