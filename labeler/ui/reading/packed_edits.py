"""Edits of very many marks that lie packed in the journal: unpacked beside the hand. No widget."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from labeler.app.long_steps import LONG
from labeler.model.edits import Edit
from labeler.model.history import Node
from labeler.ui.reading.ports import ReadingPort

Read = Callable[[Edit], None]


class PackedEdits:
    """`seen` hears that more can be told. An unpacked edit is let go of once it was read: it may
    be a hundred megabytes."""

    def __init__(self, port: ReadingPort, seen: Callable[[], None]) -> None:
        self._port, self._seen = port, seen
        self._asked: dict[int, dict[str, Read]] = {}

    def forget(self) -> None:
        """Another case: nobody waits for the edits of the last one."""
        self._asked.clear()

    def ask(self, node: Node, what: str, read: Read) -> None:
        """`read` is told the edit of a node, at once where that takes no time. Who asks for the
        same `what` of it meanwhile waits along: the last one is told."""
        if not node.is_packed or node.weight < LONG:
            read(node.edit)
            return
        waiting = self._asked.get(node.seq)
        if waiting is not None:
            waiting[what] = read
            return
        asked = self._asked[node.seq] = {what: read}
        self._port.series.measure(
            f"history/{node.seq}",
            "",
            lambda _volume, _tick: node.edit,
            partial(self._tell, node.seq, asked),
            partial(self._lose, node.seq, asked),
        )

    def _tell(self, seq: int, asked: dict[str, Read], edit: Edit) -> None:
        if self._asked.get(seq) is asked:
            del self._asked[seq]
            for read in asked.values():
                read(edit)
            self._seen()

    def _lose(self, seq: int, asked: dict[str, Read]) -> None:
        """A mistake was told; asking again may do."""
        if self._asked.get(seq) is asked:
            del self._asked[seq]
