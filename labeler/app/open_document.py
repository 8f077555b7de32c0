"""The document of the open case while it is worked on: it outlives the files it is shown over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from labeler.app.open_case import Opened
from labeler.app.painted_masks import PaintedMasks
from labeler.model.checks import Check
from labeler.model.document_size import Weighed, size_checks, weigh
from labeler.model.history import History
from labeler.store.heads import Head


@dataclass(eq=False)
class OpenDocument:
    """`head` is the last entry the journal acknowledged; `queued` steps are on their way to it.

    `seen` holds of each series the slices that were looked at; `kept_at` is how many entries its
    newest checkpoint stands behind; `weighed` is how large it was when that was asked last.
    """

    history: History
    head: Head
    painted: PaintedMasks
    seen: dict[str, set[int]] = field(default_factory=dict)
    queued: int = 0
    marks_named: int = 0
    kept_at: int = 0
    weighed: Weighed = field(default_factory=Weighed)

    def size_checks(self) -> tuple[Check, ...]:
        """What is to be told of how large it has become."""
        self.weighed = weigh(self.history.document.marks, self.weighed)
        return size_checks(self.weighed)

    def new_mark_id(self) -> str:
        """A name that no mark of this document ever had: journal place, then a counter."""
        self.marks_named += 1
        return f"m{self.head.seq + self.queued}-{self.marks_named}"

    def is_as_read(self, opened: Opened) -> bool:
        """Whether it stands as it did when the case was read; what is open may be newer."""
        return self.history.walked == opened.work.history.walked


def open_document(opened: Opened) -> OpenDocument:
    """The document as the journal has it."""
    seen = {name: set(indices) for name, indices in opened.seen.items()}
    work = opened.work
    return OpenDocument(
        work.history,
        work.head,
        opened.painted,
        seen,
        kept_at=work.kept_at,
        weighed=opened.weighed,
    )


def with_signed(opened: Opened, *, signed: bool) -> Opened:
    """The case, told whether its document is signed as it stands."""
    return replace(opened, work=replace(opened.work, signed=signed))
