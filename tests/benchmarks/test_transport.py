"""The command that shows how frames travel tells all its ways."""

from __future__ import annotations

import sys

import pytest

from tests.benchmarks.transport import handed_over_ms


@pytest.mark.skipif(sys.platform != "linux", reason="shared memory is measured on Linux")
@pytest.mark.parametrize("way", ["pipe", "new", "kept"])
def test_each_way_hands_frames_over_whole(way: str) -> None:
    assert handed_over_ms(way, 70_000, 3) > 0
