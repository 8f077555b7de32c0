"""What is asked of one's own cases, as the person has chosen it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from labeler.model.answer_rules import with_answer
from labeler.model.document import Mark
from labeler.model.edits import AddMark, ReplaceMark
from labeler.model.paths import resources_root
from labeler.model.preferences import DEFAULTS
from labeler.model.shapes import PointMark
from labeler.model.task_templates import TEMPLATE_FORMAT, parse_template
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start

FORMS = resources_root() / "forms"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    write_stack(folder, [(0.0, 0.0, 1.0 * k) for k in range(3)])
    return folder


def opened(life: Life, folder: Path, chosen: str) -> Life:
    life.session.prefer(replace(DEFAULTS, own_form=chosen))
    life.session.open_paths([folder])
    life.until(lambda: life.session.reading.case() is not None or bool(life.happened()))
    return life


def test_nothing_is_asked_unless_it_was_chosen(start: Start, images: Path) -> None:
    case = opened(start().ready(), images, "").case()
    assert [label.name for label in case.labels][:2] == ["Finding 1", "Finding 2"]
    assert not any(label.asks for label in case.labels)


def test_a_form_that_ships_asks_of_marks_and_of_the_case(start: Start, images: Path) -> None:
    life = opened(start().ready(), images, "general-findings")
    case, reading = life.case(), life.session.reading
    (margin,) = case.labels[0].asks
    assert margin.required is False
    assert case.form.questions
    mark = Mark("m1", "lesion", case.image.refs[0], PointMark((0, 0)))
    reading.apply(AddMark(0, mark), {})
    reading.apply(ReplaceMark(mark, with_answer(mark, "margin", "sharp")), {})
    life.until(lambda: reading.is_settled)
    life.close()
    again = opened(start().ready(), images, "general-findings")
    assert again.session.reading.document().marks == (with_answer(mark, "margin", "sharp"),)


def test_required_questions_of_ones_own_form_are_told_by_the_check(
    start: Start, images: Path, tmp_path: Path
) -> None:
    template = msgspec.json.decode((FORMS / "general-findings.json").read_bytes())
    template["labels"][0]["questions"][0]["required"] = True
    own = tmp_path / "own.json"
    own.write_bytes(msgspec.json.encode(template))
    life = opened(start().ready(), images, str(own))
    case, reading = life.case(), life.session.reading
    reading.apply(AddMark(0, Mark("m1", "lesion", case.image.refs[0], PointMark((0, 0)))), {})
    (problem,) = [one for one in reading.problems() if one.code == "mark-unanswered"]
    assert (problem.mark, problem.question, problem.blocks) == ("m1", "margin", True)


def test_the_sample_asks_what_a_task_of_its_kind_asks(start: Start) -> None:
    case = start().ready().show_sample()
    assert [question.code for question in case.labels[0].asks] == ["attenuation"]
    assert case.form.code == "chest-ct-nodule"


@pytest.mark.parametrize("made", ["missing", "no form", "huge"])
def test_a_form_that_cannot_be_used_is_told(
    start: Start, images: Path, tmp_path: Path, made: str
) -> None:
    own = tmp_path / "own.json"
    if made != "missing":
        own.write_bytes(b"{}" if made == "no form" else b" " * (4 * 1024 * 1024 + 1))
    life = opened(start().ready(), images, str(own))
    assert life.session.reading.case() is None
    assert any("own.json cannot be used" in told for told in life.happened())


def test_the_forms_that_ship_are_listed_with_their_titles(start: Start) -> None:
    life, found = start().ready(), list[tuple[tuple[str, str], ...]]()
    life.session.list_own_forms(found.append, life.refuse)
    life.until(lambda: bool(found))
    assert found == [(("chest-ct-nodule", "Chest CT nodules"), ("general-findings", "Findings"))]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "truncated"),
        (b"[" * 100_000, "Expected|recursion"),
        (b"{}", "missing required field"),
        (
            (FORMS / "general-findings.json")
            .read_bytes()
            .replace(TEMPLATE_FORMAT.encode(), b"labeler.form-template/9"),
            "its format is labeler.form-template/9",
        ),
    ],
)
def test_what_is_no_template_says_why(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_template(data)
