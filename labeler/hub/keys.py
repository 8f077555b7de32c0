"""The hub's own keys: operator, marketplace, requester and reviewer, each in a v3 keystore."""

from __future__ import annotations

import enum
import os
import threading
from collections.abc import Callable
from pathlib import Path

from labeler.errors import LabelerError
from labeler.proof.curve import address_of, sign
from labeler.signing.derivation import is_private_key
from labeler.signing.keystore import (
    DEFAULT_SCRYPT_N,
    Secret,
    SecretKind,
    address_in,
    open_sealed,
    seal,
)


class Role(enum.StrEnum):
    """Who signs; one key each, so that they can be moved to different machines later."""

    OPERATOR = "operator"
    MARKETPLACE = "marketplace"
    REQUESTER = "requester"
    REVIEWER = "reviewer"


class HubKeys:
    """The keystores in `folder`; each is opened when it first signs.

    Raises LabelerError "wrong-passphrase", "keystore-unreadable", "hub-keys-missing", or
    "passphrase-needed" where `passphrase` is empty.
    """

    def __init__(
        self,
        folder: Path,
        passphrase: str,
        *,
        random: Callable[[int], bytes] = os.urandom,
        scrypt_n: int = DEFAULT_SCRYPT_N,
    ) -> None:
        self._folder = folder
        self._passphrase = passphrase
        self._random = random
        self._scrypt_n = scrypt_n
        self._opened: dict[Role, bytes] = {}
        self._lock = threading.Lock()

    def exist(self) -> bool:
        return all(self._path(role).exists() for role in Role)

    def create(self) -> None:
        """Make the keys that are not there yet; those that are there stay."""
        self._need_passphrase()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for role in Role:
            if not self._path(role).exists():
                self._make(role)

    def _make(self, role: Role) -> None:
        key = self._random(32)
        while not is_private_key(key):
            key = self._random(32)
        sealed = seal(
            Secret(SecretKind.RAW_KEY, key),
            self._passphrase,
            address_of(key),
            random=self._random,
            scrypt_n=self._scrypt_n,
        )
        draft = self._path(role).with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(sealed)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self._path(role))

    def address(self, role: Role) -> bytes:
        """The 20-byte address; known without the passphrase."""
        stated = address_in(self._read(role))
        return stated if stated is not None else address_of(self.key(role))

    def sign(self, role: Role, digest: bytes) -> bytes:
        """65 bytes over a 32-byte digest."""
        return sign(digest, self.key(role))

    def key(self, role: Role) -> bytes:
        """The private key itself, for a chain account."""
        with self._lock:
            if role not in self._opened:
                self._need_passphrase()
                self._opened[role] = open_sealed(self._read(role), self._passphrase).data
            return self._opened[role]

    def _path(self, role: Role) -> Path:
        return self._folder / f"{role}.json"

    def _read(self, role: Role) -> bytes:
        try:
            return self._path(role).read_bytes()
        except FileNotFoundError:
            raise LabelerError(
                "hub-keys-missing",
                "This folder holds no marketplace: {name} is missing.",
                safe="Nothing was changed.",
                do="Name the right folder with --dir, or start with `labeler hub init`.",
                name=self._path(role).name,
            ) from None

    def _need_passphrase(self) -> None:
        if not self._passphrase:
            raise LabelerError(
                "passphrase-needed",
                "The marketplace's keys need a passphrase.",
                safe="Nothing was changed.",
                do="Set LABELER_HUB_PASSPHRASE, or pass a file descriptor with --passphrase-fd.",
            )
