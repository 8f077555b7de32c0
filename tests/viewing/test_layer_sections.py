"""Layers of other files on planes: what lies where, holes, gaps, and what stays on its slices."""

from __future__ import annotations

import weakref
from dataclasses import replace

import numpy as np
import pytest

from labeler.model.image import Image
from labeler.model.layers import Layer, LayerKind, Path, Text
from labeler.model.masks import Mask, mask_of
from labeler.model.rasters import polygon_mask
from labeler.model.stack import Gap
from labeler.model.volume import Volume
from labeler.viewing.cuts import AXIAL, CORONAL, CUTS, Cut, turned
from labeler.viewing.label_cuts import solid_of
from labeler.viewing.lattice import lattice_of
from labeler.viewing.layer_sections import Section, Solids, section, solid_of_layer
from labeler.viewing.reformat import ReformatSource, reformat
from tests.support.images import axial
from tests.support.volumes_in_memory import placed, ramp

SHAPE = (12, 20, 30)
UP = np.array([0.0, 0.0, 1.0])


def layer_of(figures: dict, kind: LayerKind = LayerKind.SEGMENTATION) -> Layer:
    return Layer("one", kind, "file.dcm", "One", 1, "", None, figures)


def voxels(seed: int = 3) -> np.ndarray:
    """A lump with holes, off the middle."""
    z, y, x = np.mgrid[: SHAPE[0], : SHAPE[1], : SHAPE[2]]
    lump = (z - 7) ** 2 / 9 + (y - 8) ** 2 / 25 + (x - 19) ** 2 / 49 < 1
    return lump & (np.random.default_rng(seed).random(SHAPE) < 0.8)


def painted(base: Image, inside: np.ndarray) -> Layer:
    masks = ((ref, mask_of(plane)) for ref, plane in zip(base.refs, inside, strict=True))
    return layer_of({ref: (mask,) for ref, mask in masks if mask.count})


def cut_by(base: Image, volume: Volume, layer: Layer, cut: Cut) -> tuple[ReformatSource, list]:
    source = reformat(base, volume, cut).source
    assert isinstance(source, ReformatSource)
    solid = solid_of_layer(base, source.lattice, layer)
    assert solid is not None
    return source, [section(solid, source.plane(n)) for n in range(source.count)]


def seen(found: Section | None, source: ReformatSource) -> np.ndarray:
    return np.zeros(source.shape[1:], bool) if found is None else found.mask.voxels()


def nearest(base: Image, inside: np.ndarray, source: ReformatSource, index: int) -> np.ndarray:
    """A slow reference: the nearest voxel of each pixel."""
    plane = source.plane(index)
    r, c = np.mgrid[: plane.rows, : plane.columns].astype(float)
    places = plane.origin + c[..., None] * plane.across + r[..., None] * plane.down
    x, y, z = np.moveaxis(np.floor(base.affine.to_voxel(places) + 0.5).astype(int), -1, 0)
    there = (z >= 0) & (z < 12) & (y >= 0) & (y < 20) & (x >= 0) & (x < 30)
    return there & inside[z.clip(0, 11), y.clip(0, 19), x.clip(0, 29)]


@pytest.mark.parametrize(
    "cut",
    [
        *CUTS.values(),
        turned(turned(CORONAL, np.array([0, 0, 1.0]), 0.37), np.array([1, 0, 0]), 0.2),
    ],
)
def test_masks_lie_on_planes_where_their_voxels_lie(cut: Cut) -> None:
    base, volume = ramp(SHAPE, matrix=axial((1.13, 0.9, 2.07)))
    inside = voxels()
    source, found = cut_by(base, volume, painted(base, inside), cut)
    shown = [seen(one, source) for one in found]
    assert sum(map(np.count_nonzero, shown)) > 500
    for n, one in enumerate(shown):
        assert np.array_equal(one, nearest(base, inside, source, n)), n


def test_a_slab_shows_whatever_lies_in_it() -> None:
    base, volume = ramp(SHAPE)
    inside = np.zeros(SHAPE, bool)
    inside[6, 11, 14] = True
    source, found = cut_by(base, volume, painted(base, inside), replace(CORONAL, slab_mm=6.0))
    assert [n for n, one in enumerate(found) if one is not None] == [8, 9, 10, 11, 12, 13, 14]
    assert source.is_slab


def test_contours_are_even_odd_at_the_centres_of_voxels() -> None:
    base, volume = ramp(SHAPE)
    outer = ((4.2, 3.1), (24.7, 2.6), (26.3, 16.2), (5.1, 17.4))
    hole = ((10.4, 7.3), (17.6, 7.2), (17.1, 12.8), (10.2, 12.4))
    figures = {
        base.refs[k]: (Path(outer, closed=True, filled=True), Path(hole, closed=True, filled=True))
        for k in (4, 5, 6)
    }
    layer = layer_of(figures, LayerKind.STRUCTURES)
    inside = np.zeros(SHAPE, bool)
    ring = polygon_mask(20, 30, outer).voxels() & ~polygon_mask(20, 30, hole).voxels()
    inside[4:7] = ring
    for cut in CUTS.values():
        source, found = cut_by(base, volume, layer, cut)
        for n, one in enumerate(found):
            assert np.array_equal(seen(one, source), nearest(base, inside, source, n))
    source, found = cut_by(base, volume, layer, AXIAL)
    loops = [one.loops for one in found if one is not None]
    assert all(len(one) == 2 for one in loops)  # the hole has an edge too


def test_nothing_is_made_up_where_slices_are_missing() -> None:
    matrix = axial((1.0, 1.0, 2.0))
    heights = [0, 2, 4, 6, 8, 10, 20, 22, 24, 26, 28, 30]
    origins = [tuple(matrix[:3, 3] + np.array([0, 0, h])) for h in heights]
    base, volume = placed(matrix, origins, SHAPE, (Gap(5, 4, 10.0),))
    source, found = cut_by(base, volume, painted(base, np.ones(SHAPE, bool)), CORONAL)
    there = seen(found[len(found) // 2], source)
    filled = there.any(axis=1)
    assert (~filled).sum() in (8, 9)  # 10 mm between the slices, and half a slice of each
    assert there.any()


def test_points_lines_and_words_stay_on_their_slices() -> None:
    base, _ = ramp(SHAPE)
    lattice = lattice_of(base)
    figures = (
        Path(((3.0, 4.0),), closed=False),
        Path(((3, 4), (9, 9)), False),
        Text(("x",), (1, 1)),
    )
    assert solid_of_layer(base, lattice, layer_of({base.refs[2]: figures})) is None
    drawn = layer_of({base.refs[2]: (Path(((3, 4), (9, 9), (3, 9)), closed=True),)})
    assert solid_of_layer(base, lattice, replace(drawn, kind=LayerKind.REPORT)) is None
    assert solid_of_layer(base, lattice, replace(drawn, kind=LayerKind.STRUCTURES)) is not None


def test_solids_are_made_once_and_go_with_their_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    base, _ = ramp(SHAPE)
    solids, lattice = Solids(), lattice_of(base)
    one, other = painted(base, voxels(1)), painted(base, voxels(2))
    first = solids.of(base, lattice, one)
    assert first is solids.of(base, lattice, one)
    assert first is not None
    monkeypatch.setattr("labeler.viewing.layer_sections.MOST_VOXELS", first.labels.size + 1)
    held = weakref.ref(first)
    del first
    assert solids.of(base, lattice, other) is not None
    assert held() is None  # both are more than is kept
    monkeypatch.setattr("labeler.viewing.layer_sections.MOST_VOXELS", 10)
    assert solids.of(base, lattice, one) is None


def test_any_array_with_an_affine_is_cut_as_a_layer_is() -> None:
    """What is painted here lies on planes by the same function."""
    base, volume = ramp(SHAPE, matrix=axial((1.13, 0.9, 2.07)))
    inside = voxels()
    source, found = cut_by(base, volume, painted(base, inside), CORONAL)
    solid = solid_of(inside.astype(np.uint8), base.affine)
    for n, one in enumerate(found):
        own = section(solid, source.plane(n))
        assert np.array_equal(seen(one, source), seen(own, source))
    assert isinstance(found[9].mask, Mask)
