"""The air around a breast: it stays black where a mammogram is shown inverted.

Cautious on purpose: a bright rim of air is a nuisance, a hidden nipple is a fault.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.kernels.windowing import Screen
from labeler.model.image import Image, Pixels
from labeler.viewing.render import BLACK
from labeler.viewing.viewport import CanvasMap

MAMMOGRAPHY = "MG"
BLOCKS = 1024
"""About so many blocks of pixels along the longer side; a block is as bright as its brightest."""

NOISE = 4.0
"""Air is at most so many deviations above what the free edge holds."""

FAR_BELOW = 0.05
"""So near to the air must its limit lie, on the way to the middle of the rest."""

EDGE_SHARE = 0.6
"""At least so much of an edge must be air; of a magnified view it is not."""

LEAST_REST, LEAST_AIR = 0.01, 0.05
SWEEPS = 16

Mask = NDArray[np.bool_]
NO_AIR: Mask = np.zeros((0, 0), bool)


def has_air(image: Image) -> bool:
    """Whether an image is of the kind whose background stays black."""
    return image.info.modality == MAMMOGRAPHY and not image.is_color and image.pyramid is None


def block_size(rows: int, columns: int) -> int:
    return max(1, -(-max(rows, columns) // BLOCKS))


def air_of(pixels: Pixels, *, inverted: bool, padding: tuple[float, float] | None = None) -> Mask:
    """Blocks of a frame of stored values that are air; empty where that cannot be told safely.

    Air hangs together from the darkest edge inwards, and is as even as that edge. `inverted` says
    that high stored values are dark; `padding` is no image and therefore air.
    """
    size = block_size(*pixels.shape)
    bright = _brightest(pixels, size, inverted=inverted, padding=padding)
    edge = int(np.argmin([np.median(part) for part in _edges(bright)]))
    level = float(np.median(_edges(bright)[edge]))
    limit = level + NOISE * 1.4826 * float(np.median(np.abs(_edges(bright)[edge] - level)))
    dark = bright <= limit
    rest = bright[~dark]
    if rest.size < LEAST_REST * bright.size or _edges(dark)[edge].mean() < EDGE_SHARE:
        return NO_AIR
    if limit - level > FAR_BELOW * (float(np.median(rest)) - level):
        return NO_AIR
    seed = np.zeros_like(dark)
    _edges(seed)[edge][...] = _edges(dark)[edge]
    found = _shrunk(_flooded(seed, dark))
    return found if found.mean() > LEAST_AIR else NO_AIR


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


def _edges(values: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    return values[0], values[-1], values[:, 0], values[:, -1]


def _blocks_at(
    voxels: NDArray[np.int_], count: int, block: int, blocks: int, *, from_end: bool
) -> tuple[NDArray[np.int_], Mask]:
    """Which block of the shown ones each shown voxel lies in; the last stored one may be cut."""
    inside = (voxels >= 0) & (voxels < count)
    held = np.clip(voxels, 0, count - 1)
    at = blocks - 1 - (count - 1 - held) // block if from_end else held // block
    return at, inside


def _brightest(
    pixels: Pixels, size: int, *, inverted: bool, padding: tuple[float, float] | None
) -> NDArray[np.float32]:
    """How bright the brightest pixel of each block is shown; what is padding is darkest."""
    rows, columns = (-(-length // size) for length in pixels.shape)
    values = pixels if size == 1 else None
    if values is None:
        wide = ((0, rows * size - pixels.shape[0]), (0, columns * size - pixels.shape[1]))
        values = np.pad(pixels, wide, mode="edge")
    values = values.astype(np.float32)
    values = -values if inverted else values
    if padding is not None:
        low, high = sorted(-part if inverted else part for part in padding)
        values[(values >= low) & (values <= high)] = values.min()
    made: NDArray[np.float32] = values.reshape(rows, size, columns, size).max(axis=(1, 3))
    return made


def _flooded(seed: Mask, dark: Mask) -> Mask:
    """All that is dark and hangs together with the seed, by sweeps along rows and columns."""
    found, count = seed, -1
    for _ in range(SWEEPS):
        for turned in (False, True):
            part, limit = (found.T, dark.T) if turned else (found, dark)
            part = _swept(part, limit) | _swept(part[:, ::-1], limit[:, ::-1])[:, ::-1]
            found = part.T if turned else part
        if int(found.sum()) == count:
            break
        count = int(found.sum())
    return found


def _swept(found: Mask, dark: Mask) -> Mask:
    """From what is found on to the right, as long as it is dark."""
    places = np.arange(found.shape[1], dtype=np.int32)
    last = np.maximum.accumulate(np.where(found, places, -1), axis=1)
    stop = np.maximum.accumulate(np.where(dark, -1, places), axis=1)
    swept: Mask = last > stop
    return swept | found


def _shrunk(found: Mask) -> Mask:
    """Without the blocks beside any that is not air."""
    around = np.pad(found, 1, mode="edge")
    rows, columns = found.shape
    kept = np.ones_like(found)
    for down in range(3):
        for across in range(3):
            kept &= around[down : down + rows, across : across + columns]
    return kept
