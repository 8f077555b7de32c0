"""The compiled kernels load on this machine, at the level its processor has."""

from __future__ import annotations

import ctypes

import pytest

from labeler.kernels.library import FOLDER, INT, SUFFIX, function


def test_the_level_is_the_processors() -> None:
    runs_fast = function("labeler_runs_fast", gives=INT)
    assert runs_fast() in (0, 1)


def test_each_level_has_every_function() -> None:
    levels = [ctypes.CDLL(str(path)) for path in sorted(FOLDER.glob(f"*{SUFFIX}"))]
    assert levels
    assert all(level.labeler_runs_fast() in (0, 1) for level in levels)


def test_a_name_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError):
        function("labeler_no_such_kernel")
