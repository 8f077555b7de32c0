"""The signing key of a profile: made once, unlocked when needed, never outside the signer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.services import Services
from labeler.errors import LabelerError

if TYPE_CHECKING:
    from labeler.signing.requests import Key


def key_file(services: Services) -> Path | None:
    """The keystore of this profile; None before the first key."""
    return _first(services.keystore)


def need_key(services: Services) -> Path:
    """The keystore. Raises LabelerError "no-key"."""
    found = key_file(services)
    if found is None:
        raise LabelerError(
            "no-key",
            "There is no signing key in this profile yet.",
            safe="Nothing was signed or sent.",
            do="Create a key, or bring one back with its recovery words.",
        )
    return found


def key_address(services: Services) -> str | None:
    """The first address of the key, as its file names it: "0x" and 40 digits."""
    found = key_file(services)
    return None if found is None else f"0x{found.stem.removeprefix('0x').lower()}"


def make_words(services: Services) -> tuple[str, ...]:
    """24 new recovery words; nothing is kept."""
    return tuple(services.signer.new_phrase().split())


def create_key(services: Services, words: tuple[str, ...], passphrase: str) -> Key:
    """Keep the key of these words, and unlock it. Raises LabelerError "key-exists"."""
    refuse_second(services.keystore)
    key = services.signer.create(" ".join(words), passphrase, services.keystore)
    unlock_key(services, passphrase)
    return key


def import_key(services: Services, path: Path, passphrase: str) -> Key:
    """Keep a copy of another wallet's keystore, and unlock it."""
    refuse_second(services.keystore)
    key = services.signer.import_key(path, passphrase, services.keystore)
    unlock_key(services, passphrase)
    return key


def unlock_key(services: Services, passphrase: str) -> Key:
    """Open the key until it is locked or idle. Raises LabelerError "wrong-passphrase"."""
    return services.signer.unlock(need_key(services), passphrase)


def need_unlocked(services: Services) -> None:
    """Raises LabelerError "no-key" or "key-locked"."""
    need_key(services)
    if not services.signer.state().unlocked:
        raise LabelerError(
            "key-locked",
            "The signing key is locked.",
            safe="Nothing was signed or sent.",
            do="Give its passphrase and try again.",
        )


def refuse_second(keystore: Path) -> None:
    """Raises LabelerError "key-exists" where the folder of keys holds one already."""
    if _first(keystore) is not None:
        raise LabelerError(
            "key-exists",
            "This profile has a signing key already.",
            safe="Nothing was changed.",
            do="Use another profile for another key.",
        )


def _first(keystore: Path) -> Path | None:
    found = sorted(keystore.glob("*.json"))
    return found[0] if found else None
