"""From a folder with a CT series to all of its voxels in one array, sorted and placed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.benchmarks.contest import BenchmarkError, medians
from tests.benchmarks.ct_compressed import compressed_series
from tests.benchmarks.ct_series import ct_series
from tests.benchmarks.peers import peers_python
from tests.benchmarks.rows import Benchmark, Row

SLICES = 512
BYTES = "reading the bytes"
CODEC = "our codec alone"
PEERS = {
    "pydicom loop": ("volume_pydicom.py", "loop"),
    "pydicom 2 processes": ("volume_pydicom.py", "processes"),
    "SimpleITK": ("volume_simpleitk.py",),
    "dcm2niix": ("volume_dcm2niix.py",),
}
WARM_BARS = {"SimpleITK": 1 / 15, BYTES: 2.5}
BEST_PEER = 1 / 7


def plain_rows(job: str) -> list[Row]:
    """One row a peer; the best of them is the one that counts."""
    if not job.endswith("-cold"):
        spent = _spent(job, ct_series(SLICES), [*PEERS, BYTES], 5)
        return [_row(job, spent, peer, WARM_BARS.get(peer, BEST_PEER)) for peer in [*PEERS, BYTES]]
    if not hasattr(os, "posix_fadvise"):
        raise BenchmarkError("this system cannot be told to forget files")
    spent = _spent(job, ct_series(SLICES), [BYTES], 7)
    return [_row(job, spent, BYTES, 1.2)]


OVER_CODEC = 1.25
"""At most a quarter is reading, handing over, checking and keeping."""
COMPRESSED_ROUNDS = {"volume-jpegls": 3, "volume-rle": 3, "volume-j2k": 1}
COMPRESSED = {"volume-jpegls": 2.5, "volume-rle": 2.0, "volume-j2k": 1.5}


def compressed_rows(job: str) -> list[Row]:
    """Against each peer that knows the syntax, in few rounds: some take a minute."""
    peers = [peer for peer in PEERS if (job, peer) not in REFUSED]
    folder = compressed_series(job.removeprefix("volume-"), SLICES)
    alone = [CODEC] if hasattr(os, "fork") else []
    spent = _spent(job, folder, [*peers, *alone], COMPRESSED_ROUNDS[job])
    rows = [_row(job, spent, peer, 1 / COMPRESSED[job]) for peer in peers]
    return rows + [_row(job, spent, peer, OVER_CODEC) for peer in alone]


REFUSED: set[tuple[str, str]] = set()
"""What a peer cannot read."""


def second_rows(job: str) -> list[Row]:
    """What was opened before, against opening it first; both by this program."""
    folder, python = str(compressed_series("j2k", SLICES)), Path(sys.executable)
    contenders = {
        way: (python, "volume_ours.py", (folder, job, way)) for way in ("second", "first")
    }
    spent = medians(contenders, job, 1)
    return [Row(job, spent["second"], "ms", "opened first", spent["first"], 1 / 20)]


def _row(job: str, spent: dict[str, float], peer: str, bar: float) -> Row:
    return Row(job, spent["ours"], "ms", peer, spent[peer], round(bar, 3))


def _spent(job: str, folder: Path, peers: list[str], rounds: int) -> dict[str, float]:
    theirs, where = peers_python(), (str(folder), job.removesuffix("-cold"))
    contenders: dict[str, tuple[Path, str, tuple[str, ...]]] = {
        "ours": (Path(sys.executable), "volume_ours.py", (*where, "first"))
    }
    for peer in peers:
        script, *way = PEERS.get(peer, ("volume_bytes.py",))
        contenders[peer] = (theirs, script, (*where, *way))
    if CODEC in peers:
        contenders[CODEC] = (Path(sys.executable), "volume_codec.py", where)
    return medians(contenders, job, rounds)


_FROM = (
    "from a folder with a CT series of 512 x 512 x 512 ({}), file names in no order, to all its "
    "voxels in one array, sorted and placed{}. All must arrive at the same voxels; each keeps "
    "them as it does, we as stored values with the rescale beside, which the window folds in."
)
_ABOUT_COMPRESSED = (
    " on all cores; the best peer is the one that counts. Our codec alone has the compressed bytes "
    "in memory, and only decodes them, a process a core. What takes long to decode is kept on the "
    "disk; JPEG-LS is so once all voxels are here"
)
BENCHMARKS = {
    "whole-volume": Benchmark(plain_rows, _FROM.format("uncompressed", " (warm page cache)")),
    "whole-volume-cold": Benchmark(
        plain_rows,
        _FROM.format("uncompressed", ", after the system has dropped the files' bytes"),
    ),
    "volume-jpegls": Benchmark(compressed_rows, _FROM.format("JPEG-LS", _ABOUT_COMPRESSED)),
    "volume-rle": Benchmark(compressed_rows, _FROM.format("RLE", _ABOUT_COMPRESSED)),
    "second-open-j2k": Benchmark(
        second_rows,
        "the same series of JPEG 2000 opened again, its frames kept on the disk, encrypted, "
        "against opening it first (one round)",
    ),
    "volume-j2k": Benchmark(compressed_rows, _FROM.format("JPEG 2000", _ABOUT_COMPRESSED)),
}
