"""What was decided, and the public record that holds the marketplace to it."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.app.marketplaces import Pinned
from labeler.app.sending import judged_receipt
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.backoff import may_pass
from labeler.market.client import MarketClient
from labeler.model.outbox import OutboxState
from labeler.proof import judge
from labeler.proof.envelope import Signed, from_envelope, from_wire, to_wire
from labeler.proof.judge import Decided, Received
from labeler.proof.log_entry import LogProof
from labeler.proof.messages import Decision, RoleGrant, TreeHead, Verdict
from labeler.store.ledger import EarningKind, EarningRow
from labeler.store.outbox import SubmissionRow
from labeler.store.store import Store
from labeler.store.tasks import TreeHeadRow

UNHEARD_S = 24 * 3600
STALE_S = 3 * 3600
"""Heads are signed hourly: who shows only old ones could date a decision back later."""


def follow_log(services: Services, pinned: Pinned, client: MarketClient) -> TreeHead:
    """Fetch the log's head and hold it against every head kept.

    Raises LabelerError "log-forked", "log-stale". A head that contradicts an earlier one is kept
    as evidence, and counts for nothing.
    """
    signed = from_envelope(client.head().head, TreeHead)
    head = keep_head(services, pinned, client, signed)
    _tell_old_fork(services, pinned)
    if head.time < services.clock() - STALE_S:
        raise _stale()
    return head


@dataclass(frozen=True)
class Heard:
    """What stood in the way of hearing, and the submissions that nothing was heard about."""

    failures: tuple[LabelerError, ...]
    unheard: frozenset[str]


def fetch_decisions(services: Services, pinned: Pinned, client: MarketClient, tick: Tick) -> Heard:
    """Ask about every undecided submission; what does not hold is told and not recorded."""
    rows = services.store.call(lambda store: store.outbox.rows())
    waiting = [row for row in rows if row.marketplace == pinned.row.id and _is_undecided(row)]
    unheard = {row.digest for row in waiting}
    failures: list[LabelerError] = []
    for done, row in enumerate(waiting):
        tick(done, len(waiting))
        try:
            _fetch_one(services, pinned, client, row)
            unheard.remove(row.digest)
        except LabelerError as error:
            failures.append(error)
            if not may_pass(error):
                # An answer that does not hold is as good as none.
                unheard.remove(row.digest)
            if error.code == "marketplace-unreachable":
                break
    return Heard(tuple(failures), frozenset(unheard))


def accept_by_silence(
    services: Services, pinned: Pinned, unheard: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """Submissions whose deadline passed with no decision that counts; they stand as accepted.

    The public record's own time decides, not the clock of this computer: once it is past the
    deadline, no decision can be put before it. Who gives no answer at all has a day more.
    """

    def overdue(store: Store) -> tuple[str, ...]:
        shown_at = max((head.time for head in _kept_heads(store, pinned)), default=0)
        found = []
        for row in store.outbox.rows():
            if row.state is OutboxState.RECEIVED and row.marketplace == pinned.row.id:
                received = judged_receipt(store, pinned, row)
                grace = UNHEARD_S if row.digest in unheard else 0
                if received.accepted_by_silence(shown_at - grace):
                    with store.database.transaction():
                        store.outbox.accept_silently(row.digest)
                        _keep_earning(store, row, received, received.receipt.decision_due)
                    found.append(row.digest)
        return tuple(found)

    return services.store.call(overdue)


def _is_undecided(row: SubmissionRow) -> bool:
    """Silence is undone by a decision that was in the public record in time."""
    silent = row.state is OutboxState.ACCEPTED and row.decision is None
    return silent or row.state is OutboxState.RECEIVED


def logged_proof(store: Store, submission: str) -> LogProof | None:
    """Where the decision of a submission stands in the public record."""
    kept = store.settings.get(_proof_setting(submission), tuple[LogProof, ...], ())
    return kept[0] if kept else None


def logged_head(store: Store, submission: str) -> str:
    """The digest of the tree head that the proof leads to."""
    return store.settings.get(_head_setting(submission), str, "")


def _fetch_one(
    services: Services, pinned: Pinned, client: MarketClient, row: SubmissionRow
) -> None:
    status = client.submission(row.digest)
    if status.digest != row.digest:
        judge.refuse("decision-elsewhere", "The marketplace answered about another submission.")
    if status.decided is None:
        return
    head = from_envelope(status.decided.head, TreeHead)
    keep_head(services, pinned, client, head)
    received = services.store.call(lambda store: judged_receipt(store, pinned, row))
    grant = from_envelope(status.decided.grant, RoleGrant)
    signed = from_envelope(status.decided.decision, Decision)
    decided = judge.check_decision(received, grant, signed, status.decided.proof, head)
    _keep_decision(services, row, decided, grant, signed, status.decided)


def _keep_decision(
    services: Services,
    row: SubmissionRow,
    decided: Decided,
    grant: Signed[RoleGrant],
    signed: Signed[Decision],
    answer: wire.Decided,
) -> None:
    pin = decided.received.submitted.assigned.offered.pin
    accepted, now = decided.decision.verdict is Verdict.ACCEPTED, services.clock()
    head = pin.digest_of(decided.head).hex()

    def keep(store: Store) -> None:
        with store.database.transaction():
            store.messages.put(pin.digest_of(grant.message).hex(), "RoleGrant", to_wire(grant), now)
            store.messages.put(decided.digest.hex(), "Decision", to_wire(signed), now)
            store.settings.put(_proof_setting(row.digest), (answer.proof,))
            store.settings.put(_head_setting(row.digest), head)
            store.outbox.record_decision(row.digest, decided.digest.hex(), accepted=accepted)
            if accepted:
                _keep_earning(store, row, decided.received, decided.decision.decided_at)
            else:
                store.ledger.remove_earning(row.digest)

    services.store.call(keep)


def _keep_earning(store: Store, row: SubmissionRow, received: Received, at: int) -> None:
    receipt, payout = received.receipt, received.submitted.submission.payout_to
    store.ledger.add_earning(
        EarningRow(
            id=row.digest,
            marketplace=row.marketplace,
            account=payout.hex(),
            kind=EarningKind.LABEL,
            subject=row.digest,
            amount=str(receipt.unit_amount),
            currency=receipt.currency,
            at=at,
        )
    )


def keep_head(
    services: Services, pinned: Pinned, client: MarketClient, signed: Signed[TreeHead]
) -> TreeHead:
    """Hold a head against those kept, and only then keep it."""
    head = judge.check_head(pinned.pin, signed)
    kept = services.store.call(lambda store: _kept_heads(store, pinned))
    if head in kept:
        return head
    others = _neighbours(kept, head)
    try:
        for other in others:
            judge.check_contradiction(other, head)
        for other in others:
            _hold_against(client, other, head)
    except LabelerError as error:
        if error.code == "log-forked":
            _keep_fork(services, pinned, others, signed)
        raise
    digest, now = pinned.pin.digest_of(head).hex(), services.clock()

    def keep(store: Store) -> None:
        with store.database.transaction():
            store.messages.put(digest, "TreeHead", to_wire(signed), now)
            row = TreeHeadRow(pinned.row.id, head.size, head.root.hex(), head.time, digest)
            store.tasks.keep_tree_head(row)

    services.store.call(keep)
    return head


def _kept_heads(store: Store, pinned: Pinned) -> tuple[TreeHead, ...]:
    """The smallest first, then the earliest: all of one growing log."""
    rows = store.tasks.tree_heads(pinned.row.id)
    return tuple(from_wire(store.messages.get(row.message).wire, TreeHead).message for row in rows)


def _neighbours(kept: tuple[TreeHead, ...], head: TreeHead) -> tuple[TreeHead, ...]:
    """The nearest heads are enough: each of them was held against its own.

    One of the same size says nothing about the times of those around it.
    """
    below = [each for each in kept if each.size < head.size]
    same = [each for each in kept if each.size == head.size]
    above = [each for each in kept if each.size > head.size]
    return (*below[-1:], *same[:1], *above[:1])


def _hold_against(client: MarketClient, other: TreeHead, head: TreeHead) -> None:
    small, large = sorted((other.size, head.size))
    proof = client.consistency(small, large).proof if small != large else None
    judge.check_consistent(other, head, proof)


def _keep_fork(
    services: Services, pinned: Pinned, others: tuple[TreeHead, ...], signed: Signed[TreeHead]
) -> None:
    """Every head is evidence; two that prove a fork by themselves are never forgotten."""
    digest, now = pinned.pin.digest_of(signed.message).hex(), services.clock()
    proved = [each for each in others if judge.contradict(each, signed.message)]

    def keep(store: Store) -> None:
        with store.database.transaction():
            store.messages.put(digest, "TreeHead", to_wire(signed), now)
            for other in proved[:1]:
                pair = (pinned.pin.digest_of(other).hex(), digest)
                store.settings.put(_fork_setting(pinned), pair)

    services.store.call(keep)


def _stale() -> LabelerError:
    return LabelerError(
        "log-stale",
        "The marketplace shows no public record of the last three hours.",
        safe="Your work is kept, and what was recorded before stays.",
        do="Check the clock of this computer; if it is right, ask the marketplace for its record.",
    )


def _tell_old_fork(services: Services, pinned: Pinned) -> None:
    def read(store: Store) -> tuple[TreeHead, ...]:
        digests = store.settings.get(_fork_setting(pinned), tuple[str, ...], ())
        wires = (store.messages.get(digest).wire for digest in digests)
        return tuple(from_wire(wire, TreeHead).message for wire in wires)

    found = services.store.call(read)
    if found:
        judge.check_contradiction(*found)


def _fork_setting(pinned: Pinned) -> str:
    return f"forked/{pinned.row.id}"


def _proof_setting(submission: str) -> str:
    return f"logged/{submission}"


def _head_setting(submission: str) -> str:
    return f"logged-head/{submission}"
