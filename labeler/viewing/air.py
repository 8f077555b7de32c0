"""The air around a breast: it stays black where a mammogram is shown inverted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.windowing import Screen
from labeler.model.image import Image
from labeler.viewing.air_search import Mask, block_size
from labeler.viewing.mammography import shows_breast
from labeler.viewing.render import BLACK
from labeler.viewing.viewport import CanvasMap


def has_air(image: Image) -> bool:
    """Whether an image is of the kind whose background stays black."""
    return shows_breast(image.info) and not image.is_color and image.pyramid is None


def blacken(canvas: Screen, dark: Mask) -> None:
    """Air as it is seen: `dark` is as large as the canvas."""
    np.copyto(canvas, np.uint32(BLACK), where=dark)


def on_canvas(
    blocks: Mask, rows_columns: tuple[int, int], where: CanvasMap, size: tuple[int, int]
) -> Mask:
    """Which canvas pixels, (height, width) of `size` (width, height), show air."""
    width, height = size
    block = block_size(*rows_columns)
    shown = where.layout.arrange(blocks)
    across, down = (
        np.floor((np.arange(count) + 0.5 - edge) / scale).astype(int)
        for count, edge, scale in (
            (width, where.left, where.scale_x),
            (height, where.top, where.scale_y),
        )
    )
    wide, high = where.layout.shown_size
    x, inside_x = _blocks_at(across, wide, block, shown.shape[1], from_end=where.layout.mirrored_x)
    y, inside_y = _blocks_at(down, high, block, shown.shape[0], from_end=where.layout.mirrored_y)
    found: Mask = shown[np.ix_(y, x)] & inside_x & inside_y[:, None]
    return found


def _blocks_at(
    voxels: NDArray[np.int_], count: int, block: int, blocks: int, *, from_end: bool
) -> tuple[NDArray[np.int_], Mask]:
    """Which block of the shown ones each shown voxel lies in; the last stored one may be cut."""
    inside = (voxels >= 0) & (voxels < count)
    held = np.clip(voxels, 0, count - 1)
    at = blocks - 1 - (count - 1 - held) // block if from_end else held // block
    return at, inside
