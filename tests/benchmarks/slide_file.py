"""A whole slide of 40,960 x 40,960 pixels in JPEG tiles, from fixed seeds, kept in `.bench`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import tifffile
from numpy.typing import NDArray

from tests.benchmarks.peers import BENCH

TILE, PATCH, ACROSS, LEVELS = 256, 4096, 10, 7
SIDE = PATCH * ACROSS
KINDS = 4
UM = 0.25
VERSION = "1"
Colors = NDArray[np.uint8]


def slide_file() -> Path:
    """The file; made at the first call (half a minute, 1 GB)."""
    path = BENCH / f"slide-{SIDE}-v{VERSION}.tif"
    if not path.is_file():
        BENCH.mkdir(exist_ok=True)
        making = path.with_name(f"making-{os.getpid()}.tif")
        _write(making)
        making.replace(path)
    return path


def _tissue(seed: int) -> Colors:
    """Stained tissue as statistics have it: clouds, fibres, nuclei, and the camera's noise."""
    random = np.random.default_rng(seed)

    def blurred(sigma: float, gain: float) -> NDArray[np.float32]:
        noise = random.standard_normal((PATCH, PATCH)).astype(np.float32)
        return cv2.GaussianBlur(noise, (0, 0), sigma) * np.float32(sigma * gain)

    nuclei = (random.random((PATCH, PATCH)) < 0.0012).astype(np.float32) * 220
    depth = blurred(14, 0.9) + blurred(2.5, 0.5) + cv2.GaussianBlur(nuclei, (0, 0), 3.2)
    stain = np.clip(depth, 0, 2.2)[..., np.newaxis] / 2.2
    glass, dye = np.float32([240, 208, 226]), np.float32([104, 66, 148])
    camera = random.standard_normal((PATCH, PATCH, 3)).astype(np.float32) * 3
    colors = glass + (dye - glass) * stain + camera
    return np.clip(colors, 0, 255).astype(np.uint8)


def _halved(picture: Colors) -> Colors:
    size = picture.shape[1] // 2, picture.shape[0] // 2
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encoded(picture: Colors) -> list[list[bytes]]:
    """Tiles, by row and column."""

    def jpeg(row: int, column: int) -> bytes:
        tile = np.full((TILE, TILE, 3), 255, np.uint8)
        part = picture[row : row + TILE, column : column + TILE]
        tile[: part.shape[0], : part.shape[1]] = part
        return bytes(imagecodecs.jpeg8_encode(tile, level=85, subsampling="420"))

    rows, columns = picture.shape[:2]
    return [[jpeg(y, x) for x in range(0, columns, TILE)] for y in range(0, rows, TILE)]


def _write(path: Path) -> None:
    """Levels whose patches are whole tiles repeat the encoded tiles; smaller ones are put together
    first."""
    which = np.random.default_rng(5).integers(KINDS, size=(ACROSS, ACROSS))
    patches = [_tissue(seed) for seed in range(KINDS)]
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        for level in range(LEVELS):
            side = SIDE >> level
            if PATCH >> level >= TILE:
                kinds = [_encoded(patch) for patch in patches]
                _level(file, side, _repeated(kinds, which), level)
            else:
                whole = np.block([[[patches[k]] for k in row] for row in which])
                tiles = (tile for row in _encoded(whole) for tile in row)
                _level(file, side, tiles, level)
            patches = [_halved(patch) for patch in patches]


def _repeated(kinds: list[list[list[bytes]]], which: NDArray[np.int64]) -> Iterator[bytes]:
    for row in which:
        for line in range(len(kinds[0])):
            for kind in row:
                yield from kinds[kind][line]


def _level(file: tifffile.TiffWriter, side: int, tiles: Iterator[bytes], level: int) -> None:
    centimetre = 1e4 / (UM * 2**level)
    file.write(
        tiles,
        shape=(side, side, 3),
        dtype=np.uint8,
        tile=(TILE, TILE),
        photometric="ycbcr",
        subsampling=(2, 2),
        compression="jpeg",
        subfiletype=1 if level else 0,
        resolution=(centimetre, centimetre),
        resolutionunit="CENTIMETER",
        metadata=None,
    )
