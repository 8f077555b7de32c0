"""Passwords of image archives: in the system's keyring, else in memory until the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from labeler.errors import LabelerError

SERVICE = "labeler-archive"


class Keyring(Protocol):
    """A place that keeps secrets encrypted under the login."""

    def put(self, service: str, account: str, secret: str) -> None: ...
    def get(self, service: str, account: str) -> str | None: ...
    def forget(self, service: str, account: str) -> None: ...


class ArchiveSecrets:
    """By the archive's id. A keyring that is missing, locked or forgetful is done without."""

    def __init__(self, open_keyring: Callable[[], Keyring]) -> None:
        self._open_keyring = open_keyring
        self._held: dict[str, str] = {}

    def put(self, archive: str, secret: str) -> bool:
        """Whether the keyring keeps it beyond this session; it is read back to be sure."""
        self._held[archive] = secret
        try:
            keyring = self._open_keyring()
            keyring.put(SERVICE, archive, secret)
            return keyring.get(SERVICE, archive) == secret
        except LabelerError:  # no keyring, or a locked one: this is asked for each session
            return False

    def hold(self, archive: str, secret: str) -> None:
        """In memory only."""
        self._held[archive] = secret

    def get(self, archive: str) -> str:
        """The secret, or "" where it must be asked for."""
        if archive not in self._held:
            try:
                found = self._open_keyring().get(SERVICE, archive)
            except LabelerError:
                found = None
            if found:
                self._held[archive] = found
        return self._held.get(archive, "")

    def forget(self, archive: str) -> None:
        """Raises LabelerError "keyring-locked" where it may still be there."""
        self._held.pop(archive, None)
        try:
            keyring = self._open_keyring()
        except LabelerError:  # no keyring: it was never kept
            return
        keyring.forget(SERVICE, archive)
