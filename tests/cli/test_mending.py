"""`labeler doctor` names what the disk damaged, and mends it when a person says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from labeler.cli.mending import HELD
from labeler.proof.codec import digest
from labeler.store.heads import Head
from labeler.store.journal import subject
from labeler.store.profile import Passphrase, open_profile
from labeler.store.store import Store, open_store
from tests.support.profiles import CHEAP, ITEM, NOW, stroke
from tests.support.shell import SECRETS, Said, Shell

PAGE = 4096


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A protected profile with five strokes on one case, of which the disk gives back three."""
    shell = Shell(tmp_path / "profile").has_cheap_profile()
    with_store(shell, lambda store: draw(store, 3))
    older = (shell.profile / "labeler.db").read_bytes()
    with_store(shell, lambda store: draw(store, 2))
    (shell.profile / "labeler.db").write_bytes(older)
    return shell


def with_store(shell: Shell, work: Callable[[Store], None]) -> None:
    profile = open_profile(shell.profile)
    key = profile.unlock(Passphrase(SECRETS["LABELER_PROFILE_PASSPHRASE"], CHEAP))
    store = open_store(profile, key, now=int(time.time()))
    try:
        work(store)
    finally:
        store.close()


def draw(store: Store, count: int) -> None:
    store.documents.ensure(ITEM, ITEM, NOW)
    for _ in range(count):
        seq = store.journal.head(ITEM).seq
        store.journal.append(ITEM, [stroke(seq)], after=seq, at=NOW)


def add_of_a_later_program(store: Store) -> None:
    head = store.journal.head(ITEM)
    seq = head.seq + 1
    entry = b'{"at":1,"document":"%s","previous":"%s","seq":%d,"step":{"type":"dream"}}' % (
        ITEM.encode(),
        head.digest.encode(),
        seq,
    )
    with store.database.transaction():
        store.database.run(
            "INSERT INTO journal (document, seq, entry, hash) VALUES (?, ?, ?, ?)",
            (ITEM, seq, entry, digest(entry)),
        )
        store.database.after_commit(
            lambda: store.heads.acknowledge(Head(subject(ITEM), seq, digest(entry)))
        )


def check(said: Said, name: str) -> dict[str, str]:
    (line,) = [line for line in said.json["checks"] if line["check"] == name]
    return dict(line)


def test_a_damaged_case_is_named_and_gone_on_from(shell: Shell) -> None:
    told = check(shell.run("doctor", "--json"), "journals")
    assert told["state"] == "unsafe"
    assert "3 of 5 saved steps" in told["detail"]
    name = told["do"].partition("--go-on ")[2].partition(",")[0]
    said = shell.run("doctor", "--go-on", name, "--json")
    assert (said.code, said.error) == (2, "confirmation-missing")
    assert "3 of 5 saved steps" in said.aside
    assert check(shell.run("doctor", "--json"), "journals")["state"] == "unsafe"
    done = shell.run("doctor", "--go-on", name, "--yes", "--json")
    assert done.code == 0, done
    assert {k: v for k, v in done.json.items() if k != "kept"} == {
        "case": ITEM, "title": "", "steps": 3, "expected": 5, "marks": 3, "answers": 0,
    }  # fmt: skip
    assert (Path(done.json["kept"]) / "labeler.db").is_file()
    with_store(shell, lambda store: draw(store, 1))
    with_store(shell, lambda store: is_whole(store, 4))
    assert check(shell.run("doctor", "--json"), "journals")["state"] == "ok"
    again = shell.run("doctor", "--go-on", name, "--yes", "--json")
    assert (again.code, again.error) == (1, "case-whole")
    assert "is whole" in again.json["error"]["happened"]
    nobody = shell.run("doctor", "--go-on", "fedcba98", "--yes", "--json")
    assert (nobody.code, nobody.error) == (1, "name-unknown")


def is_whole(store: Store, steps: int) -> None:
    assert store.findings == ()
    assert len(store.journal.read(ITEM)) == steps


def test_a_pipe_cannot_say_yes(shell: Shell) -> None:
    said = shell.run("doctor", "--go-on", ITEM[:12], typing="y\n")
    assert said.code == 2
    with_store(shell, still_damaged)


def still_damaged(store: Store) -> None:
    assert store.journal.lost() == (ITEM,)


def test_a_damaged_database_is_recovered(shell: Shell) -> None:
    shell.run("doctor", "--go-on", ITEM[:12], "--yes")
    with_store(shell, lambda store: draw(store, 60))
    path = shell.profile / "labeler.db"
    broken = bytearray(path.read_bytes())
    for page in range(len(broken) // PAGE - 6, len(broken) // PAGE):
        broken[page * PAGE + 100] ^= 1
    path.write_bytes(broken)
    told = check(shell.run("doctor", "--json"), "database")
    assert told["state"] == "unsafe"
    assert f'labeler doctor --recover --profile "{shell.profile}"' in told["do"]
    said = shell.run("doctor", "--recover", "--json")
    assert (said.code, said.error) == (2, "confirmation-missing")
    assert path.read_bytes() == broken
    done = shell.run("doctor", "--recover", "--yes", "--json")
    assert done.code == 0, done
    assert done.json["recovered"]
    assert done.json["rows"] > 0
    assert "saved changes" not in done.aside
    assert (Path(done.json["kept"]) / "labeler.db").read_bytes() == broken
    assert [case["case"] for case in done.json["damaged"]] == [ITEM]
    assert shell.run("doctor", "--go-on", ITEM, "--yes").code == 0
    with_store(shell, lambda store: draw(store, 1))
    assert check(shell.run("doctor", "--json"), "journals")["state"] == "ok"
    whole = shell.run("doctor", "--recover", "--yes", "--json")
    assert (whole.code, whole.json["recovered"]) == (0, False)


def test_where_nothing_can_be_read_it_stays_as_it_is(shell: Shell) -> None:
    path = shell.profile / "labeler.db"
    path.write_bytes(bytes(3 * PAGE))
    said = shell.run("doctor", "--recover", "--yes", "--json")
    assert (said.code, said.error) == (1, "nothing-recovered")
    assert path.read_bytes() == bytes(3 * PAGE)


def test_one_thing_at_a_time(shell: Shell) -> None:
    said = shell.run("doctor", "--recover", "--go-on", ITEM, "--json")
    assert (said.code, said.error) == (2, "usage")


def test_a_damaged_journal_does_not_leave_the_house_and_is_told_once(
    shell: Shell, tmp_path: Path
) -> None:
    file = tmp_path / "journal"
    said = shell.run("journal", "export", ITEM, str(file))
    assert (said.code, said.out) == (1, "")
    assert said.aside.count("3 of 5 saved steps") == 1
    assert not file.exists()
    said = shell.run("journal", "export", ITEM, str(file), "--json")
    assert said.error == "journal-lost-entries"
    (listed,) = shell.json("journal", "list")["documents"]
    assert listed["entries"] == 3


def test_a_case_of_a_newer_version_is_named_as_one(shell: Shell) -> None:
    shell.run("doctor", "--go-on", ITEM[:12], "--yes")
    with_store(shell, add_of_a_later_program)
    told = check(shell.run("doctor", "--json"), "journals")
    assert told["state"] == "info"
    assert "newer version" in told["detail"]
    assert ITEM[:12] in told["detail"]
    said = shell.run("doctor", "--go-on", ITEM[:12], "--yes", "--json")
    assert (said.code, said.error) == (1, "journal-newer")


def test_damage_that_only_left_copies_is_told(tmp_path: Path) -> None:
    """As of a case whose damage was found when the window opened it."""
    shell = Shell(tmp_path / "profile").has_cheap_profile()
    assert check(shell.run("doctor", "--json"), "incidents")["detail"] == "no damage is on record"
    kept = shell.profile / "aside" / "20260101T000000Z"
    kept.mkdir(parents=True)
    told = check(shell.run("doctor", "--json"), "incidents")
    assert told["state"] == "info"
    assert str(kept.parent) in told["detail"]


def test_every_table_is_told_in_plain_words(shell: Shell) -> None:
    names: set[str] = set()

    def look(store: Store) -> None:
        rows = store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        names.update(str(row[0]) for row in rows)

    shell.run("doctor", "--go-on", ITEM[:12], "--yes")
    with_store(shell, look)
    assert {name for name in names if not name.startswith("sqlite_")} - OWN == set(HELD)


OWN = {"migration", "commit_count"}
"""Of the database itself: never carried over."""
