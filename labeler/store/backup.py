"""Everything of a profile in one encrypted file, and back."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from labeler.errors import LabelerError
from labeler.store.durable import sync_folder
from labeler.store.faults import disk_faults
from labeler.store.profile import (
    Passphrase,
    Profile,
    Protection,
    found_profile,
    open_profile,
)
from labeler.store.sealed_stream import backup_damaged, seal, unseal
from labeler.store.settings import DEVICE
from labeler.store.store import Store, open_store
from labeler.store.vault import DATA_KEY_BYTES, DEFAULT_COST, Cost, Hex, Random
from labeler.store.writing import write_faults

# What a backup may hold; nothing else is written when it is restored.
_NAMES = re.compile(
    r"labeler\.db|heads/[0-9a-f]{32}\.head|keystore/[A-Za-z0-9_.-]{1,100}\.json"
    r"|packages/[0-9a-f]{64}\.sealed|received/[0-9a-f]{32}-[0-9a-f]{64}\.sealed"
)
_LENGTH = struct.Struct(">I")
_READ = 1024 * 1024
_MAX_LISTING = 64 * 2**20

Tick = Callable[[int, int], None]
"""Told (bytes done, bytes in all); may raise Cancelled."""


class BackedUpFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    size: int
    sha256: Hex


class Listing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first part of a backup; the files follow in this order. `created` is UTC seconds."""

    format: str
    created: int
    data_key: Hex
    files: tuple[BackedUpFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class BackupInfo:
    """What a verified backup holds."""

    created: int
    files: int
    size: int


FORMAT = "labeler.backup/1"


def _no_tick(_done: int, _total: int) -> None:
    pass


def backup(
    store: Store,
    key: bytes,
    destination: Path,
    passphrase: str,
    *,
    now: int,
    packages: bool = False,
    cost: Cost = DEFAULT_COST,
    random: Random = os.urandom,
    tick: Tick = _no_tick,
) -> BackupInfo:
    """Write `destination` (replaced whole) on the store's thread, then read it back.

    Raises LabelerError "disk-full", "empty-passphrase" and what reading the profile raises.
    """
    if not passphrase:
        raise LabelerError(
            "empty-passphrase",
            "A backup needs a passphrase.",
            safe="Nothing was written.",
            do="Choose a passphrase that only you know.",
        )
    # With an empty log the database file alone is the whole state, and no one else writes here.
    store.database.checkpoint()
    staged = destination.with_name(destination.name + ".new")
    with write_faults(destination.name):
        listing = _list(store.profile, key, now, packages=packages)
        try:
            with staged.open("wb") as file:
                parts = _parts(store.profile.root, listing, tick)
                seal(file, parts, passphrase, cost, random)
                file.flush()
                os.fsync(file.fileno())
            info = verify_backup(staged, passphrase)
            staged.replace(destination)
        finally:
            staged.unlink(missing_ok=True)
        sync_folder(destination.parent)
    return info


def verify_backup(file: Path, passphrase: str) -> BackupInfo:
    """Read all of a backup and check every digest, writing nothing.

    Raises LabelerError "wrong-passphrase", "backup-damaged" or "not-a-backup".
    """
    with disk_faults(), file.open("rb") as opened:
        stream = _Stream(unseal(opened, passphrase))
        listing = stream.listing()
        for entry in listing.files:
            for _ in stream.content(entry):
                pass
        stream.end()
    return BackupInfo(listing.created, len(listing.files), listing.size)


def restore(
    file: Path,
    root: Path,
    passphrase: str,
    *,
    now: int,
    protection: Protection | None = None,
    tick: Tick = _no_tick,
) -> Profile:
    """A new profile in `root` (absent or empty) from a backup, opened once to prove it.

    It is protected by `protection`, else by the passphrase of the backup. Raises what
    `verify_backup` raises, and "profile-exists".
    """
    if root.exists() and any(root.iterdir()):
        raise LabelerError(
            "profile-exists",
            "The folder {folder} is not empty.",
            safe="Nothing was changed.",
            do="Choose a new or empty folder.",
            folder=str(root),
        )
    staged = root.with_name(root.name + ".restoring")
    with disk_faults():
        shutil.rmtree(staged, ignore_errors=True)
        try:
            with file.open("rb") as opened:
                stream = _Stream(unseal(opened, passphrase))
                listing = stream.listing()
                key = bytes.fromhex(listing.data_key)
                found_profile(staged, key, protection or Passphrase(passphrase), now=now)
                _write_all(stream, listing, staged, tick)
            profile = _prove(staged, key, now)
            if root.exists():
                root.rmdir()
            staged.rename(root)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
        sync_folder(root.parent)
    return Profile(root, profile.info)


def _list(profile: Profile, key: bytes, now: int, *, packages: bool) -> Listing:
    paths = [profile.database, *sorted(profile.heads.glob("*.head"))]
    paths += sorted(profile.keystore.glob("*.json"))
    if packages:
        paths += sorted(profile.packages.glob("*.sealed"))
        paths += sorted(profile.received.glob("*.sealed"))
    files = []
    for path in paths:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        name = path.relative_to(profile.root).as_posix()
        files.append(BackedUpFile(name, path.stat().st_size, digest))
    return Listing(FORMAT, now, key.hex(), tuple(files))


def _parts(root: Path, listing: Listing, tick: Tick) -> Iterator[bytes]:
    head = msgspec.json.encode(listing)
    yield _LENGTH.pack(len(head)) + head
    done = 0
    for entry in listing.files:
        with (root / entry.name).open("rb") as file:
            while part := file.read(_READ):
                yield part
                done += len(part)
                tick(done, listing.size)


class _Stream:
    """Reads exact lengths from authenticated chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._waiting = b""

    def listing(self) -> Listing:
        (length,) = _LENGTH.unpack(b"".join(self._take(_LENGTH.size)))
        if length > _MAX_LISTING:
            raise backup_damaged()
        try:
            listing = msgspec.json.decode(b"".join(self._take(length)), type=Listing)
        except msgspec.MsgspecError:
            raise backup_damaged() from None
        names = [file.name for file in listing.files]
        sound = all(_NAMES.fullmatch(name) for name in names) and len(set(names)) == len(names)
        if not sound or listing.format != FORMAT or len(listing.data_key) != 2 * DATA_KEY_BYTES:
            raise backup_damaged()
        return listing

    def content(self, entry: BackedUpFile) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for part in self._take(entry.size):
            digest.update(part)
            yield part
        if digest.hexdigest() != entry.sha256:
            raise backup_damaged()

    def end(self) -> None:
        if self._waiting or any(self._chunks):
            raise backup_damaged()

    def _take(self, size: int) -> Iterator[bytes]:
        while size > 0:
            if not self._waiting:
                self._waiting = next(self._chunks, b"")
                if not self._waiting:
                    raise backup_damaged()
            part, self._waiting = self._waiting[:size], self._waiting[size:]
            size -= len(part)
            yield part


def _write_all(stream: _Stream, listing: Listing, root: Path, tick: Tick) -> None:
    done = 0
    for entry in listing.files:
        with (root / entry.name).open("xb") as file:
            for part in stream.content(entry):
                file.write(part)
                done += len(part)
                tick(done, listing.size)
            file.flush()
            os.fsync(file.fileno())
    stream.end()
    for folder in root.iterdir():
        if folder.is_dir():
            sync_folder(folder)


def _prove(root: Path, key: bytes, now: int) -> Profile:
    profile = open_profile(root)
    store = open_store(profile, key, now=now)
    findings = store.findings
    # Its last numbers may be on other signatures by now: two copies never go on in one chain.
    store.settings.forget(DEVICE)
    store.close()
    if findings:
        raise findings[0]
    return profile
