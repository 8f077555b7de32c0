"""Keccak-256, as Ethereum uses it (not SHA3-256)."""

from __future__ import annotations

from Crypto.Hash import keccak


def keccak256(data: bytes) -> bytes:
    """The 32-byte Keccak-256 digest."""
    return bytes(keccak.new(digest_bits=256, data=data).digest())
