"""The same 10,000 polygons of 20 vertices for all contenders, and where a hand moves over them."""

import numpy as np

COUNT, CORNERS, SIDE = 10_000, 20, 4000
VIEW = 1000, 800
LABELS = 5
MOVES = 20
"""A hand does not move once. For whom a move takes seconds, one is enough."""


def outlines():
    """(COUNT, CORNERS, 2): columns and rows, spread over an image of SIDE x SIDE."""
    chance = np.random.default_rng(9)
    across = round(COUNT**0.5)
    step = SIDE / across
    at = np.stack(np.meshgrid(np.arange(across), np.arange(across)), -1).reshape(-1, 2)
    middle = (at + 0.5 + chance.uniform(-0.2, 0.2, at.shape)) * step
    turn = np.sort(chance.uniform(0, 2 * np.pi, (COUNT, CORNERS)), axis=1)
    far = chance.uniform(0.15, 0.5, (COUNT, 1)) * chance.uniform(0.7, 1.15, (COUNT, CORNERS))
    ways = np.stack((np.cos(turn), np.sin(turn)), -1) * far[:, :, None] * step
    return np.clip(middle[:, None] + ways, 0, SIDE - 1)


def places():
    """Where the pointer goes, on the canvas."""
    n = 0
    while True:
        n += 1
        yield 200 + 6 * n % 400, 240 + 4 * n % 300


def done(_made):
    return str(COUNT).encode()
