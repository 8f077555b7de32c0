"""The files of a case are closed once, after the last job that reads them."""

from __future__ import annotations

import threading

import pytest

from labeler.app.case_use import CaseUse
from labeler.errors import Cancelled


def test_without_readers_it_closes_at_once_and_once() -> None:
    closed: list[str] = []
    use = CaseUse(lambda: closed.append("closed"))
    with use.reading():
        pass
    use.close()
    use.close()
    assert closed == ["closed"]
    with pytest.raises(Cancelled), use.reading():
        raise AssertionError("the files are gone")


def test_it_waits_for_the_last_reader_even_if_that_one_fails() -> None:
    closed: list[str] = []
    use = CaseUse(lambda: closed.append("closed"))

    def read() -> None:
        with use.reading():
            with use.reading():
                use.close()
                assert closed == []
            assert closed == []
            raise ValueError("ours")

    with pytest.raises(ValueError, match="ours"):
        read()
    assert closed == ["closed"]


class Files:
    """Open until closed; counts who read them afterwards."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self.too_late = 0
        self.use = CaseUse(self.closed.set)

    def read(self) -> None:
        while True:
            try:
                with self.use.reading():
                    for _ in range(50):
                        self.too_late += self.closed.is_set()
            except Cancelled:
                return


def test_many_readers_never_find_it_closed() -> None:
    for _ in range(20):
        files = Files()
        readers = [threading.Thread(target=files.read) for _ in range(3)]
        for reader in readers:
            reader.start()
        files.use.close()
        for reader in readers:
            reader.join()
        assert files.too_late == 0
        assert files.closed.is_set()
