"""The operating system's keyring: the one adapter of the keyring library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeler.errors import LabelerError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

# Backends that keep secrets encrypted under the login. The null, plain-text and chaining ones are
# not here: they lose secrets in silence, keep them readable, or choose for us.
SAFE = (
    "keyring.backends.SecretService.Keyring",
    "keyring.backends.libsecret.Keyring",
    "keyring.backends.kwallet.DBusKeyring",
    "keyring.backends.macOS.Keyring",
    "keyring.backends.Windows.WinVaultKeyring",
)


class SystemKeyring:
    """A `SecretPlace` over one safe backend."""

    def __init__(self, backend: KeyringBackend) -> None:
        name = f"{type(backend).__module__}.{type(backend).__qualname__}"
        if name not in SAFE:
            raise _unavailable()
        self._backend = backend

    def put(self, service: str, account: str, secret: str) -> None:
        from keyring.errors import KeyringError

        try:
            self._backend.set_password(service, account, secret)
        except KeyringError as error:
            raise _locked() from error

    def get(self, service: str, account: str) -> str | None:
        from keyring.errors import KeyringError

        try:
            return self._backend.get_password(service, account)
        except KeyringError as error:
            raise _locked() from error

    def forget(self, service: str, account: str) -> None:
        """Remove a secret; one that is not there is passed over."""
        from keyring.errors import KeyringError

        try:
            if self._backend.get_password(service, account) is not None:
                self._backend.delete_password(service, account)
        except KeyringError as error:
            raise _locked() from error


def system_keyring() -> SystemKeyring:
    """The best safe keyring of this machine. Raises LabelerError "no-keyring"."""
    from keyring.backend import get_all_keyring

    found = [
        backend
        for backend in get_all_keyring()
        if f"{type(backend).__module__}.{type(backend).__qualname__}" in SAFE
    ]
    if not found:
        raise _unavailable()
    return SystemKeyring(max(found, key=lambda backend: backend.priority))


def _unavailable() -> LabelerError:
    return LabelerError(
        "no-keyring",
        "This computer has no keyring that keeps secrets safely.",
        safe="Nothing was changed.",
        do="Protect the profile with a passphrase instead.",
    )


def _locked() -> LabelerError:
    return LabelerError(
        "keyring-locked",
        "The keyring of this computer is locked or does not answer.",
        safe="Nothing was changed.",
        do="Unlock the keyring, or log in to the desktop, then try again.",
    )
