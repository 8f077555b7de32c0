"""Secrets come from a descriptor, a variable or a prompt; never from the command line."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from labeler.errors import LabelerError

PROFILE_VARIABLE = "LABELER_PROFILE_PASSPHRASE"
KEY_VARIABLE = "LABELER_KEY_PASSPHRASE"
WORDS_VARIABLE = "LABELER_RECOVERY_WORDS"
BACKUP_VARIABLE = "LABELER_BACKUP_PASSPHRASE"
ARCHIVE_VARIABLE = "LABELER_ARCHIVE_SECRET"
MAX_SECRET_BYTES = 4096


@dataclass(frozen=True)
class SecretSource:
    """Where one secret may come from, in this order: descriptor, variable, prompt."""

    name: str
    variable: str
    descriptor: int | None = None

    def read(self, environment: Mapping[str, str], *, again: bool = False) -> str:
        """The secret; `again` asks twice at the prompt.

        Raises LabelerError "secret-missing", "secrets-differ" or "secret-unreadable".
        """
        found = self._find(environment, again=again)
        if not found:
            raise LabelerError(
                "secret-missing",
                "The {name} is empty.",
                safe="Nothing was changed.",
                do="Choose words that only you know.",
                name=self.name,
            )
        return found

    def _find(self, environment: Mapping[str, str], *, again: bool) -> str:
        if self.descriptor is not None:
            return self._from_descriptor(self.descriptor)
        if self.variable in environment:
            return environment[self.variable]
        if not sys.stdin.isatty():
            raise LabelerError(
                "secret-missing",
                "The {name} is needed, and there is nobody to ask.",
                safe="Nothing was changed.",
                do="Set {variable}, or name a file descriptor that gives it.",
                name=self.name,
                variable=self.variable,
            )
        return self._from_prompt(again=again)

    def _from_descriptor(self, descriptor: int) -> str:
        """The first line; what follows is left for whoever reads next."""
        read = bytearray()
        try:
            # One byte at a time: several secrets may stand line by line in one pipe.
            while len(read) < MAX_SECRET_BYTES and (byte := os.read(descriptor, 1)) not in (
                b"",
                b"\n",
            ):
                read += byte
            return read.decode("utf-8").rstrip("\r")
        except (OSError, UnicodeDecodeError) as error:
            raise LabelerError(
                "secret-unreadable",
                "The {name} cannot be read from descriptor {descriptor}.",
                safe="Nothing was changed.",
                do="Open the descriptor for reading: 3<file, or 3< <(command).",
                name=self.name,
                descriptor=descriptor,
            ) from error

    def _from_prompt(self, *, again: bool) -> str:
        secret = getpass.getpass(f"{self.name[:1].upper()}{self.name[1:]}: ")
        if again and getpass.getpass("Once more: ") != secret:
            raise LabelerError(
                "secrets-differ",
                "The two were not the same.",
                safe="Nothing was changed.",
                do="Try again.",
            )
        return secret
