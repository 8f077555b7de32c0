"""A long random walk through one document, by every way that its state is ever found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from labeler.app.checkpointing import paint_of
from labeler.app.painted_masks import PaintedMasks, painted_in
from labeler.model.document import Document, empty_document
from labeler.model.history import History, advance, point_of, way
from labeler.model.mask_blobs import encode_mask
from labeler.model.mask_states import NOTHING_PAINTED
from labeler.model.shapes import PaintedMask
from labeler.model.steps import Go, Redo, Undo
from labeler.model.tiled_masks import TiledMask
from labeler.proof import journal_file
from labeler.proof.codec import digest, encode
from labeler.proof.journal_check import check
from labeler.store.checkpoints import Paint
from labeler.store.store import Store
from tests.support.profiles import ITEM, NOW, opened
from tests.support.walks import Walk

NAME = "d"
LOOKS = 10
"""So often on the way everything is compared."""


@dataclass(frozen=True)
class Verdict:
    """What a walk came to; `digests` are of the document by each way to it, and must be one."""

    steps: int
    edits: int
    branches: int
    strokes: int
    masks_compared: int
    digests: tuple[str, ...]
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not self.wrong and len(set(self.digests)) == 1


class Walker:
    """Walks in memory, in the store, and in the paint; compares."""

    def __init__(self, root: Path, seed: int) -> None:
        self._root = root
        self._walk = Walk(empty_document(ITEM), seed)
        self._paint = PaintedMasks()
        self._compared = 0
        self._wrong: list[str] = []
        self._digests: list[str] = []

    def run(self, steps: int) -> Verdict:
        with opened(self._root) as store:
            store.documents.ensure(NAME, ITEM, NOW)
            for number in range(LOOKS):
                self._go_on(store, steps * (number + 1) // LOOKS)
                self._compare(store)
        with opened(self._root) as store:
            if store.findings:
                self._wrong.append(f"opening found {store.findings}")
            self._compare(store)
            self._digests = self._every_way(store)
        self._back_and_forth()
        history = self._walk.history
        return Verdict(
            steps,
            sum(1 for _ in history.branch()),
            1 + len(history.other_tips()),
            len(self._walk.blobs),
            self._compared,
            tuple(self._digests),
            tuple(self._wrong),
        )

    def _go_on(self, store: Store, to: int) -> None:
        walk = self._walk
        while walk.history.taken < to:
            before, known = walk.history, len(walk.blobs)
            (step,) = walk.steps(1)
            new = dict(list(walk.blobs.items())[known:])
            self._paint.keep(new)
            self._paint.walk(*way(before.at, walk.history.at))
            blobs = list(new.values())
            store.journal.append(NAME, [step], after=before.taken, at=NOW, blobs=blobs)
            if walk.history.taken % 10 == 0:
                self._check("in memory", walk.history, self._paint)

    def _compare(self, store: Store) -> None:
        """What was walked in memory, what the journal gives, what the checkpoint gives."""
        stood = store.documents.opened(NAME)
        self._check("from the checkpoint", stood.history, paint_of(store, stood))
        whole = store.documents.history(NAME)
        self._check("from the journal", whole, painted_in(whole, store.blobs.get))
        self._check("in memory", self._walk.history, self._paint)
        contents, names = self._paint.standing()
        masks = {state: encode_mask(mask) for state, mask in contents.items()}
        store.documents.keep(NAME, self._walk.history, Paint(masks, names))

    def _check(self, way_to_it: str, history: History, paint: PaintedMasks) -> None:
        wanted = self._walk.history
        where = f"{way_to_it}, after {wanted.taken} steps"
        if history.document != wanted.document or point_of(history) != point_of(wanted):
            self._wrong.append(f"another document {where}")
        for state, content in _standing(history.document, paint).items():
            self._compared += 1
            if content is None or content.tiles != self._walk.contents[state].tiles:
                self._wrong.append(f"other voxels {where}")

    def _every_way(self, store: Store) -> list[str]:
        entries = [(encode(entry), entry.step) for entry in store.journal.read(NAME)]
        file = journal_file.build(NAME, ITEM, entries, store.blobs.get)
        found = check(file)
        if found.fault is not None:
            self._wrong.append(f"the journal's file: {found.fault}")
        documents = (
            self._walk.history.document,
            store.documents.history(NAME).document,
            store.documents.opened(NAME).history.document,
        )
        return [found.result, *(digest(encode(document)) for document in documents)]

    def _back_and_forth(self) -> None:
        """Undo to the untouched document, redo to the tip, and go to where it was."""
        wanted, history = self._walk.history, self._walk.history
        while history.can_undo:
            history = self._stepped(history, Undo())
        if history.document != empty_document(ITEM):
            self._wrong.append("undo does not lead back to the untouched document")
        while history.can_redo:
            history = self._stepped(history, Redo())
        history = self._stepped(history, Go(point_of(wanted)))
        self._check("there and back", history, self._paint)
        self._digests.append(digest(encode(history.document)))

    def _stepped(self, history: History, step: Undo | Redo | Go) -> History:
        after = advance(history, step)
        self._paint.walk(*way(history.at, after.at))
        return after


def _standing(document: Document, paint: PaintedMasks) -> Mapping[str, TiledMask | None]:
    """The voxels of each painted mark that has any stroke."""
    shapes = [m.shape for m in document.marks if isinstance(m.shape, PaintedMask)]
    return {s.state: paint.content(s) for s in shapes if s.state != NOTHING_PAINTED}
