"""Memory shared with a worker: it cannot be cut short, and nothing is taken from beside it."""

from __future__ import annotations

import os
import sys

import pytest

from labeler.imaging.decoding.shared import SHARED_BYTES, make_shared, open_shared, places

linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone has such memory")


@linux
def test_what_the_worker_writes_lies_where_it_was_told_to_put_it() -> None:
    shared = make_shared()
    assert shared is not None
    theirs = open_shared(shared.fd)
    theirs[64:69] = b"tiles"
    assert bytes(shared.at(64, 5)) == b"tiles"
    theirs.release()
    shared.close()


@linux
def test_who_is_still_at_it_keeps_it_when_it_is_closed() -> None:
    shared = make_shared()
    assert shared is not None
    held = shared.at(0, 5)
    held[:] = b"tiles"
    shared.close()
    assert bytes(held) == b"tiles"


@linux
@pytest.mark.parametrize("size", [0, SHARED_BYTES - 1, SHARED_BYTES + 1])
def test_nobody_can_give_it_another_size(size: int) -> None:
    """A map of a file that was cut short ends who reads it."""
    shared = make_shared()
    assert shared is not None
    with pytest.raises(PermissionError):
        os.ftruncate(shared.fd, size)
    shared.close()


def test_pieces_lie_beside_one_another_or_nowhere() -> None:
    assert places([1, 64, 65, 3]) == (0, 64, 128, 256)
    assert places([SHARED_BYTES]) == (0,)
    assert places([SHARED_BYTES, 1]) == ()
