"""The values inside a region, from memory where they are there, else from the file."""

from __future__ import annotations

import numpy as np

from labeler.model.image import Image, Pixels, Pyramid
from labeler.model.intensities import Values, values_inside
from labeler.model.masks import Mask
from labeler.model.volume import Volume

MOST_PIXELS = 1 << 26
"""Of a slide, read at once: beyond, a region has no values here."""


class InsideRegions:
    """Of one image, for one thread. Keeps the slice it read last: a region is asked for twice."""

    def __init__(self, image: Image, volume: Volume | None = None) -> None:
        self._image, self._volume = image, volume
        self._kept: tuple[int, Pixels] | None = None

    def __call__(self, index: int, region: Mask) -> Values:
        """Raises LabelerError where the slice cannot be read."""
        image = self._image
        if region.count == 0:
            return np.empty(0)
        if image.pyramid is not None:
            return self._of_slide(image.pyramid, index, region)
        return values_inside(image, index, self._slice(index), region)

    def _slice(self, index: int) -> Pixels:
        volume = self._volume
        if volume is not None and volume.here[index]:
            view: Pixels = volume.values[index]
            return view
        if self._kept is None or self._kept[0] != index:
            self._kept = index, self._image.source.frame(index)
        return self._kept[1]

    def _of_slide(self, pyramid: Pyramid, index: int, region: Mask) -> Values:
        """Only the part that is needed: a whole slide does not fit into memory."""
        image, (rows, columns) = self._image, region.crop.shape
        _, high, wide = image.source.shape
        sizes = [(level.rows, level.columns) for level in pyramid.levels]
        if (high, wide) not in sizes or rows * columns > MOST_PIXELS:
            return np.empty(0)
        level = sizes.index((high, wide))
        part = pyramid.region(level, region.top, region.left, rows, columns)
        return values_inside(image, index, part, Mask(rows, columns, 0, 0, region.crop))
