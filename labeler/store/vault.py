"""The data key: random, independent of any signing key, wrapped so that only its owner opens it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta

from labeler.errors import LabelerError
from labeler.store.durable import write_durably
from labeler.store.faults import disk_faults

DATA_KEY_BYTES = 32
PRACTICE_KEY = "practice.key"
_NONCE = 12
_SALT = 16

Hex = Annotated[str, Meta(pattern=r"\A([0-9a-f]{2})*\Z", max_length=512)]
Random = Callable[[int], bytes]


class Cost(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Argon2id parameters (RFC 9106); bounded, since they are read from a file."""

    passes: Annotated[int, Meta(ge=1, le=64)] = 3
    memory_kib: Annotated[int, Meta(ge=64, le=1024 * 1024)] = 64 * 1024
    lanes: Annotated[int, Meta(ge=1, le=16)] = 4


DEFAULT_COST = Cost()


class PassphraseWrap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="passphrase"):
    """The data key under AES-256-GCM with a key from Argon2id."""

    cost: Cost
    salt: Hex
    nonce: Hex
    ciphertext: Hex


class KeyringWrap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="keyring"):
    """The data key lies in the operating system's keyring."""

    service: str
    account: str


class PracticeWrap(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="practice"):
    """No protection: the data key lies in a file beside. For practice and demonstrations."""

    file: str


Wrap = PassphraseWrap | KeyringWrap | PracticeWrap


class SecretPlace(Protocol):
    """A keyring: keeps text under a service and an account."""

    def put(self, service: str, account: str, secret: str) -> None: ...
    def get(self, service: str, account: str) -> str | None: ...


def derive(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    """32 bytes from a passphrase by Argon2id."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=max(cost.memory_kib, 8 * cost.lanes),
        parallelism=cost.lanes,
        hash_len=DATA_KEY_BYTES,
        type=Type.ID,
    )


def wrap_with_passphrase(
    key: bytes, passphrase: str, profile_id: str, random: Random, cost: Cost
) -> PassphraseWrap:
    """Bound to its profile: the wrap of one profile opens no other."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not passphrase:
        raise LabelerError(
            "empty-passphrase",
            "The passphrase is empty.",
            safe="Nothing was changed.",
            do="Choose a passphrase that only you know.",
        )
    salt, nonce = random(_SALT), random(_NONCE)
    sealed = AESGCM(derive(passphrase, salt, cost)).encrypt(nonce, key, profile_id.encode())
    return PassphraseWrap(cost, salt.hex(), nonce.hex(), sealed.hex())


def unwrap_with_passphrase(wrap: PassphraseWrap, passphrase: str, profile_id: str) -> bytes:
    """The data key. Raises LabelerError "wrong-passphrase"."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    derived = derive(passphrase, bytes.fromhex(wrap.salt), wrap.cost)
    try:
        return AESGCM(derived).decrypt(
            bytes.fromhex(wrap.nonce), bytes.fromhex(wrap.ciphertext), profile_id.encode()
        )
    except (InvalidTag, ValueError):
        raise wrong_passphrase() from None


def wrap_with_keyring(key: bytes, profile_id: str, place: SecretPlace) -> KeyringWrap:
    """Store the key in the keyring and read it back: some keyrings lose secrets in silence."""
    wrap = KeyringWrap("labeler", profile_id)
    place.put(wrap.service, wrap.account, key.hex())
    if place.get(wrap.service, wrap.account) != key.hex():
        raise LabelerError(
            "keyring-unreliable",
            "The keyring of this computer did not keep the key it was given.",
            safe="Nothing was created.",
            do="Protect the profile with a passphrase instead.",
        )
    return wrap


def unwrap_with_keyring(wrap: KeyringWrap, place: SecretPlace) -> bytes:
    """The data key. Raises LabelerError "keyring-lost-key"."""
    secret = place.get(wrap.service, wrap.account)
    try:
        key = bytes.fromhex(secret or "")
    except ValueError:
        key = b""
    if len(key) != DATA_KEY_BYTES:
        raise LabelerError(
            "keyring-lost-key",
            "The keyring of this computer no longer holds the key of this profile.",
            safe="The profile is still there, encrypted.",
            do="Unlock the right keyring, or restore a backup with its passphrase.",
        )
    return key


def wrap_for_practice(key: bytes, folder: Path) -> PracticeWrap:
    """Leave the key in a file only its owner can read."""
    wrap = PracticeWrap(PRACTICE_KEY)
    with disk_faults():
        write_durably(folder / wrap.file, key.hex().encode())
    return wrap


def unwrap_for_practice(wrap: PracticeWrap, folder: Path) -> bytes:
    """The data key. Raises LabelerError "profile-damaged"."""
    try:
        if Path(wrap.file).name != wrap.file:
            raise ValueError("the key file lies in the profile")
        key = bytes.fromhex((folder / wrap.file).read_text("ascii"))
        if len(key) != DATA_KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
    except (OSError, ValueError) as error:
        raise LabelerError(
            "profile-damaged",
            "The key file of this practice profile is missing or damaged.",
            safe="Nothing was changed.",
            do="Restore a backup, or start a new profile.",
        ) from error
    return key


def wrong_passphrase() -> LabelerError:
    """The passphrase opens nothing here."""
    return LabelerError(
        "wrong-passphrase",
        "This passphrase is not the right one.",
        safe="Nothing was changed or deleted.",
        do="Try again; look at caps lock and the keyboard's language.",
    )


def new_data_key(random: Random = os.urandom) -> bytes:
    return random(DATA_KEY_BYTES)
