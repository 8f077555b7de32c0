"""Heads of many files: the same bytes, whether they are waited for one by one or together."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from labeler.imaging.sources.ahead import HeadsAhead
from labeler.imaging.sources.files import FileBytes
from labeler.imaging.sources.heap import Heap

COUNT = 200


class Far(FileBytes):
    """A file that has to be fetched; notes who read it."""

    readers: set[str]

    def read_sized(self, offset: int, length: int) -> tuple[bytes, int]:
        self.readers.add(threading.current_thread().name)
        time.sleep(0.0005)
        return super().read_sized(offset, length)


def far_files(folder: Path) -> list[Far]:
    files = []
    for n in range(COUNT):
        path = folder / f"{n:03d}"
        path.write_bytes(f"{n} is the file of that name".encode())
        files.append(Far(path))
    Far.readers = set()
    return files


def test_files_that_are_waited_for_are_read_many_at_a_time_and_given_in_their_turn(
    tmp_path: Path,
) -> None:
    files = far_files(tmp_path)
    with closing(HeadsAhead(files)) as ahead:
        found = [ahead.read(file, 6) for file in files]
    assert [head for head, _, _ in found] == [f"{n} is the"[:6].encode() for n in range(COUNT)]
    assert all((size, asked) == (file.size, 6) for file, (_, size, asked) in zip(files, found))  # noqa: B905
    assert {"MainThread", "heads"} == Far.readers


def test_files_that_are_here_are_read_by_one_thread(tmp_path: Path) -> None:
    files = far_files(tmp_path)
    near = [FileBytes(file.path) for file in files]
    before = threading.active_count()
    with closing(HeadsAhead(near)) as ahead:
        ahead._slow = -COUNT  # a busy machine may make any file slow
        found = [ahead.read(file, 4) for file in near]
    assert threading.active_count() == before
    assert [head for head, _, _ in found] == [f"{n} is the"[:4].encode() for n in range(COUNT)]


def test_a_file_that_went_away_is_told_in_its_turn(tmp_path: Path) -> None:
    files = far_files(tmp_path)
    files[60].path.unlink()
    with closing(HeadsAhead(files)) as ahead:
        for file in files[:60]:
            ahead.read(file, 6)
        with pytest.raises(FileNotFoundError):
            ahead.read(files[60], 6)
        assert ahead.read(files[61], 6)[0] == b"61 is "


def test_another_number_of_bytes_counts_for_what_is_not_on_its_way(tmp_path: Path) -> None:
    files = far_files(tmp_path)
    with closing(HeadsAhead(files)) as ahead:
        asked = [ahead.read(file, 6 if n < 50 else 8)[2] for n, file in enumerate(files)]
    assert asked[:50] == [6] * 50
    assert asked[-1] == 8


def test_a_file_before_its_turn_is_read_alone(tmp_path: Path) -> None:
    files = far_files(tmp_path)
    other = Far(tmp_path / "000")
    with closing(HeadsAhead(files)) as ahead:
        found = [ahead.read(each, 3)[0] for file in files for each in (other, file)]
    assert found[::2] == [b"0 i"] * COUNT
    assert found[1::2] == [f"{n} is"[:3].encode() for n in range(COUNT)]


def test_a_heap_closes_its_threads_where_it_is_left(tmp_path: Path) -> None:
    files = far_files(tmp_path)
    each = Heap(files, ()).each(lambda _done, _total: None)
    for _ in range(COUNT // 2):
        next(each)
    each.close()
    deadline = time.monotonic() + 10
    while any(one.name == "heads" for one in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
