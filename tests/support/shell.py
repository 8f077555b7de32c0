"""The program as a shell calls it: in this process for speed, or as a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from labeler.app.opening import signer_command
from labeler.cli.commands import main
from labeler.model.paths import resources_root
from labeler.signing.client import SignerClient
from labeler.store.profile import Passphrase, create_profile
from tests.support.profiles import CHEAP

SECRETS = {
    "LABELER_PROFILE_PASSPHRASE": "a profile's passphrase",
    "LABELER_KEY_PASSPHRASE": "a key's passphrase",
    "LABELER_BACKUP_PASSPHRASE": "a backup's passphrase",
}


@dataclass(frozen=True)
class Said:
    """What one command answered; `json` is the one document on standard output."""

    code: int
    out: str
    aside: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        """The code of the error, in the document."""
        return str(self.json["error"]["code"])


@dataclass
class Shell:
    """Someone who types; `profile` is added to every command."""

    profile: Path
    environment: dict[str, str] = field(default_factory=lambda: dict(SECRETS))
    documents: dict[str, Any] = field(default_factory=dict)
    """The last document of each verb that succeeded, by the verb's first word or two."""

    def has_cheap_profile(self) -> Shell:
        """A profile whose passphrase is quick to try; everything else is as always."""
        words = self.environment["LABELER_PROFILE_PASSPHRASE"]
        create_profile(self.profile, Passphrase(words, CHEAP), now=int(time.time()))
        return self

    def has_cheap_key(self) -> Shell:
        """The same with a new signing key that is quick to open."""
        self.has_cheap_profile()
        with SignerClient((*signer_command(), "--scrypt-n", "2")) as signer:
            passphrase = self.environment["LABELER_KEY_PASSPHRASE"]
            signer.create(signer.new_phrase(), passphrase, self.profile / "keystore")
        return self

    def run(self, *argv: str, typing: str = "") -> Said:
        """In this process; with `--json` where nothing else was said."""
        out, aside = io.StringIO(), io.StringIO()
        full = [*argv, "--profile", str(self.profile)]
        code = main(
            full,
            resources=resources_root(),
            environment=self.environment,
            out=out,
            aside=aside,
            typing=io.StringIO(typing),
        )
        return Said(code, out.getvalue(), aside.getvalue())

    def json(self, *argv: str) -> Any:
        """The document of a command that must succeed."""
        said = self.run(*argv, "--json")
        assert said.code == 0, said
        words = " ".join(argv[:2]) if argv[0] in ("wallet", "archive", "journal") else argv[0]
        self.documents[words] = said.json
        return said.json

    def process(self, *argv: str, **extra: str) -> Said:
        """As `python -m labeler` really runs."""
        environment = {**os.environ, **self.environment, **extra}
        done = subprocess.run(
            [sys.executable, "-m", "labeler", *argv, "--profile", str(self.profile)],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )
        return Said(done.returncode, done.stdout, done.stderr)
