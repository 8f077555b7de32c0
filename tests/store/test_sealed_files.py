"""Files sealed while they come in: any pieces in, any stretch out, nothing changed unseen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.store.sealed_files import CHUNK, HEADER, TAG, SealedFile, SealedWriter

KEY = bytes(range(32))


def sealed(path: Path, data: bytes, pieces: int = 7919) -> SealedFile:
    path.unlink(missing_ok=True)
    writer = SealedWriter(path, KEY)
    for at in range(0, len(data), pieces):
        writer.write(data[at : at + pieces])
    writer.finish()
    return SealedFile(path, KEY, "one")


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17])
def test_what_was_written_is_read(tmp_path: Path, size: int) -> None:
    data = os.urandom(size)
    file = sealed(tmp_path / "f", data)
    file.check()
    assert file.size == size
    assert file.read(0, size + 10) == data
    assert size < 64 or data[:64] not in (tmp_path / "f").read_bytes()


@given(st.integers(0, 3 * CHUNK), st.integers(0, 3 * CHUNK))
def test_any_stretch(tmp_path_factory: pytest.TempPathFactory, start: int, length: int) -> None:
    data = bytes(range(251)) * 600
    file = sealed(tmp_path_factory.mktemp("s") / "f", data, 50_000)
    assert file.read(start, length) == data[start : start + length]


def test_two_files_of_one_key_have_nothing_in_common(tmp_path: Path) -> None:
    first, second = (
        sealed(tmp_path / name, bytes(1000)) and (tmp_path / name).read_bytes() for name in "ab"
    )
    assert first[HEADER.size :] != second[HEADER.size :]


def test_every_change_is_found(tmp_path: Path) -> None:
    path, data = tmp_path / "f", os.urandom(CHUNK + 100)
    sealed(path, data)
    good = path.read_bytes()
    changed = [good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :] for at in (0, 5, 12, 40, -1)]
    cut = [good[: HEADER.size + CHUNK + TAG], good[:-1], good[: HEADER.size], good[:10], b""]
    longer = [good + good[-50:]]
    for bad in (*changed, *cut, *longer):
        path.write_bytes(bad)
        with pytest.raises(LabelerError) as caught:
            SealedFile(path, KEY, "one").check()
        assert caught.value.code == "received-damaged"
    path.write_bytes(good)
    with pytest.raises(LabelerError):
        SealedFile(path, bytes(32), "one").check()
