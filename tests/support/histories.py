"""Histories as a program finds them that is started again."""

from __future__ import annotations

from labeler.model.history import History, upwards
from labeler.model.history_outline import outline, restored
from labeler.model.steps import Do
from labeler.proof.codec import encode
from labeler.proof.journal_chain import NO_DIGEST, JournalEntry


def as_restored(history: History) -> History:
    """The same with its edits packed, as they come from a checkpoint."""
    kept = outline(history)
    nodes = {
        node.seq: node for tip in (history.tip, *history.other_tips()) for node in upwards(tip)
    }
    packed = [
        encode(JournalEntry("d", seq, 5, Do(nodes[seq].edit), NO_DIGEST)) if seq in nodes else b""
        for seq in range(1, history.taken + 1)
    ]
    return restored(kept, packed)
