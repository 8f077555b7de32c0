"""The outbox to the marketplace: sent until there is a receipt that holds."""

from __future__ import annotations

from dataclasses import dataclass

from labeler.app.marketplaces import Pinned
from labeler.app.services import Services, Tick
from labeler.app.taking import judged_assignment
from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.backoff import LONGEST_S, delay_s, may_pass
from labeler.market.client import MarketClient
from labeler.proof import judge
from labeler.proof.codec import decode
from labeler.proof.envelope import Envelope, from_envelope, from_wire, to_wire
from labeler.proof.item_tree import item_proof
from labeler.proof.judge import Received, Submitted
from labeler.proof.messages import Receipt, Submission
from labeler.store.outbox import SubmissionRow
from labeler.store.store import Store

CLOCKS_DIFFER_S = 3600
"""How far the clock of a marketplace may be ahead of this computer's."""


@dataclass(frozen=True)
class Sent:
    """How one round went: digests that have a receipt now, and what stood in the way."""

    received: tuple[str, ...]
    failures: tuple[LabelerError, ...]


def send_due(
    services: Services, pinned: Pinned, client: MarketClient, tick: Tick, *, everything: bool
) -> Sent:
    """Send what waits; `everything` also what was to be tried later."""
    now = services.clock()
    horizon = now + int(LONGEST_S) + 1 if everything else now
    rows = services.store.call(lambda store: store.outbox.due(horizon))
    due = [row for row in rows if row.marketplace == pinned.row.id]
    received: list[str] = []
    failures: list[LabelerError] = []
    for done, row in enumerate(due):
        tick(done, len(due))
        try:
            _send_one(services, pinned, client, row)
            received.append(row.digest)
        except LabelerError as error:
            _note_failure(services, row, error)
            failures.append(error)
            if error.code == "marketplace-unreachable":
                break
    return Sent(tuple(received), tuple(failures))


def judged_submission(store: Store, pinned: Pinned, row: SubmissionRow) -> Submitted:
    """A submission of this profile, judged from its bytes like anybody's."""
    assigned = judged_assignment(store, pinned, store.tasks.assignment(row.assignment))
    items = [each.digest for each in store.tasks.items(row.assignment)]
    place = item_proof(items, items.index(row.item))
    signed = from_wire(store.messages.get(row.digest).wire, Submission)
    return judge.check_submission(assigned, signed, place)


def judged_receipt(store: Store, pinned: Pinned, row: SubmissionRow) -> Received:
    """The receipt kept of a submission, judged again."""
    if row.receipt is None:
        raise ValueError("there is no receipt yet")
    signed = from_wire(store.messages.get(row.receipt).wire, Receipt)
    return judge.check_receipt(judged_submission(store, pinned, row), signed)


def _send_one(services: Services, pinned: Pinned, client: MarketClient, row: SubmissionRow) -> None:
    now = services.clock()

    def begin(store: Store) -> tuple[Submitted, Envelope]:
        submitted = judged_submission(store, pinned, row)
        store.outbox.begin_attempt(row.digest, now)
        return submitted, decode(store.messages.get(row.digest).wire, Envelope)

    submitted, envelope = services.store.call(begin)
    answer = _sent(services, client, row, envelope)
    signed = from_envelope(answer.receipt, Receipt)
    received = judge.check_receipt(submitted, signed)
    _refuse_postdated(received, services.clock())

    def keep(store: Store) -> None:
        with store.database.transaction():
            digest = received.digest.hex()
            store.messages.put(digest, "Receipt", to_wire(signed), services.clock())
            store.outbox.record_receipt(row.digest, digest)

    services.store.call(keep)


def _sent(
    services: Services, client: MarketClient, row: SubmissionRow, envelope: Envelope
) -> wire.SubmissionAnswer:
    """What the marketplace says; only then is it sent, also where what it says is no."""

    def blob(name: str) -> bytes:
        return services.store.call(lambda store: store.outbox.blob_of(row.digest, name))

    try:
        answer = client.send(envelope, blob)
    except LabelerError as error:
        if not may_pass(error):
            services.store.call(lambda store: store.outbox.mark_sent(row.digest))
        raise
    services.store.call(lambda store: store.outbox.mark_sent(row.digest))
    return answer


def _refuse_postdated(received: Received, now: int) -> None:
    # The deadline of the decision counts from here: a later time would put it off at will.
    if received.receipt.received_at > now + CLOCKS_DIFFER_S:
        judge.refuse(
            "receipt-postdated",
            "The receipt names a time that has not come yet.",
            "Check the clock of this computer, then sync again.",
        )


def _note_failure(services: Services, row: SubmissionRow, error: LabelerError) -> None:
    wait_s = LONGEST_S
    if may_pass(error):
        chance = int.from_bytes(services.random(4)) / 2**32
        wait_s = delay_s(row.attempts + 1, chance)
    due = services.clock() + int(wait_s)
    services.store.call(lambda store: store.outbox.record_failure(row.digest, error.code, due))
