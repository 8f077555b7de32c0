"""`./run kill-test`: real processes, `kill -9` at random moments of drawing, signing, sending."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.kill_test.moments import run


def main() -> int:
    """0 where nothing was lost and nothing doubled."""
    parser = argparse.ArgumentParser("./run kill-test", description=__doc__)
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, help="to repeat the choices of an earlier run")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="work here, and leave it there")
    typed = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if typed.seed is None else typed.seed
    folder = typed.keep or Path(tempfile.mkdtemp(prefix="labeler-kill-"))
    started = time.monotonic()
    try:
        verdict = run(folder, typed.moments, seed)
    finally:
        if typed.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    told = {**asdict(verdict), "seed": seed, "seconds": round(time.monotonic() - started, 1)}
    if typed.json:
        print(json.dumps(told))
    else:
        for name, value in told.items():
            print(f"{name}: {value}")
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    sys.exit(main())
