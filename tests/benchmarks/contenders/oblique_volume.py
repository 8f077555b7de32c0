"""The volume and the planes of the oblique cuts: every contender cuts the same."""

import numpy as np

SIDE = 512
WEIGHTS = np.array([1.0, 2.0, 3.0])
"""A value is z + 2 y + 3 x - 1500: any plane through it is known, and no two voxels in a row are
alike."""


def volume():
    z, y, x = np.ogrid[:SIDE, :SIDE, :SIDE]
    return (z + 2 * y + 3 * x - 1500).astype(np.int16)


def planes():
    """First pixel, way across, way down, in (z, y, x); never the same plane twice in a row, so
    that no contender finds its voxels at hand."""
    turn = 0
    while True:
        turn = (turn + 11) % 90
        one, other = np.deg2rad(turn), np.deg2rad(20 + turn / 3)
        across = np.array([np.sin(other) * 0.3, np.cos(one), np.sin(one)])
        across /= np.linalg.norm(across)
        down = np.array([np.cos(other), -np.sin(one) * 0.3, np.cos(one) * 0.2])
        down -= across * (across @ down)
        down /= np.linalg.norm(down)
        middle = np.full(3, SIDE / 2 - 0.5)
        yield middle - (across + down) * (SIDE - 1) / 2, across, down


def checked(made):
    """Whether a picture is right to one HU wherever its plane lies well inside."""
    picture, (first, across, down) = made
    rows, columns = np.mgrid[:SIDE, :SIDE]
    at = [first[n] + across[n] * columns + down[n] * rows for n in range(3)]
    inside = np.logical_and.reduce([(place > 1) & (place < SIDE - 2) for place in at])
    told = sum(weight * place for weight, place in zip(WEIGHTS, at, strict=True)) - 1500
    worst = np.abs(picture.reshape(SIDE, SIDE) - told)[inside].max()
    return b"within 1 HU" if worst <= 1 else f"off by {worst}".encode()
