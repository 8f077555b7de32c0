"""`./run walk-test`: thousands of edits, undos, redos and jumps; every way must end the same."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests.walk_test.walking import Walker


def main() -> int:
    """0 where every way leads to the same document and the same voxels."""
    parser = argparse.ArgumentParser("./run walk-test", description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--walks", type=int, default=1)
    parser.add_argument("--seed", type=int, help="to repeat an earlier walk")
    parser.add_argument("--json", action="store_true", help="print one JSON object a walk")
    typed = parser.parse_args()
    first = random.SystemRandom().randrange(2**32) if typed.seed is None else typed.seed
    holds = True
    for seed in range(first, first + typed.walks):
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="labeler-walk-") as folder:
            verdict = Walker(Path(folder) / "profile", seed).run(typed.steps)
        holds = holds and verdict.holds
        told = {**asdict(verdict), "holds": verdict.holds, "seed": seed}
        told["seconds"] = round(time.monotonic() - started, 1)
        if typed.json:
            print(json.dumps(told), flush=True)
        else:
            print("".join(f"{name}: {value}\n" for name, value in told.items()), flush=True)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
