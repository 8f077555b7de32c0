"""What marks measure, as a table that leaves the program."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from labeler.app.measure_table import written
from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.shapes import Box, Landmark, Length, Shape
from tests.support.dicom_files import save, slice_dataset
from tests.support.life import Life, Start

Rows = list[dict[str, str]]


def write_series(folder: Path, series: str, frame_of_reference: str = "1.2.3") -> Path:
    """Three slices of 20 x 30, values that grow along the columns."""
    folder.mkdir(parents=True, exist_ok=True)
    pixels = np.tile(np.arange(30, dtype=np.int16) * 10, (20, 1))
    for number in range(3):
        dataset = slice_dataset(
            pixels, number=number + 1, series=series, position=(0, 0, 2.0 * number)
        )
        dataset.FrameOfReferenceUID = frame_of_reference
        save(dataset, folder / f"{series}-{number}")
    return folder


def show(life: Life, folder: Path) -> None:
    before = life.session.reading.case()
    life.session.open_paths((folder,))
    life.until(lambda: life.session.reading.case() not in (None, before))


def add(life: Life, shape: Shape, index: int = 0, **more: object) -> None:
    reading, case = life.session.reading, life.case()
    name, frame = reading.new_mark_id(), case.image.refs[index]
    mark = Mark(name, case.labels[0].code, frame, shape, **more)  # type: ignore[arg-type]
    reading.apply(AddMark(len(reading.document().marks), mark), {})


def exporting(life: Life) -> Callable[..., list[bool]]:
    """What the dialog does once a file was chosen; the list tells how it went."""
    export = life.session.measures_export()
    assert export is not None

    def run(target: Path, *, comma: bool = False) -> list[bool]:
        done: list[bool] = []
        export(target, comma, lambda: done.append(True), life._refused(done))
        return done

    return run


def read(life: Life, target: Path, done: list[bool]) -> Rows:
    life.until(lambda: bool(done))
    assert done == [True], life.told
    return list(csv.DictReader(target.read_text("utf-8").splitlines()))


@pytest.fixture
def life(start: Start) -> Life:
    return start().ready()


def test_a_table_has_the_marks_as_they_stand_hidden_ones_too(life: Life, tmp_path: Path) -> None:
    show(life, write_series(tmp_path / "one", "1"))
    add(life, Length((0, 0), (20_000, 0)))
    add(life, Box((2_000, 2_000), (12_000, 12_000)), flags=("hidden",))
    line, box = read(life, tmp_path / "t.csv", exporting(life)(tmp_path / "t.csv"))
    assert (line["length_mm"], line["size"], line["hidden"]) == ("10", "10.0 mm", "")
    assert (box["area_mm2"], box["size"], box["hidden"]) == ("35", "7.0 × 5.0 mm", "yes")
    assert (box["mean"], box["voxels"], box["unit"]) == ("-954", "121", "HU")
    assert box["values"] == "Mean −954 HU, SD 32, −1004 to −904"
    assert (box["at_detector"], box["why_not"], box["reason"]) == ("", "", "")


def test_another_case_that_is_opened_meanwhile_changes_nothing(life: Life, tmp_path: Path) -> None:
    first, second = (write_series(tmp_path / name, name) for name in ("1", "2"))
    show(life, first)
    add(life, Length((0, 0), (20_000, 0)))
    export = exporting(life)
    done = export(tmp_path / "t.csv")
    show(life, second)
    (row,) = read(life, tmp_path / "t.csv", done)
    assert row["length_mm"] == "10"
    life.rest()
    late = export(tmp_path / "late.csv")
    assert (late, life.told) == ([False], ["case-put-away"])
    assert not (tmp_path / "late.csv").exists()
    assert read(life, tmp_path / "none.csv", exporting(life)(tmp_path / "none.csv")) == []


def test_places_of_two_frames_of_reference_say_which_is_theirs(life: Life, tmp_path: Path) -> None:
    write_series(tmp_path / "study", "1", "1.2.3")
    show(life, write_series(tmp_path / "study", "2", "1.2.4"))
    add(life, Landmark("1.2.3", (1_000, 2_000, 0)))
    add(life, Landmark("1.2.4", (3_000, 2_000, 0)))
    rows = read(life, tmp_path / "t.csv", exporting(life)(tmp_path / "t.csv"))
    assert [(row["x_mm"], row["frame_of_reference"]) for row in rows] == [
        ("1", "1.2.3"), ("3", "1.2.4")
    ]  # fmt: skip


def test_commas_for_points_where_they_are_wanted(life: Life, tmp_path: Path) -> None:
    show(life, write_series(tmp_path / "one", "1"))
    add(life, Length((0, 0), (2_500, 0)))
    done = exporting(life)(tmp_path / "t.csv", comma=True)
    life.until(lambda: bool(done))
    data = (tmp_path / "t.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfmark;label;")
    (row,) = csv.DictReader(data.decode("utf-8-sig").splitlines(), delimiter=";")
    assert (row["length_mm"], row["size"]) == ("1,25", "1.3 mm")


@pytest.mark.parametrize("place", ["a-file/t.csv", "nowhere/t.csv", "folder"])
def test_what_cannot_be_written_is_told_and_nothing_is_left(
    life: Life, tmp_path: Path, place: str
) -> None:
    show(life, write_series(tmp_path / "one", "1"))
    add(life, Length((0, 0), (2_500, 0)))
    target = tmp_path / "out" / place
    (tmp_path / "out" / "folder").mkdir(parents=True)
    (tmp_path / "out" / "a-file").write_bytes(b"")
    before = sorted((tmp_path / "out").rglob("*"))
    done = exporting(life)(target)
    life.until(lambda: bool(done))
    assert (done, life.told) == ([False], ["not-written"])
    assert sorted((tmp_path / "out").rglob("*")) == before


def test_without_a_case_there_is_nothing_to_export(life: Life) -> None:
    assert life.session.measures_export() is None


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (12.0, "12"), (0.000123456789, "0.000123457"), (1234567.89, "1234570"), (-0.5, "-0.5"),
        (1e-15, "0"), (123.456789, "123.457"), (-612.4, "-612.4"), (0.0, "0"),
        (14413.69999, "14413.7"),
    ],
)  # fmt: skip
def test_numbers_are_written_by_their_leading_digits(number: float, told: str) -> None:
    assert written(number) == told
