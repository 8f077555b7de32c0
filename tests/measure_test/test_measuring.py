"""A few of the marks that `./run measure-test` measures by the hundred."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.model.mask_measures import surface_mm2
from labeler.model.tiled_masks import of_voxels
from tests.measure_test import random_marks, real_files
from tests.measure_test.tally import Tally


@pytest.mark.parametrize(
    "kind",
    [
        random_marks.solids,
        random_marks.flat_regions,
        random_marks.outlines,
        random_marks.angles_and_axes,
    ],
)
def test_random_marks_measure_what_others_find(kind: random_marks.Kind) -> None:
    tally = Tally()
    kind(tally, np.random.default_rng(11), 8)
    assert tally.holds, tally.table()


def test_marks_on_real_files_measure_what_others_find(test_data: Path) -> None:
    tally, rng = Tally(), np.random.default_rng(11)
    with DecoderPool(2) as decoders:
        real_files.series(tally, test_data / "dicom/mr_oblique_6slices", decoders, rng)
        real_files.single(tally, test_data / "dicom/pet_nm_rt/1.dcm", decoders, rng)
    real_files.segmentation(tally, test_data / "dicom/seg_sr/liver.dcm")
    real_files.structures(tally, test_data / "dicom" / real_files.STRUCTURES)
    assert tally.holds, tally.table()
    assert tally.rows["area of contours"].compared > 100


def test_a_difference_is_found() -> None:
    """The comparison itself can fail."""
    tally = Tally()
    assert not tally.holds, "nothing was compared"
    tally.compare("length", "other", 1.0005, 1.0, "near")
    assert tally.holds
    tally.compare("length", "other", 1.002, 1.0, "far")
    assert not tally.holds
    assert "far: 1.002 for 1" in tally.table()
    lost = Tally()
    lost.compare("length", "other", math.nan, 1.0, "none")
    assert not lost.holds


@pytest.mark.parametrize(
    ("spacing", "apart"),
    [((1.0, 1.0, 1.0), 0.015), ((0.7, 0.7, 0.7), 0.015), ((2.5, 0.7, 0.7), 0.2)],
)
def test_smooth_bodies_have_about_the_surface_they_have(
    spacing: tuple[float, float, float], apart: float
) -> None:
    """The definition itself, which is ITK's: a ball and an ellipsoid by their formulas. Where
    slices are thick its weights of directions are off, and the panel says "about"."""
    for radii in ((20.0, 20.0, 20.0), (12.0, 20.0, 28.0)):
        size = tuple(int(2 * r / mm) + 6 for r, mm in zip(radii, spacing, strict=True))
        axes = np.ogrid[tuple(slice(0, n) for n in size)]
        parts = zip(axes, size, spacing, radii, strict=True)
        inside = sum(((a - n / 2) * mm / r) ** 2 for a, n, mm, r in parts) < 1
        mask = of_voxels((size[0], size[1], size[2]), (0, 0, 0), inside)
        assert surface_mm2(mask, spacing) == pytest.approx(_ellipsoid(*radii), rel=apart)


def _ellipsoid(a: float, b: float, c: float) -> float:
    """Its surface, summed over small patches."""
    u, v = np.mgrid[0 : math.pi : 801j, 0 : 2 * math.pi : 801j]
    p = np.stack((a * np.sin(u) * np.cos(v), b * np.sin(u) * np.sin(v), c * np.cos(u)), axis=-1)
    along, around = p[1:, :-1] - p[:-1, :-1], p[:-1, 1:] - p[:-1, :-1]
    return float(np.linalg.norm(np.cross(along, around), axis=-1).sum())
