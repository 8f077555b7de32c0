"""Labels are told apart also by eyes that see fewer colours: their distances, simulated."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from labeler.model.paths import resources_root
from labeler.ui.theme import load_theme
from labeler.viewing.label_inks import dash_of

THEMES = sorted((resources_root() / "themes").glob("*.json"))
Matrix = NDArray[np.float64]

SIGHTS: dict[str, Matrix] = {
    "all colours": np.eye(3),
    "no red cones": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "no green cones": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "no blue cones": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
"""Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB."""

LEAST = {4: 0.18, 9: 0.075, 12: 0.055}
"""Of the first so many labels: the least distance in OKLab over all sights (look.md, section 1)."""


def linear(color: str) -> Matrix:
    parts = np.array([int(color[n : n + 2], 16) for n in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def oklab(rgb: Matrix) -> Matrix:
    """Ottosson's space, in which a distance is a difference that is seen."""
    cones = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ]
    )
    lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ]
    )
    seen: Matrix = lab @ np.cbrt(cones @ np.clip(rgb, 0, 1))
    return seen


def nearest(labels: tuple[str, ...], sight: Matrix) -> float:
    seen = [oklab(sight @ linear(color)) for color in labels]
    return min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2))


def test_the_simulation_mixes_up_what_such_eyes_mix_up() -> None:
    pair = "#B8860B", "#7F9B00"  # ochre and olive
    apart = nearest(pair, SIGHTS["all colours"])
    assert nearest(pair, SIGHTS["no green cones"]) < 0.5 * apart
    assert nearest(("#FFFFFF", "#000000"), SIGHTS["no red cones"]) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("count", LEAST)
def test_labels_differ_for_every_eye(path: Path, sight: str, count: int) -> None:
    labels = load_theme(path).labels[:count]
    assert nearest(labels, SIGHTS[sight]) >= LEAST[count]


def test_lines_differ_where_colours_are_near() -> None:
    """Each third of the twelve has its own dashes: what a colour cannot tell, the line does."""
    assert len({dash_of(n) for n in (0, 4, 8)}) == 3
    assert all(dash_of(n) is dash_of(n // 4 * 4) for n in range(12))
    for path in THEMES:
        labels = load_theme(path).labels
        for sight in SIGHTS.values():
            for first in (0, 4, 8):
                assert nearest(labels[first : first + 4], sight) >= 0.06
