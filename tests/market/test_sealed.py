"""Sealed packages: any read anywhere gives the plaintext, any change gives a clear refusal."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeler.errors import Cancelled, LabelerError
from labeler.market import sealed
from labeler.market.sealed import CHUNK, HEADER, SealedPackage, seal
from labeler.model.manifest import ITEM_FORMAT, Item, ItemContext, ItemFile

KEY = bytes(range(32))


@dataclass(frozen=True)
class Held:
    """A file in memory."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, offset: int, length: int) -> bytes:
        return self.data[offset : offset + length]


def held(*contents: bytes) -> list[Held]:
    return [Held(f"{number}.dcm", data) for number, data in enumerate(contents)]


def item_of(files: list[Held]) -> Item:
    named = tuple(
        ItemFile(name=f.name, size=f.size, sha256=hashlib.sha256(f.data).hexdigest()) for f in files
    )
    return Item(format=ITEM_FORMAT, title="A case", context=ItemContext(), files=named)


def written(path: Path, files: list[Held], key: bytes = KEY) -> Path:
    with path.open("wb") as out:
        blob = seal(files, out, key)
    stored = path.read_bytes()
    assert blob.size == len(stored)
    assert blob.sha256 == hashlib.sha256(stored).hexdigest()
    return path


SIZES = st.one_of(
    st.integers(0, 40), st.sampled_from([CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    sizes=st.lists(SIZES, min_size=1, max_size=4),
    reads=st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 4 * CHUNK), st.integers(0, 3 * CHUNK))
    ),
)
def test_any_read_gives_the_plaintext(
    tmp_path: Path, sizes: list[int], reads: list[tuple[int, int, int]]
) -> None:
    files = held(*(bytes((at * 7 + n) % 251 for n in range(size)) for at, size in enumerate(sizes)))
    path = written(tmp_path / "case.sealed", files)
    with SealedPackage(path, KEY, item_of(files)) as package:
        package.check_digests()
        sources = package.files()
        assert [(s.name, s.size) for s in sources] == [(f.name, f.size) for f in files]
        for which, offset, length in reads:
            at = which % len(files)
            assert sources[at].read(offset, length) == files[at].read(offset, length)


def test_the_stored_bytes_show_nothing_of_the_files(tmp_path: Path) -> None:
    path = written(tmp_path / "case.sealed", held(b"PATIENT^NAME" * 1000))
    assert b"PATIENT" not in path.read_bytes()


def refused(code: str, act: Callable[[], object]) -> None:
    with pytest.raises(LabelerError) as caught:
        act()
    assert caught.value.code == code
    assert str(caught.value)


def read_all(path: Path, key: bytes, item: Item) -> None:
    with SealedPackage(path, key, item) as package:
        package.check_digests()


def test_a_wrong_key_is_refused(tmp_path: Path) -> None:
    files = held(b"abc", b"d" * 100)
    path = written(tmp_path / "case.sealed", files)
    refused("package-damaged", lambda: read_all(path, bytes(32), item_of(files)))


def test_every_flipped_byte_is_refused(tmp_path: Path) -> None:
    files = held(b"abc", b"d" * 100)
    path = written(tmp_path / "case.sealed", files)
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(LabelerError):
            read_all(path, KEY, item_of(files))


@pytest.mark.parametrize("size", [0, 1, 17, HEADER.size, HEADER.size + CHUNK + 16, -1])
def test_a_cut_file_is_refused(tmp_path: Path, size: int) -> None:
    files = held(b"x" * (2 * CHUNK + 9))
    path = written(tmp_path / "case.sealed", files)
    path.write_bytes(path.read_bytes()[:size])
    refused("package-damaged", lambda: read_all(path, KEY, item_of(files)))


def test_chunks_cannot_change_places(tmp_path: Path) -> None:
    files = held(b"a" * CHUNK + b"b" * CHUNK + b"c")
    path = written(tmp_path / "case.sealed", files)
    whole, step = path.read_bytes(), CHUNK + 16
    head, one, two = (
        whole[: HEADER.size],
        whole[HEADER.size :][:step],
        whole[HEADER.size + step :][:step],
    )
    path.write_bytes(head + two + one + whole[HEADER.size + 2 * step :])
    refused("package-damaged", lambda: read_all(path, KEY, item_of(files)))


def test_another_items_files_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "case.sealed", held(b"abc", b"def"))
    refused("package-mismatch", lambda: read_all(path, KEY, item_of(held(b"abc", b"deX"))))
    refused("package-mismatch", lambda: read_all(path, KEY, item_of(held(b"abc", b"de"))))


def test_a_reader_may_cancel(tmp_path: Path) -> None:
    files = held(b"x" * (3 * CHUNK))
    path = written(tmp_path / "case.sealed", files)
    seen: list[tuple[int, int]] = []

    def tick(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 2:
            raise Cancelled

    with SealedPackage(path, KEY, item_of(files)) as package, pytest.raises(Cancelled):
        package.check_digests(tick)
    assert seen == [(CHUNK, 3 * CHUNK), (2 * CHUNK, 3 * CHUNK)]


def test_threads_read_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "CACHED_BYTES", 0)
    data = b"".join(number.to_bytes(4, "big") for number in range(6 * CHUNK // 4))
    files = held(data)
    path = written(tmp_path / "case.sealed", files)
    wrong: list[int] = []
    with SealedPackage(path, KEY, item_of(files)) as package:
        source = package.files()[0]

        def read(seed: int) -> None:
            for step in range(60):
                offset = (seed * 7919 + step * 104729) % len(data)
                if source.read(offset, 70_000) != data[offset : offset + 70_000]:
                    wrong.append(offset)

        readers = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    assert wrong == []


def test_a_file_that_shrinks_while_sealing_is_named() -> None:
    class Shrinking(Held):
        def read(self, offset: int, length: int) -> bytes:  # noqa: ARG002
            return b""

    refused("file-changed", lambda: seal([Shrinking("a.dcm", b"abc")], io.BytesIO(), KEY))
