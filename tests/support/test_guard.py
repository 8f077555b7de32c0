"""The guard itself can fail."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.support.guard import Guard


def test_leaving_loopback_is_refused_and_kept(guard: Guard) -> None:
    with socket.socket() as stranger, pytest.raises(PermissionError):
        stranger.connect(("192.0.2.1", 9))
    with pytest.raises(PermissionError):
        socket.getaddrinfo("example.org", 80)
    assert len(guard.take()) == 2


def test_the_gui_thread_may_not_open_files(guard: Guard, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("x")
    with guard.gui():
        with pytest.raises(PermissionError):
            (tmp_path / "notes").read_text()
        with guard.aside():
            (tmp_path / "notes").read_text()
    assert len(guard.take()) == 1


def test_the_real_home_is_not_written(guard: Guard) -> None:
    with pytest.raises(PermissionError):
        Path(guard.real_home + "labeler-guard-test").write_text("x")
    assert len(guard.take()) == 1
