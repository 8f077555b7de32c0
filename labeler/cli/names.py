"""What a person types for a task or a case: the start of its name, its number, or its title."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from labeler.app.journals import TitledDocument
from labeler.app.recovering import JournalsFound
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
    """The name of a case, of a task or of one's own, that is called so or has this title, or this
    number where one task is taken."""
    numbered = _numbered(states, typed)
    names = (*(item.digest for item in _items(states)), *_names(documents))
    return _meant(names, documents, typed, () if numbered is None else (numbered.digest,))


def find_damaged(found: JournalsFound, typed: str) -> DamagedCase:
    """The damaged case of this name; of one that is not damaged it is said why not."""
    damaged = [(case.id, case) for case in found.damaged]
    if not _called(damaged, typed):
        for name in _called([(name, name) for name in found.newer], typed):
            raise LabelerError(
                "journal-newer",
                "Case {case} is not damaged: a newer version of the program worked on it.",
                safe="Nothing was changed.",
                do="Update the program, then open it again.",
                case=name[:12],
            )
        for name in _called([(name, name) for name in found.whole], typed):
            raise LabelerError(
                "case-whole",
                "Case {case} is whole: there is no damage to go on from.",
                safe="Nothing was changed.",
                do="Open it as any other case.",
                case=name[:12],
            )
    return _only(damaged, typed, "`labeler doctor` lists the damaged cases by their names.")


def find_document(documents: Sequence[TitledDocument], typed: str) -> DocumentRow:
    """The document that is called so, or whose case has this title."""
    meant = _meant(_names(documents), documents, typed)
    return next(each.row for each in documents if each.row.id == meant)


def _items(states: Sequence[TaskState]) -> list[ItemRow]:
    return [item for state in states for item in state.items]


def _numbered(states: Sequence[TaskState], typed: str) -> ItemRow | None:
    taken = [state for state in states if state.items]
    if len(typed) >= SHORTEST or not typed.isdecimal() or len(taken) != 1:
        return None
    return next((item for item in taken[0].items if item.position + 1 == int(typed)), None)


def _names(documents: Iterable[TitledDocument]) -> tuple[str, ...]:
    return tuple(each.row.id for each in documents)


def _meant(
    names: Iterable[str], documents: Sequence[TitledDocument], typed: str, more: Iterable[str] = ()
) -> str:
    """The one of these names that is typed in full; else the only one that begins so, has this
    title or is among `more`. What could be said of two is asked back, and never guessed."""
    named = _called([(name, name) for name in dict.fromkeys(names)], typed)
    if _start(typed) in named:
        return _start(typed)
    found = dict.fromkeys((*named, *_titled(documents, typed), *more))
    if len(found) > 1:
        raise _unclear(typed, "Type its name: `labeler journal list` tells which is which.")
    return _only([(name, name) for name in found], next(iter(found), typed), _DOCUMENTS)


def _titled(documents: Sequence[TitledDocument], typed: str) -> list[str]:
    """The names of those that have this title, or had it."""
    called = typed.strip().casefold()
    return [
        each.row.id
        for each in documents
        if called and called in {title.casefold() for title in (each.title, *each.former)}
    ]


def _start(typed: str) -> str:
    return typed.lower().removeprefix("0x")


def _called(named: Sequence[tuple[str, T]], typed: str) -> list[T]:
    """What has this name; else all whose names begin so."""
    start = _start(typed)
    found = [value for name, value in named if name == start]
    if not found and len(start) >= SHORTEST:
        found = [value for name, value in named if name.startswith(start)]
    return found


def _only(named: Sequence[tuple[str, T]], typed: str, do: str) -> T:
    found = _called(named, typed)
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
