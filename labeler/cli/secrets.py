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
MAX_SECRET_BYTES = 4096


@dataclass(frozen=True)
class SecretSource:
    """Where one secret may come from, in this order: descriptor, variable, prompt."""

    name: str
    variable: str
    descriptor: int | None = None

    def read(self, environment: Mapping[str, str], *, again: bool = False) -> str:
        """The secret; `again` asks twice at the prompt. Raises LabelerError "secret-missing"."""
        if self.descriptor is not None:
            return _from_descriptor(self.descriptor)
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
        return _from_prompt(self.name, again=again)


def _from_descriptor(descriptor: int) -> str:
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        data = stream.read(MAX_SECRET_BYTES)
    return data.decode("utf-8").rstrip("\r\n")


def _from_prompt(name: str, *, again: bool) -> str:
    secret = getpass.getpass(f"{name[:1].upper()}{name[1:]}: ")
    if again and getpass.getpass("Once more: ") != secret:
        raise LabelerError(
            "secrets-differ",
            "The two were not the same.",
            safe="Nothing was changed.",
            do="Try again.",
        )
    return secret
