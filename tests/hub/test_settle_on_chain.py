"""Settling on a real EVM over JSON-RPC: root, claim by relay, and going on after a failure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from labeler.demo.chain import DemoChain, start_demo_chain
from labeler.errors import LabelerError
from labeler.hub import review, settlement
from labeler.hub.chain_desk import found_on_chain, open_desk
from labeler.hub.keys import HubKeys, Role
from labeler.hub.place import Marketplace, open_marketplace
from labeler.hub.review import Ruling
from labeler.hub.settlement import ChainDesk
from labeler.model.paths import resources_root
from labeler.proof import judge, statements
from labeler.proof.claim_tree import ClaimLeaf, claim_root
from labeler.proof.envelope import from_envelope
from labeler.proof.messages import AccountStatement, EpochStatement, TreeHead
from tests.support.hub import PASSPHRASE, Clock, Expert, post_cases, seeded, served

pytest.importorskip("eth_tester", reason="the demonstration's chain is not installed")
CONTRACTS = resources_root() / "contracts"
PRICE = 25_000_000


@pytest.fixture(scope="module")
def chain() -> Iterator[DemoChain]:
    with start_demo_chain() as started:
        yield started


@pytest.fixture
def market(tmp_path: Path, chain: DemoChain) -> Iterator[Marketplace]:
    keys = HubKeys(tmp_path / "hub/keys", PASSPHRASE, random=seeded(3), scrypt_n=2)
    keys.create()
    chain.fund(keys.address(Role.OPERATOR))
    place = found_on_chain(
        keys,
        chain.url,
        CONTRACTS,
        token=None,
        marketplace_id=bytes([8]) * 32,
        public_rpc_url=chain.url,
    )
    with open_marketplace(
        tmp_path / "hub", keys, chain=place, clock=Clock(), random=seeded(4)
    ) as opened:
        yield opened


@pytest.fixture
def desk(market: Marketplace) -> ChainDesk:
    opened = open_desk(market, CONTRACTS)
    assert opened is not None
    return opened


def test_work_is_paid_by_relay(market: Marketplace, desk: ChainDesk, tmp_path: Path) -> None:
    posted = post_cases(market, tmp_path / "images")
    identity = market.identity.message
    with served(market, desk=desk) as client:
        assert client.identity().node.startswith("http://127.0.0.1:")
        expert = Expert(client)
        digest = expert.submit(expert.take(posted.manifest))
        account = "0x" + expert.address.hex()
        review.decide(market, digest, Ruling(accepted=True))

        # The contract refuses a root that it cannot pay; nothing is shown as settled then.
        with pytest.raises(LabelerError) as unfunded:
            settlement.settle(market, desk)
        assert unfunded.value.code == "chain-refused"
        with pytest.raises(LabelerError) as hidden:
            client.statement(account, digest)
        assert hidden.value.code == "not-found"

        desk.account.mint(identity.token, identity.distributor, PRICE)
        settled = settlement.settle(market, desk)
        assert (settled.epoch, settled.total, settled.fresh) == (1, PRICE, False)

        answer = client.statement(account, digest)
        pin = judge.check_identity(market.identity)
        epoch = statements.check_epoch(
            pin, from_envelope(answer.epoch, EpochStatement), from_envelope(answer.head, TreeHead)
        )
        state = desk.client.distributor(identity.distributor, identity.token)
        statements.check_chain(epoch, root=state.root, balance=state.held, claimed=state.claimed)
        path = [bytes.fromhex(step) for step in answer.claim_path]
        statements.check_account(epoch, from_envelope(answer.statement, AccountStatement), path)
        assert desk.client.anchored_root(identity.identity_contract, 1) == epoch.head.root

        client.claim(account, digest)
        assert desk.client.token_balance(identity.token, expert.address) == PRICE
        with pytest.raises(LabelerError) as again:
            client.claim(account, digest)
        assert again.value.code == "claim-refused"
        assert settlement.settle(market, desk).published == settled.published


def test_a_root_that_was_sent_before_a_crash_is_not_sent_again(
    market: Marketplace, desk: ChainDesk, tmp_path: Path
) -> None:
    posted = post_cases(market, tmp_path / "images")
    identity = market.identity.message
    desk.account.mint(identity.token, identity.distributor, PRICE)
    with served(market) as client:
        expert = Expert(client)
        digest = expert.submit(expert.take(posted.manifest))
    review.decide(market, digest, Ruling(accepted=True))
    with pytest.raises(ValueError, match="through its chain"):
        settlement.settle(market, None)
    account = ClaimLeaf(identity.chain_id, identity.distributor, expert.address, PRICE)
    desk.account.set_root(identity.distributor, claim_root([account]), 1, PRICE)
    assert settlement.settle(market, desk).published == settlement.ALREADY_THERE


def test_a_chain_cannot_be_changed_later(market: Marketplace, tmp_path: Path) -> None:
    assert market.chain is not None
    other = msgspec.structs.replace(market.chain, distributor="0x" + "77" * 20)
    with pytest.raises(LabelerError) as caught:
        open_marketplace(tmp_path / "hub", market.keys, chain=other, clock=Clock())
    assert caught.value.code == "chain-fixed"
