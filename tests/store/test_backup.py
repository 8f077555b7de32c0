"""A backup comes back whole, or not at all."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from labeler.errors import Cancelled, LabelerError
from labeler.store.backup import backup, restore, verify_backup
from labeler.store.profile import Practice, is_profile, open_profile
from labeler.store.sealed_stream import CHUNK
from labeler.store.settings import DEVICE
from labeler.store.store import open_store
from tests.support.profiles import CHEAP, ITEM, NOW, opened, passphrase, stroke

WORDS = "a backup's own words"


@dataclass(frozen=True)
class Made:
    root: Path
    file: Path
    data: bytes


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """A profile with work, keys and a package, and its backup (of more than one chunk)."""
    folder = tmp_path_factory.mktemp("backup")
    root, file = folder / "profile", folder / "labeler.backup"
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
        blobs = [bytes([n]) * CHUNK for n in range(2)]
        store.journal.append("d", [stroke(0), stroke(1)], after=0, at=NOW, blobs=blobs)
        store.settings.put(DEVICE, "7" * 64)
        (root / "keystore" / "0xab.json").write_text("{}")
        (root / "packages" / ("9" * 64 + ".sealed")).write_bytes(b"ciphertext")
        key = store.profile.unlock(Practice())
        info = backup(store, key, file, WORDS, now=NOW, packages=True, cost=CHEAP)
        assert info == verify_backup(file, WORDS)
        assert (info.created, info.files) == (NOW, 5)
        # Saving goes on afterwards.
        store.journal.append("d", [stroke(2)], after=2, at=NOW)
    return Made(root, file, file.read_bytes())


def test_everything_comes_back(made: Made, tmp_path: Path) -> None:
    root = tmp_path / "new"
    profile = restore(made.file, root, WORDS, now=NOW, protection=passphrase("other"))
    assert profile.root == root
    again = open_profile(root)
    store = open_store(again, again.unlock(passphrase("other")), now=NOW)
    assert store.findings == ()
    assert [mark.id for mark in store.documents.history("d").document.marks] == ["m0", "m1"]
    # A copy signs as another device, so that no sequence number is given twice.
    assert store.settings.get(DEVICE, str, "") == ""
    store.close()
    assert (root / "keystore" / "0xab.json").read_text() == "{}"
    assert (root / "packages" / ("9" * 64 + ".sealed")).read_bytes() == b"ciphertext"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new"]


def test_nothing_in_it_is_readable(made: Made) -> None:
    key = open_profile(made.root).unlock(Practice())
    for secret in (b"labeler.db", b"keystore", key, key.hex().encode()):
        assert secret not in made.data


def damaged(made: Made, tmp_path: Path, change: Callable[[bytearray], None]) -> str:
    data = bytearray(made.data)
    change(data)
    file = tmp_path / "damaged"
    file.write_bytes(data)
    with pytest.raises(LabelerError) as caught:
        verify_backup(file, WORDS)
    return caught.value.code


def test_any_flipped_byte_is_refused(made: Made, tmp_path: Path) -> None:
    chance = random.Random("backup")
    size = len(made.data)
    # The Argon2id cost may be raised by a flip up to its bound: those bytes are tried apart.
    offsets = [*range(10), *range(22, 80), *(chance.randrange(80, size) for _ in range(150))]
    for offset in [*offsets, size - 1]:

        def flip(data: bytearray, offset: int = offset) -> None:
            data[offset] ^= 1 << chance.randrange(8)

        code = damaged(made, tmp_path, flip)
        assert code in {"backup-damaged", "wrong-passphrase", "not-a-backup"}, offset


@pytest.mark.parametrize("offset", [13, 16, 17, 21])
def test_a_changed_cost_is_refused(made: Made, tmp_path: Path, offset: int) -> None:
    def change(data: bytearray) -> None:
        data[offset] ^= 2

    assert damaged(made, tmp_path, change) in {"backup-damaged", "wrong-passphrase"}


def test_cut_grown_and_reordered_files_are_refused(made: Made, tmp_path: Path) -> None:
    start, piece = 54, CHUNK + 16

    def swap(data: bytearray) -> None:
        first, second = data[start : start + piece], data[start + piece : start + 2 * piece]
        data[start : start + 2 * piece] = second + first

    def cut_at_chunk(data: bytearray) -> None:
        del data[start + piece :]

    for change in (swap, cut_at_chunk, lambda data: data.extend(b"x"), lambda data: data.pop()):
        assert damaged(made, tmp_path, change) == "backup-damaged"
    assert damaged(made, tmp_path, lambda data: data.clear()) == "not-a-backup"


def test_refusals_leave_nothing_behind(made: Made, tmp_path: Path) -> None:
    with pytest.raises(LabelerError) as caught:
        restore(made.file, tmp_path / "new", "wrong", now=NOW)
    assert caught.value.code == "wrong-passphrase"
    bad = tmp_path / "bad"
    bad.write_bytes(made.data[:-1] + bytes([made.data[-1] ^ 1]))
    with pytest.raises(LabelerError) as caught:
        restore(bad, tmp_path / "new", WORDS, now=NOW, protection=Practice())
    assert caught.value.code == "backup-damaged"
    assert [path.name for path in tmp_path.iterdir()] == ["bad"]
    with pytest.raises(LabelerError) as caught:
        restore(made.file, made.root, WORDS, now=NOW)
    assert caught.value.code == "profile-exists"
    assert is_profile(made.root)


def test_a_backup_that_is_stopped_keeps_the_one_before(tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.write_bytes(b"before")

    def stop(_done: int, _total: int) -> None:
        raise Cancelled

    with opened(tmp_path / "p") as store:
        key = store.profile.unlock(Practice())
        with pytest.raises(Cancelled):
            backup(store, key, file, WORDS, now=NOW, cost=CHEAP, tick=stop)
        with pytest.raises(LabelerError) as caught:
            backup(store, key, file, "", now=NOW)
    assert caught.value.code == "empty-passphrase"
    assert file.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "p"]
