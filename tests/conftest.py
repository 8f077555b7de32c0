"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def _folder(variable: str) -> Path:
    value = os.environ.get(variable)
    if value and Path(value).is_dir():
        return Path(value)
    if os.environ.get("LABELER_REQUIRE_DATA"):
        pytest.fail(f"{variable} must name a folder here")
    pytest.skip(f"{variable} names no folder: the real files are not on this machine")


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real images; skips where it is not installed."""
    return _folder("LABELER_TEST_DATA")


@pytest.fixture(scope="session")
def test_vectors() -> Path:
    """The folder of public test vectors; skips where it is not installed."""
    return _folder("LABELER_TEST_VECTORS")
