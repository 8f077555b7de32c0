"""Which voxels a tool may paint: those of a label, not of a label, or in a range of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from labeler.model.document import Mark
from labeler.model.image import Pixels
from labeler.model.masks import Bits
from labeler.model.measures import MASKS
from labeler.model.tiled_masks import TiledMask, Triple
from labeler.viewing.locks import is_spared, spared_words
from labeler.viewing.paint_ground import Ground
from labeler.viewing.paint_options import Where
from labeler.viewing.phrase import Phrase
from labeler.viewing.scene import Scene


def painted_on(scene: Scene, ground: Ground) -> Iterable[tuple[Mark, TiledMask]]:
    """The painted marks that lie in the grid, with what they hold."""
    for mark in scene.document.marks:
        if isinstance(mark.shape, MASKS) and scene.lies(mark) is not None:
            content = scene.painted.content(mark.shape)
            if content is not None and content.size == ground.size:
                yield mark, content


class Rules:
    """As they stand when the button is pressed; `own` is the mark that is painted, if it is there.
    With a `range` only values from the first to the second are painted."""

    def __init__(
        self,
        scene: Scene,
        ground: Ground,
        own: str = "",
        value_range: tuple[float, float] | None = None,
    ) -> None:
        self._scene, self._ground, self._range = scene, ground, value_range
        options = scene.paint
        others = [(m, c) for m, c in painted_on(scene, ground) if m.id != own]
        self._inside: list[TiledMask] | None = None
        self._outside: list[TiledMask] = []
        if options.where is not Where.EVERYWHERE:
            among = [c for m, c in others if options.of in ("", m.label)]
            if options.where is Where.INSIDE:
                self._inside = among
            else:
                self._outside += among
        self._spared = [(m, c) for m, c in others if options.alone and is_spared(m)]
        self._met: dict[str, Mark] = {}

    @property
    def are_free(self) -> bool:
        """Whether every voxel may be painted."""
        return self._range is None and self._inside is None and not (self._outside or self._spared)

    @property
    def spared(self) -> Phrase | None:
        """That marks were met which are not painted over; None where none was."""
        return spared_words(self._met.values())

    def allowed(self, low: Triple, bits: Bits) -> Bits:
        """Those voxels of a box that may be painted."""
        high = low[0] + bits.shape[0], low[1] + bits.shape[1], low[2] + bits.shape[2]
        if self._inside is not None:
            within = np.zeros_like(bits)
            for mask in self._inside:
                within |= mask.crop(low, high)
            bits = bits & within
        for mask in self._outside:
            bits = bits & ~mask.crop(low, high)
        if self._range is not None:
            bits = bits & in_range(self._scene, self._ground, low, high, self._range)
        for mark, mask in self._spared:
            held = mask.crop(low, high) & bits
            if held.any():
                self._met[mark.id], bits = mark, bits & ~held
        return bits


def in_range(
    scene: Scene, ground: Ground, low: Triple, high: Triple, value_range: tuple[float, float]
) -> Bits:
    """The voxels of a box whose value, in the image's unit, is in a range; ends included. Of a
    colour that is its brightness. What is not in memory, and padding, is in none."""
    least, most = value_range
    image = ground.image

    def inside(part: Pixels, index: int) -> Bits:
        if part.ndim == 3:
            return _between(brightness(part), least, most)
        intercept = image.intercepts[index]
        values = part * image.slopes[index] + intercept
        low = least - _slack(part.dtype, least, intercept)
        found = _between(values, low, most + _slack(part.dtype, most, intercept))
        if image.padding is not None:
            found &= (part < min(image.padding)) | (part > max(image.padding))
        return found

    return _by_slices(scene, ground, low, high, inside)


def alike(
    scene: Scene, ground: Ground, low: Triple, high: Triple, seed: Triple, reach: float
) -> Bits:
    """The voxels of a box whose value, in the image's unit, lies within `reach` of that of the
    seed; of a colour each of its parts. None where the seed is not in memory."""
    z, y, x = seed
    stored = _slice_of(scene, ground, z)
    if stored is None:
        return np.zeros([b - a for a, b in zip(low, high, strict=True)], np.bool_)
    if stored.ndim == 2:
        index = z if ground.size[0] > 1 else scene.view.index
        center = float(stored[y, x]) * ground.image.slopes[index] + ground.image.intercepts[index]
        return in_range(scene, ground, low, high, (center - reach, center + reach))
    color = stored[y, x].astype(np.int32)

    def near(part: Pixels, _index: int) -> Bits:
        found: Bits = (np.abs(part.astype(np.int32) - color) <= reach).all(axis=2)
        return found

    return _by_slices(scene, ground, low, high, near)


def brightness(colors: Pixels) -> Pixels:
    """Of (rows, columns, 3) red, green and blue: as bright as the eye finds them (ITU-R BT.601)."""
    red, green, blue = (colors[..., n].astype(np.int32) for n in range(3))
    found: Pixels = (77 * red + 150 * green + 29 * blue) >> 8
    return found


def _slack(stored: np.dtype[Any], end: float, intercept: float) -> float:
    """What rounding may take from a value that is one end of a range as it is told: it follows
    that end alone, and what was added to the stored value."""
    exact = np.finfo(stored if stored.kind == "f" else np.float64).eps
    return float(4 * exact * max(abs(end), abs(intercept)))


def _between(values: Pixels, least: float, most: float) -> Bits:
    found: Bits = (values >= least) & (values <= most)
    return found


def _by_slices(
    scene: Scene, ground: Ground, low: Triple, high: Triple, inside: Callable[[Pixels, int], Bits]
) -> Bits:
    """What `inside` finds among the stored values of each slice of a box; nothing where these are
    not in memory."""
    bits = np.zeros([b - a for a, b in zip(low, high, strict=True)], np.bool_)
    for layer in range(low[0], high[0]):
        stored = _slice_of(scene, ground, layer)
        if stored is not None:
            index = layer if ground.size[0] > 1 else scene.view.index
            part = stored[low[1] : high[1], low[2] : high[2]]
            bits[layer - low[0]] = inside(part, index)
    return bits


def _slice_of(scene: Scene, ground: Ground, layer: int) -> Pixels | None:
    """The stored values of a layer of the grid."""
    shown = ground.cut is None and (ground.size[0] == 1 or layer == scene.view.index)
    if shown and scene.pixels is not None:
        return scene.pixels
    volume = scene.volume() if ground.size[0] > 1 else None
    if volume is None or not volume.here[layer]:
        return None
    found: Pixels = volume.values[layer]
    return found


def has_values(scene: Scene) -> bool:
    """Whether a range of values means anything here."""
    return scene.pixels is not None
