"""Display shutters (PS3.3 C.7.6.11): which voxels a presentation state covers."""

from __future__ import annotations

import numpy as np

from labeler.interchange.dicom_item import Item
from labeler.model.image import Pixels
from labeler.model.masks import Bits, Mask, mask_of
from labeler.model.rasters import polygon_mask


def shut_voxels(item: Item, rows: int, columns: int) -> Mask | None:
    """What lies outside any of the shutters; None where there is none. They count from 1."""
    shapes = item.text("ShutterShape").split()
    row, column = np.ogrid[1 : rows + 1, 1 : columns + 1]
    open_voxels = np.ones((rows, columns), dtype=np.bool_)
    if "RECTANGULAR" in shapes:
        open_voxels &= _rectangle(item, row, column)
    if "CIRCULAR" in shapes:
        center, radius = (
            item.integers("CenterOfCircularShutter"),
            item.integer("RadiusOfCircularShutter"),
        )
        if len(center) == 2 and radius:
            open_voxels &= (row - center[0]) ** 2 + (column - center[1]) ** 2 <= radius**2
    if "POLYGONAL" in shapes:
        corners = item.integers("VerticesOfThePolygonalShutter")
        places = [(c - 1.0, r - 1.0) for r, c in zip(corners[::2], corners[1::2], strict=False)]
        if len(places) >= 3:
            open_voxels &= polygon_mask(rows, columns, places).voxels()
    return None if open_voxels.all() else mask_of(~open_voxels)


def _rectangle(item: Item, row: Pixels, column: Pixels) -> Bits:
    edges = [
        item.integer(f"Shutter{side}Edge")
        for side in ("LeftVertical", "RightVertical", "UpperHorizontal", "LowerHorizontal")
    ]
    left, right, upper, lower = edges
    inside = np.ones((1, 1), dtype=np.bool_)
    for edge, place, sign in (
        (left, column, 1),
        (right, column, -1),
        (upper, row, 1),
        (lower, row, -1),
    ):
        if edge is not None:
            inside = inside & (sign * place >= sign * edge)
    return inside
