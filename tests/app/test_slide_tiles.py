"""Tiles of a slide by the real way: a file, decoder processes, the reading pool's threads."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import tifffile

from labeler.app.answers import Answers
from labeler.app.cases import Case
from labeler.app.jobs import JobPool
from labeler.app.series_room import SeriesRoom
from labeler.app.slice_memory import SliceMemory
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import FileBytes
from labeler.model.image import Pixels
from labeler.viewing.tiles import TileKey

PIXELS = np.random.default_rng(3).integers(0, 256, (400, 500, 3), np.uint8)
PATIENCE_S = 60.0


def write(path: Path) -> None:
    with tifffile.TiffWriter(path) as file:
        for n in range(2):
            file.write(
                PIXELS[:: 2**n, :: 2**n],
                tile=(128, 128),
                compression="zlib",
                subfiletype=min(n, 1),
                photometric="rgb",
                metadata=None,
            )


def test_tiles_come_from_the_file_through_workers_and_threads(tmp_path: Path) -> None:
    path = tmp_path / "slide.tif"
    write(path)
    turns: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
    failures: list[BaseException] = []
    pool = JobPool(Answers(turns.put, failures.append, failures.append))
    closed: list[bool] = []
    case = SimpleNamespace(scan=SimpleNamespace(objects=()), close=lambda: closed.append(True))
    with DecoderPool(2) as decoders:
        image = open_image(main_series(scan([FileBytes(path)])), decoders)
        memory = SliceMemory(1 << 30)
        opened = {"one": image}
        room = SeriesRoom(cast("Case", case), opened, pool, decoders, memory, lambda: None)
        tiles = room.tiles("one")
        assert tiles is not None
        assert room.tiles("one") is tiles
        keys = [TileKey(0, 1, row, column) for row in range(4) for column in range(4)]
        keys += [TileKey(1, 1, 1, 1), TileKey(0, 2, 0, 3)]
        tiles.look("viewer", keys, (), lambda: None)
        until = time.monotonic() + PATIENCE_S
        while tiles.arrivals < len(keys) and time.monotonic() < until:
            turns.get(timeout=PATIENCE_S)()
        found = {key: cast("Any", tiles.find(key)) for key in keys}
        room.close()()
        pool.close()
    assert not failures
    assert closed == [True]
    for key in keys[:16]:
        wanted = PIXELS[key.row * 128 :, key.column * 128 :][:128, :128]
        assert np.array_equal(found[key][..., 2::-1], wanted)
    assert np.array_equal(found[keys[16]][..., 2::-1], PIXELS[::2, ::2][128:, 128:][:128, :128])
    assert found[keys[17]].shape == (64, 58, 4)
    assert np.abs(found[keys[17]][..., 2::-1] - averaged(PIXELS[:128, 384:])).max() <= 0.51


def averaged(values: Pixels) -> Pixels:
    rows, columns = values.shape[0] // 2, values.shape[1] // 2
    parts = values.reshape(rows, 2, columns, 2, 3).astype(np.float64)
    return np.asarray(parts.mean(axis=(1, 3)))
