"""Layers of other files on planes and slabs: their regions as solids, and sections through them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.layers import Layer, LayerKind, Path
from labeler.model.masks import Mask, cropped
from labeler.model.rasters import polygon_mask
from labeler.viewing.label_cuts import Solid, cut_labels
from labeler.viewing.lattice import Lattice, PatientPlane
from labeler.viewing.outline import Loop, outline

MOST_VOXELS = 1 << 28
"""Of all solids that are kept, and of the box around one."""


@dataclass(frozen=True, eq=False)
class Section:
    """What a plane shows of a layer, in its own pixels, and the edge of that."""

    mask: Mask
    loops: tuple[Loop, ...]


class Solids:
    """Made once a layer, on any thread; the oldest are forgotten where they grow too large."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: WeakKeyDictionary[Layer, Solid | None] = WeakKeyDictionary()

    def of(self, base: Image, lattice: Lattice, layer: Layer) -> Solid | None:
        """None where a layer has no region that a plane could cut, or one that is too large."""
        with self._lock:
            if layer not in self._known:
                made = solid_of_layer(base, lattice, layer)
                self._known[layer] = made
                self._forget(layer)
            return self._known[layer]

    def _forget(self, newest: Layer) -> None:
        sizes = {one: 0 if s is None else s.labels.size for one, s in self._known.items()}
        for one in list(sizes):
            if sum(sizes.values()) <= MOST_VOXELS or one is newest:
                return
            del self._known[one], sizes[one]


def solid_of_layer(base: Image, lattice: Lattice, layer: Layer) -> Solid | None:
    """Masks as they are; closed contours of structures by even-odd at the centres of voxels.

    Points, open lines and words belong to their slices and are on no plane.
    """
    parts = list(_parts(base, layer))
    if not parts:
        return None
    last = base.source.shape[0] - 1
    # An empty slice at either end: how far the outer ones reach is then the lattice's own rule.
    first, end = max(0, min(k for k, _, _ in parts) - 1), min(last, max(k for k, _, _ in parts) + 1)
    top, left = min(mask.top for _, mask, _ in parts), min(mask.left for _, mask, _ in parts)
    bottom = max(mask.top + mask.crop.shape[0] for _, mask, _ in parts)
    right = max(mask.left + mask.crop.shape[1] for _, mask, _ in parts)
    shape = end - first + 1, bottom - top, right - left
    if int(np.prod(shape, dtype=np.int64)) > MOST_VOXELS:
        return None
    labels = np.zeros(shape, np.uint8)
    for k, mask, crossing in parts:
        height, width = mask.crop.shape
        row, column = mask.top - top, mask.left - left
        there = labels[k - first, row : row + height, column : column + width]
        if crossing:
            there ^= mask.crop
        else:
            there |= mask.crop
    return Solid(lattice, (first, top, left), labels)


def _parts(base: Image, layer: Layer) -> Iterator[tuple[int, Mask, bool]]:
    """By slice, and whether what lies twice in such parts is outside."""
    for k, ref in enumerate(base.refs):
        for mask, crossing in _areas(base, layer, ref):
            if mask.count:
                yield k, mask, crossing


def _areas(base: Image, layer: Layer, ref: FrameRef) -> Iterator[tuple[Mask, bool]]:
    _, rows, columns = base.source.shape
    for figure in layer.figures.get(ref, ()):
        if isinstance(figure, Mask):
            yield figure, False
        elif isinstance(figure, Path) and _is_contour(layer, figure):
            yield polygon_mask(rows, columns, figure.points), True


def _is_contour(layer: Layer, path: Path) -> bool:
    return layer.kind is LayerKind.STRUCTURES and path.closed and len(path.points) > 2


def section(solid: Solid, plane: PatientPlane) -> Section | None:
    """None where the plane misses it."""
    found = cut_labels(solid, plane)
    if found is None or not found.labels.any():
        return None
    mask = cropped(plane.rows, plane.columns, found.top, found.left, found.labels != 0)
    return Section(mask, outline(mask))
