"""What is remembered of a case of one's own: its form above all."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from labeler.app import reopening
from labeler.app.journals import documents
from labeler.app.own_cases import MOST_FORMER, recall
from labeler.app.services import no_tick
from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.paths import resources_root
from labeler.model.preferences import DEFAULTS
from labeler.model.shapes import PointMark
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start

FORMS = resources_root() / "forms"


def images(folder: Path, series: str) -> Path:
    write_stack(folder, [(0.0, 0.0, 1.0 * k) for k in range(3)], series=series)
    return folder


def own_form(path: Path, label: str) -> Path:
    template = msgspec.json.decode((FORMS / "general-findings.json").read_bytes())
    template["labels"] = [{"code": label, "name": label.title()}]
    path.write_bytes(msgspec.json.encode(template))
    return path


@pytest.fixture
def one(tmp_path: Path) -> Path:
    return images(tmp_path / "one", "1.2.840.1")


@pytest.fixture
def two(tmp_path: Path) -> Path:
    return images(tmp_path / "two", "1.2.840.2")


@pytest.fixture
def life(start: Start) -> Life:
    return start().ready()


def labels(life: Life, folder: Path, form: str = "") -> list[str]:
    """Of the case in the folder, opened now."""
    life.session.reading.close()
    life.session.open_paths([folder], form)
    life.until(lambda: life.session.reading.case() is not None)
    return [label.name for label in life.case().labels][:2]


def draw(life: Life) -> None:
    reading, case = life.session.reading, life.case()
    mark = Mark(reading.new_mark_id(), case.labels[0].code, case.image.refs[0], PointMark((0, 0)))
    reading.apply(AddMark(len(reading.document().marks), mark), {})
    life.until(lambda: reading.is_settled)


def choose(life: Life, form: str) -> None:
    life.session.prefer(replace(DEFAULTS, own_form=form))


def test_a_form_given_at_opening_stays_with_the_case(
    start: Start, life: Life, one: Path, two: Path, tmp_path: Path
) -> None:
    node = str(own_form(tmp_path / "node.json", "node"))
    assert labels(life, one, node) == ["Node"]
    assert labels(life, two) == ["Finding 1", "Finding 2"]
    assert labels(life, two, "general-findings")[0] != "Finding 1"
    assert labels(life, one) == ["Node"]
    choose(life, "chest-ct-nodule")
    assert labels(life, one) == ["Node"]
    life.close()
    again = start().ready()
    assert labels(again, one) == ["Node"], "after a restart too"


def test_a_marked_case_keeps_its_form_and_an_empty_one_follows_what_is_chosen(
    life: Life, one: Path, two: Path, tmp_path: Path
) -> None:
    choose(life, str(own_form(tmp_path / "node.json", "node")))
    assert labels(life, one) == labels(life, two) == ["Node"]
    draw(life)
    choose(life, str(own_form(tmp_path / "vessel.json", "vessel")))
    assert labels(life, one) == ["Vessel"]
    assert labels(life, two) == ["Node"]


def test_what_is_chosen_while_a_case_is_open_is_for_that_case_too(
    life: Life, one: Path, tmp_path: Path
) -> None:
    assert labels(life, one)[0] == "Finding 1"
    draw(life)
    life.session.choose_own_form(str(own_form(tmp_path / "node.json", "node")))
    life.rest()
    assert life.session.preferences().own_form.endswith("node.json")
    assert labels(life, one) == ["Node"]
    life.session.choose_own_form("")
    life.rest()
    assert labels(life, one)[0] == "Finding 1"


def test_a_form_that_is_gone_asks_what_it_asked_and_one_that_changed_asks_anew(
    life: Life, one: Path, tmp_path: Path
) -> None:
    form = own_form(tmp_path / "node.json", "node")
    assert labels(life, one, str(form)) == ["Node"]
    own_form(form, "lymph-node")
    assert labels(life, one) == ["Lymph-Node"]
    form.unlink()
    assert labels(life, one) == ["Lymph-Node"]


def test_a_form_with_an_error_asks_what_it_asked_and_another_can_be_chosen(
    life: Life, one: Path, two: Path, tmp_path: Path
) -> None:
    form = own_form(tmp_path / "node.json", "node")
    choose(life, str(form))
    assert labels(life, one) == ["Node"]
    draw(life)
    own_form(form, "lymph node")  # no code
    assert labels(life, one) == ["Node"]
    (told,) = [told for told in life.happened() if "node.json cannot be used" in told]
    assert "as it was" in told
    life.session.choose_own_form("general-findings")
    life.rest()
    assert labels(life, two) == labels(life, one) != ["Node"], "what it advises helps"
    assert len(life.session.reading.document().marks) == 1
    assert not any("node.json" in told for told in life.happened()), "it is over"


def test_no_key_is_asked_for_to_sign_what_belongs_to_no_task(life: Life, one: Path) -> None:
    assert life.session.why_not_sign() is None, "nothing is open"
    labels(life, one)
    error = life.session.why_not_sign()
    assert error is not None
    assert error.code == "practice-case"


def test_paths_are_remembered_from_wherever_the_program_is_started(
    life: Life, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images(tmp_path / "one", "1.2.840.1")
    own_form(tmp_path / "node.json", "node")
    monkeypatch.chdir(tmp_path)
    assert labels(life, Path("one"), "node.json") == ["Node"]
    monkeypatch.chdir("/")
    case = reopening.reopen(life.services, life.case().id, no_tick)
    assert (case.title, [label.name for label in case.labels]) == ("one", ["Node"])


@pytest.mark.skipif(os.name != "posix", reason="names there are text")
def test_a_folder_whose_name_is_no_text_is_remembered(life: Life, tmp_path: Path) -> None:
    folder = images(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")), "1.2.840.3")
    labels(life, folder)
    own = life.services.store.call(lambda store: recall(store, life.case().id))
    assert own is not None
    assert (own.title, own.paths) == ("caf%E9", (folder,))


def test_files_that_went_or_are_others_now_are_told(life: Life, one: Path, two: Path) -> None:
    labels(life, one)
    case_id = life.case().id
    draw(life)
    one.rename(one.with_name("elsewhere"))

    def refused() -> str:
        with pytest.raises(LabelerError) as error:
            reopening.reopen(life.services, case_id, no_tick)
        return error.value.code

    assert refused() == "no-folder"
    two.rename(one)
    assert refused() == "case-files-changed"

    def told() -> bool:
        life.rest()
        return any(each.startswith("“one” held other images before") for each in life.happened())

    for new in (True, False):
        labels(life, one)
        assert life.case().id != case_id
        assert told() is new, "once, and not of a case that is known"
    labels(life, one.with_name("elsewhere"))
    assert (life.case().id, len(life.marks()), told()) == (case_id, 1, False)
    with pytest.raises(LabelerError) as error:
        reopening.reopen(life.services, "0" * 64, no_tick)
    assert error.value.code == "case-files-unknown"


def test_a_folder_with_a_part_of_a_case_is_told_and_its_former_title_names_it(
    life: Life, one: Path, tmp_path: Path
) -> None:
    images(one / "more", "1.2.840.3")
    shutil.copytree(one, tmp_path / "part", ignore=shutil.ignore_patterns("more"))
    assert labels(life, one)
    draw(life)
    case_id, line = life.case().id, "This is the case “one”. Series of it that are not here: 1"
    assert labels(life, one)
    assert not any(told.startswith("This is the case") for told in life.happened())
    assert labels(life, tmp_path / "part")
    assert life.case().id == case_id
    life.until(lambda: any(told.startswith(line) for told in life.happened()))
    (document,) = (each for each in documents(life.services) if each.row.id == case_id)
    assert (document.title, document.former) == ("part", ("one",))
    shutil.copytree(tmp_path / "part", tmp_path / "again")
    for folder in ("part", "again"):
        assert labels(life, tmp_path / folder), "each time, of the case as it was when it was whole"
        life.until(lambda: any(told.startswith(line) for told in life.happened()))
    assert labels(life, one)
    (document,) = (each for each in documents(life.services) if each.row.id == case_id)
    assert (document.title, document.former) == ("one", ("again", "part"))
    assert not any(told.startswith("This is the case") for told in life.happened())


def test_what_is_told_of_a_case_and_its_form_goes_with_it_where_none_comes_after_it(
    life: Life, one: Path, tmp_path: Path
) -> None:
    images(one / "more", "1.2.840.3")
    shutil.copytree(one, tmp_path / "part", ignore=shutil.ignore_patterns("more"))
    form = own_form(tmp_path / "node.json", "node")
    assert labels(life, one, str(form)) == ["Node"]
    draw(life)
    own_form(form, "lymph node")  # no code
    assert labels(life, tmp_path / "part") == ["Node"]
    life.until(lambda: any(told.startswith("This is the case") for told in life.happened()))
    assert len(life.happened()) == 2
    life.close_case()
    (told,) = life.session.notices()
    assert told.is_error, "only that another could not be opened"
    assert "node.json" not in life.happened()[0]


def test_of_many_former_titles_the_last_ones_name_a_case(life: Life, one: Path) -> None:
    assert labels(life, one)
    draw(life)
    case_id, folder = life.case().id, one
    for n in range(MOST_FORMER + 2):
        folder = folder.rename(folder.with_name(f"moved-{n}"))
        assert labels(life, folder)
    assert life.case().id == case_id
    (document,) = (each for each in documents(life.services) if each.row.id == case_id)
    before = [f"moved-{n}" for n in range(MOST_FORMER + 1)]
    assert document.former == tuple(before[::-1][:MOST_FORMER])
