"""How a document stood after so many entries of its journal, so that opening need not redo them.

A checkpoint is a help and no source: it is bound to the entry it stands behind, and one that does
not fit in every way is dropped. The journal alone says what was done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from labeler.model.history import History
from labeler.model.history_outline import Outline, outline, restored
from labeler.model.words import Digest
from labeler.proof.codec import digest
from labeler.store.database import Database

FORMAT = "labeler.checkpoint/1"
"""Another one wherever an edit comes to do something else than it did."""


@dataclass(frozen=True, eq=False)
class Paint:
    """What painted marks hold: blobs of `masks` by their state, and the names of those that were
    `whole` from the first."""

    masks: Mapping[str, bytes]
    whole: tuple[str, ...] = ()


class _Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`head` is the digest of the entry it stands behind; `masks` are digests by state."""

    format: str
    document: str
    head: Digest
    history: Outline
    masks: dict[Digest, Digest]
    whole: tuple[Digest, ...]


class Checkpoints:
    """One a document, the newest."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, document_id: str, history: History, head: str, paint: Paint) -> None:
        """Keep how a document stands behind the entry that `head` names."""
        content = msgspec.json.encode(
            _Content(
                FORMAT,
                document_id,
                head,
                outline(history),
                {state: digest(data) for state, data in paint.masks.items()},
                paint.whole,
            )
        )
        with self._database.transaction():
            self.drop(document_id)
            self._database.run(
                "INSERT INTO checkpoint VALUES (?, ?, ?)", (document_id, content, digest(content))
            )
            for state, data in paint.masks.items():
                self._database.run(
                    "INSERT INTO checkpoint_mask VALUES (?, ?, ?)", (document_id, state, data)
                )

    def drop(self, document_id: str) -> None:
        """Only inside a transaction."""
        for table in ("checkpoint", "checkpoint_mask"):
            sql = f"DELETE FROM {table} WHERE document = ?"  # noqa: S608  our names
            self._database.run(sql, (document_id,))

    def read(
        self, document_id: str, entries: Sequence[bytes], hashes: Sequence[str]
    ) -> tuple[History, Paint] | None:
        """How it stood; None where none was kept that fits the verified chain, and then none is
        there any more."""
        row = self._database.row(
            "SELECT content, digest FROM checkpoint WHERE document = ?", (document_id,)
        )
        if row is None:
            return None
        try:
            return self._believe(document_id, row[0], row[1], entries, hashes)
        except (ValueError, msgspec.MsgspecError):
            with self._database.transaction():
                self.drop(document_id)
            return None

    def _believe(
        self,
        document_id: str,
        data: object,
        named: object,
        entries: Sequence[bytes],
        hashes: Sequence[str],
    ) -> tuple[History, Paint]:
        """Raises ValueError."""
        if not isinstance(data, bytes) or digest(data) != named:
            raise ValueError("a checkpoint's bytes are those that were written")
        content = msgspec.json.decode(data, type=_Content)
        taken = content.history.taken
        if (content.format, content.document) != (FORMAT, document_id):
            raise ValueError("a checkpoint is of this document and this program")
        if not 0 < taken <= len(hashes) or hashes[taken - 1] != content.head:
            raise ValueError("a checkpoint stands behind an entry of the journal")
        if content.history.document.item != self._item(document_id):
            raise ValueError("a checkpoint is of the document's item")
        masks = self._masks(document_id)
        if {state: digest(data) for state, data in masks.items()} != content.masks:
            raise ValueError("a checkpoint has all its masks")
        return restored(content.history, entries[:taken]), Paint(masks, content.whole)

    def _item(self, document_id: str) -> str:
        row = self._database.row("SELECT item FROM document WHERE id = ?", (document_id,))
        return str(row[0]) if row else ""

    def _masks(self, document_id: str) -> dict[str, bytes]:
        rows = self._database.rows(
            "SELECT state, data FROM checkpoint_mask WHERE document = ?", (document_id,)
        )
        return {str(state): data for state, data in rows if isinstance(data, bytes)}
