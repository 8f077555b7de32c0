"""What tests of kernels share."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.kernels.cliff import Cliff


@pytest.fixture
def cliff() -> Iterator[Cliff]:
    """Memory with an edge that may not be crossed."""
    if sys.platform != "linux":
        pytest.skip("guard pages are made the way Linux makes them")
    made = Cliff()
    yield made
    made.take_down()
