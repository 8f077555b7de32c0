"""The compiled kernels load on this machine, at the level its processor has."""

from __future__ import annotations

import ctypes
import shutil
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.kernels.library import FOLDER, INT, SUFFIX, function, load, made_of
from labeler.kernels.sources import source_digest


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


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The libraries and their sources, where they may be changed."""
    shutil.copytree(FOLDER, tmp_path / "kernels")
    return tmp_path / "kernels"


def test_every_level_was_made_of_the_sources_beside_it() -> None:
    wanted = source_digest(FOLDER / "c")
    levels = [ctypes.CDLL(str(path)) for path in sorted(FOLDER.glob(f"*{SUFFIX}"))]
    assert [made_of(level) for level in levels] == [wanted] * len(levels)


@pytest.mark.parametrize("name", ["rle.c", "windowing_rows.h", "a_new_one.c"])
def test_after_a_change_of_the_sources_one_is_told_what_to_do(copy: Path, name: str) -> None:
    load(copy)
    with (copy / "c" / name).open("a") as source:
        source.write("\n")
    with pytest.raises(LabelerError, match="build_kernels"):
        load(copy)


def test_other_line_ends_are_the_same_sources(copy: Path) -> None:
    path = copy / "c" / "rle.c"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    load(copy)


def test_where_no_sources_are_nothing_is_asked(copy: Path) -> None:
    """As in an installed wheel."""
    shutil.rmtree(copy / "c")
    load(copy)


def test_where_nothing_was_built_one_is_told_what_to_do(copy: Path) -> None:
    (copy / f"plain{SUFFIX}").unlink()
    with pytest.raises(LabelerError, match="build_kernels"):
        load(copy)
