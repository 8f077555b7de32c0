"""A glance at a profile tells what opening it will tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from labeler.store.glance import asks_for_a_secret
from labeler.store.profile import (
    Keyring,
    Passphrase,
    Practice,
    Protection,
    create_profile,
    open_profile,
)
from labeler.store.vault import Cost


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def put(self, service: str, account: str, secret: str) -> None:
        self.kept[service, account] = secret

    def get(self, service: str, account: str) -> str | None:
        return self.kept.get((service, account))


@pytest.mark.parametrize(
    "protection",
    [Passphrase("correct horse", Cost(1, 64, 1)), Keyring(Ring()), Practice()],
    ids=lambda protection: type(protection).__name__,
)
def test_it_agrees_with_the_profile(tmp_path: Path, protection: Protection) -> None:
    root = tmp_path / "profile"
    create_profile(root, protection, now=1_800_000_000)
    assert asks_for_a_secret(root) is open_profile(root).is_protected


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"[]", b"{}", b'{"wrap": 3}'])
def test_what_cannot_be_read_is_told_elsewhere(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "profile.json").write_bytes(content)
    assert asks_for_a_secret(tmp_path) is False
