"""One command as it was typed, and everything a verb may need of its surroundings."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from labeler.cli.output import Output
from labeler.cli.secrets import (
    ARCHIVE_VARIABLE,
    BACKUP_VARIABLE,
    KEY_VARIABLE,
    PROFILE_VARIABLE,
    SecretSource,
)
from labeler.errors import Cancelled, LabelerError

PROFILE_FOLDER_VARIABLE = "LABELER_PROFILE"


@dataclass(frozen=True)
class Call:
    """What was typed, the environment, what ships with the program, and both ways to answer."""

    typed: argparse.Namespace
    environment: Mapping[str, str]
    resources: Path
    output: Output
    typing: TextIO

    @property
    def root(self) -> Path:
        """The profile's folder: as typed, as the environment says, or the person's own."""
        return profile_folder(self.typed.profile, self.environment)

    def profile_passphrase(self, *, again: bool = False) -> str:
        return self._secret(
            "profile's passphrase", PROFILE_VARIABLE, self.typed.passphrase_fd, again=again
        )

    def key_passphrase(self, *, again: bool = False) -> str:
        return self._secret(
            "signing key's passphrase", KEY_VARIABLE, self.typed.key_passphrase_fd, again=again
        )

    def backup_passphrase(self, *, again: bool = False) -> str:
        return self._secret(
            "backup's passphrase", BACKUP_VARIABLE, self.typed.backup_passphrase_fd, again=again
        )

    def archive_secret(self) -> str:
        return self._secret(
            "archive's password or token",
            ARCHIVE_VARIABLE,
            self.typed.archive_secret_fd,
            again=False,
        )

    def archive_secret_given(self) -> bool:
        """Whether a descriptor or a variable gives it, so that nobody must be asked."""
        return self.typed.archive_secret_fd is not None or ARCHIVE_VARIABLE in self.environment

    def is_watched(self) -> bool:
        """Whether a person is there to answer."""
        return self.typing.isatty()

    def ask(self, question: str) -> str:
        """A person's answer; the question goes beside the program's own answer."""
        self.output.aside.write(question)
        self.output.aside.flush()
        return self.typing.readline().strip()

    def confirm(self, question: str) -> None:
        """Go on only where `--yes` was typed or the person says so. Raises Cancelled."""
        if self.typed.yes:
            return
        if not self.is_watched():
            raise LabelerError(
                "confirmation-missing",
                "This needs a yes, and there is nobody to ask.",
                safe="Nothing was signed, sent or changed.",
                do="Read what is asked above, then add --yes.",
            )
        if self.ask(f"{question} [y/N] ").lower() not in ("y", "yes"):
            raise Cancelled

    def tick(self, text: str) -> Callable[[int, int], None]:
        """Tells a person how far something is; silent for scripts."""

        def told(done: int, total: int) -> None:
            if self.output.aside.isatty() and total:
                self.output.aside.write(f"\r{text}: {100 * done // total} %")
                self.output.aside.write("\n" if done >= total else "")
                self.output.aside.flush()

        return told

    def _secret(self, name: str, variable: str, descriptor: int | None, *, again: bool) -> str:
        return SecretSource(name, variable, descriptor).read(self.environment, again=again)


def profile_folder(typed: str | None, environment: Mapping[str, str]) -> Path:
    """Where the profile lies."""
    if typed is not None:
        return Path(typed)
    if named := environment.get(PROFILE_FOLDER_VARIABLE):
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("labeler", appauthor=False)
