"""Money: earnings one by one, the statements that sum them, and claims."""

from __future__ import annotations

import enum

import msgspec

from labeler.errors import LabelerError
from labeler.model.words import Money
from labeler.store.database import Database


class EarningKind(enum.Enum):
    LABEL = "label"
    ROYALTY = "royalty"


class EarningRow(msgspec.Struct, frozen=True):
    """One line; `id` is unique in its source, `subject` the submission or release it is for.

    `amount` is in minor units of `currency` (CAIP-19); `statement` the AccountStatement that
    includes it, None while none does.
    """

    id: str
    marketplace: str
    account: str
    kind: EarningKind
    subject: str
    amount: Money
    currency: str
    at: int
    statement: str | None = None


class StatementRow(msgspec.Struct, frozen=True):
    """A verified AccountStatement and its EpochStatement, by digest.

    `detail` is what came with it (lines and Merkle proof), as canonical bytes.
    """

    digest: str
    marketplace: str
    epoch_digest: str
    epoch: int
    account: str
    cumulative: Money
    detail: bytes
    time: int


class ClaimState(enum.Enum):
    STARTED = "started"
    SENT = "sent"
    CONFIRMED = "confirmed"
    FAILED = "failed"


class ClaimRow(msgspec.Struct, frozen=True):
    """Taking money out: up to `cumulative`; `transaction_hash` is empty until it is sent."""

    id: int
    marketplace: str
    account: str
    cumulative: Money
    started_at: int
    state: ClaimState
    transaction_hash: str
    settled_at: int | None


class Ledger:
    """Rows only: what is stored here was verified by its caller."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_earning(self, earning: EarningRow) -> None:
        """Add a line once; the same id again changes nothing."""
        with self._database.transaction():
            self._database.run(
                "INSERT OR IGNORE INTO earning VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    earning.id,
                    earning.marketplace,
                    earning.account,
                    earning.kind.value,
                    earning.subject,
                    earning.amount,
                    earning.currency,
                    earning.at,
                    earning.statement,
                ),
            )

    def remove_earning(self, earning_id: str) -> None:
        """Take a line out that a decision has undone."""
        with self._database.transaction():
            self._database.run("DELETE FROM earning WHERE id = ?", (earning_id,))

    def state_earning(self, earning_id: str, statement: str) -> None:
        """The earning is in this AccountStatement."""
        with self._database.transaction():
            self._database.run(
                "UPDATE earning SET statement = ? WHERE id = ?", (statement, earning_id)
            )

    def earnings(self, marketplace: str | None = None) -> list[EarningRow]:
        """Of one marketplace, or all; the newest first."""
        return self._database.select(
            EarningRow,
            "SELECT * FROM earning WHERE marketplace = ? OR ? IS NULL ORDER BY at DESC, id",
            (marketplace, marketplace),
        )

    def add_statement(self, statement: StatementRow) -> None:
        """Keep a statement; its messages are stored before. One an account and epoch."""
        with self._database.transaction():
            if self.find_statement(statement.digest) is None:
                self._refuse_second(statement)
                self._database.run(
                    "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    (
                        statement.digest,
                        statement.marketplace,
                        statement.epoch_digest,
                        statement.epoch,
                        statement.account,
                        statement.cumulative,
                        statement.detail,
                        statement.time,
                    ),
                )

    def _refuse_second(self, statement: StatementRow) -> None:
        if self._database.row(
            "SELECT 1 FROM statement WHERE marketplace = ? AND account = ? AND epoch = ?",
            (statement.marketplace, statement.account, statement.epoch),
        ):
            raise LabelerError(
                "statement-doubled",
                "The marketplace has signed two different statements for period {epoch}.",
                safe="Both are kept as evidence; your own records are untouched.",
                do="Make a bundle of the evidence and ask the marketplace.",
                epoch=statement.epoch,
            )

    def find_statement(self, digest: str) -> StatementRow | None:
        rows = self._database.select(
            StatementRow, "SELECT * FROM statement WHERE digest = ?", (digest,)
        )
        return rows[0] if rows else None

    def statements(self, marketplace: str, account: str) -> list[StatementRow]:
        """Of one account, the newest epoch first."""
        return self._database.select(
            StatementRow,
            "SELECT * FROM statement WHERE marketplace = ? AND account = ? ORDER BY epoch DESC",
            (marketplace, account),
        )

    def start_claim(self, marketplace: str, account: str, cumulative: Money, at: int) -> ClaimRow:
        """Note the intention before anything is sent."""
        with self._database.transaction():
            self._database.run(
                "INSERT INTO claim (marketplace, account, cumulative, started_at, state) "
                "VALUES (?, ?, ?, ?, 'started')",
                (marketplace, account, cumulative, at),
            )
            return self._claims("ORDER BY id DESC LIMIT 1")[0]

    def update_claim(
        self,
        claim_id: int,
        state: ClaimState,
        transaction_hash: str = "",
        settled_at: int | None = None,
    ) -> None:
        with self._database.transaction():
            self._database.run(
                "UPDATE claim SET state = ?, settled_at = ?, "
                "transaction_hash = coalesce(nullif(?, ''), transaction_hash) WHERE id = ?",
                (state.value, settled_at, transaction_hash, claim_id),
            )

    def claims(self, marketplace: str) -> list[ClaimRow]:
        """The newest first."""
        return self._claims("WHERE marketplace = ? ORDER BY id DESC", marketplace)

    def _claims(self, rest: str, *values: str) -> list[ClaimRow]:
        return self._database.select(ClaimRow, f"SELECT * FROM claim {rest}", values)  # noqa: S608  constants
