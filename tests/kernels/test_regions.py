from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.kernels.regions import (
    Bits,
    Runs,
    Triple,
    components,
    distances,
    drawn,
    joined,
    runs_of,
)

SIDES = st.tuples(st.integers(1, 5), st.integers(1, 9), st.integers(1, 12))


@st.composite
def boxes(draw: st.DrawFn) -> Bits:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return rng.random(draw(SIDES)) < draw(st.sampled_from([0.0, 0.2, 0.5, 0.8, 1.0]))


def slow_components(bits: Bits, *, deep: bool) -> list[set[Triple]]:
    left = {tuple(at) for at in np.argwhere(bits).tolist()}
    steps = [(0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
    steps += [(1, 0, 0), (-1, 0, 0)] if deep else []
    found = []
    for start in sorted(left):
        if start not in left:
            continue
        left.discard(start)
        island, queue = {start}, deque([start])
        while queue:
            at = queue.popleft()
            for step in steps:
                near = tuple(a + b for a, b in zip(at, step, strict=True))
                if near in left:
                    left.discard(near)
                    island.add(near)
                    queue.append(near)
        found.append(island)
    return found


@settings(deadline=None, max_examples=150)
@given(boxes(), st.booleans())
def test_what_hangs_together_has_one_number(bits: Bits, deep: bool) -> None:
    runs = runs_of(bits)
    numbers, count = components(runs, deep=deep)
    slow = slow_components(bits, deep=deep)
    assert count == len(slow)
    for number, island in enumerate(slow):
        keep = np.zeros(count, np.bool_)
        keep[number] = True
        rows = bits.shape[0] * bits.shape[1]
        shown = drawn(runs, numbers, keep, 0, rows).reshape(bits.shape)
        assert {tuple(at) for at in np.argwhere(shown).tolist()} == island


@settings(deadline=None, max_examples=50)
@given(boxes(), st.integers(0, 9))
def test_boxes_one_after_the_other_are_one(bits: Bits, at: int) -> None:
    def same(a: Runs, b: Runs) -> bool:
        pairs = zip((a.starts, a.ends, a.firsts), (b.starts, b.ends, b.firsts), strict=True)
        return a.sides == b.sides and all(np.array_equal(x, y) for x, y in pairs)

    z, y = at % bits.shape[0], at % bits.shape[1]
    upon = [runs_of(part) for part in (bits[:z], bits[z:]) if len(part)]
    assert same(joined(upon, by_rows=False), runs_of(bits))
    flat = bits[:1]
    below = [runs_of(part) for part in (flat[:, :y], flat[:, y:]) if part.shape[1]]
    assert same(joined(below, by_rows=True), runs_of(flat))


@settings(deadline=None, max_examples=100)
@given(boxes(), st.tuples(*(st.sampled_from([0.3, 0.7, 1.0, 5.0]),) * 3))
def test_distances_are_those_to_the_nearest(
    bits: Bits, spacing: tuple[float, float, float]
) -> None:
    found = distances(bits, spacing)
    inside = np.argwhere(bits) * spacing
    if not len(inside):
        assert np.isinf(found).all()
        return
    places = np.argwhere(np.ones_like(bits)) * spacing
    slow = ((places[:, None] - inside) ** 2).sum(axis=2).min(axis=1).reshape(bits.shape)
    assert np.allclose(found, slow, rtol=1e-12, atol=1e-12)


def test_runs_that_leave_their_box_are_refused() -> None:
    runs = runs_of(np.ones((1, 2, 3), np.bool_))
    beyond = Runs(runs.sides, runs.starts, runs.ends + np.int32(1), runs.firsts)
    with pytest.raises(ValueError, match="leaves its row"):
        components(beyond, deep=True)
    numbers, _ = components(runs, deep=True)
    with pytest.raises(ValueError, match="no such rows"):
        drawn(runs, numbers, np.ones(1, np.bool_), 0, 3)
    with pytest.raises(ValueError, match="has no answer"):
        drawn(runs, numbers + np.int32(5), np.ones(1, np.bool_), 0, 2)
