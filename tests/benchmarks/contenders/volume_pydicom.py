"""A whole CT series with pydicom, by the way that the third argument names."""

import json
import os
import subprocess
import sys
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import numpy as np
import pydicom
import stage

folder = Path(sys.argv[1])


def height(dataset):
    return float(dataset.ImagePositionPatient[2])


def loop():
    datasets = sorted((pydicom.dcmread(path) for path in folder.iterdir()), key=height)
    volume = np.empty((len(datasets), datasets[0].Rows, datasets[0].Columns), np.int16)
    for index, dataset in enumerate(datasets):
        volume[index] = dataset.pixel_array
    return volume, datasets


def work():
    """In another process: some files into their places, for each line that comes."""
    for line in sys.stdin:
        name, shape, begin, paths = json.loads(line)
        memory = attached(name)
        volume = np.ndarray(shape, np.int16, memory.buf)
        for index, path in enumerate(paths, begin):
            volume[index] = pydicom.dcmread(path).pixel_array
        del volume
        memory.close()
        print("done", flush=True)


def attached(name):
    memory = SharedMemory(name)
    # Else the tracker of this process would remove it at its end.
    resource_tracker.unregister(memory._name, "shared_memory")
    return memory


def processes():
    heads = sorted(
        (pydicom.dcmread(path, stop_before_pixels=True) for path in folder.iterdir()), key=height
    )
    shape = (len(heads), heads[0].Rows, heads[0].Columns)
    memory = SharedMemory(create=True, size=2 * shape[0] * shape[1] * shape[2])
    paths = [head.filename for head in heads]
    half = -(-len(paths) // len(HANDS))
    for at, hand in enumerate(HANDS):
        begin = at * half
        job = memory.name, shape, begin, paths[begin : begin + half]
        hand.stdin.write(json.dumps(job) + "\n")
        hand.stdin.flush()
    assert all(hand.stdout.readline() == "done\n" for hand in HANDS)
    return Shared(memory, shape), heads


class Shared:
    """A volume that is let go of with its memory."""

    def __init__(self, memory, shape):
        self.memory, self.values = memory, np.ndarray(shape, np.int16, memory.buf)

    def __del__(self):
        del self.values
        self.memory.close()
        self.memory.unlink()


def rescaled(made):
    volume, heads = made
    values = volume.values if isinstance(volume, Shared) else volume
    intercepts = np.array([head.RescaleIntercept for head in heads], np.int16)
    return (values + intercepts[:, None, None]).tobytes()


WAYS = {"loop": loop, "processes": processes}
if sys.argv[3] == "work":
    work()
else:
    # They end with this process, when their pipes do.
    HANDS = [
        subprocess.Popen(
            [sys.executable, __file__, *sys.argv[1:3], "work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(os.cpu_count() if sys.argv[3] == "processes" else 0)
    ]
    stage.perform({sys.argv[2]: (WAYS[sys.argv[3]], rescaled)}, folder)
