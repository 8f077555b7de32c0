"""`labeler journal`: from a profile into one file, checked and replayed by somebody without it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labeler.model.document import empty_document
from labeler.model.steps import Away, Here, LessTime
from labeler.proof.codec import digest, encode
from labeler.proof.journal_check import Fault, check, unsound
from labeler.store.store import Store
from tests.cli.test_mending import with_store
from tests.support.documented import check_documented
from tests.support.profiles import ITEM, NOW, stroke
from tests.support.shell import Shell
from tests.support.walks import Walk


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "profile").has_cheap_profile()


def drawn(shell: Shell, count: int) -> Walk:
    """A document with so many steps, painted ones too."""
    walk = Walk(empty_document(ITEM), seed=9)

    def draw(store: Store) -> None:
        store.documents.ensure(ITEM, ITEM, NOW)
        for seq, step in enumerate(walk.steps(count)):
            blobs = list(walk.blobs.values())
            store.journal.append(ITEM, [step], after=seq, at=NOW, blobs=blobs)

    with_store(shell, draw)
    return walk


def test_a_journal_leaves_the_profile_and_is_checked_without_it(
    shell: Shell, tmp_path: Path
) -> None:
    def draw(store: Store) -> None:
        store.documents.ensure(ITEM, ITEM, NOW)
        store.journal.append(ITEM, [Here()], after=0, at=NOW)
        store.journal.append(ITEM, [stroke(0)], after=1, at=NOW + 40)
        store.journal.append(ITEM, [stroke(1)], after=2, at=NOW + 55)
        store.journal.append(ITEM, [Away(600)], after=3, at=NOW + 655)
        store.journal.append(ITEM, [LessTime(15)], after=4, at=NOW + 656)

    with_store(shell, draw)
    file = str(tmp_path / "journal")
    (listed,) = shell.json("journal", "list")["documents"]
    assert (listed["document"], listed["entries"]) == (ITEM, 5)
    told = shell.json("journal", "export", ITEM[:6], file)
    assert (told["entries"], told["bytes"]) == (5, Path(file).stat().st_size)
    stranger = Shell(tmp_path / "nobody", environment={}, documents=shell.documents)
    holds = stranger.json("journal", "verify", file)
    assert (holds["holds"], holds["good"], holds["bad"]) == (True, 5, None)
    assert holds["time"] == {"active": 55, "idle": 601, "told": 40}
    assert "at work 55 s, idle 601 s, told as 40 s" in stranger.run("journal", "verify", file).out
    shown = stranger.json("journal", "replay", file)
    assert (shown["digest"], len(shown["content"]["marks"])) == (holds["digest"], 2)
    assert stranger.json("journal", "replay", file, "--to", "2")["entry"] == 2
    check_documented(shell.documents)
    assert shell.run("journal", "export", ITEM, file, "--json").error == "file-exists"
    assert not (tmp_path / "nobody").exists()


def test_a_painted_journal_replays_to_the_same_document(shell: Shell, tmp_path: Path) -> None:
    walk = drawn(shell, 40)
    file = str(tmp_path / "journal")
    shell.json("journal", "export", ITEM, file)
    said = shell.run("journal", "replay", file)
    assert said.code == 0
    name, document = said.out.splitlines()
    assert document.encode() == encode(walk.history.document)
    assert name.split()[0] == digest(document.encode())


def test_a_damaged_file_tells_the_first_bad_entry_and_the_last_good_state(
    shell: Shell, tmp_path: Path
) -> None:
    drawn(shell, 40)
    file = tmp_path / "journal"
    shell.json("journal", "export", ITEM, str(file))
    lines = file.read_bytes().split(b"\n")
    lines[20] = lines[20].replace(b"nodule", b"nodula").replace(b'"at":1', b'"at":2')
    file.write_bytes(b"\n".join(lines))
    said = shell.run("journal", "verify", str(file), "--json")
    assert (said.code, said.error) == (4, "journal-unsound")
    assert (said.json["holds"], said.json["bad"], said.json["good"]) == (False, 20, 19)
    assert "Entry 20" in said.json["error"]["happened"]
    checked = check(file.read_bytes())
    some = [
        unsound(replace(checked, entries=checked.entries[:good]), Fault(good + 1, "broken")).safe
        for good in (0, 1, 2)
    ]
    assert some == ["No entry holds.", "The first entry holds.", "The first 2 entries hold."]
    good = shell.json("journal", "replay", str(file), "--to", "19")
    assert good["digest"] == said.json["digest"]
    for typed in ([], ["--to", "20"]):
        said = shell.run("journal", "replay", str(file), *typed, "--json")
        assert (said.code, said.error) == (4, "journal-unsound")
    assert shell.run("journal", "replay", str(file), "--to", "77", "--json").error == "no-entry"


def test_a_newer_journal_is_refused_and_left_alone(shell: Shell, tmp_path: Path) -> None:
    drawn(shell, 3)
    file = tmp_path / "journal"
    shell.json("journal", "export", ITEM, str(file))
    later = file.read_bytes().replace(b"labeler.journal/1", b"labeler.journal/7", 1)
    file.write_bytes(later)
    said = shell.run("journal", "verify", str(file), "--json")
    assert (said.code, said.error) == (1, "journal-newer")
    assert "labeler.journal/7" in said.json["error"]["happened"]
    assert file.read_bytes() == later
    file.write_bytes(b"no journal")
    assert shell.run("journal", "verify", str(file), "--json").error == "not-a-journal"
    assert shell.run("journal", "verify", str(tmp_path / "none"), "--json").error == "not-read"
