"""A second series over a first: resampled onto its grid, in colours that let it through."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.kernels.sampling import Reduction
from labeler.model.frames import Window
from labeler.model.image import Image, Pixels
from labeler.model.volume import Volume
from labeler.viewing.color_maps import after, color_map
from labeler.viewing.crosshair import frame_of
from labeler.viewing.lattice import Lattice, PatientPlane, lattice_of, sampled
from labeler.viewing.presets import opening, presets_for
from labeler.viewing.reformat import Reformat, ReformatSource

NOTHING = -1e30
"""Beside the second series: below any window, also after it was mixed with a neighbour."""

OPACITY_STEP = 0.1


@dataclass(frozen=True)
class FusionLook:
    """How the second series is shown; its window is in its own rescaled units."""

    window: Window
    map: str = "hot-iron"
    opacity: float = 0.6

    def more(self, steps: int) -> FusionLook:
        opacity = round(self.opacity + steps * OPACITY_STEP, 2)
        return replace(self, opacity=max(0.0, min(1.0, opacity)))

    def next_map(self) -> FusionLook:
        return replace(self, map=after(self.map))


def fusion_look(over: Image, pixels: Pixels) -> FusionLook | None:
    """The window it would open with alone, SUV 0 to 6 for PET; else of a frame's own values; None
    while there are none."""
    known = opening(over).window
    if known is not None:
        return FusionLook(known)
    values = pixels[pixels > NOTHING / 2]
    if not values.size:
        return None
    low, high = np.percentile(values, (1, 99))
    return FusionLook(Window(float(low + high) / 2, max(1e-6, float(high - low))))


def next_window(over: Image, look: FusionLook) -> FusionLook:
    """The next preset of the second series."""
    windows = [one.window for one in presets_for(over) if one.window is not None]
    if not windows:
        return look
    at = windows.index(look.window) + 1 if look.window in windows else 0
    return replace(look, window=windows[at % len(windows)])


def fusable(base: Image, over: Image) -> Lattice:
    """Raises LabelerError where two series cannot be laid over one another, and says why."""
    if not base.oriented or frame_of(base) != frame_of(over):
        raise LabelerError(
            "fusion-elsewhere",
            "These series do not share a Frame of Reference: nothing says how they lie together.",
            safe="Both can be read side by side.",
            do="Choose a series of the same examination, or lock two views side by side.",
        )
    return lattice_of(over)


def fused_frame(lattice: Lattice, over: Image, volume: Volume, base: Image, index: int) -> Pixels:
    """The second series where a frame of the first lies: float32 (rows, columns), rescaled.

    A slab of the first is a slab of the second too. NOTHING where the second does not reach.
    """
    plane = plane_of(base, index)
    found = sampled(lattice, volume, plane, np.dtype(np.float32), NOTHING)
    if lattice.same_scale:
        inside = found > NOTHING / 2
        found[inside] = found[inside] * np.float32(over.slopes[0]) + np.float32(over.intercepts[0])
    return found


def plane_of(image: Image, index: int) -> PatientPlane:
    """Where a frame lies, as the sampling wants it."""
    if isinstance(image, Reformat) and isinstance(image.source, ReformatSource):
        return image.source.plane(index)
    _, rows, columns = image.source.shape
    origin = image.to_patient(np.array([0.0, 0.0, float(index)]))
    across, down = image.affine.matrix[:3, 0], image.affine.matrix[:3, 1]
    return PatientPlane(origin, across, down, rows, columns, np.zeros(3), 1, Reduction.ALONE)


def colored(shades: NDArray[np.uint32], look: FusionLook) -> NDArray[np.uint32]:
    """Grey pixels (0xAAgggggg) as colours to lay over others, premultiplied."""
    table = color_map(look.map).premultiplied(look.opacity)
    made: NDArray[np.uint32] = table[shades & 0xFF]
    return made
