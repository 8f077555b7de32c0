"""`labeler measures` of a case of one's own, which the window or `labeler open` has opened."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pydicom
import pytest

from labeler.app import measure_table
from labeler.model.answer_rules import with_answer
from labeler.model.document import Mark
from labeler.model.edits import AddMark, ReplaceMark
from labeler.model.shapes import Box, Length
from labeler.store.profile import Practice, create_profile
from tests.support.dicom_files import save, slice_dataset
from tests.support.documented import check_documented
from tests.support.life import Life
from tests.support.profiles import NOW
from tests.support.shell import Shell


def write(folder: Path, series: str, *, spaced: bool = True) -> Path:
    folder.mkdir(parents=True)
    pixels = np.tile(np.arange(30, dtype=np.int16) * 10, (20, 1))
    for number in range(2):
        dataset = slice_dataset(
            pixels, number=number + 1, series=series, position=(0, 0, 2.0 * number)
        )
        if not spaced:
            dataset.Modality = "OT"
            del dataset.PixelSpacing, dataset.ImagePositionPatient, dataset.ImageOrientationPatient
        save(dataset, folder / f"{series}-{number}")
    return folder


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    create_profile(tmp_path / "profile", Practice(), now=NOW)
    return Shell(tmp_path / "profile")


def marked(shell: Shell, folder: Path, form: str = "") -> tuple[str, list[dict[str, str]]]:
    """A box and a length in the folder's first slice, and what the window exports of them."""
    life = Life(shell.profile).ready()
    try:
        life.session.open_paths([folder], form)
        life.until(lambda: life.session.reading.case() is not None)
        reading, case = life.session.reading, life.case()
        for shape in (Box((2_000, 2_000), (12_000, 12_000)), Length((0, 0), (20_000, 0))):
            name, frame = reading.new_mark_id(), case.image.refs[0]
            mark = Mark(name, case.labels[0].code, frame, shape)
            reading.apply(AddMark(len(reading.document().marks), mark), {})
            if case.labels[0].asks:
                answered = with_answer(mark, case.labels[0].asks[0].code, "solid")
                reading.apply(ReplaceMark(mark, answered), {})
        life.saved()
        life.rest()
        target, done = folder.with_suffix(".window.csv"), list[bool]()
        export = life.session.measures_export()
        assert export is not None
        export(target, False, lambda: done.append(True), life._refused(done))
        life.until(lambda: bool(done))
        assert done == [True], life.told
        return case.id, read(target)
    finally:
        life.close()


def read(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_a_folder_that_was_opened_is_measured_by_its_name_or_its_title(
    shell: Shell, tmp_path: Path
) -> None:
    case_id, exported = marked(shell, write(tmp_path / "Knee 3", "1.2.5"), "chest-ct-nodule")
    (listed,) = shell.json("journal", "list")["documents"]
    assert (listed["document"], listed["title"]) == (case_id, "Knee 3")
    table = tmp_path / "table.csv"
    for typed in (case_id, case_id[:6], "knee 3"):
        told = shell.json("measures", typed, "--csv", str(table), "--force")
        assert (told["case"], told["title"], len(told["marks"])) == (case_id, "Knee 3", 2)
    check_documented(shell.documents)
    assert read(table) == exported, "the window tells the same"
    box, length = exported
    assert (box["area_mm2"], box["size"], box["unit"], box["reason"]) == (
        "35", "7.0 × 5.0 mm", "HU", "",
    )  # fmt: skip
    assert (length["length_mm"], length["size"]) == ("10", "10.0 mm")
    assert {row["answer:attenuation"] for row in exported} == {"solid"}, (
        "the form it was opened with"
    )
    plain = shell.run("measures", "Knee 3").out
    assert "7.0 × 5.0 mm" in plain
    assert shell.json("journal", "export", "Knee 3", str(tmp_path / "j"))["document"] == case_id


def test_other_images_under_the_same_names_are_warned_of(shell: Shell, tmp_path: Path) -> None:
    folder = write(tmp_path / "Knee 3", "1.2.5")
    marked(shell, folder)
    assert shell.run("measures", "Knee 3").aside == ""
    for path in folder.iterdir():
        dataset = pydicom.dcmread(path)
        dataset.PixelData = bytes(reversed(dataset.PixelData))
        save(dataset, path)
    said = shell.run("measures", "Knee 3")
    assert (said.code, len(said.out.splitlines())) == (0, 2)
    assert "“Knee 3”, these are other images than those that the marks were drawn on" in said.aside
    (warning,) = shell.json("measures", "Knee 3")["warnings"]
    assert warning["code"] == "other-images"


def test_a_measure_that_is_blocked_says_why(shell: Shell, tmp_path: Path) -> None:
    _case, exported = marked(shell, write(tmp_path / "photo", "1.2.6", spaced=False))
    table = tmp_path / "table.csv"
    shell.json("measures", "photo", "--csv", str(table))
    assert read(table) == exported
    for row in exported:
        assert (row["length_mm"], row["area_mm2"]) == ("", "")
        assert "pixel spacing" in row["reason"].lower(), row
    assert set(measure_table.NUMBERS) < set(exported[0])


def test_a_title_of_two_cases_and_one_of_none_are_told(shell: Shell, tmp_path: Path) -> None:
    marked(shell, write(tmp_path / "a" / "scan", "1.2.7"))
    marked(shell, write(tmp_path / "b" / "scan", "1.2.8"))
    said = shell.run("measures", "scan", "--json")
    assert (said.code, said.error) == (1, "name-unclear")
    assert "labeler journal list" in said.json["error"]["do"]
    said = shell.run("measures", "skan", "--json")
    assert (said.code, said.error) == (1, "name-unknown")
    names = [each["document"] for each in shell.json("journal", "list")["documents"]]
    assert [shell.json("measures", name)["title"] for name in names] == ["scan", "scan"]


def test_files_that_are_gone_are_told(shell: Shell, tmp_path: Path) -> None:
    folder = write(tmp_path / "stick", "1.2.9")
    marked(shell, folder)
    folder.rename(tmp_path / "drawer")
    said = shell.run("measures", "stick", "--json")
    assert (said.code, said.error) == (1, "no-folder")
