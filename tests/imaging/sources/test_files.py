"""Bytes on disk, in memory and deflated; and what counts as a file of a folder."""

from __future__ import annotations

import hashlib
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import FileBytes, MemoryBytes, file_digest, folder_files
from labeler.imaging.sources.inflated import InflatedBytes


def test_a_file_reads_at_any_offset(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789")
    source = FileBytes(path)
    assert (source.name, source.size) == ("a", 10)
    assert [source.read(0, 3), source.read(8, 5), source.read(20, 5)] == [b"012", b"89", b""]
    assert file_digest(source) == hashlib.sha256(b"0123456789").hexdigest()


def test_a_folder_is_read_deeply_in_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "a", ".hidden", ".git/config", "c/.x"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "b" / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert [source.name for source in folder_files(tmp_path)] == ["a", "b/1", "b/2"]
    assert [source.name for source in folder_files(tmp_path / "a")] == ["a"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LabelerError) as caught:
        folder_files(tmp_path / "nothing")
    assert caught.value.code == "no-folder"


def test_a_file_that_vanished_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "gone").write_bytes(b"")
    files = folder_files(tmp_path)
    (tmp_path / "gone").unlink()
    assert [problem.error.code for problem in scan(files).problems] == ["unreadable-file"]


@settings(deadline=None, max_examples=60)
@given(
    seed=st.binary(max_size=40),
    times=st.integers(1, 20_000),
    offset=st.integers(0, 100_000),
    length=st.integers(0, 100_000),
)
def test_deflated_bytes_read_as_if_stored(
    seed: bytes, times: int, offset: int, length: int
) -> None:
    plain = seed * times
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    source = MemoryBytes("z", b"head" + squeeze.compress(plain) + squeeze.flush())
    unfolded = InflatedBytes(source, 4)
    assert unfolded.size == len(plain)
    assert unfolded.read(offset, length) == plain[offset : offset + length]


def test_broken_deflated_bytes_just_end() -> None:
    assert InflatedBytes(MemoryBytes("z", b"\xff" * 50), 0).read(0, 10) == b""
