"""What the client reads and sends over an honest node."""

from __future__ import annotations

import pytest

from labeler.chain.account import ChainAccount
from labeler.chain.client import ChainClient
from labeler.chain.contracts import Contracts
from labeler.demo.chain import DemoChain
from labeler.errors import LabelerError
from tests.chain.conftest import Marketplace

ALICE, BOB = b"\xa1" * 20, b"\xb2" * 20
NOBODY = b"\x11" * 20


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.naps = 0

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.naps += 1


def test_the_state_of_a_distributor(marketplace: Marketplace, client: ChainClient) -> None:
    tree = marketplace.settle(3, {ALICE: 700, BOB: 300}, funds=1200)
    marketplace.owner.claim(marketplace.distributor, ALICE, 700, tree.proof(ALICE))
    state = client.distributor(marketplace.distributor, marketplace.token)
    assert (state.epoch, state.root, state.total) == (3, tree.root, 1000)
    assert (state.claimed, state.owed, state.held) == (700, 300, 500)
    assert state.solvent
    assert state.reviewed
    assert state.block > 0


def test_a_distributor_of_other_code_is_not_called_reviewed(
    marketplace: Marketplace, client: ChainClient
) -> None:
    with pytest.raises(LabelerError) as caught:
        client.distributor(marketplace.identity, marketplace.token)
    assert caught.value.code in ("chain-refused", "chain-nonsense")


def test_a_distributor_that_pays_in_another_token_is_named(
    marketplace: Marketplace, client: ChainClient
) -> None:
    with pytest.raises(LabelerError) as caught:
        client.distributor(marketplace.distributor, NOBODY)
    assert caught.value.code == "chain-token-wrong"
    assert caught.value.facts["expected"] == "0x" + NOBODY.hex()


def test_an_address_without_a_contract_is_named(client: ChainClient) -> None:
    for read in (lambda: client.distributor(NOBODY, NOBODY), lambda: client.identity(NOBODY)):
        with pytest.raises(LabelerError) as caught:
            read()
        assert caught.value.code == "chain-no-contract"


def test_the_wrong_chain_is_refused_before_anything_else(
    chain: DemoChain, contracts: Contracts
) -> None:
    wrong = ChainClient(chain.url, contracts, chain_id=1)
    with pytest.raises(LabelerError) as caught:
        wrong.send_raw(b"\x02")
    assert caught.value.code == "chain-wrong"
    assert (caught.value.facts["expected"], caught.value.facts["found"]) == (1, chain.chain_id)


def test_a_raw_transaction_is_sent_and_its_receipt_found(
    chain: DemoChain, client: ChainClient, marketplace: Marketplace
) -> None:
    tree = marketplace.settle(1, {ALICE: 700, BOB: 300}, funds=1000)
    data = client.claim_data(ALICE, 700, tree.proof(ALICE))
    owner = marketplace.owner
    terms = client.terms(owner.address, marketplace.distributor, data, fee_cap_wei=10**18)
    assert terms.chain_id == chain.chain_id
    assert terms.highest_fee_wei == terms.gas * terms.max_fee_per_gas
    clock = Clock()
    sent = client.send_raw(owner.signed(marketplace.distributor, data))
    receipt = client.wait(sent, timeout_s=5, clock=clock.read, sleep=clock.sleep)
    assert receipt.succeeded
    assert receipt.transaction == sent
    assert receipt.gas_used <= terms.gas
    assert receipt.contract is None


def test_a_transaction_that_never_comes_is_told_after_the_timeout(client: ChainClient) -> None:
    clock = Clock()
    with pytest.raises(LabelerError) as caught:
        client.wait(b"\x01" * 32, timeout_s=2, clock=clock.read, sleep=clock.sleep)
    assert caught.value.code == "chain-unconfirmed"
    assert clock.now == pytest.approx(2)
    assert clock.naps == 8


def test_the_fee_is_capped(client: ChainClient, chain: DemoChain, marketplace: Marketplace) -> None:
    thrifty = ChainAccount(client, chain.funded_key, fee_cap_wei=1000)
    before = client.balance_wei(thrifty.address)
    with pytest.raises(LabelerError) as caught:
        thrifty.mint(marketplace.token, ALICE, 1)
    assert caught.value.code == "chain-fee-too-high"
    assert client.balance_wei(thrifty.address) == before


def test_an_account_without_coin_is_told_so(client: ChainClient, marketplace: Marketplace) -> None:
    poor = ChainAccount(client, b"\x66" * 32)
    tree = marketplace.settle(1, {ALICE: 1}, funds=1)
    with pytest.raises(LabelerError) as caught:
        poor.claim(marketplace.distributor, ALICE, 1, tree.proof(ALICE))
    assert caught.value.code == "chain-refused"


def test_a_secret_in_the_address_of_the_node_is_never_shown(contracts: Contracts) -> None:
    client = ChainClient("http://user:pass@127.0.0.1:9/v3/secret", contracts)
    with pytest.raises(LabelerError) as caught:
        client.chain_id()
    assert caught.value.code == "chain-unreachable"
    assert caught.value.facts["node"] == "127.0.0.1:9"
    for word in ("secret", "pass"):
        assert word not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "127.0.0.1:8545", "http://", ""])
def test_an_address_that_is_no_address_is_told(url: str, contracts: Contracts) -> None:
    with pytest.raises(LabelerError) as caught:
        ChainClient(url, contracts)
    assert caught.value.code == "chain-unreachable"
