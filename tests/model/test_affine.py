"""Small sums on vectors."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labeler.model.affine import cross

numbers = st.floats(-1e3, 1e3)


@given(st.lists(numbers, min_size=6, max_size=6))
def test_the_cross_product_is_numpys(six: list[float]) -> None:
    one, other = np.array(six[:3]), np.array(six[3:])
    assert np.allclose(cross(one, other), np.cross(one, other), rtol=1e-12, atol=1e-6)
