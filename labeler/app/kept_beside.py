"""What is kept of a case beside its document: slices seen, what is drawn or typed and not done,
a label in hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from labeler.app.cases import Case
from labeler.app.store_worker import StoreWorker
from labeler.model.open_drawing import OpenDrawing
from labeler.model.open_words import OpenWords
from labeler.store.store import Store


@dataclass(frozen=True)
class Kept:
    """As the case was put down last."""

    seen: dict[str, frozenset[int]] = field(default_factory=dict)
    """Of each series the slices that were looked at."""
    drawing: OpenDrawing | None = None
    label: str = ""
    """Its code."""
    words: tuple[OpenWords, ...] = ()


def read_kept(store: Store, case_id: str) -> Kept:
    get = store.settings.get
    seen = get(_seen(case_id), dict[str, list[int]], {})
    drawings = get(_drawing(case_id), list[OpenDrawing], [])
    return Kept(
        {name: frozenset(indices) for name, indices in seen.items()},
        drawings[0] if drawings else None,
        get(_label(case_id), str, ""),
        tuple(get(_words(case_id), list[OpenWords], [])),
    )


class KeptBeside:
    """Writes it, behind the edits. Of a case under a name that is not its own yet nothing is."""

    def __init__(self, worker: StoreWorker[Store], case: Case) -> None:
        self._worker, self._case = worker, case

    def keep_seen(self, seen: Mapping[str, AbstractSet[int]]) -> None:
        kept = {name: sorted(indices) for name, indices in seen.items()}
        self._keep(_seen(self._case.id), kept)

    def keep_drawing(self, drawing: OpenDrawing | None) -> None:
        self._keep(_drawing(self._case.id), [] if drawing is None else [drawing])

    def keep_label(self, code: str) -> None:
        self._keep(_label(self._case.id), code)

    def keep_words(self, words: Sequence[OpenWords]) -> None:
        self._keep(_words(self._case.id), list(words))

    def _keep(self, name: str, kept: object) -> None:
        if self._case.name is None:
            self._worker.submit(lambda store: store.settings.put(name, kept))


def _seen(case_id: str) -> str:
    return f"seen/{case_id}"


def _label(case_id: str) -> str:
    return f"label/{case_id}"


def _drawing(case_id: str) -> str:
    return f"drawing/{case_id}"


def _words(case_id: str) -> str:
    return f"words/{case_id}"
