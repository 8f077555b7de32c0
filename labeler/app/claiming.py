"""Taking the money out, after the chain was held against the signed statement."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from labeler.app.keys import need_unlocked
from labeler.app.marketplaces import Pinned, pin_signer
from labeler.app.services import Services, Tick
from labeler.app.statements import KeptStatement, disagreement, newest_statement, own_account
from labeler.errors import LabelerError
from labeler.model.outbox import OutboxState
from labeler.proof import statements
from labeler.signing.requests import ProposeClaim
from labeler.store.ledger import ClaimState
from labeler.store.store import Store

if TYPE_CHECKING:
    from labeler.chain.client import ChainClient

CONFIRM_WITHIN_S = 120.0
FEE_CAP_WEI = 10**16
CHAIN_SETTING = "chain-seen"


@dataclass(frozen=True)
class ChainSeen:
    """What the chain said of one account; amounts in minor units."""

    statement: str
    claimed: int
    covered: bool


def open_chain(services: Services, pinned: Pinned) -> ChainClient:
    """The chain of a marketplace. Raises LabelerError "no-chain" or "no-node"."""
    if not pinned.pin.identity.chain_id:
        raise LabelerError(
            "no-chain",
            "This marketplace pays outside a public record.",
            safe="Your accepted work is proved by its signed decisions.",
            do="Ask the marketplace for its payment notice.",
        )
    if not pinned.node:
        raise LabelerError(
            "no-node",
            "No node of the marketplace's chain is known here.",
            safe="Nothing was changed.",
            do="Name a JSON-RPC node: labeler connect URL --node NODE.",
        )
    return services.chain(pinned.node, pinned.pin.identity.chain_id)


def look_at_chain(services: Services, pinned: Pinned) -> ChainSeen | None:
    """Hold the chain against the newest statement; None while there is none.

    Raises LabelerError "claim-root-differs" and those of the chain; what was seen is kept.
    """
    kept = _newest(services, pinned)
    if kept is None:
        return None
    chain, identity = open_chain(services, pinned), pinned.pin.identity
    state = chain.distributor(identity.distributor, identity.token)
    claimed = chain.claimed(identity.distributor, bytes.fromhex(kept.row.account))
    seen = ChainSeen(kept.row.digest, claimed, state.solvent)
    _keep_seen(services, pinned, seen)
    statements.check_chain(
        kept.account.epoch, root=state.root, balance=state.held, claimed=state.claimed
    )
    _note_paid(services, kept, claimed)
    return seen


def claim(services: Services, pinned: Pinned, tick: Tick, *, own_fee: bool = False) -> int:
    """Claim everything that is owed and wait for the chain; answers with the amount paid.

    The marketplace sends the claim and pays the fee; with `own_fee` the expert's key does. The
    contract can pay only the account. Raises LabelerError "nothing-to-claim" and others.
    """
    kept = _newest(services, pinned)
    if kept is None:
        raise _nothing()
    wrong = services.store.call(lambda store: disagreement(services, store, pinned, kept))
    if wrong in ("line-unknown", "line-amount"):
        raise _not_yours()
    seen = look_at_chain(services, pinned)
    cumulative = int(kept.row.cumulative)
    if seen is None or seen.claimed >= cumulative:
        raise _nothing()
    tick(1, 3)
    now = services.clock()
    row = services.store.call(
        lambda s: s.ledger.start_claim(pinned.row.id, kept.row.account, kept.row.cumulative, now)
    )
    chain = open_chain(services, pinned)
    try:
        send = _send_own if own_fee else _ask_relay
        transaction = send(services, pinned, chain, kept)
        _move(services, row.id, ClaimState.SENT, transaction)
        tick(2, 3)
        receipt = chain.wait(
            transaction, timeout_s=CONFIRM_WITHIN_S, clock=time.monotonic, sleep=time.sleep
        )
        after = chain.claimed(pinned.pin.identity.distributor, bytes.fromhex(kept.row.account))
        if not receipt.succeeded or after < cumulative:
            raise _not_paid()
    except LabelerError as error:
        if error.code not in ("chain-unreachable", "chain-unconfirmed"):
            _move(services, row.id, ClaimState.FAILED)
        raise
    _move(services, row.id, ClaimState.CONFIRMED, settled=True)
    look_at_chain(services, pinned)
    tick(3, 3)
    return after - seen.claimed


def chain_seen(store: Store, marketplace: str) -> ChainSeen | None:
    """What the chain said when it was last asked."""
    statement, claimed, covered = store.settings.get(
        f"{CHAIN_SETTING}/{marketplace}", tuple[str, str, bool], ("", "0", False)
    )
    return ChainSeen(statement, int(claimed), covered) if statement else None


def _newest(services: Services, pinned: Pinned) -> KeptStatement | None:
    def read(store: Store) -> KeptStatement | None:
        account = own_account(store, pinned)
        return newest_statement(store, pinned, account) if account else None

    return services.store.call(read)


def _ask_relay(
    services: Services, pinned: Pinned, _chain: ChainClient, kept: KeptStatement
) -> bytes:
    client = services.market(pinned.row.url)
    try:
        answer = client.claim("0x" + kept.row.account, kept.detail.lines[0].submission)
    finally:
        client.close()
    return bytes.fromhex(answer.transaction.removeprefix("0x"))


def _send_own(services: Services, pinned: Pinned, chain: ChainClient, kept: KeptStatement) -> bytes:
    need_unlocked(services)
    pin_signer(services, pinned)
    account, cumulative = bytes.fromhex(kept.row.account), int(kept.row.cumulative)
    path = tuple(bytes.fromhex(step) for step in kept.detail.claim_path)
    data = chain.claim_data(account, cumulative, path)
    terms = chain.terms(account, pinned.pin.identity.distributor, data, fee_cap_wei=FEE_CAP_WEI)
    proposal = ProposeClaim(
        marketplace=pinned.row.id,
        account="0x" + kept.row.account,
        cumulative=kept.row.cumulative,
        proof=kept.detail.claim_path,
        nonce=terms.nonce,
        gas=terms.gas,
        max_fee_per_gas=str(terms.max_fee_per_gas),
        max_priority_fee_per_gas=str(terms.max_priority_fee_per_gas),
    )
    summary = services.signer.propose_claim(proposal)
    return chain.send_raw(services.signer.confirm_claim(summary.token).raw)


def _move(
    services: Services,
    claim_id: int,
    state: ClaimState,
    transaction: bytes = b"",
    *,
    settled: bool = False,
) -> None:
    text = "0x" + transaction.hex() if transaction else ""
    at = services.clock() if settled else None
    services.store.call(lambda s: s.ledger.update_claim(claim_id, state, text, at))


def _keep_seen(services: Services, pinned: Pinned, seen: ChainSeen) -> None:
    value = (seen.statement, str(seen.claimed), seen.covered)
    services.store.call(lambda s: s.settings.put(f"{CHAIN_SETTING}/{pinned.row.id}", value))


def _note_paid(services: Services, kept: KeptStatement, claimed: int) -> None:
    """Lines are paid in their order: the first ones, as far as the claimed sum reaches.

    It is one node's word: what another says later corrects it.
    """
    sums = accumulate(int(line.amount) for line in kept.detail.lines)
    reached = {
        line.submission: total <= claimed
        for line, total in zip(kept.detail.lines, sums, strict=True)
    }

    def note(store: Store) -> None:
        with store.database.transaction():
            for digest, paid in reached.items():
                row = store.outbox.find(digest)
                if row is None:
                    continue
                if paid and row.state is OutboxState.ACCEPTED:
                    store.outbox.mark_paid(digest, kept.row.digest)
                elif not paid and row.state is OutboxState.PAID:
                    store.outbox.mark_unpaid(digest)

    services.store.call(note)


def _nothing() -> LabelerError:
    return LabelerError(
        "nothing-to-claim",
        "There is nothing to claim now.",
        safe="Accepted work stays owed until a statement includes it.",
        do="Sync after the marketplace's next statement.",
    )


def _not_yours() -> LabelerError:
    return LabelerError(
        "statement-not-yours",
        "The newest statement counts work that is not yours, or other amounts.",
        safe="Nothing was claimed. The statement is kept as evidence.",
        do="Ask the marketplace to explain, with a bundle of the evidence.",
    )


def _not_paid() -> LabelerError:
    return LabelerError(
        "claim-failed",
        "The claim was sent, but the chain did not pay it.",
        safe="What is owed to you stays owed.",
        do="Sync, then claim again.",
    )
