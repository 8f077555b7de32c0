"""Reading images and checking evidence: no profile, no network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tifffile
from pydicom.dataset import FileDataset
from pydicom.uid import RLELossless

from tests.support.dicom_files import save, slice_dataset, write_stack
from tests.support.shell import Shell

HEAVY = {"web3", "eth_account", "PySide6", "sqlalchemy", "litestar", "sqlcipher3", "keyring"}


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "nobody", {})


def test_a_series(shell: Shell, tmp_path: Path) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 2.5 * k) for k in range(3)])
    (tmp_path / "ct" / "notes.txt").write_text("no image")
    found = shell.json("inspect", str(tmp_path / "ct"))
    (series,) = found["series"]
    assert (series["modality"], series["shape"]) == ("CT", [3, 6, 8])
    assert series["spacing_mm"] == [0.5, 0.7, 2.5]
    assert [each["file"] for each in found["failed"]] == ["notes.txt"]
    assert not shell.profile.exists()


def test_a_missing_slice_is_named(shell: Shell, tmp_path: Path) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 2.5 * k) for k in (0, 1, 2, 4, 5)])
    (series,) = shell.json("inspect", str(tmp_path / "ct"))["series"]
    assert series["frames"] == 5
    assert series["caveats"] == ["missing-slices"]
    assert series["gaps"] == [{"after": 1, "missing": 1, "distance_mm": 5.0}]
    said = shell.run("inspect", str(tmp_path / "ct")).out
    assert said.endswith("Made for a test  missing-slices  (1 missing)\n")


def test_copies_are_told_by_what_is_known_of_them(shell: Shell, tmp_path: Path) -> None:
    def in_rle(_k: int, dataset: FileDataset) -> None:
        dataset.compress(RLELossless, generate_instance_uid=False)

    first, second, _ = write_stack(tmp_path / "ct", [(0, 0, z) for z in (0, 2, 4)])
    write_stack(tmp_path / "again", [(0, 0, z) for z in (0, 2, 4)], change=in_rle)
    for name, path in (("zz broken", tmp_path / "again" / first.name), ("zz same", second)):
        shutil.copy(path, tmp_path / "ct" / name)
    broken = bytearray((tmp_path / "ct" / "zz broken").read_bytes())
    start = broken.rindex(b"\xfe\xff\x00\xe0") + 8
    broken[start : start + 64] = b"\xff" * 64
    (tmp_path / "ct" / "zz broken").write_bytes(broken)
    (series,) = shell.json("inspect", str(tmp_path / "ct"))["series"]
    assert set(series["copies"]) == {"zz broken", "zz same"}
    assert series["uncompared_copies"] == ["zz broken"]
    assert series["unlike_copies"] == []
    said = shell.run("inspect", str(tmp_path / "ct")).out
    assert "zz broken: the same UID, cannot be compared; left out" in said
    assert "zz same" not in said


def test_a_time_point_is_named(shell: Shell, tmp_path: Path) -> None:
    def timed(k: int, dataset: FileDataset) -> None:
        dataset.TemporalPositionIdentifier = k // 2 + 1

    write_stack(tmp_path / "mr", [(0, 0, 0), (0, 0, 2)] * 2, modality="MR", change=timed)
    found = shell.json("inspect", str(tmp_path / "mr"))["series"]
    assert [one["division"] for one in found] == [
        [{"by": "time", "value": "1"}],
        [{"by": "time", "value": "2"}],
    ]
    said = shell.run("inspect", str(tmp_path / "mr")).out
    assert "MR  2 x 6 x 8  Made for a test  time 2  " in said


def test_a_fault_of_form_is_named_and_repaired_in_a_copy(shell: Shell, tmp_path: Path) -> None:
    folder, out = tmp_path / "ct", tmp_path / "out"
    folder.mkdir()
    bare = save(slice_dataset(np.ones((4, 4), np.int16)), folder / "bare.dcm")
    bare.write_bytes(bare.read_bytes()[132:])
    before = bare.read_bytes()
    (sick,) = shell.json("inspect", str(folder))["ailments"]
    assert sick["file"] == "bare.dcm"
    (ailment,) = sick["ailments"]
    assert (ailment["code"], ailment["tag"]) == ("no-preamble", "")
    assert ailment["repair"]
    found = shell.json("inspect", str(folder), "--repair", str(out))
    assert (found["repaired"], found["not_repaired"]) == (["bare.dcm"], [])
    assert bare.read_bytes() == before
    assert shell.json("inspect", str(out))["ailments"] == []
    again = shell.run("inspect", str(folder), "--repair", str(out))
    assert again.code == 1
    assert "already" in again.aside
    assert "CT  1 x 4 x 4" in again.out
    said = shell.run("inspect", str(folder), "--repair", str(out), "--json")
    assert (said.code, said.error, len(said.json["series"])) == (1, "already-there", 1)
    assert "repaired" not in said.json


def test_what_is_typed_and_cannot_be_meant_is_refused(shell: Shell, tmp_path: Path) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 0.0)])
    for words in (
        ("",),
        (str(tmp_path / "ct"), "--repair", ""),
        (str(tmp_path / "ct"), "--privacy", "--repair", str(tmp_path / "out")),
    ):
        said = shell.run("inspect", *words, "--json")
        assert (said.code, said.error) == (2, "usage"), words
    assert not (tmp_path / "out").exists()


def test_what_is_no_image_is_told_with_the_reason(shell: Shell, tmp_path: Path) -> None:
    whole = save(slice_dataset(np.ones((4, 4), np.int16)), tmp_path / "whole.dcm").read_bytes()
    reasons = {
        "empty.dcm": (b"", "empty-file", "empty.dcm is empty."),
        "cut.dcm": (
            whole[:100],
            "too-short",
            "cut.dcm ends after 100 bytes: no image is so short.",
        ),
        "text.dcm": (b"Dear colleague,\n", "not-an-image", "text.dcm is a text, no image."),
        "any.bin": (
            bytes(range(256)) * 2,
            "not-an-image",
            "any.bin is not an image that can be read here.",
        ),
        "begun.dcm": (
            whole[:132],
            "truncated-file",
            "begun.dcm ends where its header should begin.",
        ),
    }
    for name, (data, code, words) in reasons.items():
        (tmp_path / "one").mkdir(exist_ok=True)
        (tmp_path / "one" / name).write_bytes(data)
        said = shell.run("inspect", str(tmp_path / "one" / name), "--json")
        error = said.json["failed"][0]["error"]
        assert (said.code, error["code"], error["tag"]) == (1, code, "")
        assert error["message"].startswith(words)
        assert words in shell.run("inspect", str(tmp_path / "one" / name)).out
    for number in range(5):
        (tmp_path / "one" / f"letter{number}.txt").write_text("Dear colleague")
    assert "Not images: any.bin, letter0.txt" in shell.run("inspect", str(tmp_path / "one")).out


def test_a_picture_that_gives_no_pixels_is_called_by_its_name(shell: Shell, tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "t3.tif", np.zeros((40, 40), np.uint16))
    whole = (tmp_path / "t3.tif").read_bytes()
    (tmp_path / "t3.tif").write_bytes(whole[:300])
    said = shell.run("inspect", str(tmp_path / "t3.tif")).out
    assert "t3.tif: Image 1 " in said


def test_a_name_that_is_no_text_is_told(shell: Shell, tmp_path: Path) -> None:
    (whole,) = write_stack(tmp_path / "ct", [(0.0, 0.0, 0.0)])
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.dcm"))
    try:
        strange.write_bytes(whole.read_bytes()[132:])
    except OSError:
        pytest.skip("this disk takes no such names")
    found = shell.json("inspect", str(strange), "--repair", str(tmp_path / "out"))
    assert [each["file"] for each in found["ailments"]] == ["caf%E9.dcm"]
    assert found["repaired"] == ["caf%E9.dcm"]
    (listed,) = shell.json("inspect", "--privacy", str(strange))["files"]
    assert listed["file"] == "caf%E9.dcm"
    gone = shell.run("inspect", f"{strange}.gone", "--json").json["error"]
    assert gone["happened"] == "There is no folder or file named caf%E9.dcm.gone."
    # As a shell really gives it, and to a terminal that is not there.
    said = shell.process("inspect", str(strange), "--json")
    assert (said.code, len(said.json["series"])) == (0, 1), said


def test_words_of_strangers_are_not_obeyed_by_the_terminal(shell: Shell, tmp_path: Path) -> None:
    def change(_: int, dataset: FileDataset) -> None:
        dataset.SeriesDescription = "\x9b2JHead"

    write_stack(tmp_path / "ct", [(0.0, 0.0, 0.0)], change=change)
    name = "x\nNothing is wrong.\x1b[31m"
    try:
        (tmp_path / "ct" / name).write_bytes(b"PK\3\4")
    except OSError:
        pytest.skip("this disk takes no such names")
    for words in ((), ("--privacy",)):
        said = shell.run("inspect", *words, str(tmp_path / "ct"))
        assert "x%0ANothing is wrong.%1B[31m" in said.out
        assert {*said.out} & {"\x1b", "\x9b"} == set()
    bad = shell.run("inspect", "a", "b\x1b[31m\nAll is well.")
    assert (bad.code, "\x1b" in bad.aside, "\nAll is well" in bad.aside) == (2, False, False)


def test_what_tells_who_the_person_is(shell: Shell, tmp_path: Path) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 2.5 * k) for k in range(3)])
    (tmp_path / "ct" / "notes.txt").write_text("Nobody was here")
    found = shell.json("inspect", "--privacy", str(tmp_path / "ct"))
    assert found["format"] == "labeler.privacy/1"
    assert len(found["files"]) == 4
    names = {each["name"] for each in found["files"][0]["findings"] if each["severity"] == "names"}
    assert names == {"PatientName", "PatientID"}
    assert [each["file"] for each in found["files"] if not each["cleanable"]] == ["notes.txt"]
    told = shell.run("inspect", "--privacy", str(tmp_path / "ct")).out
    assert "PatientName (0010,0010)  in 3 files; in a copy: emptied" in told
    assert "Synthetic" not in told + json.dumps(found)


def test_the_privacy_list_looks_into_archives(shell: Shell, tmp_path: Path) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 0.0)])
    shutil.make_archive(str(tmp_path / "study"), "zip", tmp_path / "ct")
    (tmp_path / "ct" / "inner.zip").write_bytes((tmp_path / "study.zip").read_bytes()[:-30])
    (listed,) = shell.json("inspect", "--privacy", str(tmp_path / "study.zip"))["files"]
    assert listed["file"].startswith("study.zip/")
    assert any(finding["name"] == "PatientName" for finding in listed["findings"])
    failed = shell.json("inspect", "--privacy", str(tmp_path / "ct"))["failed"]
    assert [(one["file"], one["code"]) for one in failed] == [("inner.zip", "archive-broken")]


def test_an_archive_is_inspected_in_place(shell: Shell, tmp_path: Path) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 2.5 * k) for k in range(3)])
    (tmp_path / "ct" / "Thumbs.db").write_bytes(b"pictures")
    shutil.make_archive(str(tmp_path / "study"), "zip", tmp_path / "ct")
    found = shell.json("inspect", str(tmp_path / "study.zip"))
    assert found["format"] == 1
    assert [series["files"] for series in found["series"]] == [3]
    assert (found["failed"], found["passed_over"]) == ([], ["study.zip/Thumbs.db"])
    said = shell.run("inspect", str(tmp_path / "study.zip")).out
    assert "Passed over: study.zip/Thumbs.db" in said


def test_what_archives_and_directories_of_discs_tell(
    shell: Shell, tmp_path: Path, test_data: Path
) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 0.0)])
    with zipfile.ZipFile(tmp_path / "ct.zip", "w") as archive:
        archive.write(tmp_path / "ct" / "IM0001", "IM0001")
    (inside,) = shell.json("inspect", "--privacy", str(tmp_path / "ct.zip"))["files"]
    assert inside["family"] == "dicom"
    found = shell.json("inspect", "--privacy", str(test_data / "dicom/dicomdir"))["files"]
    (directory,) = [each for each in found if each["file"] == "DICOMDIR"]
    assert "PatientName" in {each["name"] for each in directory["findings"]}


def test_the_fields_of_the_privacy_list_are_documented(shell: Shell, tmp_path: Path) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 0.0)])
    text = (Path(__file__).parents[2] / "docs/cli.md").read_text()
    shown = json.loads(text.split("#### inspect --privacy")[1].split("```json")[1].split("```")[0])
    found = shell.json("inspect", "--privacy", str(tmp_path / "ct"))
    assert shown.keys() == found.keys()
    assert shown["files"][0].keys() == found["files"][0].keys()
    assert shown["files"][0]["findings"][0] in found["files"][0]["findings"]


def test_a_folder_without_images(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "letter.txt").write_text("Dear colleague")
    said = shell.run("inspect", str(tmp_path / "docs"), "--json")
    assert said.code == 1
    assert (said.json["series"], said.error) == ([], "no-image")
    assert [each["file"] for each in said.json["failed"]] == ["letter.txt"]
    (tmp_path / "empty").mkdir()
    said = shell.run("inspect", str(tmp_path / "empty"), "--json")
    assert (said.code, said.json["failed"], said.error) == (1, [], "no-image")
    assert shell.run("inspect", str(tmp_path / "nowhere"), "--json").error == "no-folder"


def test_a_truncated_file(shell: Shell, tmp_path: Path) -> None:
    whole = save(slice_dataset(np.ones((64, 64), np.int16)), tmp_path / "whole.dcm")
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "1.dcm").write_bytes(whole.read_bytes()[:-2000])
    said = shell.run("inspect", str(tmp_path / "cut"), "--json")
    assert said.code == 0
    assert "cut-short" in said.json["series"][0]["caveats"]
    (tmp_path / "cut" / "1.dcm").write_bytes(whole.read_bytes()[:-8100])
    said = shell.run("inspect", str(tmp_path / "cut"), "--json")
    assert said.json["series"][0]["error"]["code"] == "truncated-image"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"<html>", b"\0" * 5000])
def test_what_is_no_bundle(shell: Shell, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "proof.labeler").write_bytes(content)
    said = shell.run("verify", str(tmp_path / "proof.labeler"), "--json")
    assert said.code == 4
    assert said.error.startswith("bundle-")


def test_nothing_to_verify(shell: Shell, tmp_path: Path) -> None:
    assert shell.run("verify", str(tmp_path / "gone.labeler"), "--json").error == "not-read"
    (tmp_path / "proof.labeler").write_bytes(b"")
    said = shell.run("verify", str(tmp_path / "proof.labeler"), "--trust", "nobody", "--json")
    assert said.error == "trust-unclear"


@pytest.mark.parametrize("verb", ["verify", "inspect", "--help"])
def test_a_start_imports_little(verb: str, tmp_path: Path) -> None:
    write_stack(tmp_path / "ct", [(0.0, 0.0, 0.0)])
    program = (
        "import sys, json, labeler.__main__ as start\n"
        f"sys.argv = ['labeler', {verb!r}, {str(tmp_path / 'ct')!r}]\n"
        "try: start.main()\n"
        "except SystemExit: pass\n"
        "json.dump(sorted(sys.modules), sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    loaded = {name.partition(".")[0] for name in json.loads(done.stderr.splitlines()[-1])}
    assert "labeler" in loaded
    assert loaded & HEAVY == set()
    if verb == "verify":
        assert loaded & {"numpy", "cv2", "imagecodecs", "httpx2"} == set()


def test_an_answer_that_nobody_reads_to_the_end(tmp_path: Path) -> None:
    """As in `labeler inspect FOLDER | head -0`: no traceback."""
    write_stack(tmp_path / "ct", [(0.0, 0.0, 0.0)])
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "labeler", "inspect", str(tmp_path / "ct"), "--json"],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version() -> None:
    command = [sys.executable, "-m", "labeler", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout.split()[0]) == (0, "labeler")
