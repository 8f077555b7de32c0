"""The judge of money: a period's statement, an account's lines, the claim, the chain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeler.proof import item_tree
from labeler.proof.claim_tree import ClaimLeaf, proves_claim
from labeler.proof.envelope import Signed, signer_of
from labeler.proof.item_tree import AccountLine, TreeProof
from labeler.proof.judge import Pin, check_head, refuse
from labeler.proof.messages import (
    ZERO_WORD,
    AccountStatement,
    EpochStatement,
    Message,
    TreeHead,
)


@dataclass(frozen=True)
class Epoch:
    """A checked period's statement and the log head it was made under."""

    pin: Pin
    statement: EpochStatement
    digest: bytes
    head: TreeHead


@dataclass(frozen=True)
class Account:
    """A checked account: its cumulative sum is a leaf of the epoch's claim tree."""

    epoch: Epoch
    statement: AccountStatement
    digest: bytes

    @property
    def claim(self) -> ClaimLeaf:
        """The leaf that is claimed on chain."""
        return _leaf(self.epoch, self.statement)


@dataclass(frozen=True)
class Earned:
    """One submission of the expert's own: its amount, and its decision's index in the log
    (None where silence has accepted it)."""

    amount: int
    logged: int | None


def check_epoch(
    pin: Pin,
    signed: Signed[EpochStatement],
    head: Signed[TreeHead],
    kept: Epoch | None = None,
) -> Epoch:
    """A period's statement, no step back from the one kept before.

    Raises "statement-unsigned", "wrong-marketplace", "statement-elsewhere", "statement-forked",
    "statement-older", "cumulative-fell", and those of `check_head`.
    """
    said, identity = signed.message, pin.identity
    if said.marketplace_id != identity.marketplace_id:
        refuse("wrong-marketplace", "A message belongs to another marketplace.")
    _check_signer(pin, signed)
    place = (said.chain_id, said.token, said.distributor)
    if place != (identity.chain_id, identity.token, identity.distributor):
        refuse("statement-elsewhere", "The statement names another chain or other contracts.")
    if said.tree_head != pin.digest_of(head.message):
        refuse("statement-elsewhere", "The statement was made under another log head.")
    if (said.epoch == 1) != (said.previous == ZERO_WORD) or said.epoch == 0:
        refuse("statement-forked", "The statement does not follow on the one before it.")
    epoch = Epoch(pin, said, pin.digest_of(said), check_head(pin, head))
    if kept is not None and kept.digest != epoch.digest:
        _check_follows(kept, epoch)
    return epoch


def check_chain(epoch: Epoch, *, root: bytes, balance: int, claimed: int) -> None:
    """That the chain has this statement's root, and the distributor what is still owed.

    `balance` and `claimed` are the distributor's, in minor units.
    Raises "claim-root-differs", "distributor-short".
    """
    if root != epoch.statement.claim_root:
        refuse("claim-root-differs", "The chain pays by another statement than the signed one.")
    if balance < epoch.statement.total - claimed:
        refuse("distributor-short", "The contract holds less money than it owes.")


def check_account(
    epoch: Epoch, signed: Signed[AccountStatement], claim_path: Sequence[bytes]
) -> Account:
    """An account's sum, proved to be a leaf of the epoch's claim tree.

    Raises "statement-unsigned", "wrong-marketplace", "statement-elsewhere", "claim-not-in-root".
    """
    said, pin = signed.message, epoch.pin
    if said.marketplace_id != pin.identity.marketplace_id:
        refuse("wrong-marketplace", "A message belongs to another marketplace.")
    _check_signer(pin, signed)
    if said.epoch_statement != epoch.digest:
        refuse("statement-elsewhere", "The account belongs to another period's statement.")
    if said.cumulative > epoch.statement.total or not proves_claim(
        _leaf(epoch, said), claim_path, epoch.statement.claim_root
    ):
        refuse("claim-not-in-root", "The account's sum is not what the period's root pays.")
    return Account(epoch, said, pin.digest_of(said))


def check_lines(
    account: Account, lines: Sequence[AccountLine], kept: Account | None = None
) -> None:
    """All lines of the account since its first, and that they only grew since `kept`.

    Raises "lines-changed", "sum-wrong", "line-doubled", "cumulative-fell", "lines-rewritten".
    """
    said = account.statement
    if (len(lines), item_tree.lines_root(lines)) != (said.line_count, said.lines_root):
        refuse("lines-changed", "The account's lines are not the ones that were signed.")
    if sum(int(line.amount) for line in lines) != said.cumulative:
        refuse("sum-wrong", "The account's lines do not add up to its sum.")
    if len({line.submission for line in lines}) != len(lines):
        refuse("line-doubled", "The account counts one submission twice.")
    if kept is None:
        return
    before = kept.statement
    if said.cumulative < before.cumulative or before.account != said.account:
        refuse("cumulative-fell", "The account's sum is lower than it was before.")
    if item_tree.lines_root(lines[: before.line_count]) != before.lines_root:
        refuse("lines-rewritten", "Lines of the account were changed after they were signed.")


def check_line(account: Account, line: AccountLine, place: TreeProof) -> None:
    """That the account counts this one line. Raises "line-missing"."""
    said = account.statement
    if place.size != said.line_count or not item_tree.proves_line(line, place, said.lines_root):
        refuse("line-missing", "The account does not count this line.")


def check_own(account: Account, lines: Sequence[AccountLine], earned: Mapping[str, Earned]) -> None:
    """That checked lines are the expert's own decisions, each at its amount, none left out.

    `earned` is by submission digest (hexadecimal). A decision in the log under the statement's
    head must be counted; a later one may be. Raises "line-unknown", "line-amount", "line-missing".
    """
    for line in lines:
        own = earned.get(line.submission)
        if own is None:
            refuse("line-unknown", "The account counts a submission that is not yours.")
        if int(line.amount) != own.amount:
            refuse("line-amount", "The account counts another amount than the decision's.")
    counted = {line.submission for line in lines}
    for submission, own in earned.items():
        logged = own.logged is not None and own.logged < account.epoch.head.size
        if logged and own.amount and submission not in counted:
            refuse("line-missing", "The account leaves out a submission that was accepted.")


def _check_follows(kept: Epoch, epoch: Epoch) -> None:
    before, after = kept.statement, epoch.statement
    if after.epoch == before.epoch:
        refuse("statement-forked", "The marketplace signed two statements for one period.")
    went_back = epoch.head.size < kept.head.size
    if after.epoch < before.epoch or after.time < before.time or went_back:
        refuse("statement-older", "The statement is older than one seen before.")
    if after.epoch == before.epoch + 1 and after.previous != kept.digest:
        refuse("statement-forked", "The statement does not follow on the one before it.")
    if after.total < before.total:
        refuse("cumulative-fell", "The total of all accounts is lower than it was before.")


def _check_signer(pin: Pin, signed: Signed[Message]) -> None:
    if signer_of(pin.domain, signed) != pin.identity.marketplace:
        refuse("statement-unsigned", "A statement is not signed by the marketplace.")


def _leaf(epoch: Epoch, account: AccountStatement) -> ClaimLeaf:
    said = epoch.statement
    return ClaimLeaf(said.chain_id, said.distributor, account.account, account.cumulative)
