"""A glance at a profile tells what opening it will tell."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from labeler.store.glance import (
    LOCK,
    asks_for_a_secret,
    hold_alone,
    hold_with_others,
    is_held,
)
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


def opened(root: Path) -> int:
    return os.open(root / LOCK, os.O_RDWR | os.O_CREAT, 0o600)


@pytest.mark.skipif(sys.platform == "win32", reason="there a glance asks again instead")
def test_two_that_glance_do_not_take_each_other_for_who_has_it(tmp_path: Path) -> None:
    other = opened(tmp_path)
    try:
        hold_with_others(other)
        assert not is_held(tmp_path)
    finally:
        os.close(other)
    other = opened(tmp_path)
    try:
        hold_alone(other)
        assert is_held(tmp_path)
    finally:
        os.close(other)


@pytest.mark.skipif(sys.platform == "win32", reason="no lock there is shared")
def test_who_starts_outlasts_a_glance(tmp_path: Path) -> None:
    other, own = opened(tmp_path), opened(tmp_path)
    hold_with_others(other)
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        os.close(other)

    hold_alone(own, wait)
    assert len(waits) == 1
    late = opened(tmp_path)
    waits.clear()
    with pytest.raises(BlockingIOError):
        hold_alone(late, waits.append)
    assert 0 < sum(waits) < 0.1
    for descriptor in (own, late):
        os.close(descriptor)


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"[]", b"{}", b'{"wrap": 3}'])
def test_what_cannot_be_read_is_told_elsewhere(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "profile.json").write_bytes(content)
    assert asks_for_a_secret(tmp_path) is False
