"""Documents and answers that cannot be signed: one clear refusal each, nothing written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from labeler.model.document import DOCUMENT_FORMAT, Document, Mark
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.shapes import Box, MaskRef, Shape
from tests.support.answers import NODULE, NOTHING, answered, no_finding
from tests.support.dicom_files import ROOT
from tests.support.shell import Said, Shell
from tests.support.town import Town

FRAME = FrameRef(f"{ROOT}.2.1", f"{ROOT}.3.1.2", 0)
BOX = Box((4000, 4000), (7000, 7000))


@pytest.fixture(scope="module")
def shell(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = Shell(tmp_path_factory.mktemp("expert") / "profile").has_cheap_key()
    shell.json("connect", town.url, "--yes")
    shell.json("tasks")
    shell.json("fetch", town.posted.manifest)
    return shell


@pytest.fixture
def case(shell: Shell) -> str:
    (task,) = shell.json("tasks", "--offline")["tasks"]
    return str(task["cases"][0]["case"])


def document(case: str, *marks: Mark, **changes: Any) -> Document:
    return Document(**{"format": DOCUMENT_FORMAT, "item": case, "marks": marks, **changes})


SOLID = Answer("attenuation", "solid")


def mark(
    name: str = "m1",
    label: str = "nodule",
    shape: Shape = BOX,
    frame: FrameRef = FRAME,
    said: tuple[Answer, ...] | UnsetType = UNSET,
) -> Mark:
    return Mark(name, label, frame, shape, attributes=said)


def submit(shell: Shell, folder: Path, given: Document, *more: str) -> Said:
    file = folder / "document.json"
    file.write_bytes(msgspec.json.encode(given))
    answers = answered(NODULE)
    return shell.run(
        "submit", "1", "--document", str(file), *answers, *more, "--yes", "--offline", "--json"
    )


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        ([mark(), mark()], "document-unsound"),
        ([mark(shape=MaskRef("2" * 64))], "mask-missing"),
        ([mark(label="dragon")], "not-ready"),
        ([mark(frame=FrameRef("1.2", "1.2.3", 0))], "not-ready"),
        ([], "not-ready"),
        ([mark(said=(Answer("attenuation", "dragon"),))], "not-ready"),
        ([mark(said=(Answer("dragons", 3),))], "not-ready"),
        ([mark(said=(SOLID, SOLID))], "document-unsound"),
    ],
)
def test_marks_that_cannot_be_signed(
    shell: Shell, case: str, tmp_path: Path, marks: list[Mark], code: str
) -> None:
    said = submit(shell, tmp_path, document(case, *marks))
    assert (said.code, said.error) == (1, code)
    assert shell.json("outbox")["submissions"] == []


def test_documents_that_are_none(shell: Shell, case: str, tmp_path: Path) -> None:
    assert submit(shell, tmp_path, document("3" * 64, mark())).error == "document-elsewhere"
    (tmp_path / "mask").write_bytes(b"not a mask")
    said = submit(shell, tmp_path, document(case, mark()), "--blob", str(tmp_path / "mask"))
    assert said.error == "document-unsound"
    said = submit(shell, tmp_path, document(case, mark()), "--blob", str(tmp_path / "gone"))
    assert said.error == "not-read"
    for none in (b"not a mask", b'{"format":"\xae"}', b"[" * 1_000_000, b'{"marks":' * 100_000):
        (tmp_path / "none").write_bytes(none)
        said = shell.run("submit", "1", "--document", str(tmp_path / "none"), "--json")
        assert said.error == "document-unsound"


def test_answers_that_do_not_fit(shell: Shell) -> None:
    wrong = ("--answer", "nodule-count=21")
    said = shell.run("submit", "1", *no_finding(), *wrong, "--yes", "--offline", "--json")
    assert said.error == "not-ready"
    said = shell.run("submit", "1", "--answer", "dragons=3", "--json")
    assert (said.code, said.error) == (2, "answer-unclear")
    assert shell.run("submit", "nobody", "--json").error == "name-unknown"
    assert shell.run("submit", "9", "--json").error == "name-unknown"


def test_signed_once(shell: Shell) -> None:
    """Without a yes nothing is signed; what is signed is not changed."""
    said = shell.run("submit", "2", *no_finding(), "--offline", "--json")
    assert (said.code, said.error) == (2, "confirmation-missing")
    assert "no finding, 5 answers" in said.aside
    wrong = {**shell.environment, "LABELER_KEY_PASSPHRASE": "not this one"}
    said = Shell(shell.profile, wrong).run("submit", "2", "--yes", "--offline", "--json")
    assert (said.code, said.error) == (1, "wrong-passphrase")
    # What was typed before is in the journal, and is signed now.
    said = shell.run("submit", "2", "--yes", "--offline")
    assert said.code == 0
    assert "It is queued." in said.out
    for more in ([], answered(NOTHING[:1]), answered(("nodule-count=3",))):
        said = shell.run("submit", "2", *more, "--yes", "--offline", "--json")
        assert (said.code, said.error) == (1, "already-signed")
    said = shell.run("outbox")
    assert len(said.out.splitlines()) == 1
    assert "queued" in said.out
    for verb in (["tasks"], ["sync"], ["earnings"], ["wallet", "address"], ["doctor"]):
        assert shell.run(*verb).out.strip()
