"""The curve layer against Wycheproof and eth_account, and where it is stricter."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.proof import curve
from labeler.proof.keccak import keccak256

VECTORS = os.environ.get("LABELER_TEST_VECTORS")
needs_vectors = pytest.mark.skipif(not VECTORS, reason="LABELER_TEST_VECTORS is not set")
KEY = bytes.fromhex("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318")

private_keys = st.integers(1, curve.ORDER - 1).map(lambda number: number.to_bytes(32, "big"))
words = st.binary(min_size=32, max_size=32)


def refusal(digest: bytes, signature: bytes) -> str:
    with pytest.raises(LabelerError) as caught:
        curve.recover(digest, signature)
    assert caught.value.code == "bad-signature"
    return str(caught.value)


def other_half(signature: bytes) -> bytes:
    """The same signature with s on the other half of the curve."""
    s = curve.ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])


@settings(deadline=None, max_examples=60)
@given(private_keys, words)
def test_sign_then_recover(key: bytes, digest: bytes) -> None:
    signature = curve.sign(digest, key)
    assert len(signature) == 65
    assert signature[64] in (27, 28)
    assert int.from_bytes(signature[32:64], "big") <= curve.HALF_ORDER
    assert curve.recover(digest, signature) == curve.address_of(key)
    assert "high-s" in refusal(digest, other_half(signature))


@settings(deadline=None, max_examples=20)
@given(private_keys, words)
def test_equals_eth_account(key: bytes, digest: bytes) -> None:
    account = Account.from_key(key)
    signed = account.unsafe_sign_hash(digest)
    assert bytes(signed.signature) == curve.sign(digest, key)
    assert curve.checksummed(curve.address_of(key)) == account.address


@settings(deadline=None, max_examples=60)
@given(words, st.binary(min_size=60, max_size=70))
def test_any_bytes_are_an_address_or_refused(digest: bytes, signature: bytes) -> None:
    try:
        assert len(curve.recover(digest, signature)) == 20
    except LabelerError:
        return
    assert signature[64] in (27, 28)


def test_shapes_of_signatures() -> None:
    digest = keccak256(b"")
    good = curve.sign(digest, KEY)
    assert "length" in refusal(digest, good[:64])
    assert "length" in refusal(digest, good + b"\0")
    for v in (0, 1, 26, 29, 30, 255):
        assert "recovery number" in refusal(digest, good[:64] + bytes([v]))
    for r, s in [(0, 1), (1, 0), (curve.ORDER, 1), (2**256 - 1, 1), (5, 0)]:
        refusal(digest, r.to_bytes(32, "big") + s.to_bytes(32, "big") + b"\x1b")


def test_wrong_lengths_are_the_callers_error() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        curve.sign(b"", KEY)
    with pytest.raises(ValueError, match="32 bytes"):
        curve.sign(b"\0" * 32, KEY[1:])
    with pytest.raises(ValueError, match="32 bytes"):
        curve.recover(b"", b"")
    with pytest.raises(ValueError, match="20 bytes"):
        curve.checksummed(b"")
    for key in (b"\0" * 32, curve.ORDER.to_bytes(32, "big")):
        with pytest.raises(ValueError, match="scalar"):
            curve.address_of(key)


def test_checksum_of_eip55() -> None:
    for shown in (
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ):
        assert curve.checksummed(bytes.fromhex(shown[2:])) == shown


def wycheproof() -> Iterator[tuple[bytes, Any]]:
    path = Path(str(VECTORS)) / "secp256k1/wycheproof_ecdsa_secp256k1_sha256_test.json"
    for group in json.loads(path.read_text())["testGroups"]:
        for case in group["tests"]:
            yield bytes.fromhex(group["publicKey"]["uncompressed"]), case


def der_pair(data: bytes) -> tuple[int, int] | None:
    """r and s of a strictly encoded DER signature that fit 32 bytes each, else None."""

    def number(rest: bytes) -> tuple[int, bytes]:
        if len(rest) < 3 or rest[0] != 2 or rest[1] != len(rest[2 : 2 + rest[1]]) or not rest[1]:
            raise ValueError
        body, tail = rest[2 : 2 + rest[1]], rest[2 + rest[1] :]
        if body[0] >= 128 or (len(body) > 1 and body[0] == 0 and body[1] < 128) or len(body) > 33:
            raise ValueError
        return int.from_bytes(body, "big"), tail

    try:
        if len(data) < 2 or data[0] != 0x30 or data[1] != len(data) - 2:
            return None
        r, tail = number(data[2:])
        s, tail = number(tail)
    except ValueError:
        return None
    return None if tail or max(r, s) >= 2**256 else (r, s)


def signers(digest: bytes, r: int, s: int) -> list[bytes]:
    """The addresses that either recovery number gives."""
    found = []
    for v in (27, 28):
        try:
            packed = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])
            found.append(curve.recover(digest, packed))
        except LabelerError:
            continue
    return found


def x_beyond_order(case: Any) -> bool:
    return "large x-coordinate" in case["comment"] or "x = n + " in case["comment"]


@needs_vectors
def test_wycheproof() -> None:
    fates = {"accepted": 0, "refused": 0, "high s refused": 0, "overflowed r refused": 0}
    for public, case in wycheproof():
        digest = hashlib.sha256(bytes.fromhex(case["msg"])).digest()
        owner = curve.address_of_public(public)
        pair = der_pair(bytes.fromhex(case["sig"]))
        found = signers(digest, *pair) if pair else []
        if case["result"] != "valid":
            assert owner not in found, case
            fates["refused"] += 1
        elif pair and pair[1] > curve.HALF_ORDER:
            assert found == [], case
            low = signers(digest, pair[0], curve.ORDER - pair[1])
            assert owner in low or x_beyond_order(case), case
            fates["high s refused"] += 1
        elif owner in found:
            fates["accepted"] += 1
        else:
            # An x beyond the order needs v 29 or 30, which no Ethereum signature has.
            assert x_beyond_order(case), case
            fates["overflowed r refused"] += 1
    assert sum(fates.values()) == 476
    assert fates["accepted"] >= 60
    assert fates["overflowed r refused"] <= 3
