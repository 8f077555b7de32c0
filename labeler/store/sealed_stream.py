"""A stream of bytes under a passphrase: Argon2id, then chunked AES-256-GCM.

Layout: a header (magic "LBBK", version, chunk size, Argon2id cost, salt; big-endian), a check of
the key, then the chunks. The nonce is the chunk's number; the header and a last-chunk flag are
associated data, so chunks can be neither moved nor dropped. The salt makes each file's key its own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from labeler.errors import LabelerError
from labeler.store.vault import Cost, Random, derive, wrong_passphrase

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CHUNK = 256 * 1024
TAG = 16
_SALT = 16
_HEADER = struct.Struct(">4sHIIII16s")
_MAGIC = b"LBBK"
_VERSION = 1
_CHECK_NONCE = b"\xff" * 12


def seal(
    file: BinaryIO, parts: Iterable[bytes], passphrase: str, cost: Cost, random: Random
) -> None:
    """Write `parts`, one after the other, as one sealed stream."""
    salt = random(_SALT)
    header = _HEADER.pack(_MAGIC, _VERSION, CHUNK, cost.passes, cost.memory_kib, cost.lanes, salt)
    cipher = _cipher(passphrase, salt, cost)
    file.write(header + cipher.encrypt(_CHECK_NONCE, b"", header))
    number, waiting = 0, b""
    for chunk in _rechunk(parts):
        if number or waiting:
            file.write(_encrypt(cipher, number, waiting, header, last=False))
            number += 1
        waiting = chunk
    file.write(_encrypt(cipher, number, waiting, header, last=True))


def unseal(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The plaintext, chunk by chunk, each authenticated before it is given out.

    Raises LabelerError "wrong-passphrase" or "backup-damaged".
    """
    from cryptography.exceptions import InvalidTag

    header = file.read(_HEADER.size)
    size, salt, cost = _read_header(header)
    cipher = _cipher(passphrase, salt, cost)
    try:
        cipher.decrypt(_CHECK_NONCE, file.read(TAG), header)
    except (InvalidTag, ValueError):
        raise wrong_passphrase() from None
    number, chunk = 0, file.read(size + TAG)
    while True:
        following = file.read(size + TAG)
        flag = b"\0" if following else b"\1"
        try:
            yield cipher.decrypt(number.to_bytes(12, "big"), chunk, header + flag)
        except (InvalidTag, ValueError):
            raise backup_damaged() from None
        if not following:
            return
        number, chunk = number + 1, following


def backup_damaged() -> LabelerError:
    """Some byte of it is not what was written."""
    return LabelerError(
        "backup-damaged",
        "This backup is damaged or not whole.",
        safe="Nothing was restored or changed.",
        do="Use another copy of the backup, or an older one.",
    )


def _read_header(header: bytes) -> tuple[int, bytes, Cost]:
    if len(header) != _HEADER.size or header[:4] != _MAGIC:
        raise LabelerError(
            "not-a-backup",
            "This file is not a backup of this program.",
            safe="Nothing was restored or changed.",
            do="Choose the right file.",
        )
    _, version, size, passes, memory_kib, lanes, salt = _HEADER.unpack(header)
    fields = {"passes": passes, "memory_kib": memory_kib, "lanes": lanes}
    try:
        cost = msgspec.convert(fields, Cost)
    except msgspec.ValidationError:
        raise backup_damaged() from None
    if version != _VERSION or size != CHUNK:
        raise backup_damaged()
    return size, salt, cost


def _cipher(passphrase: str, salt: bytes, cost: Cost) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(derive(passphrase, salt, cost))


def _encrypt(cipher: AESGCM, number: int, data: bytes, header: bytes, *, last: bool) -> bytes:
    return cipher.encrypt(number.to_bytes(12, "big"), data, header + bytes([last]))


def _rechunk(parts: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for part in parts:
        waiting += part
        while len(waiting) >= CHUNK:
            yield bytes(waiting[:CHUNK])
            del waiting[:CHUNK]
    if waiting:
        yield bytes(waiting)
