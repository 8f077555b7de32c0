"""The way of a brush over a volume, the same for all: a hundred events, some voxels apart.

A hand paints one stroke after the other. So each turn of a contender is several, and the first
of them, which finds the processor's caches full of the other contender, is one of many.
"""

import json
import math
import statistics
import sys

EVENTS = 100
RADIUS = 20
STROKES = 5


def places(slices):
    return [(slices // 2, 256 + 100 * math.sin(k / 15), 150 + 2.0 * k) for k in range(EVENTS + 1)]


def tell(stroke):
    """Paint at each line that comes, and answer with the medians of its strokes."""
    for _ in sys.stdin:
        told = [stroke() for _ in range(STROKES)]
        assert len({one["check"] for one in told}) == 1, "every stroke is the same"
        print(json.dumps({key: statistics.median(one[key] for one in told) for key in told[0]}))
        sys.stdout.flush()
