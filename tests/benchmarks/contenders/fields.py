"""Where fields of a slide are looked at: the same places for every contender."""

import random

WIDTH, HEIGHT = 1000, 800
LEVELS = (0, 1, 2, 4)
STEP, STEPS = 40, 60


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
