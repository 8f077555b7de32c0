"""A claim that the signer signs is what the chain carries out, and its data is the client's."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeler.chain.client import ChainClient
from labeler.demo.chain import DemoChain
from labeler.proof.curve import address_of
from labeler.signing.transaction import MAX_FEE_WEI, ClaimTransaction
from tests.chain.conftest import Marketplace

KEY = b"\x31" * 32
WORDS = st.binary(min_size=32, max_size=32)


def test_the_expert_claims_with_a_key_and_gas_of_their_own(
    chain: DemoChain, client: ChainClient, marketplace: Marketplace
) -> None:
    expert = address_of(KEY)
    chain.fund(expert)
    tree = marketplace.settle(1, {expert: 250, b"\xb2" * 20: 3}, funds=253)
    proof = tree.proof(expert)
    data = client.claim_data(expert, 250, proof)
    terms = client.terms(expert, marketplace.distributor, data, fee_cap_wei=MAX_FEE_WEI)
    claim = ClaimTransaction(
        chain_id=terms.chain_id,
        nonce=terms.nonce,
        gas=terms.gas,
        max_fee_per_gas=terms.max_fee_per_gas,
        max_priority_fee_per_gas=terms.max_priority_fee_per_gas,
        distributor=marketplace.distributor,
        account=expert,
        cumulative=250,
        proof=proof,
    )
    claim.check()
    signed, expected = claim.signed(KEY)
    sent = client.send_raw(signed)
    assert sent == expected
    receipt = client.receipt(sent)
    assert receipt is not None
    assert receipt.succeeded
    assert client.token_balance(marketplace.token, expert) == 250


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    account=st.binary(min_size=20, max_size=20),
    cumulative=st.integers(0, 2**256 - 1),
    proof=st.lists(WORDS, max_size=5).map(tuple),
)
def test_both_encode_a_claim_alike(
    client: ChainClient, account: bytes, cumulative: int, proof: tuple[bytes, ...]
) -> None:
    claim = ClaimTransaction(1, 0, 1, 1, 1, bytes(20), account, cumulative, proof)
    assert claim.calldata == client.claim_data(account, cumulative, proof)
