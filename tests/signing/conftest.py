"""A real signer process, and a key for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from labeler.signing.client import SignerClient
from labeler.signing.requests import Key, SubmissionSummary
from tests.signing.marketplace import Terms

COMMAND = (sys.executable, "-m", "labeler", "--internal", "sign", "--scrypt-n", "2")
PASSPHRASE = "correct horse battery"
PHRASE = "abandon " * 23 + "art"
HOST = "market.example"


@dataclass(frozen=True)
class Desk:
    """An unlocked signer that knows one marketplace, and a case assigned to its key."""

    client: SignerClient
    key: Key
    terms: Terms

    def propose(self, terms: Terms | None = None) -> SubmissionSummary:
        chosen = terms or self.terms
        return self.client.propose_submission(chosen.submission, **chosen.parts())  # type: ignore[arg-type]  # its own names

    def unlock(self, *, idle_s: float = 60) -> None:
        self.client.unlock(Path(self.key.path), PASSPHRASE, idle_s=idle_s)


@pytest.fixture
def client() -> Iterator[SignerClient]:
    with SignerClient(COMMAND, timeout_s=30) as started:
        yield started


@pytest.fixture
def desk(client: SignerClient, tmp_path: Path) -> Desk:
    key = client.create(PHRASE, PASSPHRASE, tmp_path / "keystore")
    client.unlock(Path(key.path), PASSPHRASE)
    blank = Terms(worker=bytes(20))
    here = blank.identity.marketplace_id
    client.pin(HOST, blank.signed_identity())
    return Desk(client, key, Terms(worker=client.addresses([here])[here]))
