"""A history without its edits: with the journal's entries beside it, it is whole again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.document import Document
from labeler.model.history import History, Node, stacked, upwards, way
from labeler.model.working_time import WorkingTime

Seq = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Run = tuple[Seq, Seq, Seq]
"""The entries first, first + 1 ... did edits, `count` of them: the first behind the edit of the
entry `parent` (0: none), each other one behind the one before."""


class Outline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The document after `taken` entries, the shape of the tree of its edits, and where it stands
    in it: edits are named by their entries."""

    document: Document
    runs: tuple[Run, ...]
    at: Seq
    tip: Seq
    others: tuple[Seq, ...]
    taken: Seq
    walked: Seq
    time: WorkingTime


def outline(history: History) -> Outline:
    """What has to be kept of a history beside its journal."""
    return Outline(
        history.document,
        _runs(_parents(history)),
        history.at.seq if history.at else 0,
        history.tip.seq if history.tip else 0,
        tuple(tip.seq for tip in history.other_tips()),
        history.taken,
        history.walked,
        history.time,
    )


def restored(kept: Outline, entries: Sequence[bytes]) -> History:
    """The history again; `entries` are the first `taken` of its journal.

    ValueError where the outline is of no history.
    """
    nodes: dict[int, Node] = {}
    for first, parent_seq, count in kept.runs:
        parent = _node(nodes, parent_seq)
        if not first or first + count - 1 > len(entries) or parent_seq >= first:
            raise ValueError("an edit stands behind an earlier one, and in the journal")
        depth = parent.depth if parent else 0
        for seq in range(first, first + count):
            entry = entries[seq - 1]
            depth += 1
            second = int(entry[6 : entry.index(b",")])
            parent = nodes[seq] = Node(seq, entry, parent, depth, second)
    at, tip = _node(nodes, kept.at), _node(nodes, kept.tip)
    back, ahead = way(at, tip)
    if back or kept.taken != len(entries):
        raise ValueError("a history stands on the branch to its tip, after all its entries")
    others = [nodes[seq] for seq in kept.others if seq in nodes]
    if len(others) != len(kept.others):
        raise ValueError("a branch ends with an edit")
    return History(
        kept.document,
        at,
        tip,
        stacked(list(ahead)),
        stacked(others),
        kept.taken,
        kept.walked,
        kept.time,
    )


def _node(nodes: dict[int, Node], seq: int) -> Node | None:
    if seq and seq not in nodes:
        raise ValueError(f"entry {seq} did no edit")
    return nodes[seq] if seq else None


def _parents(history: History) -> list[tuple[int, int]]:
    """Every edit of the tree with the one before it, in the order they were made."""
    found: dict[int, int] = {}
    for tip in (history.tip, *history.other_tips()):
        for node in upwards(tip):
            if node.seq in found:
                break
            found[node.seq] = node.parent.seq if node.parent else 0
    return sorted(found.items())


def _runs(parents: list[tuple[int, int]]) -> tuple[Run, ...]:
    runs: list[list[int]] = []
    for seq, parent in parents:
        if runs and parent == seq - 1 == runs[-1][0] + runs[-1][2] - 1:
            runs[-1][2] += 1
        else:
            runs.append([seq, parent, 1])
    return tuple((first, parent, count) for first, parent, count in runs)
