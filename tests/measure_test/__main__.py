"""`./run measure-test`: what marks measure, beside SimpleITK, shapely and slow references."""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path

import numpy as np

from labeler.imaging.decoding.decoders import DecoderPool
from tests.measure_test import random_marks, real_files
from tests.measure_test.tally import Tally


def main() -> int:
    """0 where all agree to a tenth of a percent."""
    parser = argparse.ArgumentParser("./run measure-test", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, help="to repeat an earlier run")
    typed = parser.parse_args()
    seed = random.SystemRandom().randrange(2**32) if typed.seed is None else typed.seed
    rng, made = np.random.default_rng(seed), Tally()
    random_marks.solids(made, rng, typed.count)
    random_marks.flat_regions(made, rng, typed.count)
    random_marks.outlines(made, rng, typed.count)
    random_marks.angles_and_axes(made, rng, typed.count)
    print(f"Random marks (seed {seed})", made.table(), sep="\n\n")
    data = os.environ.get("LABELER_TEST_DATA")
    if not data:
        print("\nReal files: LABELER_TEST_DATA names no folder of them.")
        return 0 if made.holds else 1
    real = Tally()
    with DecoderPool(2) as decoders:
        real_files.compare(real, Path(data), decoders, rng)
    print("\nReal files", real.table(), *real.wrong, sep="\n\n")
    return 0 if made.holds and real.holds and not real.wrong else 1


if __name__ == "__main__":
    sys.exit(main())
