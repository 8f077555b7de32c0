"""The bytes of a CT series, read into memory and no more: what no reader can do without."""

import sys
from pathlib import Path

import numpy as np
import pydicom
import stage

folder = Path(sys.argv[1])
heads = sorted(
    (pydicom.dcmread(path, stop_before_pixels=True) for path in folder.iterdir()),
    key=lambda dataset: float(dataset.ImagePositionPatient[2]),
)
paths = [Path(head.filename) for head in heads]
SIZES = [path.stat().st_size for path in paths]
ENDS = np.cumsum(SIZES).tolist()
SHAPE = heads[0].Rows, heads[0].Columns


def read():
    memory = np.empty(ENDS[-1], np.uint8)
    for path, end, size in zip(paths, ENDS, SIZES, strict=True):
        with path.open("rb", buffering=0) as file:
            file.readinto(memory[end - size : end].data)
    return memory


def pixels(memory):
    """The values are the last bytes of each file."""
    found = []
    for head, end in zip(heads, ENDS, strict=True):
        stored = memory[end - 2 * SHAPE[0] * SHAPE[1] : end].view(np.int16)
        found.append((stored + np.int16(head.RescaleIntercept)).tobytes())
    return b"".join(found)


stage.perform({sys.argv[2]: (read, pixels)}, folder)
