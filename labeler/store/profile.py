"""A profile: the folder that holds everything of one expert on one machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from labeler.errors import LabelerError
from labeler.store.durable import sync_folder, write_durably
from labeler.store.faults import disk_faults
from labeler.store.glance import LOCK, hold_alone
from labeler.store.vault import (
    DEFAULT_COST,
    PRACTICE_KEY,
    Cost,
    Hex,
    KeyringWrap,
    PassphraseWrap,
    PracticeWrap,
    Random,
    SecretPlace,
    Wrap,
    new_data_key,
    unwrap_for_practice,
    unwrap_with_keyring,
    unwrap_with_passphrase,
    wrap_for_practice,
    wrap_with_keyring,
    wrap_with_passphrase,
)

VERSION = 1
_FOLDERS = ("heads", "keystore", "packages", "received", "log")


@dataclass(frozen=True)
class Passphrase:
    """Words only their owner knows."""

    words: str
    cost: Cost = DEFAULT_COST


@dataclass(frozen=True)
class Keyring:
    """The operating system's keyring."""

    place: SecretPlace


@dataclass(frozen=True)
class Practice:
    """No protection."""


Protection = Passphrase | Keyring | Practice


class ProfileInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`profile.json`: what is needed before anything can be decrypted. `created` is UTC seconds."""

    format: Literal["labeler.profile"]
    version: int
    id: Hex
    created: int
    wrap: Wrap


class _Version(msgspec.Struct):
    format: Literal["labeler.profile"]
    version: int


class Profile:
    """The places of a profile, and the lock that lets one program use it at a time."""

    def __init__(self, root: Path, info: ProfileInfo) -> None:
        self.root = root
        self.info = info
        self._lock: int | None = None

    @property
    def database(self) -> Path:
        return self.root / "labeler.db"

    @property
    def heads(self) -> Path:
        return self.root / "heads"

    @property
    def keystore(self) -> Path:
        return self.root / "keystore"

    @property
    def packages(self) -> Path:
        return self.root / "packages"

    @property
    def received(self) -> Path:
        """Instances from image archives, one sealed file each."""
        return self.root / "received"

    @property
    def frames(self) -> Path:
        """Decoded frames, encrypted: what is lost of them is decoded again."""
        return self.root / "frames"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def aside(self) -> Path:
        """Copies of damaged files, one folder a find."""
        return self.root / "aside"

    @property
    def is_protected(self) -> bool:
        return not isinstance(self.info.wrap, PracticeWrap)

    def unlock(self, protection: Protection) -> bytes:
        """The data key. Raises LabelerError "wrong-passphrase", "wrong-protection" and others."""
        match self.info.wrap, protection:
            case PassphraseWrap() as wrap, Passphrase(words):
                return unwrap_with_passphrase(wrap, words, self.info.id)
            case KeyringWrap() as wrap, Keyring(place):
                return unwrap_with_keyring(wrap, place)
            case PracticeWrap() as wrap, Practice():
                return unwrap_for_practice(wrap, self.root)
            case _:
                raise LabelerError(
                    "wrong-protection",
                    "This profile is protected in another way ({wrap}).",
                    safe="Nothing was changed.",
                    do="Open it the way it was protected.",
                    wrap=str(type(self.info.wrap).__struct_config__.tag),
                )

    def protect(self, key: bytes, protection: Protection, random: Random = os.urandom) -> None:
        """Wrap the same data key another way (a new passphrase, the keyring)."""
        before = self.info.wrap
        wrap = _wrap(key, protection, self.root, self.info.id, random)
        info = msgspec.structs.replace(self.info, wrap=wrap)
        with disk_faults():
            _write_info(self.root, info)
            self.info = info
            if isinstance(before, PracticeWrap) and not isinstance(wrap, PracticeWrap):
                (self.root / before.file).unlink(missing_ok=True)

    def lock(self) -> None:
        """Hold the profile alone until `release`. Raises LabelerError "profile-in-use"."""
        with disk_faults():
            descriptor = os.open(self.root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            hold_alone(descriptor)
        except OSError:
            os.close(descriptor)
            raise in_use() from None
        self._lock = descriptor
        if self.is_protected:
            # Left where the program was killed while it protected a practice profile.
            with disk_faults():
                (self.root / PRACTICE_KEY).unlink(missing_ok=True)

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def in_use() -> LabelerError:
    """Somebody else has the profile."""
    return LabelerError(
        "profile-in-use",
        "This profile is open in another window or program.",
        safe="Nothing was changed.",
        do="Go to that window, or close it and try again.",
    )


def is_profile(root: Path) -> bool:
    return (root / "profile.json").is_file()


def create_profile(
    root: Path, protection: Protection, *, now: int, random: Random = os.urandom
) -> tuple[Profile, bytes]:
    """A new profile in `root` (absent or empty) and its data key."""
    return found_profile(root, new_data_key(random), protection, now=now, random=random)


def found_profile(
    root: Path, key: bytes, protection: Protection, *, now: int, random: Random = os.urandom
) -> tuple[Profile, bytes]:
    """A new profile in `root` around a data key there is already (restoring a backup)."""
    with disk_faults():
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(root.iterdir()):
            raise LabelerError(
                "profile-exists",
                "The folder {folder} is not empty.",
                safe="Nothing was changed.",
                do="Choose a new or empty folder.",
                folder=str(root),
            )
        for name in _FOLDERS:
            (root / name).mkdir(mode=0o700)
        identifier = random(16).hex()
        wrap = _wrap(key, protection, root, identifier, random)
        info = ProfileInfo("labeler.profile", VERSION, identifier, now, wrap)
        _write_info(root, info)
        sync_folder(root.parent)
    return Profile(root, info), key


def open_profile(root: Path) -> Profile:
    """The profile in `root`, still locked.

    Raises LabelerError "no-profile", "profile-damaged" or "profile-newer".
    """
    try:
        data = (root / "profile.json").read_bytes()
    except OSError as error:
        raise LabelerError(
            "no-profile",
            "There is no profile in {folder}.",
            safe="Nothing was changed.",
            do="Check the folder, or create a new profile there.",
            folder=str(root),
        ) from error
    try:
        if msgspec.json.decode(data, type=_Version).version > VERSION:
            raise LabelerError(
                "profile-newer",
                "This profile belongs to a newer version of the program.",
                safe="Nothing was changed.",
                do="Update the program, then open the profile again.",
            )
        info = msgspec.json.decode(data, type=ProfileInfo)
    except (ValueError, msgspec.MsgspecError) as error:
        raise LabelerError(
            "profile-damaged",
            "The file profile.json in {folder} is damaged.",
            safe="Nothing was changed; the work beside it may be whole.",
            do="Restore profile.json or the whole profile from a backup.",
            folder=str(root),
        ) from error
    with disk_faults():
        for name in _FOLDERS:
            (root / name).mkdir(mode=0o700, exist_ok=True)
    return Profile(root, info)


def _wrap(key: bytes, protection: Protection, root: Path, profile_id: str, random: Random) -> Wrap:
    match protection:
        case Passphrase(words, cost):
            return wrap_with_passphrase(key, words, profile_id, random, cost)
        case Keyring(place):
            return wrap_with_keyring(key, profile_id, place)
        case Practice():
            return wrap_for_practice(key, root)


def _write_info(root: Path, info: ProfileInfo) -> None:
    write_durably(root / "profile.json", msgspec.json.format(msgspec.json.encode(info), indent=2))
