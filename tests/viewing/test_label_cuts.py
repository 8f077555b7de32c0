"""Labels cut by planes: every pixel as a slow reference has it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.kernels.sampling import Reduction
from labeler.model.affine import Affine
from labeler.viewing.cuts import rotation
from labeler.viewing.label_cuts import Labels, Patch, cut_labels, solid_of
from labeler.viewing.lattice import PatientPlane

SHAPE = (7, 9, 11)


def reference(labels: Labels, affine: Affine, plane: PatientPlane) -> Labels:
    """One pixel and one sample at a time; the highest label of a slab."""
    found = np.zeros((plane.rows, plane.columns), np.uint8)
    for row in range(plane.rows):
        for column in range(plane.columns):
            for n in range(plane.samples):
                place = plane.origin + plane.across * column + plane.down * row
                place = place + plane.deep * (n - (plane.samples - 1) / 2)
                x, y, z = np.floor(affine.to_voxel(place) + 0.5).astype(int)
                if 0 <= z < SHAPE[0] and 0 <= y < SHAPE[1] and 0 <= x < SHAPE[2]:
                    found[row, column] = max(found[row, column], labels[z, y, x])
    return found


def whole(patch: Patch | None, plane: PatientPlane) -> Labels:
    found = np.zeros((plane.rows, plane.columns), np.uint8)
    if patch is not None:
        rows, columns = patch.labels.shape
        found[patch.top : patch.top + rows, patch.left : patch.left + columns] = patch.labels
    return found


@st.composite
def grids(draw: st.DrawFn) -> Affine:
    """Turned, mirrored or not, of unlike spacings, and tilted as a gantry is."""
    number = st.floats(-1.0, 1.0, allow_subnormal=False)
    about = np.array([draw(number), draw(number), 1.0])
    ways = rotation(about, draw(st.floats(-3, 3)))
    spacing = [draw(st.floats(0.4, 3.0)) for _ in range(3)]
    matrix = np.eye(4)
    matrix[:3, :3] = ways * spacing
    matrix[:3, 2] *= draw(st.sampled_from((1, -1)))
    matrix[:3, 2] += matrix[:3, 1] * draw(st.floats(-0.5, 0.5))
    matrix[:3, 3] = [draw(number) * 100 for _ in range(3)]
    return Affine(matrix)


@given(grids(), st.integers(0, 1 << 16), st.floats(-3, 3), st.integers(1, 4), st.floats(0.3, 2))
@settings(deadline=None, max_examples=40)
def test_any_plane_through_any_grid_is_as_the_reference_has_it(
    affine: Affine, seed: int, turn: float, samples: int, pixel_mm: float
) -> None:
    random = np.random.default_rng(seed)
    labels = (random.integers(0, 4, SHAPE) * random.integers(0, 2, SHAPE)).astype(np.uint8)
    ways = rotation(random.normal(size=3), turn)
    amid = affine.to_patient(np.array([5.0, 4.0, 3.0]) + random.uniform(-3, 3, 3))
    across, down, deep = ways.T * pixel_mm
    rows, columns = 14, 12
    origin = amid - across * columns / 2 - down * rows / 2
    plane = PatientPlane(
        origin, across, down, rows, columns, deep if samples > 1 else np.zeros(3), samples,
        Reduction.HIGHEST if samples > 1 else Reduction.ALONE,
    )  # fmt: skip
    made = whole(cut_labels(solid_of(labels, affine), plane), plane)
    assert np.array_equal(made, reference(labels, affine, plane))


def test_only_what_the_solid_can_reach_is_looked_up() -> None:
    labels = np.ones(SHAPE, np.uint8)
    solid = solid_of(labels, Affine(np.eye(4)))
    across, down = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    plane = PatientPlane(np.array([-200.3, 4.0, -300.3]), across, down, 600, 400, np.zeros(3))
    patch = cut_labels(solid, plane)
    assert patch is not None
    assert patch.labels.size < 4 * SHAPE[0] * SHAPE[2]
    assert int(patch.labels.sum()) == SHAPE[0] * SHAPE[2]
    assert cut_labels(solid, replace(plane, origin=plane.origin + np.array([0, 5.0, 0]))) is None


def test_a_grid_of_one_slice_is_as_thick_as_its_step() -> None:
    solid = solid_of(np.ones((1, 4, 4), np.uint8), Affine(np.diag([1.0, 1.0, 3.0, 1.0])))
    across, down = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    plane = PatientPlane(np.array([-2.0, 1.0, -4.25]), across, down, 10, 8, np.zeros(3))
    patch = cut_labels(solid, plane)
    assert patch is not None
    assert whole(patch, plane).any(axis=1).sum() == 3
