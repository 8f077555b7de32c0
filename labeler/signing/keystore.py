"""The v3 keystore: one secret sealed under a passphrase (Web3 Secret Storage)."""

from __future__ import annotations

import enum
import hashlib
import hmac
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import msgspec
from Crypto.Cipher import AES
from Crypto.Protocol import KDF

from labeler.errors import LabelerError
from labeler.proof.keccak import keccak256

DEFAULT_SCRYPT_N = 2**17
MAX_FILE_BYTES = 256 * 1024
_MAX_KDF_BYTES = 2**30
_MAX_SCRYPT_WORK = 2**26
_MAX_PBKDF2_ROUNDS = 20_000_000
_ENTROPY_TAG = b"labeler.bip39-entropy/1:"


class SecretKind(enum.Enum):
    """What a keystore holds: entropy gives one key per marketplace, a raw key is one for all."""

    ENTROPY = "bip39-entropy"
    RAW_KEY = "raw-key"


@dataclass(frozen=True)
class Secret:
    """`data` is BIP-39 entropy (16 to 32 bytes) or a 32-byte private key; never printed."""

    kind: SecretKind
    data: bytes = field(repr=False)


class Marker(msgspec.Struct, frozen=True):
    """Says that the secret is not a raw key; other wallets refuse it by its length."""

    kind: str
    version: int = 1


class ScryptParams(msgspec.Struct, frozen=True):
    dklen: int
    n: int
    p: int
    r: int
    salt: str


class Pbkdf2Params(msgspec.Struct, frozen=True):
    c: int
    dklen: int
    salt: str
    prf: Literal["hmac-sha256"] = "hmac-sha256"


class CipherParams(msgspec.Struct, frozen=True):
    iv: str


class CryptoSection(msgspec.Struct, frozen=True):
    cipher: Literal["aes-128-ctr"]
    cipherparams: CipherParams
    ciphertext: str
    kdf: Literal["scrypt", "pbkdf2"]
    kdfparams: msgspec.Raw
    mac: str


class _File(msgspec.Struct, frozen=True):
    version: Literal[3, "3"]
    crypto: CryptoSection | None = None
    legacy: CryptoSection | None = msgspec.field(name="Crypto", default=None)
    address: str | None = None
    labeler: Marker | None = None


def seal(
    secret: Secret,
    passphrase: str,
    address: bytes,
    *,
    random: Callable[[int], bytes],
    scrypt_n: int = DEFAULT_SCRYPT_N,
) -> bytes:
    """The bytes of a keystore file for `secret`, readable by `open_sealed`.

    `address` is the 20-byte address of the secret's first key. `scrypt_n` is a power of two.
    A raw key is written as every other wallet writes it; entropy carries a marker outside and a
    tag inside, so that no wallet takes it for a private key.
    """
    iv, salt = random(16), random(32)
    params = ScryptParams(dklen=32, n=scrypt_n, p=1, r=8, salt=salt.hex())
    derived = _scrypt(_spellings(passphrase)[0], params)
    is_entropy = secret.kind is SecretKind.ENTROPY
    ciphertext = _aes_ctr(derived, iv, _ENTROPY_TAG + secret.data if is_entropy else secret.data)
    content: dict[str, object] = {
        "address": address.hex(),
        "crypto": {
            "cipher": "aes-128-ctr",
            "cipherparams": {"iv": iv.hex()},
            "ciphertext": ciphertext.hex(),
            "kdf": "scrypt",
            "kdfparams": params,
            "mac": _mac(derived, ciphertext).hex(),
        },
        "id": str(uuid.UUID(bytes=random(16), version=4)),
        "version": 3,
    }
    if is_entropy:
        content["labeler"] = Marker(kind=secret.kind.value)
    return msgspec.json.encode(content, order="sorted")


def open_sealed(data: bytes, passphrase: str) -> Secret:
    """The secret of any valid v3 keystore, ours or another wallet's.

    Raises LabelerError "wrong-passphrase", or "keystore-unreadable" with the reason.
    """
    read = _read(data)
    crypto = read.crypto or read.legacy
    if crypto is None:
        raise _unreadable("This key file cannot be read: it has no crypto section.")
    ciphertext, mac = _hex(crypto.ciphertext), _hex(crypto.mac, 32)
    for spelling in _spellings(passphrase):
        derived = _derive(crypto, spelling)
        if hmac.compare_digest(_mac(derived, ciphertext), mac):
            iv = _hex(crypto.cipherparams.iv, 16)
            return _classify(_aes_ctr(derived, iv, ciphertext), read.labeler)
    raise LabelerError(
        "wrong-passphrase",
        "This passphrase does not open the signing key.",
        safe="The key is unchanged, and nothing was signed.",
        do="Type it again; look at Caps Lock and the keyboard's language.",
    )


def address_in(data: bytes) -> bytes | None:
    """The address that a keystore says it belongs to; None where it says nothing."""
    stated = _read(data).address
    return _hex(stated, 20) if stated else None


def _read(data: bytes) -> _File:
    if len(data) > MAX_FILE_BYTES:
        raise _unreadable("This key file cannot be read: it is too large.")
    try:
        return msgspec.json.decode(data, type=_File)
    except (ValueError, RecursionError, msgspec.MsgspecError):
        raise _unreadable("This key file cannot be read: it is not a version 3 keystore.") from None


def _classify(plain: bytes, marker: Marker | None) -> Secret:
    if plain.startswith(_ENTROPY_TAG):
        entropy = plain.removeprefix(_ENTROPY_TAG)
        if marker is None or marker.kind != SecretKind.ENTROPY.value or marker.version != 1:
            raise _unreadable("This key file cannot be read: its marker was removed or changed.")
        if len(entropy) not in (16, 20, 24, 28, 32):
            raise _unreadable("This key file cannot be read: its secret has a wrong length.")
        return Secret(SecretKind.ENTROPY, entropy)
    if marker is not None:
        raise _unreadable(
            "This key file cannot be read: its marker was added or is not known to this version."
        )
    if not 0 < len(plain) <= 32:
        raise _unreadable("This key file cannot be read: its secret has a wrong length.")
    # Some early wallets left out leading zero bytes.
    return Secret(SecretKind.RAW_KEY, plain.rjust(32, b"\0"))


def _derive(crypto: CryptoSection, passphrase: bytes) -> bytes:
    try:
        if crypto.kdf == "scrypt":
            return _scrypt(passphrase, msgspec.json.decode(crypto.kdfparams, type=ScryptParams))
        params = msgspec.json.decode(crypto.kdfparams, type=Pbkdf2Params)
    except (UnicodeDecodeError, msgspec.MsgspecError):
        raise _unreadable(
            "This key file cannot be read: its key derivation settings are not known."
        ) from None
    _check_length(params.dklen)
    if not 0 < params.c <= _MAX_PBKDF2_ROUNDS:
        raise _unreadable("This key file cannot be read: its key derivation would take too long.")
    return hashlib.pbkdf2_hmac("sha256", passphrase, _hex(params.salt), params.c, params.dklen)


def _scrypt(passphrase: bytes, params: ScryptParams) -> bytes:
    n, r, p = params.n, params.r, params.p
    _check_length(params.dklen)
    if n < 2 or n & (n - 1) or r < 1 or p < 1:
        raise _unreadable(
            "This key file cannot be read: its key derivation settings are not valid."
        )
    memory = 128 * r * (n + p + 2)
    if memory > _MAX_KDF_BYTES or n * r * p > _MAX_SCRYPT_WORK:
        raise _unreadable(
            "This key file cannot be read: its key derivation would take too much memory or time."
        )
    salt = _hex(params.salt)
    if n < 1 << 16 * r:
        return hashlib.scrypt(
            passphrase, salt=salt, n=n, r=r, p=p, maxmem=memory + 2**20, dklen=params.dklen
        )
    # RFC 7914 bounds n by 2^(16 r) and OpenSSL obeys; some wallets wrote n = 2^18 with r = 1.
    return bytes(KDF.scrypt(passphrase, salt, params.dklen, n, r, p))  # type: ignore[arg-type]  # bytes are taken as they are


def _check_length(dklen: int) -> None:
    if not 32 <= dklen <= 1024:
        raise _unreadable("This key file cannot be read: its derived key has a wrong length.")


def _mac(derived: bytes, ciphertext: bytes) -> bytes:
    return keccak256(derived[16:32] + ciphertext)


def _aes_ctr(derived: bytes, iv: bytes, data: bytes) -> bytes:
    cipher = AES.new(derived[:16], AES.MODE_CTR, nonce=b"", initial_value=iv)
    return bytes(cipher.encrypt(data))


def _hex(text: str, size: int | None = None) -> bytes:
    """Hex with or without 0x; as a number of `size` bytes where some wallets drop zeros."""
    digits = text.removeprefix("0x").removeprefix("0X")
    digits = (
        digits.rjust(2 * size, "0") if size else digits.rjust(len(digits) + len(digits) % 2, "0")
    )
    if not digits.isascii() or not digits.isalnum() or (size and len(digits) != 2 * size):
        raise _unreadable("This key file cannot be read: one of its fields has a wrong length.")
    try:
        return bytes.fromhex(digits)
    except ValueError:
        raise _unreadable(
            "This key file cannot be read: one of its fields is not hexadecimal."
        ) from None


def _spellings(passphrase: str) -> tuple[bytes, ...]:
    """The composed spelling first (ours), then as typed, then decomposed (another system's)."""
    forms = (
        unicodedata.normalize("NFC", passphrase),
        passphrase,
        unicodedata.normalize("NFD", passphrase),
    )
    return tuple(dict.fromkeys(form.encode("utf-8", "surrogatepass") for form in forms))


def _unreadable(happened: str) -> LabelerError:
    return LabelerError(
        "keystore-unreadable",
        happened,
        safe="Nothing was changed.",
        do="Choose another file, or restore the key from its recovery words.",
    )
