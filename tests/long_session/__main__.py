"""`./run long-session`: hours of drawing at a real window, at speed; whether memory grows."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.long_session.session import LongSession


def main() -> int:
    """0 where nothing went wrong and the process holds no more than its history explains."""
    parser = argparse.ArgumentParser("./run long-session", description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0, help="of the session's own clock")
    parser.add_argument("--seed", type=int, help="to repeat the choices of an earlier session")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--leak-kib", type=int, default=0, help="a fault: so much is kept for ever at each edit"
    )
    typed = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if typed.seed is None else typed.seed
    folder = Path(tempfile.mkdtemp(prefix="labeler-session-"))
    started = time.monotonic()
    sys.setswitchinterval(0.0005)  # as the program has it
    try:
        verdict = LongSession(folder, seed, _leaking(typed.leak_kib)).run(typed.hours)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    told = {**asdict(verdict), "holds": verdict.holds, "seed": seed}
    told["seconds"] = round(time.monotonic() - started, 1)
    if typed.json:
        print(json.dumps(told))
    else:
        print("".join(f"{name}: {value}\n" for name, value in told.items()), end="")
    return 0 if verdict.holds else 1


def _leaking(kib: int) -> Callable[[int], None]:
    """What proves that a session can fail."""
    kept: list[bytes] = []
    return lambda edits: kept.extend(bytes(1024 * kib) for _ in range(edits if kib else 0))


if __name__ == "__main__":
    sys.exit(main())
