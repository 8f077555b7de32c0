"""What a frame takes to decode, and to keep: `python -m tests.benchmarks.codecs`.

Processor time of one thread, the best of all frames and rounds, for slices of 512 x 512 x 16 bit of
the series that `./run bench` makes; the figures of docs/adr/0025-kept-frames.md.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import imagecodecs
import numpy as np
import pydicom
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from labeler.kernels.jpegls import decode_jpegls
from labeler.kernels.rle import decode_rle
from tests.benchmarks.ct_compressed import compressed_series
from tests.benchmarks.ct_series import SIZE

FRAMES, ROUNDS, SLICES = 8, 3, 512
Work = Callable[[Any], Any]


def decoders() -> dict[tuple[str, str], Work]:
    """By syntax and name."""
    return {
        ("jpegls", "JPEG-LS, our own"): lambda data: decode_jpegls(data, SIZE, SIZE),
        ("jpegls", "JPEG-LS, CharLS"): imagecodecs.jpegls_decode,
        ("j2k", "JPEG 2000, OpenJPEG"): lambda data: imagecodecs.jpeg2k_decode(data, planar=False),
        ("rle", "RLE, our own"): lambda data: decode_rle(data, SIZE * SIZE, 2),
        ("rle", "RLE, imagecodecs"): lambda data: imagecodecs.dicomrle_decode(data, "<u2"),
    }


def forms() -> dict[str, tuple[Work, Work]]:
    """How a frame could be kept: encoded and decoded."""

    def blosc(compressor: str, shuffle: str) -> tuple[Work, Work]:
        return (
            lambda values: imagecodecs.blosc2_encode(
                values, level=1, compressor=compressor, shuffle=shuffle, numthreads=1
            ),
            lambda data: imagecodecs.blosc2_decode(data, numthreads=1),
        )

    return {
        "LZ4, bytes shuffled (blosc2)": blosc("lz4", "shuffle"),
        "LZ4, bits shuffled": blosc("lz4", "bitshuffle"),
        "zstd 1, bytes shuffled": blosc("zstd", "shuffle"),
        "HTJ2K": (imagecodecs.htj2k_encode, imagecodecs.htj2k_decode),
    }


def encoded(syntax: str) -> list[bytes]:
    """Some frames from the middle of a series."""
    files = sorted(compressed_series(syntax, SLICES).iterdir())[SLICES // 2 :]
    return [
        pydicom.encaps.get_frame(pydicom.dcmread(file).PixelData, 0, number_of_frames=1)
        for file in islice(files, FRAMES)
    ]


def best_ms(work: Work, frames: Sequence[Any]) -> float:
    spent = []
    for _ in range(ROUNDS):
        for frame in frames:
            start = time.thread_time()
            work(frame)
            spent.append(time.thread_time() - start)
    return min(spent) * 1000


def main() -> int:
    size = SIZE * SIZE * 2
    print(f"{'decoder':30}{'ms':>8}{'ns a byte':>12}")
    for (syntax, name), decode in decoders().items():
        spent = best_ms(decode, encoded(syntax))
        print(f"{name:30}{spent:8.2f}{spent * 1e6 / size:12.1f}")
    print(f"\n{'form':30}{'encode ms':>12}{'decode ms':>12}{'smaller':>10}")
    stored = [imagecodecs.jpegls_decode(data).view(np.int16) for data in encoded("jpegls")]
    for name, (encode, decode) in forms().items():
        kept = [bytes(encode(values)) for values in stored]
        smaller = size * len(kept) / sum(map(len, kept))
        spent = best_ms(encode, stored), best_ms(decode, kept)
        print(f"{name:30}{spent[0]:12.2f}{spent[1]:12.2f}{smaller:9.1f}x")
    packed = [bytes(next(iter(forms().values()))[0](values)) for values in stored]
    sealer = AESGCM(bytes(32))
    named = best_ms(lambda data: hashlib.sha256(data).digest(), packed)
    sealed = best_ms(lambda data: sealer.encrypt(bytes(12), data, None), packed)
    print(
        f"\nof what is kept in the first form: SHA-256 {named:.2f} ms, AES-256-GCM {sealed:.2f} ms"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
