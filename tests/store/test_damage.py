"""What a disk changes or loses behind our back is noticed and named."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.store.heads import SLOT, Heads
from labeler.store.inspection import COMMITS
from labeler.store.journal import subject
from tests.support.crashes import copy, cut, flip, killed_writer
from tests.support.profiles import ITEM, NOW, opened, stroke

Damage = Callable[[Path, random.Random], str]
NAMED = {
    "database-damaged",
    "database-missing",
    "database-lost-changes",
    "database-mended",
    "journal-lost-entries",
    "journal-damaged",
    "head-damaged",
    "head-missing",
}


@dataclass(frozen=True)
class Left:
    """What a killed program left, and what it had acknowledged."""

    root: Path
    acknowledged: dict[str, int]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Left:
    root = tmp_path_factory.mktemp("left") / "profile"
    acknowledged = killed_writer(root)
    assert (root / "labeler.db-wal").stat().st_size > 0
    return Left(root, acknowledged)


def open_and_look(root: Path) -> tuple[list[str], dict[str, int]]:
    """The codes of what was named, and the entries that can be read."""
    codes: list[str] = []
    lengths: dict[str, int] = {}
    try:
        with opened(root) as store:
            codes += [finding.code for finding in store.findings]
            assert all(Path(str(f.facts["kept"])).is_dir() for f in store.findings)
            for row in store.documents.rows():
                try:
                    lengths[row.id] = len(store.journal.read(row.id))
                except LabelerError as error:
                    codes.append(error.code)
    except LabelerError as error:
        codes.append(error.code)
    return codes, lengths


def test_a_kill_alone_loses_nothing_and_names_nothing(left: Left, tmp_path: Path) -> None:
    root = copy(left.root, tmp_path / "p")
    assert open_and_look(root) == ([], left.acknowledged)
    assert open_and_look(root) == ([], left.acknowledged)


@pytest.mark.parametrize("seed", range(6))
def test_a_kill_at_any_moment_loses_nothing_acknowledged(tmp_path: Path, seed: int) -> None:
    chance = random.Random(f"kill {seed}")
    root = tmp_path / "p"
    acknowledged = killed_writer(root, kill_after_s=chance.uniform(0.0, 0.15))
    codes, lengths = open_and_look(root)
    assert codes == []
    for name, seq in acknowledged.items():
        assert lengths[name] >= seq


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("name", ["labeler.db", "labeler.db-wal", "heads"])
def test_a_flipped_bit_is_named(left: Left, tmp_path: Path, name: str, seed: int) -> None:
    chance = random.Random(f"flip {name} {seed}")
    root = copy(left.root, tmp_path / "p")
    what = flip(_file(root, name, chance), chance)
    codes, _ = open_and_look(root)
    assert codes, what
    assert set(codes) <= NAMED, what


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("name", ["labeler.db", "labeler.db-wal", "heads"])
def test_a_lost_end_is_named(left: Left, tmp_path: Path, name: str, seed: int) -> None:
    chance = random.Random(f"cut {name} {seed}")
    root = copy(left.root, tmp_path / "p")
    what = cut(_file(root, name, chance), chance)
    codes, lengths = open_and_look(root)
    assert set(codes) <= NAMED, what
    # The log may hold every page that the database file has lost.
    assert codes or (name == "labeler.db" and lengths == left.acknowledged), what


def test_a_lost_log_is_named_and_the_good_part_offered(left: Left, tmp_path: Path) -> None:
    root = copy(left.root, tmp_path / "p")
    (root / "labeler.db-wal").unlink()
    with opened(root) as store:
        codes = [finding.code for finding in store.findings]
        assert sorted(codes) == [
            "database-lost-changes",
            "journal-lost-entries",
            "journal-lost-entries",
        ]
        with pytest.raises(LabelerError) as caught:
            store.journal.read("d1")
        facts = caught.value.facts
        assert (facts["document"], facts["expected"]) == ("d1", left.acknowledged["d1"])
        assert str(facts["lost"]) in caught.value.happened
        with pytest.raises(LabelerError, match="lost"):
            store.journal.append("d1", [stroke(0)], after=0, at=NOW)
        good = store.documents.last_good("d1")
        assert len(good.document.marks) == facts["found"] == 6
        head = store.journal.accept_loss("d1")
        store.journal.append("d1", [stroke(6)], after=head.seq, at=NOW)
    with opened(root) as store:
        assert [finding.code for finding in store.findings] == ["journal-lost-entries"]
        assert len(store.documents.history("d1").document.marks) == 7
        incidents = store.incidents()
        assert len(incidents) == 4
        assert incidents[0].kept != incidents[-1].kept
        assert (incidents[-1].subject, incidents[-1].expected) == ("d2", left.acknowledged["d2"])


def test_the_same_damage_is_kept_once(left: Left, tmp_path: Path) -> None:
    root = copy(left.root, tmp_path / "profile")
    (root / "labeler.db").write_bytes(b"no database" * 1000)
    (root / "labeler.db-wal").unlink()
    kept = set[str]()
    for _ in range(3):
        with pytest.raises(LabelerError) as caught, opened(root):
            pass
        assert caught.value.code == "database-damaged"
        kept.add(str(caught.value.facts["kept"]))
    assert len(kept) == 1
    assert [str(folder) for folder in (root / "aside").iterdir()] == list(kept)
    (root / "labeler.db").write_bytes(b"another damage" * 1000)
    with pytest.raises(LabelerError), opened(root):
        pass
    assert len(list((root / "aside").iterdir())) == 2


def test_the_files_kept_aside_are_those_that_were_found(left: Left, tmp_path: Path) -> None:
    root = copy(left.root, tmp_path / "p")
    flip(root / "labeler.db-wal", random.Random(3))
    before = {path.name: path.read_bytes() for path in root.glob("labeler.db*")}
    with opened(root) as store:
        kept = Path(str(store.findings[0].facts["kept"]))
    for name in ("labeler.db", "labeler.db-wal"):
        assert (kept / name).read_bytes() == before[name]


def test_an_older_copy_of_the_database_is_named(tmp_path: Path) -> None:
    root = tmp_path / "p"
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
        store.journal.append("d", [stroke(0)], after=0, at=NOW)
    older = (root / "labeler.db").read_bytes()
    with opened(root) as store:
        store.journal.append("d", [stroke(1)], after=1, at=NOW)
    (root / "labeler.db").write_bytes(older)
    assert open_and_look(root)[0] == ["journal-lost-entries", "journal-lost-entries"]


def test_another_branch_of_the_same_length_is_named(tmp_path: Path) -> None:
    root = tmp_path / "p"
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
    other = copy(root, tmp_path / "other")
    for place, step in ((root, stroke(0)), (other, stroke(0))):
        with opened(place) as store:
            store.journal.append("d", [step], after=0, at=NOW + (place is other))
    (root / "labeler.db").write_bytes((other / "labeler.db").read_bytes())
    codes, _ = open_and_look(root)
    assert codes == ["journal-damaged", "journal-damaged"]


def test_a_chain_broken_inside_is_named_at_reading(tmp_path: Path) -> None:
    with opened(tmp_path / "p") as store:
        store.documents.ensure("d", ITEM, NOW)
        store.journal.append("d", [stroke(n) for n in range(5)], after=0, at=NOW)
        with store.database.transaction():
            store.database.run("UPDATE journal SET hash = lower(hash) || '0' WHERE seq = 3")
        with pytest.raises(LabelerError) as caught:
            store.journal.read("d")
        assert caught.value.code == "journal-damaged"
        assert (caught.value.facts["good"], caught.value.facts["expected"]) == (2, 5)
        assert len(store.documents.last_good("d").document.marks) == 2


def test_a_missing_head_is_named_once(left: Left, tmp_path: Path) -> None:
    root = copy(left.root, tmp_path / "p")
    with opened(root) as store:
        path = store.heads.path(subject("d2"))
    path.unlink()
    with opened(copy(root, tmp_path / "told")) as store:
        assert store.findings[0].happened == "The note of how far case d2 was saved is gone."
    assert open_and_look(root) == (["head-missing"], left.acknowledged)
    assert open_and_look(root) == ([], left.acknowledged)


def test_a_torn_head_leaves_the_other_slot(tmp_path: Path) -> None:
    root = tmp_path / "p"
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
        for number in range(3):
            store.journal.append("d", [stroke(number)], after=number, at=NOW)
        path = store.heads.path(subject("d"))
    data = bytearray(path.read_bytes())
    assert len(data) == 2 * SLOT
    data[:100] = bytes(100)
    path.write_bytes(data)
    assert open_and_look(root) == (["head-damaged"], {"d": 3})
    assert open_and_look(root) == ([], {"d": 3})


def test_damage_to_every_part_of_a_head_is_named(tmp_path: Path) -> None:
    root = tmp_path / "p"
    with opened(root) as store:
        path = store.heads.path(COMMITS)
        for number in range(2):
            store.settings.put("n", number)
        good = path.read_bytes()
        for offset in range(0, len(good), 61):
            damaged = bytearray(good)
            damaged[offset] ^= 0x10
            path.write_bytes(damaged)
            assert store.heads.read(COMMITS).damaged == 1


def _file(root: Path, name: str, chance: random.Random) -> Path:
    if name != "heads":
        return root / name
    return chance.choice(sorted((root / "heads").iterdir()))


def test_a_crash_between_the_first_entry_and_its_head_is_no_damage(tmp_path: Path) -> None:
    root = tmp_path / "profile"
    with opened(root) as store:
        store.documents.ensure("d", ITEM, NOW)
        store.journal.append("d", [stroke(0)], after=0, at=NOW)
        path = store.heads.path("document:d")
    path.unlink()
    Heads(path.parent).begin("document:d")
    with opened(root) as store:
        assert store.findings == ()
        assert store.journal.head("d").seq == 1
