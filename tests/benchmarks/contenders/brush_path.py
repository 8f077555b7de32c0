"""The way of a brush over a volume, the same for all: a hundred events, some voxels apart."""

import math

EVENTS = 100
RADIUS = 20


def places(slices):
    return [(slices // 2, 256 + 100 * math.sin(k / 15), 150 + 2.0 * k) for k in range(EVENTS + 1)]
