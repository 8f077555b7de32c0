"""Key derivation against BIP-32's vectors and eth-account."""

# ruff: noqa: E501  the published keys are as long as they are

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.model.paths import resources_root
from labeler.proof.curve import address_of
from labeler.signing.derivation import (
    Node,
    account_of_marketplace,
    account_path,
    descend,
    is_private_key,
    master,
)
from labeler.signing.mnemonic import load_words, phrase_of, seed_of

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

LONG_SEED = (
    "4b381541583be4423346c643850da4b320e46a87ae3d2a4e6da11eba819cd4ac"
    "ba45d239319ac14f863b8d5ab5a0d0c64d2e8a1e7d1457df2e5a3c51c73235be"
)
PUBLISHED = [
    ("000102030405060708090a0b0c0d0e0f", "m", "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"),
    ("000102030405060708090a0b0c0d0e0f", "m/0'", "xprv9uHRZZhk6KAJC1avXpDAp4MDc3sQKNxDiPvvkX8Br5ngLNv1TxvUxt4cV1rGL5hj6KCesnDYUhd7oWgT11eZG7XnxHrnYeSvkzY7d2bhkJ7"),
    ("000102030405060708090a0b0c0d0e0f", "m/0'/1", "xprv9wTYmMFdV23N2TdNG573QoEsfRrWKQgWeibmLntzniatZvR9BmLnvSxqu53Kw1UmYPxLgboyZQaXwTCg8MSY3H2EU4pWcQDnRnrVA1xe8fs"),
    ("000102030405060708090a0b0c0d0e0f", "m/0'/1/2'", "xprv9z4pot5VBttmtdRTWfWQmoH1taj2axGVzFqSb8C9xaxKymcFzXBDptWmT7FwuEzG3ryjH4ktypQSAewRiNMjANTtpgP4mLTj34bhnZX7UiM"),
    (LONG_SEED, "m", "xprv9s21ZrQH143K25QhxbucbDDuQ4naNntJRi4KUfWT7xo4EKsHt2QJDu7KXp1A3u7Bi1j8ph3EGsZ9Xvz9dGuVrtHHs7pXeTzjuxBrCmmhgC6"),
    (LONG_SEED, "m/0'", "xprv9uPDJpEQgRQfDcW7BkF7eTya6RPxXeJCqCJGHuCJ4GiRVLzkTXBAJMu2qaMWPrS7AANYqdq6vcBcBUdJCVVFceUvJFjaPdGZ2y9WACViL4L"),
]  # fmt: skip


def from_xprv(text: str) -> Node:
    """Chain code and key of a serialised extended private key, its checksum checked."""
    number = 0
    for letter in text:
        number = number * 58 + BASE58.index(letter)
    raw = number.to_bytes(82, "big")
    assert hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
    return Node(key=raw[46:78], chain_code=raw[13:45])


@pytest.mark.parametrize(("seed", "path", "xprv"), PUBLISHED)
def test_published_keys(seed: str, path: str, xprv: str) -> None:
    assert descend(master(bytes.fromhex(seed)), path) == from_xprv(xprv)


def test_roots_of_the_phrase_vectors(test_vectors: Path) -> None:
    cases = json.loads((test_vectors / "bip39/vectors.json").read_text())
    for _, _, seed, xprv in [case for language in cases.values() for case in language]:
        assert master(bytes.fromhex(seed)) == from_xprv(xprv)


@pytest.mark.parametrize("account", [0, 1, 2**31 - 1])
def test_accounts_are_those_of_other_wallets(account: int) -> None:
    words = load_words(resources_root() / "bip39" / "english.txt")
    phrase = phrase_of(bytes(range(32)), words)
    Account.enable_unaudited_hdwallet_features()
    peer = Account.from_mnemonic(phrase, account_path=f"m/44'/60'/{account}'/0/0")
    ours = descend(master(seed_of(phrase)), account_path(account))
    assert ours.key == peer.key
    assert address_of(ours.key) == bytes.fromhex(peer.address[2:])


@given(marketplace=st.binary(min_size=32, max_size=32))
@settings(deadline=None, max_examples=50)
def test_every_marketplace_has_an_account(marketplace: bytes) -> None:
    bits = f"{int.from_bytes(hashlib.sha256(marketplace).digest()):0256b}"
    assert account_of_marketplace(marketplace) == int(bits[:31], 2)
    assert account_path(account_of_marketplace(marketplace)).startswith("m/44'/60'/")


def test_a_node_never_prints_its_key() -> None:
    assert repr(master(bytes(32))) == "Node()"


def test_what_is_no_key_is_refused() -> None:
    assert is_private_key(bytes(31) + b"\1")
    for wrong in (b"", bytes(32), bytes(31), b"\xff" * 32):
        assert not is_private_key(wrong)
    with pytest.raises(ValueError, match="31 bits"):
        account_path(2**31)
    with pytest.raises(ValueError, match="32 bytes"):
        account_of_marketplace(b"short")
    with pytest.raises(ValueError, match="starts at m"):
        descend(master(bytes(16)), "44'/60'")
    with pytest.raises(ValueError, match="16 to 64"):
        master(bytes(15))
