"""Login texts and claims: composed by the signer, for pinned places only."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from eth_account.typed_transactions import TypedTransaction
from hexbytes import HexBytes

from labeler.proof.login import check, parse
from labeler.signing import requests as ask
from labeler.signing.transaction import MAX_FEE_WEI
from tests.signing.conftest import HOST, Desk
from tests.signing.marketplace import Terms
from tests.signing.test_signer_keys import refused

NONCE = "a1B2c3D4e5F6"


def login(desk: Desk) -> ask.LoginSummary:
    here = desk.terms.identity.marketplace_id
    return desk.client.propose_login(here, scheme="https", nonce=NONCE)


def test_a_login_is_for_the_pinned_host(desk: Desk) -> None:
    summary = login(desk)
    proof = desk.client.confirm_login(summary.token)
    assert (summary.host, summary.text) == (HOST, proof.text)
    message = parse(proof.text)
    assert (message.domain, message.uri) == (HOST, f"https://{HOST}")
    now = time.time()
    signer = check(message, proof.signature, now=now, domain=HOST, nonce=NONCE, scheme="https")
    assert signer == desk.terms.worker
    with refused("bad-login"):
        check(message, proof.signature, now=now + 3600, domain=HOST, nonce=NONCE)


def test_another_library_recovers_the_login(desk: Desk) -> None:
    proof = desk.client.confirm_login(login(desk).token)
    found = Account.recover_message(encode_defunct(text=proof.text), signature=proof.signature)
    assert bytes.fromhex(found[2:]) == desk.terms.worker


def test_a_login_elsewhere_is_refused(desk: Desk) -> None:
    with refused("not-pinned"):
        desk.client.propose_login(b"\x77" * 32, scheme="https", nonce=NONCE)
    for nonce in ("short", "two words", "a1B2c3D4\nURI: https://evil.example"):
        with refused("not-canonical"):
            desk.client.propose_login(b"\x4d" * 32, scheme="https", nonce=nonce)


def test_a_host_cannot_smuggle_lines(desk: Desk) -> None:
    identity = replace(desk.terms.identity, marketplace_id=b"\x78" * 32)
    terms = Terms(worker=bytes(20), identity=identity)
    desk.client.pin("evil.example\n\nURI: https://bank.example", terms.signed_identity())
    with refused("bad-login"):
        desk.client.propose_login(identity.marketplace_id, scheme="https", nonce=NONCE)


def claim(desk: Desk, **changes: object) -> ask.ClaimSummary:
    values: dict[str, object] = {
        "marketplace": desk.terms.identity.marketplace_id.hex(),
        "account": "0x" + desk.terms.worker.hex(),
        "cumulative": "25000000",
        "proof": ("ab" * 32, "cd" * 32),
        "nonce": 3,
        "gas": 120_000,
        "max_fee_per_gas": str(2 * 10**9),
        "max_priority_fee_per_gas": str(10**9),
    }
    return desk.client.propose_claim(ask.ProposeClaim(**(values | changes)))  # type: ignore[arg-type]  # its own names


def test_a_claim_goes_to_the_pinned_distributor_and_carries_nothing(desk: Desk) -> None:
    summary = claim(desk)
    assert summary.distributor == "0x" + "d1" * 20
    assert (summary.chain_id, summary.cumulative) == (8453, "25000000")
    assert summary.highest_fee_wei == str(120_000 * 2 * 10**9)
    signed = desk.client.confirm_claim(summary.token)
    sender = Account.recover_transaction(signed.raw)
    assert sender.lower() == summary.sender == "0x" + desk.terms.worker.hex()
    fields = TypedTransaction.from_bytes(HexBytes(signed.raw)).as_dict()
    assert fields["to"] == b"\xd1" * 20
    assert (fields["value"], fields["chainId"], fields["nonce"]) == (0, 8453, 3)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"marketplace": "77" * 32}, "not-pinned"),
        ({"max_fee_per_gas": str(MAX_FEE_WEI)}, "claim-refused"),
        ({"gas": 10_000_000}, "claim-refused"),
        ({"max_priority_fee_per_gas": str(3 * 10**9)}, "claim-refused"),
        ({"cumulative": "9" * 78}, "claim-refused"),
        ({"cumulative": "-1"}, "not-canonical"),
        ({"proof": ("zz",)}, "not-canonical"),
    ],
    ids=str,
)
def test_a_claim_out_of_bounds_is_refused(
    desk: Desk, changes: dict[str, object], code: str
) -> None:
    with refused(code):
        claim(desk, **changes)


def test_a_claim_where_there_is_no_chain_is_refused(desk: Desk) -> None:
    identity = replace(desk.terms.identity, marketplace_id=b"\x5a" * 32, chain_id=0)
    terms = Terms(worker=bytes(20), identity=identity)
    desk.client.pin("group.example", terms.signed_identity())
    with refused("claim-refused"):
        claim(desk, marketplace=identity.marketplace_id.hex())
