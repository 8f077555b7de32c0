"""Marketplaces, the tasks they offer, and what was given to this expert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from labeler.errors import LabelerError
from labeler.store.database import Database


class MarketplaceRow(msgspec.Struct, frozen=True):
    """A pinned marketplace: `id` is its marketplaceId, `identity` its message's digest.

    `worker` is the address used there (40 hex), `cursor` where its feed was left.
    """

    id: str
    url: str
    name: str
    identity: str
    worker: str
    cursor: str
    connected_at: int


class TreeHeadRow(msgspec.Struct, frozen=True):
    marketplace: str
    size: int
    root: str
    time: int
    message: str


class TaskRow(msgspec.Struct, frozen=True):
    """`id` is the manifest's digest, `offer` the Offer's, `manifest` its canonical bytes."""

    id: str
    marketplace: str
    offer: str
    manifest: bytes
    seen_at: int


class AssignmentRow(msgspec.Struct, frozen=True):
    digest: str
    task: str
    lease_end: int
    final_deadline: int


class ItemRow(msgspec.Struct, frozen=True):
    """One case: canonical `content`, and its sealed package by SHA-256, with the key to it.

    `key` is None once the case is wiped.
    """

    digest: str
    assignment: str
    position: int
    content: bytes
    package: str
    package_size: int
    key: bytes | None
    wiped_at: int | None


@dataclass(frozen=True)
class NewItem:
    digest: str
    content: bytes
    package: str
    package_size: int
    key: bytes


class Tasks:
    """Rows only: what is stored here was verified by its caller; messages are stored before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def connect(
        self, marketplace: str, url: str, name: str, identity: str, worker: str, at: int
    ) -> MarketplaceRow:
        """Pin a marketplace, or change the URL of one pinned before.

        Raises LabelerError "identity-changed" where it now shows another identity.
        """
        with self._database.transaction():
            known = self.find_marketplace(marketplace)
            if known and known.identity != identity:
                raise LabelerError(
                    "identity-changed",
                    "This marketplace shows another identity than the one you trusted.",
                    safe="Nothing was sent or changed.",
                    do="Ask the marketplace why, by a way that does not go through it.",
                )
            self._database.run(
                "INSERT INTO marketplace (id, url, name, identity, worker, connected_at) "
                "VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (id) DO UPDATE SET url = excluded.url, name = excluded.name",
                (marketplace, url, name, identity, worker, at),
            )
        return self.marketplace(marketplace)

    def marketplaces(self) -> list[MarketplaceRow]:
        return self._database.select(
            MarketplaceRow, "SELECT * FROM marketplace ORDER BY connected_at, id"
        )

    def find_marketplace(self, marketplace: str) -> MarketplaceRow | None:
        rows = self._database.select(
            MarketplaceRow, "SELECT * FROM marketplace WHERE id = ?", (marketplace,)
        )
        return rows[0] if rows else None

    def marketplace(self, marketplace: str) -> MarketplaceRow:
        """Raises LabelerError "not-connected"."""
        found = self.find_marketplace(marketplace)
        if found is None:
            raise _missing("not-connected", "This profile is not connected to {name}.", marketplace)
        return found

    def move_cursor(self, marketplace: str, cursor: str) -> None:
        """Remember how far the feed was read; in the transaction that stored what it said."""
        with self._database.transaction():
            self._database.run(
                "UPDATE marketplace SET cursor = ? WHERE id = ?", (cursor, marketplace)
            )

    def keep_tree_head(self, head: TreeHeadRow) -> None:
        """Keep a verified head of the log; never replaced, so that evidence stays."""
        with self._database.transaction():
            self._database.run(
                "INSERT OR IGNORE INTO tree_head VALUES (?, ?, ?, ?, ?)",
                (head.marketplace, head.size, head.root, head.time, head.message),
            )

    def tree_heads(self, marketplace: str) -> list[TreeHeadRow]:
        """All heads kept, the largest last."""
        return self._database.select(
            TreeHeadRow,
            "SELECT * FROM tree_head WHERE marketplace = ? ORDER BY size, time",
            (marketplace,),
        )

    def keep_task(self, task: TaskRow) -> None:
        """Keep an offered task; its terms are frozen, so the first stays."""
        with self._database.transaction():
            self._database.run(
                "INSERT OR IGNORE INTO task VALUES (?, ?, ?, ?, ?)",
                (task.id, task.marketplace, task.offer, task.manifest, task.seen_at),
            )

    def tasks(self) -> list[TaskRow]:
        return self._database.select(TaskRow, "SELECT * FROM task ORDER BY seen_at, id")

    def task(self, task: str) -> TaskRow:
        """Raises LabelerError "task-missing"."""
        rows = self._database.select(TaskRow, "SELECT * FROM task WHERE id = ?", (task,))
        if not rows:
            raise _missing("task-missing", "There is no task {name} in this profile.", task)
        return rows[0]

    def keep_assignment(self, assignment: AssignmentRow, items: Sequence[NewItem]) -> None:
        """Keep an assignment with its items in order, in one transaction."""
        with self._database.transaction():
            self._database.run(
                "INSERT OR IGNORE INTO assignment VALUES (?, ?, ?, ?)",
                (
                    assignment.digest,
                    assignment.task,
                    assignment.lease_end,
                    assignment.final_deadline,
                ),
            )
            for position, new in enumerate(items):
                self._database.run(
                    "INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
                    (
                        new.digest,
                        assignment.digest,
                        position,
                        new.content,
                        new.package,
                        new.package_size,
                        new.key,
                    ),
                )

    def assignments(self, task: str | None = None) -> list[AssignmentRow]:
        """Those of one task, or all."""
        return self._database.select(
            AssignmentRow,
            "SELECT * FROM assignment WHERE task = ? OR ? IS NULL ORDER BY lease_end, digest",
            (task, task),
        )

    def assignment(self, digest: str) -> AssignmentRow:
        """Raises LabelerError "assignment-missing"."""
        rows = self._database.select(
            AssignmentRow, "SELECT * FROM assignment WHERE digest = ?", (digest,)
        )
        if not rows:
            raise _missing(
                "assignment-missing", "There is no assignment {name} in this profile.", digest
            )
        return rows[0]

    def items(self, assignment: str) -> list[ItemRow]:
        return self._database.select(
            ItemRow, "SELECT * FROM item WHERE assignment = ? ORDER BY position", (assignment,)
        )

    def find_item(self, digest: str) -> ItemRow | None:
        """The item under its newest assignment."""
        rows = self._database.select(
            ItemRow, "SELECT * FROM item WHERE digest = ? ORDER BY rowid DESC", (digest,)
        )
        return rows[0] if rows else None

    def wipe_item(self, digest: str, at: int) -> None:
        """Delete the key: the sealed package can never be opened again."""
        with self._database.transaction():
            self._database.run(
                "UPDATE item SET key = NULL, wiped_at = ? WHERE digest = ?", (at, digest)
            )


def _missing(code: str, happened: str, name: str) -> LabelerError:
    return LabelerError(
        code,
        happened,
        safe="Nothing was changed.",
        do="Check the name, or connect and sync again.",
        name=name,
    )
