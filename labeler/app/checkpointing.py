"""What spares a long history from being walked anew: checkpoints, and strokes fetched in time."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from labeler.app.cases import Work, stand_work
from labeler.app.painted_masks import PaintedMasks, packed, painted_in, strokes_of, whole_masks
from labeler.model.history import History, Node, upwards, walked, way
from labeler.model.mask_blobs import decode_mask, encode_mask
from labeler.model.steps import Walk
from labeler.store.checkpoints import Paint

if TYPE_CHECKING:
    from labeler.app.open_document import OpenDocument
    from labeler.app.store_worker import StoreWorker
    from labeler.errors import LabelerError
    from labeler.store.documents import Stood
    from labeler.store.store import Store

EVERY = 1000
"""While it is open a document is kept after so many entries."""
AT_CLOSING = 100
"""A document with less that is new is as quickly read from its journal."""
AHEAD = 256
"""The strokes of so many edits before and behind are at hand."""
_LOOK_EVERY = 64


class Past:
    """The history of the open document beside the hand that makes it; lives on the main thread."""

    def __init__(
        self,
        worker: StoreWorker[Store],
        on_error: Callable[[LabelerError], None],
        document_id: str,
        document: OpenDocument,
    ) -> None:
        self._worker, self._on_error = worker, on_error
        self._id, self._document = document_id, document

    def keep(self, least: int) -> None:
        """Make a checkpoint where `least` entries are new; written behind all that is queued."""
        document, history, name = self._document, self._document.history, self._id
        if history.taken - document.kept_at < least:
            return
        document.kept_at = history.taken
        contents, whole = document.painted.standing()

        def write(store: Store) -> None:
            if store.journal.head(name).seq == history.taken:
                masks = {state: encode_mask(mask) for state, mask in contents.items()}
                store.documents.keep(name, history, Paint(masks, whole))

        self._worker.submit(write)

    def waits_for_strokes(
        self, step: Walk, there: Callable[[], None], lost: Callable[[], None]
    ) -> bool:
        """Whether strokes of long ago have to be fetched before a step.

        `there` is called once they are at hand, unless something else was done meanwhile; `lost`
        where they could not be fetched, which was told.
        """
        document, before = self._document, self._document.history
        back, forth = walked(before, step)
        nodes = (*back, *forth)
        lacking = document.painted.lacking(node.edit for node in nodes if node.paints)

        def fetched() -> None:
            if document.history.walked == before.walked:  # presence may have been noted
                there()

        if lacking:
            self._fetch(lacking, fetched, lost)
        elif any(_is_time_to_look(node) for node in nodes):
            self._fetch(strokes_near(document.painted, before), lambda: None, lambda: None)
        return bool(lacking)

    def _fetch(
        self, names: tuple[str, ...], there: Callable[[], None], lost: Callable[[], None]
    ) -> None:
        def keep(strokes: Mapping[str, bytes]) -> None:
            self._document.painted.lend(strokes)
            there()

        def failed(error: LabelerError) -> None:
            self._on_error(error)
            lost()

        if names:
            read = partial(read_strokes, names=names)
            self._worker.submit(read, keep, failed, dropped=lost)


def stand(store: Store, case_id: str, now: int) -> tuple[Work, PaintedMasks]:
    """The document of a case and what its painted marks hold, from the newest checkpoint.

    One whose paint does not fit is dropped, and all is read from the journal.
    """
    work, stood = stand_work(store, case_id, now)
    try:
        return work, paint_of(store, stood)
    except ValueError:
        if stood.start is None:
            raise
    store.documents.forget(case_id)
    work, stood = stand_work(store, case_id, now)
    return work, paint_of(store, stood)


def paint_of(store: Store, stood: Stood) -> PaintedMasks:
    """What the painted marks of a document hold that was opened now."""
    read, history = store.blobs.get, stood.history
    if stood.start is None or stood.paint is None:
        return painted_in(history, read)
    painted = PaintedMasks()
    painted.keep({name: read(name) for name in stood.paint.whole})
    contents = {state: decode_mask(blob) for state, blob in stood.paint.masks.items()}
    painted.stand(stood.start.document, contents)
    back, forth = way(stood.start.at, history.at)
    edits = [node.edit for node in (*back, *forth)]
    new = [name for name in whole_masks(history.document, edits) if name not in stood.paint.whole]
    painted.keep({name: read(name) for name in (*new, *painted.lacking(edits))})
    painted.walk(back, forth)
    painted.lend(packed({name: read(name) for name in strokes_near(painted, history)}))
    return painted


def read_strokes(store: Store, names: Iterable[str]) -> dict[str, bytes]:
    """Strokes by their digests, as they are kept in memory."""
    return packed({name: store.blobs.get(name) for name in names})


def strokes_near(painted: PaintedMasks, history: History) -> tuple[str, ...]:
    """Strokes that the next undos and redos need and that are not at hand."""
    return painted.not_kept(strokes_around(history))


def strokes_around(history: History) -> tuple[str, ...]:
    """Strokes that the next undos and redos need."""
    nodes = (
        *itertools.islice(upwards(history.at), AHEAD),
        *itertools.islice(history.ahead(), AHEAD),
    )
    return strokes_of(node.edit for node in nodes if node.paints)


def _is_time_to_look(node: Node) -> bool:
    """Now and then on the way through a history, long before what is at hand ends."""
    return node.depth % _LOOK_EVERY == 0
