"""Files that carry the names of others: said before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom.dataset import FileDataset

from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start

PLACES = [(0.0, 0.0, 2.5 * k) for k in range(5)]
OTHERS = "other images than those that the marks were drawn on"
ELSEWHERE = "lie elsewhere in the patient"


def opened(life: Life, folder: Path) -> Life:
    before = life.session.reading.case()
    life.session.open_paths([folder])
    life.until(lambda: life.session.reading.case() not in (None, before))
    life.rest()
    return life


def told(life: Life) -> list[str]:
    return [line for line in life.happened() if OTHERS in line or ELSEWHERE in line]


@pytest.fixture
def drawn_on(start: Start, tmp_path: Path) -> Life:
    write_stack(tmp_path / "first", PLACES)
    life = opened(start().ready(), tmp_path / "first")
    life.draw()
    return life


def other_pixels(_k: int, dataset: FileDataset) -> None:
    dataset.PixelData = bytes(reversed(dataset.PixelData))


def other_spacing(_k: int, dataset: FileDataset) -> None:
    dataset.PixelSpacing = [9.0, 9.0]


@pytest.mark.parametrize(("change", "said"), [(other_pixels, OTHERS), (other_spacing, ELSEWHERE)])
def test_other_images_under_the_same_names_are_told(
    drawn_on: Life, tmp_path: Path, change: Callable[[int, FileDataset], None], said: str
) -> None:
    write_stack(tmp_path / "again", PLACES, change=change)
    first = drawn_on.case().id
    opened(drawn_on, tmp_path / "again")
    assert drawn_on.case().id == first
    assert len(drawn_on.marks()) == 1
    (line,) = told(drawn_on)
    assert said in line
    (notice,) = [n for n in drawn_on.session.notices() if n.is_error]
    assert notice.stays, "nothing else on the screen says so"
    (check,) = [one for one in drawn_on.session.reading.problems() if one.code == "other-images"]
    assert check.warns
    assert not check.blocks
    assert dict(check.facts)["title"] == "again"
    # Back with the files that were drawn on it is over, and with the others it is told again.
    opened(drawn_on, tmp_path / "first")
    assert told(drawn_on) == []
    assert "other-images" not in {one.code for one in drawn_on.session.reading.checks()}
    opened(drawn_on, tmp_path / "again")
    assert len(told(drawn_on)) == 1


def test_the_same_images_elsewhere_are_the_same(drawn_on: Life, tmp_path: Path) -> None:
    write_stack(tmp_path / "copy", PLACES)
    opened(drawn_on, tmp_path / "copy")
    assert told(drawn_on) == []
    assert len(drawn_on.marks()) == 1


def test_nothing_is_said_where_nothing_was_drawn(start: Start, tmp_path: Path) -> None:
    write_stack(tmp_path / "first", PLACES)
    write_stack(tmp_path / "again", PLACES, change=other_pixels)
    life = opened(start().ready(), tmp_path / "first")
    opened(life, tmp_path / "again")
    assert told(life) == []
    life.draw()
    opened(life, tmp_path / "first")
    assert len(told(life)) == 1
