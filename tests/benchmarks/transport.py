"""`python -m tests.benchmarks.transport [ROUNDS]`: how decoded frames get from a worker to us.

Medians in milliseconds, for a CT slice and for a mammogram: through a pipe, as the decoders do it;
through memory shared anew for each frame, which needs no copy here; through one shared piece that
is kept and copied out of. And what decoding alone takes, and with the pipe.
"""

from __future__ import annotations

import mmap
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import imagecodecs
import numpy as np

from labeler.imaging.decoding.codecs import decode_frame
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import SYNTAXES

FRAMES = {"CT slice, 512 x 512": (512, 512), "mammogram, 4096 x 3584": (4096, 3584)}
ROUNDS = 21
_WAYS = ("pipe", "new", "kept")
_GIVER = """
import mmap, os, struct, sys
import numpy as np
way, size = sys.argv[1], int(sys.argv[2])
out = os.fdopen(os.dup(1), "wb")
frame = np.ones(size, np.uint8)
handle, piece = -1, None
while sys.stdin.buffer.read(1):
    if way == "pipe":
        out.write(struct.pack("<Q", size))
        out.write(frame.data)
        out.flush()
        continue
    if way == "new" or piece is None:
        if handle >= 0:
            os.close(handle)
        handle = os.memfd_create("frame")
        os.ftruncate(handle, size)
        piece = np.frombuffer(mmap.mmap(handle, size), np.uint8)
    piece[:] = frame
    out.write(struct.pack("<Q", handle))
    out.flush()
"""


def handed_over_ms(way: str, size: int, rounds: int) -> float:
    """The median of one frame of `size` bytes, until each of its pages was touched here."""
    command = [sys.executable, "-c", _GIVER, way, str(size)]
    took: list[float] = []
    kept: mmap.mmap | None = None
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as giver:
        assert giver.stdin is not None
        assert giver.stdout is not None
        for _ in range(rounds + 1):
            began = time.perf_counter()
            giver.stdin.write(b"x")
            giver.stdin.flush()
            (told,) = struct.unpack("<Q", giver.stdout.read(8))
            if way == "pipe":
                frame = np.frombuffer(giver.stdout.read(told), np.uint8)
            elif way == "new" or kept is None:
                kept = _mapped(giver.pid, told, size)
                frame = np.frombuffer(kept, np.uint8)
            if way == "kept":
                frame = np.frombuffer(kept, np.uint8).copy()
            assert frame[::4096].sum() == -(-size // 4096)
            took.append((time.perf_counter() - began) * 1000)
        giver.stdin.close()
    return median(took[1:])


def _mapped(pid: int, handle: int, size: int) -> mmap.mmap:
    here = os.open(f"/proc/{pid}/fd/{handle}", os.O_RDONLY)
    try:
        return mmap.mmap(here, size, prot=mmap.PROT_READ)
    finally:
        os.close(here)


def decoded_ms(shape: tuple[int, int], rounds: int) -> tuple[float, float]:
    """Decoding one JPEG-LS frame in this process, and in a worker with its pipes."""
    walk = np.random.default_rng(1).integers(-20, 21, shape)
    values = (np.cumsum(walk, axis=1) + 2000).astype(np.int16).view(np.uint16) & 0xFFF
    data = bytes(imagecodecs.jpegls_encode(values))
    syntax = SYNTAXES["1.2.840.10008.1.2.4.80"]
    layout = PixelLayout(
        rows=shape[0],
        columns=shape[1],
        samples=1,
        photometric="MONOCHROME2",
        planar=False,
        bits_allocated=16,
        bits_stored=12,
        high_bit=11,
        signed=False,
        floating=False,
        little=True,
        words=True,
    )
    with DecoderPool(1) as pool:
        pool.decode(syntax, layout, data)
        far = _timed(lambda: pool.decode(syntax, layout, data), rounds)
    near = _timed(lambda: decode_frame(syntax.codecs, layout, data), rounds)
    return near, far


def _timed(work: Callable[[], object], rounds: int) -> float:
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def main(arguments: list[str]) -> int:
    rounds = int(arguments[0]) if arguments else ROUNDS
    ways = _WAYS if sys.platform == "linux" else _WAYS[:1]
    print(
        "| frame | " + " | ".join(f"{way} ms" for way in ways) + " | decode ms | in a worker ms |"
    )
    print("|---|" + "---:|" * (len(ways) + 2))
    for name, shape in FRAMES.items():
        size = shape[0] * shape[1] * 2
        told = [handed_over_ms(way, size, rounds) for way in ways]
        told += decoded_ms(shape, max(rounds // 3, 1))
        print(f"| {name} | " + " | ".join(f"{value:.1f}" for value in told) + " |")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
