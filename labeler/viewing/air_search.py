"""Finds the air around a breast in the values of a mammogram, a detector's or a digitised film's.

Cautious on purpose: a bright rim of air is a nuisance, a hidden nipple is a fault.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from labeler.model.image import Pixels
from labeler.viewing.presets import otsu

BLOCKS = 1024
"""About so many blocks of pixels along the longer side; a block is as bright as its brightest."""

NOISE = 4.0
"""Air is at most so many deviations above what is surely air."""

FAR_BELOW = 0.05
"""So near to the air must its limit lie, on the way to the middle of the rest."""

EDGE_SHARE = 0.6
"""At least so much of an edge must be air; of a magnified view it is not."""

FRAME, FOGGED = 0.15, 0.25
"""A film's bright frame, and the fog beside it, are within these shares of its width or height."""

PEAK = 3.0
"""So much more often than values just above air must its own be: two groups, not one slope."""

FOG = 0.25
"""Between air and the free edge of a film what is no brighter is fog; labels are."""

SPECK = 3
"""Blocks from the middle of a speck of dust to the air around it."""

LEAST_REST, LEAST_AIR = 0.01, 0.05
SWEEPS = 16

Mask = NDArray[np.bool_]
Blocks = NDArray[np.float32]
NO_AIR: Mask = np.zeros((0, 0), bool)


def block_size(rows: int, columns: int) -> int:
    return max(1, -(-max(rows, columns) // BLOCKS))


def air_of(pixels: Pixels, *, inverted: bool, padding: tuple[float, float] | None = None) -> Mask:
    """Blocks of a frame of stored values that are air; empty where that cannot be told safely.

    `inverted` says that high stored values are dark; `padding` is no image and therefore air.
    """
    size = block_size(*pixels.shape)
    bright = _brightest(pixels, size, inverted=inverted, padding=padding)
    found = _from_edge(bright)
    return found if found.size else _from_within(bright)


def _from_edge(bright: Blocks) -> Mask:
    """Air hangs together from the darkest edge inwards, and is as even as that edge."""
    edge = int(np.argmin([np.median(part) for part in _edges(bright)]))
    level = float(np.median(_edges(bright)[edge]))
    limit = level + NOISE * _deviation(_edges(bright)[edge], level)
    dark = bright <= limit
    rest = bright[~dark]
    if rest.size < LEAST_REST * bright.size or _edges(dark)[edge].mean() < EDGE_SHARE:
        return NO_AIR
    if limit - level > FAR_BELOW * (float(np.median(rest)) - level):
        return NO_AIR
    seed = np.zeros_like(dark)
    _edges(seed)[edge][...] = _edges(dark)[edge]
    return _enough(_flooded(seed, dark))


def _from_within(bright: Blocks) -> Mask:
    """Of a film, whose edges are bright: air hangs together from a line near one of them."""
    limits = _two_groups(bright)
    if limits is None:
        return NO_AIR
    dark, faint = (bright <= limit for limit in limits)
    sides = [_line(np.rot90(dark, turn)) for turn in range(4)]
    turn = int(np.argmax([share for share, _ in sides]))
    share, line = sides[turn]
    if share < EDGE_SHARE:
        return NO_AIR
    # From here on the free edge is the right one.
    dark, faint = np.rot90(dark, turn), np.rot90(faint, turn)
    seed = np.zeros_like(dark)
    seed[:, line] = dark[:, line]
    found = _flooded(seed, dark)
    # Where air turns into fog its noise makes a ragged end: fog begins at the firm one.
    firm = _shrunk(found)
    found = found | _swept(firm, firm | (faint & _beyond(firm)))
    return np.ascontiguousarray(np.rot90(_enough(found), -turn))


def _two_groups(bright: Blocks) -> tuple[float, float] | None:
    """How bright air is at most, and fog, where the darker of two groups of values is air."""
    parted = otsu(bright.astype(np.float64))
    low, rest = bright[bright <= parted], bright[bright > parted]
    if low.size < LEAST_AIR * bright.size or rest.size < LEAST_REST * bright.size:
        return None
    level = float(np.median(low))
    contrast = float(np.median(rest)) - level
    reach = min(NOISE * _deviation(low, level), FAR_BELOW * contrast)
    near = int((np.abs(bright - level) <= reach).sum())
    above = int(((bright > level + reach) & (bright <= level + 3 * reach)).sum())
    return None if near < PEAK * above else (level + reach, level + FOG * contrast)


def _line(dark: Mask) -> tuple[float, int]:
    """Of the lines near the right edge the darkest: how much of it is dark, and which it is."""
    first = int((1 - FRAME) * dark.shape[1])
    shares = dark[:, first:].mean(axis=0)
    best = int(shares.argmax())
    return float(shares[best]), first + best


def _beyond(found: Mask) -> Mask:
    """Near the right edge what has no air to its right: no breast can lie there."""
    last: Mask = np.logical_or.accumulate(found[:, ::-1], axis=1)[:, ::-1]
    beyond: Mask = ~last
    beyond[:, : int((1 - FOGGED) * found.shape[1])] = False
    return beyond


def _deviation(values: Blocks, middle: float) -> float:
    """The standard deviation, by what most values say."""
    return 1.4826 * float(np.median(np.abs(values - middle)))


def _enough(found: Mask) -> Mask:
    found = _shrunk(found | _specks(found))
    return found if found.mean() > LEAST_AIR else NO_AIR


def _edges(values: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    return values[0], values[-1], values[:, 0], values[:, -1]


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


def _specks(found: Mask) -> Mask:
    """Dust: blocks with air all around them at a distance of SPECK."""
    rows, columns = found.shape
    around, far = np.pad(found, SPECK), 2 * SPECK
    alone = np.ones_like(found)
    for step in range(far + 1):
        for down, across in ((0, step), (far, step), (step, 0), (step, far)):
            alone &= around[down : down + rows, across : across + columns]
    return alone


def _shrunk(found: Mask) -> Mask:
    """Without the blocks beside any that is not air."""
    around = np.pad(found, 1, mode="edge")
    rows, columns = found.shape
    kept = np.ones_like(found)
    for down in range(3):
        for across in range(3):
            kept &= around[down : down + rows, across : across + columns]
    return kept
