"""A history without its edits is whole again beside its journal."""

from __future__ import annotations

import msgspec
import pytest

from labeler.model.document import empty_document
from labeler.model.history import History, Node, advance, edit_name, replay, upwards
from labeler.model.history_outline import Outline, outline, restored
from labeler.model.steps import Redo, Step, Undo
from labeler.proof.codec import encode
from labeler.proof.journal_chain import NO_DIGEST, JournalEntry
from tests.support.profiles import ITEM
from tests.support.walks import Walk

EMPTY = empty_document(ITEM)


def entries_of(steps: list[Step]) -> list[bytes]:
    return [
        encode(JournalEntry("d", n, 50 + n, step, NO_DIGEST)) for n, step in enumerate(steps, 1)
    ]


def tree(history: History) -> list[list[tuple[int, int, int, str]]]:
    """Each branch from its tip, the one that redo leads along first."""

    def told(node: Node) -> tuple[int, int, int, str]:
        return node.seq, node.depth, node.at, edit_name(node.edit)

    return [[told(n) for n in upwards(tip)] for tip in (history.tip, *history.other_tips())]


@pytest.mark.parametrize("seed", range(5))
def test_any_point_of_a_walk_comes_back_whole(seed: int) -> None:
    walk = Walk(EMPTY, seed)
    steps = list(walk.steps(120))
    entries = entries_of(steps)
    for count in (1, 2, 7, 40, 119, 120):
        history = replay(EMPTY, ((50 + n, s) for n, s in enumerate(steps[:count], 1)))
        kept = msgspec.json.decode(msgspec.json.encode(outline(history)), type=Outline)
        again = restored(kept, entries[:count])
        assert tree(again) == tree(history)
        assert (again.document, again.taken, again.walked, again.time) == (
            history.document,
            history.taken,
            history.walked,
            history.time,
        )
        assert (again.undo_edit, again.redo_edit) == (history.undo_edit, history.redo_edit)
        for step in steps[count:]:
            again, history = advance(again, step), advance(history, step)
        assert again.document == history.document
        assert tree(again)[0][0][:2] == tree(history)[0][0][:2]


def test_undo_leads_back_before_it_and_redo_on_again() -> None:
    walk = Walk(EMPTY, 3)
    steps = list(walk.steps(60))
    history = restored(outline(walk.history), entries_of(steps))
    taken = 0
    while history.can_undo:
        history, taken = advance(history, Undo()), taken + 1
    assert history.document == EMPTY
    for _ in range(taken):
        history = advance(history, Redo())
    assert history.document == walk.history.document


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": 99},
        {"tip": 99},
        {"others": (77,)},
        {"taken": 11},
        {"runs": ((1, 5, 3),)},
        {"runs": ((0, 0, 3),)},
        {"runs": ((1, 0, 300),)},
        {"runs": ()},
    ],
)
def test_an_outline_of_no_history_is_refused(wrong: dict[str, object]) -> None:
    walk = Walk(EMPTY, 3)
    steps = list(walk.steps(12))
    kept = msgspec.structs.replace(outline(walk.history), **wrong)
    with pytest.raises(ValueError, match=r"edit|history|branch"):
        restored(kept, entries_of(steps))
