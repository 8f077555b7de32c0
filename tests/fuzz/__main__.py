"""`./run fuzz`: thousands of broken files through the real path, on two processes."""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from pathlib import Path

from tests.fuzz.fleet import Fleet
from tests.fuzz.shard import LARGEST, shard


def main() -> int:
    """0 where the program behaved in every case."""
    typed = _arguments()
    if typed.shard is not None:
        shard(typed.seed, typed.shard, typed.step, typed.cases, _data(), typed.largest)
        return 0
    seed = random.SystemRandom().randrange(2**32) if typed.seed is None else typed.seed
    started = time.monotonic()
    fleet = Fleet(seed, typed.cases, _data(), typed.largest, typed.keep)
    told = fleet.run(typed.processes, lambda done: _progress(done, typed.cases, started))
    told |= {"seed": seed, "seconds": round(time.monotonic() - started, 1)}
    if typed.json:
        print(json.dumps(told, indent=2))
    else:
        for name, value in told.items():
            print(f"{name}: {value}")
    return 1 if told["failures"] else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("./run fuzz", description=__doc__)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, help="to repeat the cases of an earlier run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--keep", type=Path, default=Path(".fuzz"), help="for files that did harm")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--largest", type=int, default=LARGEST, help="bytes of a real file")
    parser.add_argument("--shard", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--step", type=int, default=1, help=argparse.SUPPRESS)
    return parser.parse_args()


def _data() -> Path | None:
    named = os.environ.get("LABELER_TEST_DATA")
    return Path(named) if named and Path(named).is_dir() else None


def _progress(done: int, cases: int, started: float) -> None:
    rate = done / max(time.monotonic() - started, 0.001)
    print(f"{done} of {cases}, {rate:.0f} a second", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
