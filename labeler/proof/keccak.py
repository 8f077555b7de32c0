"""Keccak-256, as Ethereum uses it (not SHA3-256)."""

from __future__ import annotations


def keccak256(data: bytes) -> bytes:
    """The 32-byte Keccak-256 digest."""
    # Loading it takes as long as a fifth of a bare window, and no window needs it to open.
    from Crypto.Hash import keccak

    return bytes(keccak.new(digest_bits=256, data=data).digest())
