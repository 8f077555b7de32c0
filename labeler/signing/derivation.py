"""From a seed to keys: BIP-32 and the paths Labeler uses."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field

from coincurve import PrivateKey

from labeler.errors import LabelerError
from labeler.proof.curve import ORDER

HARDENED = 1 << 31


@dataclass(frozen=True)
class Node:
    """A private key and its chain code, 32 bytes each; neither is ever printed."""

    key: bytes = field(repr=False)
    chain_code: bytes = field(repr=False)

    def child(self, index: int) -> Node:
        """The private child of `index`; from 2^31 on it is hardened (BIP-32 CKDpriv)."""
        if index >= HARDENED:
            data = b"\0" + self.key
        else:
            data = PrivateKey(self.key).public_key.format(compressed=True)
        return _split(self.chain_code, data + index.to_bytes(4, "big"), int.from_bytes(self.key))


def master(seed: bytes) -> Node:
    """The root of the tree of a 16 to 64 byte seed."""
    if not 16 <= len(seed) <= 64:
        raise ValueError("a seed is 16 to 64 bytes")
    return _split(b"Bitcoin seed", seed, 0)


def descend(node: Node, path: str) -> Node:
    """The node at `path`, such as "m/44'/60'/0'/0/0"; an apostrophe marks hardened."""
    root, *steps = path.split("/")
    if root != "m":
        raise ValueError("a path starts at m")
    for step in steps:
        number = int(step.removesuffix("'"))
        node = node.child(number + (HARDENED if step.endswith("'") else 0))
    return node


def account_path(account: int) -> str:
    """Where account N's signing key lies (BIP-44, Ethereum)."""
    if not 0 <= account < HARDENED:
        raise ValueError("an account number has 31 bits")
    return f"m/44'/60'/{account}'/0/0"


def account_of_marketplace(marketplace_id: bytes) -> int:
    """The account used at one marketplace: the first 31 bits of SHA-256 of its id.

    One address per marketplace, so that two marketplaces cannot tell that an expert is the same.
    """
    if len(marketplace_id) != 32:
        raise ValueError("a marketplace id is 32 bytes")
    return int.from_bytes(hashlib.sha256(marketplace_id).digest()[:4]) >> 1


def is_private_key(key: bytes) -> bool:
    """Whether 32 bytes are a usable secp256k1 private key."""
    return len(key) == 32 and 0 < int.from_bytes(key) < ORDER


def _split(hmac_key: bytes, data: bytes, parent: int) -> Node:
    digest = hmac.digest(hmac_key, data, "sha512")
    tweak = int.from_bytes(digest[:32])
    key = (tweak + parent) % ORDER
    if tweak >= ORDER or key == 0:
        # One seed in 2^127; BIP-32 says to go on with the next index, which no other wallet
        # would find, so this seed is not used at all.
        raise LabelerError(
            "key-unusable",
            "These recovery words give no usable key.",
            safe="Nothing was stored.",
            do="Make new recovery words.",
        )
    return Node(key.to_bytes(32), digest[32:])
