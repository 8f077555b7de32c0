"""Two files that claim to be the same image: which is shown is said where they are others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.app.test_likeness import PLACES, opened, other_pixels
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start


@pytest.fixture
def life(start: Start) -> Life:
    return start().ready()


def write_twice(tmp_path: Path, copies: int, *, others: bool) -> Path:
    """A case whose first files are there a second time, under names that are sorted first."""
    kept = write_stack(tmp_path / "case", PLACES)
    again = write_stack(tmp_path / "again", PLACES, change=other_pixels if others else None)
    for path, copy in zip(kept[:copies], again, strict=False):
        shutil.copy(copy, path.with_name(f"A copy {path.name}"))
    return tmp_path / "case"


def warned(life: Life) -> list[str]:
    reading = life.session.reading
    found = [one for one in reading.problems() if one.code == "unlike-copies"]
    assert [one.code for one in reading.series.unlike] == [one.code for one in found]
    assert all(one.warns and not one.blocks for one in found)
    return [one.text for one in reading.series.unlike]


def test_a_file_that_claims_to_be_another_is_told_with_what_is_shown(
    life: Life, tmp_path: Path
) -> None:
    opened(life, write_twice(tmp_path, 1, others=True))
    (line,) = warned(life)
    assert line.startswith("Two files claim to be the same image, Im 1,")
    shown = line.partition("“")[2].partition("”")[0]
    assert shown.startswith("A copy "), "it is sorted first, as its pixels show"
    assert line.endswith(f"“{shown.removeprefix('A copy ')}” is left out.")


def test_several_are_told_at_once(life: Life, tmp_path: Path) -> None:
    opened(life, write_twice(tmp_path, 3, others=True))
    (line,) = warned(life)
    assert "Im 1-3" in line.replace("–", "-")


def test_a_true_copy_tells_nothing(life: Life, tmp_path: Path) -> None:
    opened(life, write_twice(tmp_path, 2, others=False))
    assert warned(life) == []


def test_it_ends_with_the_case(life: Life, tmp_path: Path) -> None:
    opened(life, write_twice(tmp_path, 1, others=True))
    assert warned(life)
    write_stack(tmp_path / "next", PLACES[:3], series=2)
    opened(life, tmp_path / "next")
    assert warned(life) == []
