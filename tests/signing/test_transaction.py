"""The claim transaction, with eth-account as the other implementation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from eth_abi.abi import encode as abi_encode
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st
from web3 import Web3

from labeler.errors import LabelerError
from labeler.proof.curve import address_of
from labeler.signing.transaction import MAX_FEE_WEI, MAX_GAS, ClaimTransaction, rlp

KEY = bytes(range(1, 33))
PLAIN = ClaimTransaction(
    chain_id=8453,
    nonce=0,
    gas=120_000,
    max_fee_per_gas=2 * 10**9,
    max_priority_fee_per_gas=10**9,
    distributor=b"\xd1" * 20,
    account=b"\xac" * 20,
    cumulative=25_000_000,
    proof=(),
)

claims = st.builds(
    ClaimTransaction,
    chain_id=st.integers(1, 2**53),
    nonce=st.integers(0, 2**32),
    gas=st.integers(1, MAX_GAS),
    max_fee_per_gas=st.integers(10**9, MAX_FEE_WEI // MAX_GAS),
    max_priority_fee_per_gas=st.integers(0, 10**9),
    distributor=st.binary(min_size=20, max_size=20),
    account=st.binary(min_size=20, max_size=20),
    cumulative=st.integers(0, 2**256 - 1),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=40).map(tuple),
)


@given(claim=claims)
@settings(deadline=None, max_examples=60)
def test_it_is_the_transaction_others_would_sign(claim: ClaimTransaction) -> None:
    claim.check()
    data = Web3.keccak(text="claim(address,uint256,bytes32[])")[:4] + abi_encode(
        ["address", "uint256", "bytes32[]"], [claim.account, claim.cumulative, list(claim.proof)]
    )
    theirs = Account.sign_transaction(
        {
            "type": 2,
            "chainId": claim.chain_id,
            "nonce": claim.nonce,
            "gas": claim.gas,
            "maxFeePerGas": claim.max_fee_per_gas,
            "maxPriorityFeePerGas": claim.max_priority_fee_per_gas,
            "to": Web3.to_checksum_address(claim.distributor),
            "value": 0,
            "data": data,
        },
        KEY,
    )
    raw, transaction = claim.signed(KEY)
    assert (raw, transaction) == (theirs.raw_transaction, theirs.hash)
    recovered = Account.recover_transaction(raw)
    assert bytes.fromhex(recovered[2:]) == address_of(KEY)


@pytest.mark.parametrize(
    "changes",
    [
        {"gas": 0},
        {"gas": MAX_GAS + 1, "max_fee_per_gas": 1, "max_priority_fee_per_gas": 1},
        {"gas": MAX_GAS, "max_fee_per_gas": MAX_FEE_WEI // MAX_GAS + 1},
        {"max_priority_fee_per_gas": 3 * 10**9},
        {"nonce": -1},
        {"cumulative": 2**256},
        {"chain_id": 0},
        {"distributor": bytes(19)},
        {"account": bytes(32)},
        {"proof": (bytes(31),)},
        {"proof": (bytes(32),) * 41},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_is_out_of_bounds_is_refused(changes: dict[str, object]) -> None:
    PLAIN.check()
    with pytest.raises(LabelerError) as told:
        replace(PLAIN, **changes).check()  # type: ignore[arg-type]  # names and values from above
    assert told.value.code == "claim-refused"


def test_rlp_of_the_yellow_paper() -> None:
    assert rlp([b"cat", b"dog"]) == b"\xc8\x83cat\x83dog"
    assert rlp([0, 15, 1024]) == b"\xc5\x80\x0f\x82\x04\x00"
    assert rlp([[], [[]]]) == b"\xc3\xc0\xc1\xc0"
    assert rlp(b"a" * 56)[:2] == b"\xb8\x38"
