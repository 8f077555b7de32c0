"""Kept frames: only what was kept comes back, bounded, unreadable without the key."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labeler.store.frame_cache import FrameCache

KEY = bytes(range(32))
NAME, FRAME = b"digest of the codestream", b"lungs of somebody" * 100


def cache(folder: Path, key: bytes = KEY, limit: int = 1 << 20) -> FrameCache:
    return FrameCache(folder / "frames", key, limit)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "frames").glob("*/*"))


def test_what_was_kept_comes_back_also_to_the_next_start(tmp_path: Path) -> None:
    frames = cache(tmp_path).of("case")
    assert frames.get(NAME) is None
    frames.put(NAME, FRAME)
    assert frames.get(NAME) == FRAME
    assert cache(tmp_path).of("case").get(NAME) == FRAME
    assert frames.get(b"another digest") is None
    assert cache(tmp_path).of("another case").get(NAME) is None


def test_the_disk_tells_neither_frame_nor_name_nor_case(tmp_path: Path) -> None:
    cache(tmp_path).of("case of somebody").put(NAME, FRAME)
    (path,) = files(tmp_path)
    assert b"lungs" not in path.read_bytes()
    said = str(path.relative_to(tmp_path))
    assert NAME.hex() not in said
    assert "case" not in said
    assert cache(tmp_path, bytes(32)).of("case of somebody").get(NAME) is None


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _swap(path: Path) -> None:
    other = next(each for each in path.parent.iterdir() if each != path)
    shutil.copy(other, path)


@pytest.mark.parametrize(
    "harm",
    [
        _flip,
        _swap,
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(os.urandom(500)),
    ],
)
def test_a_damaged_or_foreign_file_is_no_frame_and_goes(
    tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    made = cache(tmp_path)
    frames = made.of("case")
    frames.put(NAME, FRAME)
    (path,) = files(tmp_path)
    frames.put(b"other", b"other")
    harm(path)
    assert frames.get(NAME) is None
    assert not path.exists()
    assert frames.get(b"other") == b"other"
    frames.put(NAME, FRAME)
    assert frames.get(NAME) == FRAME


def test_the_oldest_go_first_and_the_limit_holds_over_starts(tmp_path: Path) -> None:
    frames = cache(tmp_path, limit=10_000).of("case")
    for n in range(4):
        frames.put(bytes([n]), bytes(2000))
        time.sleep(0.002)  # their age is told by the file system
    again = cache(tmp_path, limit=10_000).of("another")
    for n in range(4):
        again.put(bytes([n]), bytes(2000))
        assert sum(path.stat().st_size for path in files(tmp_path)) <= 10_000
    assert [frames.get(bytes([n])) is None for n in range(4)] == [True, True, True, True]
    assert all(again.get(bytes([n])) is not None for n in range(4))


def test_a_limit_of_nothing_keeps_nothing(tmp_path: Path) -> None:
    made = cache(tmp_path, limit=10_000)
    made.set_limit(0)
    made.of("case").put(NAME, FRAME)
    assert files(tmp_path) == []


def test_a_case_is_wiped_alone(tmp_path: Path) -> None:
    made = cache(tmp_path)
    for case in ("one", "two"):
        made.of(case).put(NAME, FRAME)
    made.wipe("one")
    assert made.of("one").get(NAME) is None
    assert made.of("two").get(NAME) == FRAME
    assert len(files(tmp_path)) == 1
    made.of("one").put(NAME, FRAME)
    assert made.of("one").get(NAME) == FRAME


def test_a_disk_that_takes_nothing_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "frames").write_text("no folder")
    frames = cache(tmp_path).of("case")
    frames.put(NAME, FRAME)
    assert frames.get(NAME) is None


def test_who_wants_none_kept_has_none_left(tmp_path: Path) -> None:
    cache(tmp_path).of("case").put(NAME, FRAME)
    frames = cache(tmp_path)
    frames.set_limit(0)
    assert frames.of("case").get(NAME) is None
    frames.of("case").put(b"another", FRAME)
    assert files(tmp_path) == []
