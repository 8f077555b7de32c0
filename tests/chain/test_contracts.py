"""The committed code is the committed source, and the contracts keep their promises."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeler.chain.account import ChainAccount
from labeler.chain.client import ChainClient
from labeler.chain.contracts import NAMES, Contracts
from labeler.demo.chain import DemoChain
from labeler.errors import LabelerError
from labeler.model.paths import resources_root
from tests.chain.compile import compiled
from tests.chain.conftest import MARKETPLACE, Marketplace

ALICE, BOB, CAROL = b"\xa1" * 20, b"\xb2" * 20, b"\xc3" * 20


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_code_is_what_the_source_compiles_to(name: str) -> None:
    folder = resources_root() / "contracts"
    assert (folder / f"{name}.json").read_text(encoding="utf-8") == compiled(folder, name)


@pytest.fixture
def stranger(chain: DemoChain, client: ChainClient) -> ChainAccount:
    account = ChainAccount(client, b"\x55" * 32)
    chain.fund(account.address)
    return account


def refusal(call: object, *arguments: object) -> str:
    assert callable(call)
    with pytest.raises(LabelerError) as caught:
        call(*arguments)
    assert caught.value.code == "chain-refused"
    return str(caught.value.facts["reason"])


def test_anyone_may_claim_for_an_account_and_the_account_is_paid(
    marketplace: Marketplace, client: ChainClient, stranger: ChainAccount
) -> None:
    tree = marketplace.settle(1, {ALICE: 700, BOB: 300}, funds=1000)
    receipt = stranger.claim(marketplace.distributor, ALICE, 700, tree.proof(ALICE))
    assert receipt.succeeded
    assert client.token_balance(marketplace.token, ALICE) == 700
    assert client.token_balance(marketplace.token, stranger.address) == 0
    assert client.claimed(marketplace.distributor, ALICE) == 700
    assert client.claimed(marketplace.distributor, BOB) == 0


def test_a_second_claim_of_the_same_sum_is_refused(marketplace: Marketplace) -> None:
    tree = marketplace.settle(1, {ALICE: 700, BOB: 300}, funds=1000)
    marketplace.owner.claim(marketplace.distributor, ALICE, 700, tree.proof(ALICE))
    again = (marketplace.distributor, ALICE, 700, tree.proof(ALICE))
    assert refusal(marketplace.owner.claim, *again) == "nothing due"


def test_a_later_root_pays_only_the_difference(
    marketplace: Marketplace, client: ChainClient
) -> None:
    first = marketplace.settle(1, {ALICE: 700, BOB: 300}, funds=1000)
    marketplace.owner.claim(marketplace.distributor, ALICE, 700, first.proof(ALICE))
    later = marketplace.settle(2, {ALICE: 900, BOB: 350, CAROL: 50}, funds=300)
    for account, cumulative in ((ALICE, 900), (BOB, 350), (CAROL, 50)):
        proof = later.proof(account)
        marketplace.owner.claim(marketplace.distributor, account, cumulative, proof)
        assert client.token_balance(marketplace.token, account) == cumulative
    assert client.token_balance(marketplace.token, marketplace.distributor) == 0


def test_a_proof_of_an_older_root_is_refused(marketplace: Marketplace) -> None:
    first = marketplace.settle(1, {ALICE: 700, BOB: 300}, funds=1000)
    marketplace.settle(2, {ALICE: 900, BOB: 350}, funds=250)
    stale = (marketplace.distributor, ALICE, 700, first.proof(ALICE))
    assert refusal(marketplace.owner.claim, *stale) == "wrong proof"


def test_wrong_claims_are_refused(marketplace: Marketplace) -> None:
    tree = marketplace.settle(1, {ALICE: 700, BOB: 300, CAROL: 5}, funds=1005)
    good = tree.proof(ALICE)
    here, claim = marketplace.distributor, marketplace.owner.claim
    flipped = (bytes([good[0][0] ^ 1]) + good[0][1:], *good[1:])
    for account, cumulative, proof in (
        (ALICE, 701, good),
        (ALICE, 699, good),
        (CAROL, 700, good),
        (ALICE, 700, tree.proof(BOB)),
        (ALICE, 700, flipped),
        (ALICE, 700, good[:-1]),
        (ALICE, 700, (*good, bytes(32))),
        (ALICE, 700, ()),
    ):
        assert refusal(claim, here, account, cumulative, proof) == "wrong proof"


def test_a_proof_for_one_distributor_is_worth_nothing_at_another(
    marketplace: Marketplace,
) -> None:
    tree = marketplace.settle(1, {ALICE: 700, BOB: 300}, funds=1000)
    other = marketplace.owner.deploy_distributor(marketplace.token)
    marketplace.owner.mint(marketplace.token, other, 1000)
    marketplace.owner.set_root(other, tree.root, 1, 1000)
    claim = (other, ALICE, 700, tree.proof(ALICE))
    assert refusal(marketplace.owner.claim, *claim) == "wrong proof"


def test_nothing_is_owed_before_the_first_root(marketplace: Marketplace) -> None:
    claim = (marketplace.distributor, ALICE, 1, ())
    assert refusal(marketplace.owner.claim, *claim) == "wrong proof"


def test_only_the_owner_sets_a_root_and_only_forwards(
    marketplace: Marketplace, stranger: ChainAccount
) -> None:
    here, owner = marketplace.distributor, marketplace.owner
    marketplace.settle(4, {ALICE: 700, BOB: 300}, funds=1000)
    root = b"\x09" * 32
    assert refusal(stranger.set_root, here, root, 5, 1000) == "not the owner"
    assert refusal(owner.set_root, here, root, 4, 1000) == "old epoch"
    assert refusal(owner.set_root, here, root, 3, 1000) == "old epoch"
    assert refusal(owner.set_root, here, root, 5, 999) == "total fell"
    assert refusal(owner.set_root, here, bytes(32), 5, 1000) == "no root"


def test_a_root_is_published_only_over_money_that_is_there(marketplace: Marketplace) -> None:
    here, owner = marketplace.distributor, marketplace.owner
    tree = marketplace.settle(1, {ALICE: 700, BOB: 300}, funds=1000)
    owner.claim(here, ALICE, 700, tree.proof(ALICE))
    assert refusal(owner.set_root, here, b"\x09" * 32, 2, 1001) == "unfunded"
    owner.mint(marketplace.token, here, 1)
    assert owner.set_root(here, b"\x09" * 32, 2, 1001).succeeded


def test_a_tree_that_promises_more_than_its_total_cannot_spend_it(
    marketplace: Marketplace,
) -> None:
    tree = marketplace.settle(1, {ALICE: 700, BOB: 300}, funds=2000)
    owner, other = marketplace.owner, marketplace.owner.deploy_distributor(marketplace.token)
    greedy = type(tree)(marketplace.chain_id, other, {ALICE: 700, BOB: 300})
    owner.mint(marketplace.token, other, 2000)
    owner.set_root(other, greedy.root, 1, 999)
    owner.claim(other, ALICE, 700, greedy.proof(ALICE))
    assert refusal(owner.claim, other, BOB, 300, greedy.proof(BOB)) == "over total"


def test_only_the_minter_makes_tokens(marketplace: Marketplace, stranger: ChainAccount) -> None:
    reason = refusal(stranger.mint, marketplace.token, stranger.address, 1)
    assert reason == "not the minter"


def test_money_moves_only_from_its_owner(
    marketplace: Marketplace, client: ChainClient, stranger: ChainAccount
) -> None:
    marketplace.owner.mint(marketplace.token, stranger.address, 10)
    stranger.transfer(marketplace.token, ALICE, 4)
    assert client.token_balance(marketplace.token, ALICE) == 4
    assert client.token_balance(marketplace.token, stranger.address) == 6
    refusal(stranger.transfer, marketplace.token, ALICE, 7)


def test_the_log_is_anchored_for_good(
    marketplace: Marketplace, client: ChainClient, stranger: ChainAccount
) -> None:
    here, owner = marketplace.identity, marketplace.owner
    first, second = b"\x01" * 32, b"\x02" * 32
    owner.anchor(here, 3, first)
    owner.anchor(here, 8, second)
    owner.anchor(here, 8, second)
    state = client.identity(here)
    assert (state.anchored_size, state.anchored_root) == (8, second)
    assert state.anchored_at > 0
    assert (state.operator, state.marketplace_id) == (owner.address, MARKETPLACE)
    assert state.next_operator == bytes(32)
    assert client.anchored_root(here, 3) == first
    assert client.anchored_root(here, 4) is None
    assert refusal(owner.anchor, here, 8, first) == "log changed"
    assert refusal(owner.anchor, here, 7, first) == "log shrank"
    assert refusal(stranger.anchor, here, 9, first) == "not the operator"


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    amounts=st.dictionaries(
        st.binary(min_size=20, max_size=20).filter(any),
        st.integers(min_value=1, max_value=10**12),
        min_size=1,
        max_size=7,
    )
)
def test_every_tree_pays_everybody_exactly(
    owner: ChainAccount, chain: DemoChain, client: ChainClient, amounts: dict[bytes, int]
) -> None:
    token = owner.deploy_token("Test Dollar", "TUSD")
    distributor = owner.deploy_distributor(token)
    here = Marketplace(owner, token, distributor, b"", chain.chain_id)
    tree = here.settle(1, amounts, funds=sum(amounts.values()))
    for account, cumulative in amounts.items():
        owner.claim(distributor, account, cumulative, tree.proof(account))
        assert client.token_balance(token, account) == cumulative
    state = client.distributor(distributor, token)
    assert (state.owed, state.held) == (0, 0)


def test_contract_code_is_recognised(contracts: Contracts) -> None:
    runtime = bytes.fromhex(contracts.distributor.runtime[2:])
    assert contracts.distributor.is_code(runtime + bytes(64), 2)
    assert not contracts.distributor.is_code(runtime + bytes(96), 2)
    assert not contracts.distributor.is_code(b"\x00" + runtime[1:] + bytes(64), 2)
