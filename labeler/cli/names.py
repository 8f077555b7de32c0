"""What a person types for a task or a case: the start of its name, its number, or its title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from labeler.app.journals import TitledDocument
from labeler.app.screens import DamagedCase
from labeler.app.taking import TaskState
from labeler.errors import LabelerError
from labeler.store.documents import DocumentRow
from labeler.store.tasks import ItemRow

T = TypeVar("T")
SHORTEST = 4
"""Hexadecimal digits of a name that are enough, where they fit one thing only."""
_TASKS = "Type more of the name: `labeler tasks` lists them."
_DOCUMENTS = "Type more of the name: `labeler journal list` lists the documents."


def find_task(states: Sequence[TaskState], typed: str) -> TaskState:
    """The task of this name. Raises LabelerError "name-unknown" or "name-unclear"."""
    return _only([(state.row.id, state) for state in states], typed, _TASKS)


def find_case(states: Sequence[TaskState], typed: str) -> ItemRow:
    """The case of this name, or of this number where one task is taken."""
    numbered = _numbered(states, typed)
    return numbered or _only([(item.digest, item) for item in _items(states)], typed, _TASKS)


def find_marked(
    states: Sequence[TaskState], documents: Sequence[TitledDocument], typed: str
) -> str:
    """The name of a case, of a task or of one's own, that is called so or has this title."""
    if (numbered := _numbered(states, typed)) is not None:
        return numbered.digest
    names = dict.fromkeys((*(item.digest for item in _items(states)), *_names(documents)))
    return _titled(documents, typed) or _only([(name, name) for name in names], typed, _DOCUMENTS)


def find_damaged(cases: Sequence[DamagedCase], typed: str) -> DamagedCase:
    """The damaged case of this name."""
    do = "Type more of the name: `labeler doctor` lists the damaged cases."
    return _only([(case.id, case) for case in cases], typed, do)


def find_document(documents: Sequence[TitledDocument], typed: str) -> DocumentRow:
    """The document that is called so, or whose case has this title."""
    titled = _titled(documents, typed)
    return _only([(each.row.id, each.row) for each in documents], titled or typed, _DOCUMENTS)


def _items(states: Sequence[TaskState]) -> list[ItemRow]:
    return [item for state in states for item in state.items]


def _numbered(states: Sequence[TaskState], typed: str) -> ItemRow | None:
    taken = [state for state in states if state.items]
    if len(typed) >= SHORTEST or not typed.isdecimal() or len(taken) != 1:
        return None
    return next((item for item in taken[0].items if item.position + 1 == int(typed)), None)


def _names(documents: Iterable[TitledDocument]) -> tuple[str, ...]:
    return tuple(each.row.id for each in documents)


def _titled(documents: Sequence[TitledDocument], typed: str) -> str | None:
    """The name of the only one with this title; None where none has it."""
    called = typed.strip().casefold()
    if not called or typed.lower() in _names(documents):
        return None
    found = [each.row.id for each in documents if each.title.casefold() == called]
    if len(found) > 1:
        raise _unclear(typed, "Type its name: `labeler journal list` tells which is which.")
    return found[0] if found else None


def _only(named: Sequence[tuple[str, T]], typed: str, do: str) -> T:
    start = typed.lower().removeprefix("0x")
    found = [value for name, value in named if name == start]
    if not found and len(start) >= SHORTEST:
        found = [value for name, value in named if name.startswith(start)]
    if len(found) == 1:
        return found[0]
    if found:
        raise _unclear(typed, do)
    raise LabelerError(
        "name-unknown",
        "Nothing here is named “{typed}”.",
        safe="Nothing was changed.",
        do=do,
        typed=typed[:80],
    )


def _unclear(typed: str, do: str) -> LabelerError:
    return LabelerError(
        "name-unclear",
        "“{typed}” names several things here.",
        safe="Nothing was changed.",
        do=do,
        typed=typed[:80],
    )
