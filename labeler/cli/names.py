"""What a person types for a task or a case: the start of its name, or its number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from labeler.app.screens import DamagedCase
from labeler.app.taking import TaskState
from labeler.errors import LabelerError
from labeler.store.documents import DocumentRow
from labeler.store.tasks import ItemRow

T = TypeVar("T")
SHORTEST = 4
"""Hexadecimal digits of a name that are enough, where they fit one thing only."""


def find_task(states: Sequence[TaskState], typed: str) -> TaskState:
    """The task of this name. Raises LabelerError "name-unknown" or "name-unclear"."""
    return _only([(state.row.id, state) for state in states], typed)


def find_case(states: Sequence[TaskState], typed: str) -> ItemRow:
    """The case of this name, or of this number where one task is taken."""
    taken = [state for state in states if state.items]
    if len(typed) < SHORTEST and typed.isdecimal() and len(taken) == 1:
        numbered = {item.position + 1: item for item in taken[0].items}
        if int(typed) in numbered:
            return numbered[int(typed)]
    return _only([(item.digest, item) for state in taken for item in state.items], typed)


def find_damaged(cases: Sequence[DamagedCase], typed: str) -> DamagedCase:
    """The damaged case of this name."""
    do = "Type more of the name: `labeler doctor` lists the damaged cases."
    return _only([(case.id, case) for case in cases], typed, do)


def find_document(rows: Sequence[DocumentRow], typed: str) -> DocumentRow:
    """The document of this name."""
    do = "Type more of the name: `labeler journal list` lists the documents."
    return _only([(row.id, row) for row in rows], typed, do)


def _only(
    named: Sequence[tuple[str, T]],
    typed: str,
    do: str = "Type more of the name: `labeler tasks` lists them.",
) -> T:
    start = typed.lower().removeprefix("0x")
    found = [value for name, value in named if name == start]
    if not found and len(start) >= SHORTEST:
        found = [value for name, value in named if name.startswith(start)]
    if len(found) == 1:
        return found[0]
    raise LabelerError(
        "name-unclear" if found else "name-unknown",
        "“{typed}” names several things here." if found else "Nothing here is named “{typed}”.",
        safe="Nothing was changed.",
        do=do,
        typed=typed[:80],
    )
