"""What docs/formats.md says of a journal is enough for somebody who has nothing of this program."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.app.painted_masks import painted_in
from labeler.model.document import Mark, empty_document
from labeler.model.edits import (
    AddMark,
    OneEdit,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
    Together,
)
from labeler.model.forms import Answer
from labeler.model.frames import FrameRef
from labeler.model.mask_states import state_of, unpainted
from labeler.model.measures import MASKS
from labeler.model.shapes import Box
from labeler.model.steps import Amend, Away, Do, Go, Here, Left, LessTime, Redo, Step, Undo
from labeler.proof.codec import digest, encode
from labeler.proof.journal_chain import NO_DIGEST, JournalEntry
from labeler.proof.journal_check import Checked, check, document_at
from labeler.proof.journal_file import JOURNAL_FORMAT, JournalHead, build, pack, take_apart
from tests.support import journal_reader
from tests.support.profiles import ITEM, stroke
from tests.support.walks import Walk, WideWalk

READER = Path(journal_reader.__file__)
OPACITY = Answer("opacity", "yes")
FRAME, ELSEWHERE = FrameRef("1.2", "1.2.3", 0), FrameRef("1.9", "1.9.3", 0)


def file_of(steps: list[Step], blobs: dict[str, bytes]) -> bytes:
    entries: list[tuple[bytes, Step]] = []
    previous = NO_DIGEST
    for seq, step in enumerate(steps, 1):
        data = encode(JournalEntry(ITEM, seq, 1_800_000_000 + seq, step, previous))
        entries.append((data, step))
        previous = digest(data)
    return build(ITEM, ITEM, entries, blobs.__getitem__)


def walked(seed: int, count: int = 120) -> bytes:
    walk = Walk(empty_document(ITEM), seed)
    return file_of(list(walk.steps(count)), walk.blobs)


def read(data: bytes, to: int | None = None) -> tuple[str, str] | None:
    """None where the stranger says that it does not hold."""
    try:
        return journal_reader.check(data, to)
    except (SystemExit, LookupError, TypeError, ValueError, AttributeError):
        return None


@pytest.mark.parametrize("seed", range(12))
def test_a_stranger_comes_to_the_same_document(seed: int) -> None:
    data = walked(seed)
    ours = check(data)
    assert ours.fault is None
    assert read(data) == (digest(encode(ours.entries[-1])), ours.result)
    for seq in range(0, 121, 8):
        asked = read(data, seq)
        assert asked is not None
        assert asked[1] == digest(encode(document_at(ours, seq)))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 60))
def test_every_journal_is_whole_to_a_stranger(seed: int, count: int) -> None:
    """Whatever was done: all blobs that any step needs are there, and no other."""
    walk = WideWalk(empty_document(ITEM), seed)
    steps = list(walk.steps(count))
    data = file_of(steps, walk.blobs)
    ours, found = check(data), take_apart(data)
    assert ours.fault is None
    assert read(data) == (digest(encode(ours.entries[-1])), ours.result)
    assert ours.history.document == walk.history.document
    held = painted_in(ours.history, found.blobs.__getitem__)
    for mark in ours.history.document.marks:
        if isinstance(mark.shape, MASKS):
            content = held.content(mark.shape)
            assert content is not None
            assert content.tiles == walk.contents[state_of(mark.shape)].tiles


def test_a_stranger_knows_every_kind_of_step() -> None:
    answered = [
        SetAnswer(None, OPACITY),
        SetAnswer(OPACITY, Answer("opacity", "no")),
        SetAnswer(None, Answer("a-note", 'über \u2028\x1f\x7f"\\')),
        SetNoFinding(before=False, after=True),
    ]
    time = [Here(), Away(70), LessTime(5), Left()]
    again = [Undo(), Undo(), Redo(), Go(0), Redo(), stroke(0), Go(3), Redo(), Go(14), Undo()]
    data = file_of([*map(Do, answered), *time, *again], {})
    ours = check(data)
    assert ours.fault is None
    assert read(data) == (digest(encode(ours.entries[-1])), ours.result)


def test_a_stranger_finds_each_changed_byte() -> None:
    data = walked(3, 40)
    chance = random.Random(5)
    for _ in range(300):
        damaged = bytearray(data)
        damaged[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        assert read(bytes(damaged)) is None
    for end in range(0, len(data), 977):
        assert read(data[:end]) is None
    assert read(data + b"\n") is None


def box(name: str, side: int, label: str = "nodule") -> Mark:
    return Mark(name, label, FRAME, Box((0, 0), (side, side)))


def moved(side: int, since: int = 1, name: str = "a", label: str = "nodule") -> ReplaceMark:
    return ReplaceMark(box(name, since), box(name, side, label))


def both(*edits: OneEdit) -> Together:
    return Together("move-marks", edits)


FIRST: list[Step] = [Do(AddMark(0, box("a", 1))), Do(AddMark(1, box("b", 1)))]
MOVED: list[Step] = [*FIRST, Do(moved(2))]
TWO: list[Step] = [*FIRST, Do(both(moved(2), moved(2, name="b")))]


@pytest.mark.parametrize(
    "steps",
    [
        [*MOVED, Amend(moved(3))],
        [*MOVED, Here(), Amend(moved(3)), Away(70), Amend(moved(4))],
        [*MOVED, Undo(), Redo(), Amend(moved(3)), Undo(), Do(moved(5)), Amend(moved(6))],
        [*TWO, Amend(both(moved(3), moved(3, name="b"))), Undo(), Redo(), Go(2), Go(4)],
        [*MOVED, Amend(both(moved(3)))],
    ],
)
def test_a_hand_that_goes_on_is_one_edit_to_a_stranger_too(steps: list[Step]) -> None:
    data = file_of(steps, {})
    ours = check(data)
    assert ours.fault is None
    assert read(data) == (digest(encode(ours.entries[-1])), ours.result)


EMPTY = unpainted((1, 8, 8))
PAINTED = Mark("a", "nodule", FRAME, EMPTY)


@pytest.mark.parametrize(
    ("steps", "step"),
    [
        pytest.param([], Amend(moved(3)), id="nothing stands"),
        pytest.param(FIRST, Amend(moved(3)), id="the last edit added a mark"),
        pytest.param(MOVED, Amend(AddMark(2, box("c", 1))), id="it adds a mark"),
        pytest.param(MOVED, Amend(RemoveMark(0, box("a", 2))), id="it removes a mark"),
        pytest.param(MOVED, Amend(SetNoFinding(False, True)), id="it is about no mark"),
        pytest.param([*MOVED, Undo()], Amend(moved(3)), id="the last move is undone"),
        pytest.param([*MOVED, Go(2)], Amend(moved(3)), id="the last move was gone away from"),
        pytest.param(
            [*MOVED, Do(SetNoFinding(False, True))], Amend(moved(3)), id="something else was done"
        ),
        pytest.param(MOVED, Amend(moved(3, since=2)), id="it begins where the last one led"),
        pytest.param(MOVED, Amend(moved(3, name="b")), id="it moves another mark"),
        pytest.param(MOVED, Amend(both(moved(3), moved(3, name="b"))), id="it moves one more"),
        pytest.param(TWO, Amend(moved(3)), id="it moves one less"),
        pytest.param(
            TWO, Amend(both(moved(3, name="b"), moved(3))), id="it moves them in another order"
        ),
        pytest.param(MOVED, Amend(moved(3, label="mass")), id="it labels the mark otherwise"),
        pytest.param(
            [*FIRST, Do(moved(2, label="mass"))], Amend(moved(3)), id="the last one labelled it"
        ),
        pytest.param(MOVED, Amend(moved(1)), id="it leads back to the beginning"),
        pytest.param(
            MOVED, Amend(ReplaceMark(box("a", 1), PAINTED)), id="it makes paint of the mark"
        ),
        pytest.param(
            [*FIRST, Do(ReplaceMark(box("a", 1), PAINTED))], Amend(moved(3)), id="the last did so"
        ),
        pytest.param(
            MOVED,
            Amend(ReplaceMark(box("a", 1), Mark("a", "nodule", ELSEWHERE, Box((0, 0), (2, 2))))),
            id="it leads to another series",
        ),
        pytest.param([*MOVED, Amend(moved(3))], Go(3), id="what it took the place of is gone to"),
    ],
)
def test_a_hand_that_cannot_go_on_is_refused_by_both(steps: list[Step], step: Step) -> None:
    good = check(file_of(steps, {}))
    assert good.fault is None
    forged = forge([*steps, step], good)
    ours = check(forged)
    assert ours.fault is not None
    assert ours.fault.entry == len(steps) + 1
    with pytest.raises(SystemExit) as refused:
        journal_reader.check(forged)
    assert "does not end" not in str(refused.value), "the step itself is refused"


@pytest.mark.parametrize(
    "change", [{"document": "e" * 64}, {"seq": 5}, {"seq": 3}, {"previous": NO_DIGEST}]
)
def test_a_hand_goes_on_in_its_own_chain_alone(change: dict[str, Any]) -> None:
    """An entry of another document, one taken from elsewhere in this one, a wrong number."""
    steps: list[Step] = [*MOVED, Amend(moved(3))]
    good = check(file_of(steps, {}))
    assert good.said is not None
    entries = [*good.entries[:-1], msgspec.structs.replace(good.entries[-1], **change)]
    lines = [encode(entry) for entry in entries]
    forged = pack(msgspec.structs.replace(good.said, head=digest(lines[-1])), lines, {})
    ours = check(forged)
    assert ours.fault is not None
    assert ours.fault.entry in (3, 4), "the one it does not stand behind, or itself"
    assert read(forged) is None


def forge(steps: list[Step], good: Checked) -> bytes:
    """A file with these steps, sound but for the last; at its end stands the document before it."""
    entries: list[bytes] = []
    previous = NO_DIGEST
    for seq, step in enumerate(steps, 1):
        entries.append(encode(JournalEntry(ITEM, seq, 1_800_000_000 + seq, step, previous)))
        previous = digest(entries[-1])
    head = JournalHead(JOURNAL_FORMAT, ITEM, ITEM, len(steps), 0, previous, good.result)
    return pack(head, entries, {})


def test_the_reader_is_a_program_without_ours(tmp_path: Path) -> None:
    assert "labeler." not in READER.read_text(encoding="utf-8").replace('"labeler.', "")
    data = walked(1)
    (tmp_path / "good").write_bytes(data)
    (tmp_path / "bad").write_bytes(data.replace(b'"nodule"', b'"nodula"', 1))
    # -I and -S: nothing of an environment, no installed package.
    command = [sys.executable, "-I", "-S", str(READER)]
    good = subprocess.run([*command, str(tmp_path / "good")], capture_output=True, text=True)
    assert good.stdout.split() == [check(data).said.head, check(data).result]  # type: ignore[union-attr]  # it holds
    bad = subprocess.run([*command, str(tmp_path / "bad")], capture_output=True, text=True)
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "does not hold" in bad.stderr
