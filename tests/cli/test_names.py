"""What is typed for a case is never taken for another one that could be meant as well."""

from __future__ import annotations

import pytest

from labeler.app.journals import TitledDocument
from labeler.app.taking import TaskState
from labeler.cli.names import find_document, find_marked
from labeler.errors import LabelerError
from labeler.store.documents import DocumentRow
from labeler.store.tasks import ItemRow, TaskRow
from tests.proof.world import MANIFEST, World

OWN, TASKS = "0" * 64, "cafe" + "1" * 60


def document(name: str, title: str, *former: str) -> TitledDocument:
    return TitledDocument(DocumentRow(name, name, 0, None, 0, 0), title, former)


def taken(digest: str) -> TaskState:
    """A task of this one case."""
    item = ItemRow(digest, "a", 0, b"", "p", 1, None, None)
    return TaskState(
        TaskRow("t", "m", "o", b"", 0),
        MANIFEST,
        World().make_offer().message,
        None,
        (item,),
        frozenset(),
    )


def unclear(states: list[TaskState], documents: list[TitledDocument], typed: str) -> str:
    with pytest.raises(LabelerError) as error:
        find_marked(states, documents, typed)
    return error.value.code


def test_a_title_that_is_the_number_of_a_tasks_case_is_asked_back() -> None:
    states = [taken(TASKS)]
    assert find_marked(states, [], "1") == TASKS
    assert find_marked(states, [document(OWN, "1")], OWN) == OWN
    assert unclear(states, [document(OWN, "1")], "1") == "name-unclear"
    assert find_marked(states, [document(TASKS, "1")], "1") == TASKS, "both say the same"
    assert find_marked([], [document(OWN, "1")], "1") == OWN


def test_a_title_that_begins_another_cases_name_is_asked_back() -> None:
    documents = [document(OWN, "Cafe"), document(TASKS, "Knee")]
    assert unclear([], documents, "cafe") == "name-unclear"
    with pytest.raises(LabelerError):
        find_document(documents, "cafe")
    assert find_marked([], documents, "cafe1") == TASKS
    assert find_document(documents, "knee").id == TASKS


def test_a_name_in_full_is_that_one_whatever_others_are_titled() -> None:
    documents = [document(OWN, TASKS), document(TASKS, "")]
    assert find_marked([], documents, TASKS) == TASKS
    assert find_document(documents, TASKS).id == TASKS


def test_a_title_that_a_case_had_goes_on_naming_it_and_is_asked_back_where_it_is_anothers() -> None:
    documents = [document(OWN, "Other folder", "Hand", "Knee"), document(TASKS, "Knee")]
    assert find_marked([], documents, "hand") == OWN
    assert find_document(documents, "other folder").id == OWN
    assert unclear([], documents, "knee") == "name-unclear"
