"""Bad input to `labeler journal verify` and `replay`, byte by byte: nothing that was changed is
taken for what it was, and what was is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.model.document import empty_document
from labeler.model.steps import Away, Here, LessTime
from labeler.proof.journal_check import check
from labeler.store.store import Store
from tests.cli.test_mending import with_store
from tests.support.profiles import ITEM, NOW
from tests.support.shell import Said, Shell
from tests.support.walks import Walk

OTHER_ITEM = "2" * 64
REFUSED = {"not-a-journal": 4, "journal-newer": 1, "journal-unsound": 4}
"""Exit codes of what may be said of a file that is not the one that was written."""


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("bad") / "profile").has_cheap_profile()


@pytest.fixture(scope="module")
def whole(shell: Shell) -> bytes:
    """Exported: presence, marks, answers, strokes of paint, undo."""
    walk = Walk(empty_document(ITEM), seed=9)
    steps = [*walk.steps(9), Here(), Away(90), LessTime(5)]

    def draw(store: Store) -> None:
        store.documents.ensure(ITEM, ITEM, NOW)
        blobs = list(walk.blobs.values())
        store.journal.append(ITEM, steps, after=0, at=NOW, blobs=blobs)

    with_store(shell, draw)
    file = shell.profile.parent / "whole"
    shell.json("journal", "export", ITEM, str(file))
    data = file.read_bytes()
    assert b"LBD1" in data, "strokes are in it"
    return data


def judged(data: bytes) -> str:
    """What `verify` is made of, without a shell around it."""
    try:
        found = check(data)
    except LabelerError as error:
        return error.code
    if found.fault is None:
        return "holds"
    assert found.fault.why
    assert len(found.entries) < max(found.fault.entry, len(found.entries) + 1)
    return "journal-unsound"


def said(shell: Shell, folder: Path, data: bytes, verb: str = "verify") -> Said:
    file = folder / "bad"
    file.write_bytes(data)
    answer = shell.run("journal", verb, str(file), "--json")
    assert file.read_bytes() == data, "it is left alone"
    return answer


def flipped(data: bytes, bits: range = range(8)) -> Iterator[tuple[int, bytes]]:
    for place in range(len(data)):
        forged = bytearray(data)
        forged[place] ^= 1 << bits[place % len(bits)]
        yield place, bytes(forged)


def test_a_flipped_bit_at_every_byte_is_found(whole: bytes) -> None:
    counts = Counter(judged(forged) for _place, forged in flipped(whole))
    assert counts.pop("holds", 0) == 0
    assert set(counts) <= set(REFUSED)
    assert sum(counts.values()) == len(whole) > 3_000


def test_a_file_cut_at_every_byte_is_found(whole: bytes) -> None:
    counts = Counter(judged(whole[:kept]) for kept in range(len(whole)))
    assert counts.pop("holds", 0) == 0
    assert set(counts) <= set(REFUSED)
    assert counts["journal-newer"] == 0, "what is cut is not newer"


def test_the_shell_says_of_each_what_the_check_does(whole: bytes, tmp_path: Path) -> None:
    """At every 211th byte, and all of one entry; in words, with the exit code, and with the last
    good state, which replays."""
    start = whole.index(b"\n", len(whole) // 4) + 1
    end = whole.index(b"\n", start)
    places = {*range(0, len(whole), 211), *range(start, min(end, start + 30))}
    stranger = Shell(tmp_path / "nobody", environment={})
    for place, forged in flipped(whole):
        if place not in places:
            continue
        answer = said(stranger, tmp_path, forged)
        assert (answer.error, answer.code) == (judged(forged), REFUSED[answer.error]), place
        told = answer.json["error"]
        assert told["happened"]
        assert told["safe"]
        assert told["do"]
        if answer.error == "journal-unsound":
            good = str(answer.json["good"])
            replayed = stranger.run(
                "journal", "replay", str(tmp_path / "bad"), "--to", good, "--json"
            )
            assert (replayed.code, replayed.json["digest"]) == (0, answer.json["digest"]), place
        assert said(stranger, tmp_path, forged, "replay").error == answer.error
    for kept in range(0, len(whole), 997):
        answer = said(stranger, tmp_path, whole[:kept])
        assert (answer.error, answer.code) == (judged(whole[:kept]), REFUSED[answer.error]), kept


def test_a_newer_one_is_refused_whatever_it_holds(
    shell: Shell, whole: bytes, tmp_path: Path
) -> None:
    for version in (b"2", b"17"):
        later = whole.replace(b"labeler.journal/1", b"labeler.journal/" + version, 1)
        for verb in ("verify", "replay"):
            answer = said(shell, tmp_path, later, verb)
            assert (answer.code, answer.error) == (1, "journal-newer")
            assert version.decode() in answer.json["error"]["happened"]


def test_one_that_is_called_another_images_is_found(
    shell: Shell, whole: bytes, tmp_path: Path
) -> None:
    """Whoever puts another item into the first line has another document at the end."""
    other = whole.replace(ITEM.encode(), OTHER_ITEM.encode(), 2)
    answer = said(shell, tmp_path, other)
    assert (answer.code, answer.error, answer.json["holds"]) == (4, "journal-unsound", False)
    first = whole.index(b'"item":"') + len(b'"item":"')
    other = whole[:first] + OTHER_ITEM.encode() + whole[first + 64 :]
    answer = said(shell, tmp_path, other)
    assert (answer.code, answer.json["bad"], answer.json["good"]) == (4, 0, 12)
    assert "the document at its end is not the one" in answer.json["error"]["happened"]
