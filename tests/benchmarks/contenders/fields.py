"""Where fields of a slide are looked at: the same places for every contender."""

import random

WIDTH, HEIGHT = 1000, 800
LEVELS = (0, 1, 2, 4)
STEP, STEPS = 40, 120
PAUSE_S = 1 / 60
"""A hand moves at the pace of the screen; the place after the last step is compared."""


class Fields:
    """Every answer is another list of (level, column, row), one for each of `LEVELS`."""

    def __init__(self, side):
        self._side, self._random = side, random.Random(4)

    def next(self):
        return [
            (
                level,
                self._random.randrange((self._side >> level) - WIDTH),
                self._random.randrange((self._side >> level) - HEIGHT),
            )
            for level in LEVELS
        ]


class Walks:
    """Each one begins elsewhere on the finest level; goes right, and a little down."""

    def __init__(self, side):
        self._side, self._random = side, random.Random(6)

    def next(self):
        most = self._side - WIDTH - STEP * (STEPS + 1)
        x, y = self._random.randrange(most), self._random.randrange(most)
        return [(x + STEP * n, y + 12 * n) for n in range(STEPS)]
