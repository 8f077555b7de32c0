"""The same brush in napari's layer of labels: paint() alone, nothing is drawn."""

import os
import statistics
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from brush_path import RADIUS, places, tell
from napari.layers import Labels

SLICES = int(sys.argv[1])
volume = np.zeros((SLICES, 512, 512), np.uint8)
way = places(SLICES)


def bytes_of(item):
    if isinstance(item, np.ndarray):
        return item.nbytes
    return sum(bytes_of(one) for one in item) if isinstance(item, (list, tuple)) else 0


def stroke():
    volume[:] = 0
    layer, spent = Labels(volume), []
    layer.n_edit_dimensions, layer.brush_size = 3, 2 * RADIUS
    with layer.block_history():
        for place in way:
            start = time.perf_counter()
            layer.paint(place, 1, refresh=False)
            spent.append((time.perf_counter() - start) * 1000)
    count = int(np.count_nonzero(volume))
    kept = sum(bytes_of(list(one)) for one in layer._undo_history)
    start = time.perf_counter()
    layer.undo()
    undo = (time.perf_counter() - start) * 1000
    assert not volume.any()
    return {"ms": statistics.median(spent), "kept": kept / 1024, "undo": undo, "check": count}


tell(stroke)
