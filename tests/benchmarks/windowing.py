"""`python -m tests.benchmarks.windowing [ROUNDS]`: one frame to screen pixels, by OpenCV and in C.

The best of some rounds in milliseconds, in turns, on one thread; OpenCV's ways are those that the
program had before: in single precision, then to the format of the screen.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np

from labeler.kernels.windowing import Axis, Screen, Tone, paint
from labeler.viewing.render import averaged

ROUNDS = 50
SIDE, LARGE = 512, 1000
GAIN, BASE = 255 / 1500, 400.0
TONE = Tone(BASE, GAIN, 127.5)


def between(voxels: int, pixels: int) -> Axis:
    centers = np.clip((np.arange(pixels) + 0.5) * voxels / pixels - 0.5, 0, voxels - 1)
    at = np.floor(centers).astype(np.int32)
    return Axis(voxels, at, (centers - at).astype(np.float32))


def half(axis: Axis, begin: int, end: int) -> Axis:
    assert axis.part is not None
    return Axis(axis.voxels, axis.at[begin:end].copy(), axis.part[begin:end].copy())


def windowed(values: np.ndarray[tuple[int, ...], np.dtype[np.float32]]) -> object:
    offset = 127.5 - BASE * GAIN
    grey = cv2.addWeighted(values, GAIN, values, 0.0, offset, dtype=cv2.CV_8U)
    return cv2.cvtColor(np.asarray(grey), cv2.COLOR_GRAY2BGRA)


def steps() -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """By name OpenCV's way and ours."""
    random = np.random.default_rng(1)
    slice_ = random.integers(-1000, 2000, (SIDE, SIDE)).astype(np.int16)
    values = random.uniform(-1000, 2000, (LARGE, LARGE)).astype(np.float32)
    mammogram = random.integers(0, 4095, (4096, 3328)).astype(np.uint16)
    out: Screen = np.empty((LARGE, LARGE), np.uint32)
    axis, each = between(SIDE, LARGE), Axis(LARGE, np.arange(LARGE, dtype=np.int32))
    upper, lower = half(axis, 0, LARGE // 2), half(axis, LARGE // 2, LARGE)
    other = ThreadPoolExecutor(1)

    def enlarged() -> object:
        single = slice_.astype(np.float32)
        return windowed(np.asarray(cv2.resize(single, (LARGE, LARGE)), np.float32))

    def in_bands() -> None:
        band = other.submit(paint, slice_, axis, lower, TONE, out[LARGE // 2 :])
        paint(slice_, axis, upper, TONE, out[: LARGE // 2])
        band.result()

    def shrunk() -> object:
        single = mammogram.astype(np.float32)
        return cv2.resize(single, (650, 800), interpolation=cv2.INTER_AREA)

    return {
        "512 x 512 enlarged to 1000 x 1000 and windowed": (
            enlarged,
            lambda: paint(slice_, axis, axis, TONE, out),
        ),
        "the same in two bands by two threads": (enlarged, in_bands),
        "window over 1000 x 1000 values": (
            lambda: windowed(values),
            lambda: paint(values, each, each, TONE, out),
        ),
        "3328 x 4096 averaged to 650 x 800": (shrunk, lambda: averaged(mammogram, 650, 800)),
    }


def best_ms(rounds: int) -> dict[str, tuple[float, float]]:
    cv2.setNumThreads(1)
    found = {}
    for name, ways in steps().items():
        spent = [[_ms(way) for way in ways] for _ in range(rounds + 1)][1:]
        found[name] = (min(one[0] for one in spent), min(one[1] for one in spent))
    return found


def _ms(way: Callable[[], object]) -> float:
    start = time.perf_counter()
    way()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    for name, (theirs, ours) in best_ms(int((sys.argv[1:] or [str(ROUNDS)])[0])).items():
        print(f"{name:48} OpenCV {theirs:6.2f}   C {ours:6.2f}")
