"""What docs/formats.md says of a journal is enough for somebody who has nothing of this program."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from labeler.model.document import empty_document
from labeler.model.edits import SetAnswer, SetNoFinding
from labeler.model.forms import Answer
from labeler.model.steps import Away, Do, Go, Here, Left, LessTime, Redo, Step, Undo
from labeler.proof.codec import digest, encode
from labeler.proof.journal_chain import NO_DIGEST, JournalEntry
from labeler.proof.journal_check import check, document_at
from labeler.proof.journal_file import build
from tests.support import journal_reader
from tests.support.profiles import ITEM, stroke
from tests.support.walks import Walk

READER = Path(journal_reader.__file__)
OPACITY = Answer("opacity", "yes")


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
