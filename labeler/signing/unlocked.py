"""An open key: it lives in one place in memory and can be wiped."""

from __future__ import annotations

from labeler.proof.curve import address_of
from labeler.signing.derivation import account_of_marketplace, account_path, descend, master
from labeler.signing.keystore import Secret, SecretKind
from labeler.signing.mnemonic import WordList, phrase_of, seed_of


class UnlockedKey:
    """Gives the key of each marketplace while it is open.

    Entropy gives every marketplace a key of its own; another wallet's raw key is one for all.
    """

    def __init__(self, secret: Secret, words: WordList) -> None:
        self.per_marketplace = secret.kind is SecretKind.ENTROPY
        plain = seed_of(phrase_of(secret.data, words)) if self.per_marketplace else secret.data
        # A bytearray can be overwritten. The copies that Python made on the way here cannot.
        self._secret = bytearray(plain)
        self.address = address_of(self._key(account=0))

    def key_at(self, marketplace_id: bytes) -> bytes:
        """The 32-byte key used at one marketplace."""
        return self._key(account_of_marketplace(marketplace_id))

    def address_at(self, marketplace_id: bytes) -> bytes:
        return address_of(self.key_at(marketplace_id))

    def wipe(self) -> None:
        """Overwrite the secret; nothing can be signed afterwards."""
        self._secret[:] = bytes(len(self._secret))

    def _key(self, account: int) -> bytes:
        if not self.per_marketplace:
            return bytes(self._secret)
        return descend(master(bytes(self._secret)), account_path(account)).key
