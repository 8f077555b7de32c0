"""What it costs that nothing is lost: a durable step, the hand's share of it, a long history."""

from __future__ import annotations

import itertools
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from labeler.model.document import Mark, empty_document
from labeler.model.edits import AddMark, ReplaceMark
from labeler.model.frames import FrameRef
from labeler.model.history import replay
from labeler.model.shapes import Box
from labeler.model.steps import Do
from labeler.store.checkpoints import Paint
from tests.benchmarks.rows import Benchmark, Row
from tests.support.life import Life
from tests.support.profiles import ITEM, NOW, opened, stroke

APPENDS = 150
EDITS = 100
LONG, MARKS, AT_ONCE = 100_000, 400, 5_000
ROUNDS = 7
BLOCK = 4096
FRAME = FrameRef("1.2.826.0.1.3680043.8.498.1", "1.2.826.0.1.3680043.8.498.2.17", 0)


def append_rows(job: str) -> list[Row]:
    """One step until the journal has it for good, beside the least that durable writes cost."""
    ours: list[float] = []
    bare: list[float] = []
    twice: list[float] = []
    with _folder() as folder, opened(folder / "p") as store, _Blocks(folder, 3) as blocks:
        store.documents.ensure("d", ITEM, NOW)
        for seq in range(APPENDS):
            bare.append(_spent(lambda: blocks.write(0)))
            twice.append(_spent(lambda: (blocks.write(1), blocks.write(2))))
            step = stroke(seq)
            begun = time.perf_counter()
            store.journal.append("d", [step], after=seq, at=NOW)
            ours.append(time.perf_counter() - begun)
    return [
        Row(job, _ms(ours), "ms", "a write and fdatasync", _ms(bare), 2.0),
        Row(job, _ms(ours), "ms", "two of them, one after the other", _ms(twice), 2.0),
    ]


class _Blocks:
    """Files of one block, written over in place and flushed."""

    def __init__(self, folder: Path, count: int) -> None:
        names = [folder / f"bare-{number}" for number in range(count)]
        self._files = [os.open(name, os.O_RDWR | os.O_CREAT, 0o600) for name in names]
        for file in self._files:
            os.write(file, bytes(BLOCK))
            os.fsync(file)

    def write(self, number: int) -> None:
        os.pwrite(self._files[number], os.urandom(BLOCK), 0)
        os.fdatasync(self._files[number])

    def __enter__(self) -> _Blocks:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files:
            os.close(file)


def _spent(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def hand_rows(job: str) -> list[Row]:
    """What the thread of the window spends on an edit: the document, and the queue to the store."""
    spent: list[float] = []
    with _folder() as folder:
        life = Life(folder / "p")
        life.show_sample()
        reading, case = life.session.reading, life.case()
        for number in range(EDITS):
            name = reading.new_mark_id()
            box = Box((0, 0), (1 + number, 500))
            mark = Mark(name, case.labels[0].code, case.image.refs[0], box)
            edit = AddMark(len(reading.document().marks), mark)
            begun = time.perf_counter()
            reading.apply(edit, {})
            spent.append(time.perf_counter() - begun)
            life.saved()  # a hand is slower than the disk
        life.close()
    return [Row(job, _ms(spent), "ms", "a tenth of a millisecond", 0.1, 1.0)]


def opening_rows(job: str) -> list[Row]:
    """The whole chain verified, the document and its tree there."""
    spent: list[float] = []
    with _folder() as folder:
        with opened(folder / "p") as store:
            store.documents.ensure("d", ITEM, NOW)
            steps = list(itertools.islice(_edits(), LONG))
            for after in range(0, LONG, AT_ONCE):
                part = steps[after : after + AT_ONCE]
                store.journal.append("d", part, after=after, at=NOW)
            history = replay(empty_document(ITEM), ((NOW, step) for step in steps))
            store.documents.keep("d", history, Paint({}))
        with opened(folder / "p") as store:
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                stood = store.documents.opened("d")
                spent.append(time.perf_counter() - begun)
                assert stood.start is not None, "from its checkpoint"
                assert stood.history.document == history.document
    return [Row(job, median(spent), "s", "one second", 1.0, 1.0)]


def _edits() -> Iterator[Do]:
    """Marks drawn, then moved by chance."""
    chance = random.Random(1)
    marks: list[Mark] = []
    for number in itertools.count():
        box = Box((0, 0), (chance.randrange(10**6), number))
        if len(marks) < MARKS:
            marks.append(Mark(f"m{number}-1", "nodule", FRAME, box))
            yield Do(AddMark(len(marks) - 1, marks[-1]))
        else:
            at = chance.randrange(MARKS)
            old = marks[at]
            marks[at] = Mark(old.id, old.label, old.frame, box)
            yield Do(ReplaceMark(old, marks[at]))


def _ms(seconds: list[float]) -> float:
    return 1000 * median(seconds)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="labeler-bench-") as folder:
        yield Path(folder)


BENCHMARKS = {
    "journal-append": Benchmark(
        append_rows,
        "a step put into the journal on the store's thread until it is there after a power cut: "
        "the encrypted database's commit, then the head beside it: two flushes by their nature "
        "(docs/adr/0039). The first peer writes over 4 KiB of a file and waits for fdatasync; the "
        "second does that to two files, one after the other.",
    ),
    "edit-on-the-hand": Benchmark(
        hand_rows,
        "what the window's thread spends on an edit before it goes on: the new document and its "
        "history, and the queue to the store's thread.",
    ),
    "open-100000-edits": Benchmark(
        opening_rows,
        "a document of 100,000 edits from its journal: each entry hashed and held against the one "
        "before and the acknowledged head, the rest from the checkpoint.",
    ),
}
