"""secp256k1: signing a digest, and whose signature it is."""

from __future__ import annotations

from typing import NoReturn

import coincurve

from labeler.errors import LabelerError
from labeler.proof.keccak import keccak256

ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141
HALF_ORDER = ORDER // 2
ADDRESS_LENGTH = 20
SIGNATURE_LENGTH = 65


def sign(digest: bytes, key: bytes) -> bytes:
    """r, s (low) and v (27 or 28) as 65 bytes; deterministic (RFC 6979).

    `digest` and `key` are 32 bytes. Raises ValueError for another length or a key out of range.
    """
    if len(digest) != 32:
        raise ValueError("a digest is 32 bytes")
    signature = _private(key).sign_recoverable(digest, hasher=None)
    return signature[:64] + bytes([27 + signature[64]])


def recover(digest: bytes, signature: bytes) -> bytes:
    """The 20-byte address whose key signed `digest`.

    Raises LabelerError "bad-signature" for a wrong length, a v other than 27 or 28, a high s, or
    numbers that are no signature.
    """
    if len(digest) != 32:
        raise ValueError("a digest is 32 bytes")
    if len(signature) != SIGNATURE_LENGTH:
        _refuse("A signature has the wrong length.")
    if signature[64] not in (27, 28):
        _refuse("A signature has an unknown recovery number.")
    # The other half of the curve would give every message a second signature.
    if int.from_bytes(signature[32:64], "big") > HALF_ORDER:
        _refuse("A signature is in its altered (high-s) form.")
    try:
        public = coincurve.PublicKey.from_signature_and_message(
            signature[:64] + bytes([signature[64] - 27]), digest, hasher=None
        )
    except ValueError:
        _refuse("A signature does not belong to any key.")
    return _address(public)


def address_of(key: bytes) -> bytes:
    """The 20-byte address of a 32-byte private key. Raises ValueError for a key out of range."""
    return _address(_private(key).public_key)


def address_of_public(public_key: bytes) -> bytes:
    """The 20-byte address of a public key in SEC 1 form. Raises ValueError for no such point."""
    return _address(coincurve.PublicKey(public_key))


def checksummed(address: bytes) -> str:
    """The address as people see it: 0x and 40 digits whose case is a checksum (EIP-55)."""
    if len(address) != ADDRESS_LENGTH:
        raise ValueError("an address is 20 bytes")
    digits = address.hex()
    sieve = keccak256(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if int(nibble, 16) >= 8 else digit
        for digit, nibble in zip(digits, sieve, strict=False)
    )


def _private(key: bytes) -> coincurve.PrivateKey:
    if len(key) != 32:
        raise ValueError("a private key is 32 bytes")
    return coincurve.PrivateKey(key)


def _address(public: coincurve.PublicKey) -> bytes:
    return keccak256(public.format(compressed=False)[1:])[-ADDRESS_LENGTH:]


def _refuse(happened: str) -> NoReturn:
    raise LabelerError(
        "bad-signature",
        happened,
        safe="Nothing was recorded, and your own work is untouched.",
        do="Ask for the signed message again; if it comes back the same, do not trust its source.",
    ) from None
