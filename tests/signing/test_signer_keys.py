"""Making, importing, opening and locking keys, in the real signer process."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import eth_keyfile
import pytest
from eth_account import Account

from labeler.errors import LabelerError
from labeler.proof.curve import address_of
from labeler.proof.keccak import keccak256
from labeler.signing import requests as ask
from labeler.signing.client import SignerClient
from labeler.signing.derivation import account_of_marketplace
from labeler.signing.keystore import SecretKind, open_sealed
from tests.signing.conftest import PASSPHRASE, PHRASE, Desk

MARKETS = [b"\1" * 32, b"\2" * 32]


def refused(code: str) -> pytest.RaisesExc[LabelerError]:
    return pytest.raises(LabelerError, check=lambda error: error.code == code)


def test_new_words_are_new(client: SignerClient) -> None:
    first, second = client.new_phrase(), client.new_phrase()
    assert len(first.split()) == 24
    assert first != second


def test_a_key_is_stored_sealed_and_stays_locked(client: SignerClient, tmp_path: Path) -> None:
    key = client.create(PHRASE, PASSPHRASE, tmp_path)
    assert Path(key.path) == tmp_path / f"{key.address}.json"
    assert key.per_marketplace
    assert open_sealed(Path(key.path).read_bytes(), PASSPHRASE).kind is SecretKind.ENTROPY
    assert client.state() == ask.State(unlocked=False, address=None)
    with refused("keystore-exists"):
        client.create(PHRASE, PASSPHRASE, tmp_path)


def test_addresses_are_those_another_wallet_derives(desk: Desk) -> None:
    Account.enable_unaudited_hdwallet_features()

    def derived(account: int) -> str:
        path = f"m/44'/60'/{account}'/0/0"
        return str(Account.from_mnemonic(PHRASE, account_path=path).address).lower()

    assert desk.key.address == derived(0)
    for market, address in desk.client.addresses(MARKETS).items():
        assert "0x" + address.hex() == derived(account_of_marketplace(market))
    assert len(set(desk.client.addresses(MARKETS).values())) == 2


def test_an_imported_key_is_the_same_everywhere(client: SignerClient, tmp_path: Path) -> None:
    raw = bytes(range(1, 33))
    foreign = tmp_path / "UTC--other.json"
    made = eth_keyfile.create_keyfile_json(raw, b"pw", kdf="pbkdf2", iterations=2)
    foreign.write_text(json.dumps(made))
    key = client.import_key(foreign, "pw", tmp_path / "keystore")
    assert not key.per_marketplace
    assert key.address == "0x" + address_of(raw).hex()
    client.unlock(Path(key.path), "pw")
    assert set(client.addresses(MARKETS).values()) == {address_of(raw)}


def test_our_own_keystore_moves_to_another_folder(desk: Desk, tmp_path: Path) -> None:
    moved = desk.client.import_key(Path(desk.key.path), PASSPHRASE, tmp_path / "other")
    assert (moved.address, moved.per_marketplace) == (desk.key.address, True)


def test_wrong_secrets_are_told_without_repeating_them(
    client: SignerClient, tmp_path: Path
) -> None:
    key = client.create(PHRASE, PASSPHRASE, tmp_path)
    with refused("wrong-passphrase") as told:
        client.unlock(Path(key.path), "not the passphrase")
    assert "not the passphrase" not in str(told.value)
    with refused("passphrase-short"):
        client.create(PHRASE, "short", tmp_path)
    with refused("phrase-checksum"):
        client.create("abandon " * 24, PASSPHRASE, tmp_path)
    with refused("phrase-word"):
        client.create(PHRASE.replace("art", "atr"), PASSPHRASE, tmp_path)
    with refused("keystore-missing"):
        client.unlock(tmp_path / "none.json", PASSPHRASE)
    assert not client.state().unlocked


def test_an_exchanged_key_file_is_noticed(client: SignerClient, tmp_path: Path) -> None:
    key = client.create(PHRASE, PASSPHRASE, tmp_path)
    path = Path(key.path)
    content = json.loads(path.read_text())
    content["address"] = "00" * 20
    path.write_text(json.dumps(content))
    with refused("keystore-mismatch"):
        client.unlock(path, PASSPHRASE)
    assert not client.state().unlocked


def test_a_keystore_of_no_key_is_refused(client: SignerClient, tmp_path: Path) -> None:
    path = tmp_path / "zero.json"
    for secret in (bytes(32), b"\xff" * 32):
        made = eth_keyfile.create_keyfile_json(
            bytes(31) + b"\1", b"password", kdf="pbkdf2", iterations=2
        )
        wanted = int.from_bytes(secret) ^ 1
        shifted = int(made["crypto"]["ciphertext"], 16) ^ wanted
        made["crypto"]["ciphertext"] = shifted.to_bytes(32).hex()
        # The forger knows the passphrase: the seal is valid, what is inside is not.
        made["crypto"]["mac"] = _mac(made)
        path.write_text(json.dumps(made))
        with refused("keystore-unreadable"):
            client.unlock(path, "password")


def _mac(made: dict[str, dict[str, object]]) -> str:
    crypto = made["crypto"]
    params = crypto["kdfparams"]
    assert isinstance(params, dict)
    derived = hashlib.pbkdf2_hmac(
        "sha256", b"password", bytes.fromhex(params["salt"]), params["c"], params["dklen"]
    )
    return keccak256(derived[16:32] + bytes.fromhex(str(crypto["ciphertext"]))).hex()


def test_a_locked_key_gives_nothing(desk: Desk) -> None:
    desk.client.lock()
    with refused("signer-locked"):
        desk.client.addresses(MARKETS)
    with refused("signer-locked"):
        desk.propose()
    desk.unlock()
    assert desk.propose().marks == 2


def test_an_idle_key_locks_itself(desk: Desk) -> None:
    desk.unlock(idle_s=0.3)
    token = desk.propose().token
    deadline = time.monotonic() + 20
    # Asking for the state is no sign of life, or a window that shows it would keep the key open.
    while desk.client.state().unlocked:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    with refused("token-unknown"):
        desk.client.confirm_submission(token)
