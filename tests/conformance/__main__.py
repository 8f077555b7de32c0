"""`./run conformance`: what Labeler makes of every file that others measured."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from labeler.imaging.decoding.decoders import DecoderPool
from tests.conformance.agreement import reasons, table, walk


def main() -> int:
    given = os.environ.get("LABELER_TEST_DATA")
    if not given:
        print("LABELER_TEST_DATA must name the folder of real images.", file=sys.stderr)
        return 2
    with DecoderPool(2) as decoders:
        verdicts = list(walk(Path(given), decoders))
    print(table(verdicts), reasons(), sep="\n\n")
    for one in verdicts:
        if not one.explained:
            print(f"UNEXPLAINED {one.name} ({one.expect}): {one.trouble}")
    return 0 if all(one.explained for one in verdicts) else 1


if __name__ == "__main__":
    sys.exit(main())
