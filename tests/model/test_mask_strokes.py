from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.mask_strokes import Stroke, swept
from labeler.model.tiled_masks import empty, of_voxels

SIZE = (20, 40, 36)
SPACING = (1.0, 1.0, 1.0)
PLACES = st.tuples(st.floats(-5, 24), st.floats(-5, 45), st.floats(-5, 40))


def slow(
    start: tuple[float, ...], end: tuple[float, ...], radius: float, spacing: tuple[float, ...]
) -> np.ndarray:
    """Squared distance of each voxel centre to the way, by the book."""
    axes = np.meshgrid(*(np.arange(side) for side in SIZE), indexing="ij")
    at = np.stack(axes, axis=-1) * spacing
    a, b = np.array(start) * spacing, np.array(end) * spacing
    way = b - a
    squared = way @ way
    share = np.clip((at - a) @ way / squared, 0, 1) if squared else np.zeros(SIZE)
    distance = np.linalg.norm(at - a - share[..., None] * way, axis=-1)
    return distance - radius


@settings(deadline=None, max_examples=60)
@given(
    PLACES,
    PLACES,
    st.floats(0.3, 9),
    st.tuples(st.floats(0.4, 5), st.floats(0.4, 3), st.floats(0.4, 3)),
    st.booleans(),
)
def test_a_ball_covers_what_lies_within_its_radius(
    start: tuple[float, float, float],
    end: tuple[float, float, float],
    radius: float,
    spacing: tuple[float, float, float],
    still: bool,
) -> None:
    end = start if still else end
    covered = np.zeros(SIZE, np.bool_)
    found = swept(SIZE, start, end, radius, spacing)
    if found is not None:
        (z, y, x), bits = found
        covered[z : z + bits.shape[0], y : y + bits.shape[1], x : x + bits.shape[2]] = bits
    beyond = slow(start, end, radius, spacing)
    assert covered[beyond < -1e-6].all()
    assert not covered[beyond > 1e-6].any()


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_stroke_is_what_its_stamps_are_and_leaves_the_mask_as_it_was(data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    size = data.draw(st.sampled_from([SIZE, (1, 150, 140)]))
    bits = rng.random(size) < 0.3
    before = of_voxels(size, (0, 0, 0), bits)
    stroke, expected = Stroke(before, SPACING), bits.copy()
    for _ in range(data.draw(st.integers(1, 5))):
        low = [data.draw(st.integers(0, side - 1)) for side in size]
        high = [data.draw(st.integers(a + 1, s)) for a, s in zip(low, size, strict=True)]
        stamp = rng.random([b - a for a, b in zip(low, high, strict=True)]) < 0.7
        part = expected[low[0] : high[0], low[1] : high[1], low[2] : high[2]]
        on = data.draw(st.booleans())
        was = part.copy()
        part[stamp] = on
        changed = stroke.paint((low[0], low[1], low[2]), stamp, on=on)
        assert changed == (part != was).sum()
        assert np.array_equal(stroke.crop((0, 0, 0), size), expected)
    assert np.array_equal(stroke.after.crop((0, 0, 0), size), expected)
    assert before == of_voxels(size, (0, 0, 0), bits)


def test_untouched_tiles_are_shared() -> None:
    solid = of_voxels((64, 64, 64), (0, 0, 0), np.ones((64, 64, 64), np.bool_))
    stroke = Stroke(solid, SPACING)
    stroke.paint((0, 0, 0), np.ones((3, 3, 3), np.bool_), on=False)
    after = stroke.after
    assert sum(after.tiles[n] is not solid.tiles[n] for n in solid.tiles) == 1
    stroke.paint((0, 0, 0), np.ones((3, 3, 3), np.bool_), on=True)
    assert all(stroke.after.tiles[n] is solid.tiles[n] for n in solid.tiles)


def test_beyond_the_grid_is_refused() -> None:
    with pytest.raises(ValueError, match="inside its grid"):
        Stroke(empty((4, 4, 4)), SPACING).paint((3, 0, 0), np.ones((2, 1, 1), np.bool_), on=True)
    assert swept((4, 4, 4), (9.0, 0.0, 0.0), (9.0, 1.0, 0.0), 2.0, (1.0, 1.0, 1.0)) is None
