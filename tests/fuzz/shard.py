"""One process of the fleet: every n-th case, one line of JSON a case on its standard output."""

from __future__ import annotations

import faulthandler
import json
import sys
import tempfile
from pathlib import Path

from labeler.imaging.decoding.decoders import DecoderPool
from tests.fuzz.case import MEMORY_MIB, WORKER_MIB, make, run, write
from tests.fuzz.memory import children_peak_mib, peak_mib
from tests.fuzz.seeds import Real, real

LARGEST = 1 << 20
HANG_SECONDS = 90
"""Longer than a decoder may take before it is ended by its own pool."""
_WARM = 50


def shard(seed: int, first: int, step: int, cases: int, data: Path | None, largest: int) -> None:
    """Cases `first`, `first + step`, ... below `cases`. Ends early once memory has grown too far:
    whoever watches starts another process behind that case."""
    files: Real = real(data, largest) if data else ()
    base = 0
    with tempfile.TemporaryDirectory(prefix="labeler-fuzz-") as scratch, DecoderPool(1) as pool:
        folder = Path(scratch) / "case"
        for done, number in enumerate(range(first, cases, step)):
            faulthandler.dump_traceback_later(HANG_SECONDS, exit=True)
            write(make(seed, number, files).seed, folder)
            if done == _WARM:
                base = peak_mib()
            outcome = run(folder, pool)
            own, workers = peak_mib(), children_peak_mib()
            if done > _WARM and own > base + MEMORY_MIB and not outcome.failure:
                outcome.failure = f"memory grew to {own} MiB, from {base}"
            if workers > WORKER_MIB and not outcome.failure:
                outcome.failure = f"a decoder grew to {workers} MiB"
            told = {"case": number, "own_mib": own, "worker_mib": workers, **vars(outcome)}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            if outcome.failure.startswith("memory"):
                break
    faulthandler.cancel_dump_traceback_later()
