"""The v3 keystore: published files, other wallets' files, ours, and damage."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

import eth_keyfile
import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.proof.curve import address_of
from labeler.signing.keystore import Secret, SecretKind, address_in, open_sealed, seal

KEY = bytes.fromhex("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d")
ENTROPY = bytes(range(32))
PASSPHRASE = "correct horse battery"


def sealed(kind: SecretKind, data: bytes, passphrase: str = PASSPHRASE) -> bytes:
    return seal(Secret(kind, data), passphrase, bytes(20), random=secrets.token_bytes, scrypt_n=2)


def raw_file(key: bytes = KEY, **changes: object) -> dict[str, Any]:
    """A small keystore of a raw key whose crypto section carries `changes`."""
    content: dict[str, Any] = json.loads(sealed(SecretKind.RAW_KEY, key))
    content["crypto"].update(changes)
    return content


def code_of(content: object, passphrase: str = PASSPHRASE) -> str:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(LabelerError) as told:
        open_sealed(data, passphrase)
    assert passphrase not in str(told.value)
    return told.value.code


def test_published_keystores(test_vectors: Path) -> None:
    cases = json.loads((test_vectors / "keystore/basic_tests.json").read_text())
    assert cases
    for case in cases.values():
        secret = open_sealed(json.dumps(case["json"]).encode(), case["password"])
        assert (secret.kind, secret.data.hex()) == (SecretKind.RAW_KEY, case["priv"].rjust(64, "0"))
    assert code_of(cases["test1"]["json"], "not this") == "wrong-passphrase"


@pytest.mark.parametrize("kdf", ["pbkdf2", "scrypt"])
def test_keystores_of_other_wallets(kdf: str) -> None:
    made = eth_keyfile.create_keyfile_json(KEY, b"testpassword", kdf=kdf, iterations=4)
    assert open_sealed(json.dumps(made).encode(), "testpassword").data == KEY


def test_other_wallets_read_our_raw_key() -> None:
    assert Account.decrypt(sealed(SecretKind.RAW_KEY, KEY).decode(), PASSPHRASE) == KEY


@pytest.mark.parametrize("size", [16, 20, 24, 28, 32])
def test_entropy_comes_back_and_is_no_raw_key(size: int) -> None:
    data = sealed(SecretKind.ENTROPY, ENTROPY[:size])
    assert json.loads(data)["labeler"] == {"kind": "bip39-entropy", "version": 1}
    assert open_sealed(data, PASSPHRASE) == Secret(SecretKind.ENTROPY, ENTROPY[:size])
    # Another wallet decrypts it but finds no private key in it.
    with pytest.raises(ValueError, match="32 bytes"):
        Account.from_key(eth_keyfile.decode_keyfile_json(json.loads(data), PASSPHRASE.encode()))


def test_a_marker_cannot_be_taken_away_or_put_on() -> None:
    ours = json.loads(sealed(SecretKind.ENTROPY, ENTROPY))
    del ours["labeler"]
    assert code_of(ours) == "keystore-unreadable"
    assert code_of(raw_file() | {"labeler": {"kind": "bip39-entropy"}}) == "keystore-unreadable"


@given(passphrase=st.text(min_size=1, max_size=20).filter(str.isprintable))
@settings(deadline=None, max_examples=40)
def test_any_passphrase_opens_what_it_sealed(passphrase: str) -> None:
    data = sealed(SecretKind.ENTROPY, ENTROPY, passphrase)
    assert open_sealed(data, passphrase).data == ENTROPY
    assert code_of(data, passphrase + "x") == "wrong-passphrase"


def test_an_accent_typed_on_another_system_opens() -> None:
    composed, decomposed = "ma\u00e9moire", "mae\u0301moire"
    assert open_sealed(sealed(SecretKind.RAW_KEY, KEY, decomposed), composed).data == KEY
    made = eth_keyfile.create_keyfile_json(KEY, decomposed.encode(), kdf="pbkdf2", iterations=2)
    assert open_sealed(json.dumps(made).encode(), composed).data == KEY


def test_odd_spellings_of_the_same_file() -> None:
    plain = raw_file()
    crypto = plain.pop("crypto")
    shouted = {
        **crypto,
        "mac": "0x" + crypto["mac"].upper(),
        "ciphertext": crypto["ciphertext"].upper(),
        "unknown": [1, 2],
    }
    odd = {**plain, "Crypto": shouted, "version": "3", "x-note": "kept"}
    assert open_sealed(json.dumps(odd).encode(), PASSPHRASE).data == KEY


def test_a_key_and_a_counter_without_their_leading_zeros() -> None:
    assert open_sealed(sealed(SecretKind.RAW_KEY, KEY[2:]), PASSPHRASE).data == b"\0\0" + KEY[2:]
    drawn = iter([b"\0\x0f" + bytes(13) + b"\7", bytes(32), bytes(16)])
    data = seal(
        Secret(SecretKind.RAW_KEY, KEY), "p", bytes(20), random=lambda _: next(drawn), scrypt_n=2
    )
    content = json.loads(data)
    content["crypto"]["cipherparams"]["iv"] = content["crypto"]["cipherparams"]["iv"].lstrip("0")
    assert open_sealed(json.dumps(content).encode(), "p").data == KEY


def test_a_counter_that_wraps_around() -> None:
    drawn = iter([b"\xff" * 16, bytes(32), bytes(16)])
    data = seal(
        Secret(SecretKind.RAW_KEY, KEY), "p", bytes(20), random=lambda _: next(drawn), scrypt_n=2
    )
    assert eth_keyfile.decode_keyfile_json(json.loads(data), b"p") == KEY
    assert open_sealed(data, "p").data == KEY


SCRYPT = {"dklen": 32, "n": 2, "p": 1, "r": 8, "salt": "00"}
PBKDF2 = {"dklen": 32, "c": 1, "prf": "hmac-sha256", "salt": "00"}


@pytest.mark.parametrize(
    "changes",
    [
        {"cipher": "aes-256-gcm"},
        {"kdf": "argon2id"},
        {"kdfparams": {}},
        {"kdfparams": SCRYPT | {"n": 3}},
        {"kdfparams": SCRYPT | {"n": 1}},
        {"kdfparams": SCRYPT | {"n": 2**40}},
        {"kdfparams": SCRYPT | {"n": 2**20, "p": 2**20}},
        {"kdfparams": SCRYPT | {"r": 0}},
        {"kdfparams": SCRYPT | {"dklen": 16}},
        {"kdfparams": SCRYPT | {"salt": "zz"}},
        {"kdf": "pbkdf2", "kdfparams": PBKDF2 | {"c": 0}},
        {"kdf": "pbkdf2", "kdfparams": PBKDF2 | {"c": 10**12}},
        {"kdf": "pbkdf2", "kdfparams": PBKDF2 | {"dklen": 2**40}},
        {"kdf": "pbkdf2", "kdfparams": PBKDF2 | {"prf": "hmac-md5"}},
        {"mac": "00" * 33},
        {"mac": "0g" * 32},
        {"ciphertext": "\u0661\u0662"},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_named(changes: dict[str, object]) -> None:
    assert code_of(raw_file(**changes)) == "keystore-unreadable"


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"<html>", b'{"version":3}', b'{"version":4}', b" " * 300_000, b"[" * 9000],
    ids=repr,
)
def test_what_is_no_keystore_is_named(data: bytes) -> None:
    assert code_of(data) == "keystore-unreadable"


def test_a_changed_ciphertext_is_never_a_key() -> None:
    content = raw_file()
    first = content["crypto"]["ciphertext"]
    content["crypto"]["ciphertext"] = f"{int(first[0], 16) ^ 1:x}{first[1:]}"
    assert code_of(content) == "wrong-passphrase"


def test_secrets_are_not_printed() -> None:
    assert KEY.hex() not in repr(Secret(SecretKind.RAW_KEY, KEY))
    assert repr(KEY) not in repr(Secret(SecretKind.RAW_KEY, KEY))


def test_the_address_it_states() -> None:
    address = address_of(KEY)
    data = seal(
        Secret(SecretKind.RAW_KEY, KEY), "p", address, random=secrets.token_bytes, scrypt_n=2
    )
    assert address_in(data) == address
    content = json.loads(data)
    content["address"] = "0x" + address.hex().upper()
    assert address_in(json.dumps(content).encode()) == address
    del content["address"]
    assert address_in(json.dumps(content).encode()) is None
