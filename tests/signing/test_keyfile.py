"""Key files on disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.signing.keyfile import read_key_file, write_key_file


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keystore" / "0xabc.json"
    write_key_file(path, b"{}")
    assert read_key_file(path) == b"{}"
    assert [entry.name for entry in path.parent.iterdir()] == ["0xabc.json"]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "0xabc.json"
    write_key_file(path, b"first")
    with pytest.raises(LabelerError) as told:
        write_key_file(path, b"second")
    assert told.value.code == "keystore-exists"
    assert read_key_file(path) == b"first"
    assert [entry.name for entry in tmp_path.iterdir()] == ["0xabc.json"]


def test_a_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "keystore").write_text("in the way")
    with pytest.raises(LabelerError) as told:
        write_key_file(tmp_path / "keystore" / "0xabc.json", b"{}")
    assert told.value.code in ("keystore-not-written", "keystore-exists")


@pytest.mark.skipif(os.name != "posix", reason="file size limits are POSIX")
def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    import resource
    import signal

    # A real limit of the operating system: no file may grow beyond 8 bytes in here.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8, hard))
        with pytest.raises(LabelerError) as told:
            write_key_file(tmp_path / "0xabc.json", b"x" * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert told.value.code == "keystore-not-written"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabelerError) as told:
        read_key_file(tmp_path / "0xabc.json")
    assert told.value.code == "keystore-missing"
    assert "0xabc.json" in told.value.happened
