"""Long steps, jumps, strokes, other cases and damage in any order, with real threads: the document
is always what its journal leads to, and nothing is lost without a word."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
import pytest

from labeler.app.long_steps import LONG
from labeler.app.painted_masks import painted_in
from labeler.app.reading import Reading
from labeler.model.document import Document, Mark, empty_document
from labeler.model.edit_rules import single_edits
from labeler.model.edits import AddMark, RemoveMark, ReplaceMark, Together
from labeler.model.history import History, point_of, replay, upwards
from labeler.model.mask_states import unpainted
from labeler.model.masks import mask_of
from labeler.model.measures import MASKS
from labeler.model.shapes import Box
from labeler.model.steps import Do
from labeler.model.tiled_masks import empty, of_region
from labeler.proof.journal_chain import JournalEntry
from labeler.store.store import Store
from labeler.viewing.paint_edits import stroke_edit
from tests.support.dicom_files import write_stack
from tests.support.life import Start

T = TypeVar("T")
ACTS = (
    *("draw",) * 6, "paste", *("move",) * 3, *("amend",) * 3, *("remove", "clear"), *("paint",) * 4,
    *("undo",) * 6, *("redo",) * 4, *("go",) * 4, "stay", "sign", "turn", "turn", "again",
    "harm",
)  # fmt: skip
HARMED = 3
LEFT_OUT = ("A mark was changed while", "What was under way")


class Hand:
    """Does what comes to its mind, and knows what it added."""

    def __init__(self, start: Start, studies: list[Path], seed: int) -> None:
        self._start, self._studies, self._chance = start, studies, random.Random(seed)
        self._named = 0
        self.added: defaultdict[str, set[str]] = defaultdict(set)
        self.forgiven: set[str] = set()
        self._at: dict[str, Path] = {}
        self._begin()

    def _begin(self) -> None:
        self.life = self._start().ready()
        self._open(self._studies[0])

    @property
    def reading(self) -> Reading:
        return self.life.session.reading

    def work(self, steps: int) -> None:
        for _ in range(steps):
            getattr(self, f"_{self._chance.choice(ACTS)}")()
            for _ in range(self._chance.choice((0, 1, 3, 20))):
                self.life.live(0.001)
        self.check()

    def check(self) -> None:
        reading = self.reading
        self.life.until(lambda: reading.going() is None and reading.is_settled)
        name, now, painted = self.life.case().id, reading.history(), reading.painted
        entries = self._ask(lambda store: store.journal.read(name))
        again = replayed(now.document, entries)
        assert again.document == now.document
        assert standing(again) == standing(now)
        held = self._ask(lambda store: painted_in(again, store.blobs.get))
        for mark in now.document.marks:
            if isinstance(mark.shape, MASKS):
                ours, theirs = painted.content(mark.shape), held.content(mark.shape)
                assert ours is not None
                assert theirs is not None
                assert ours.tiles == theirs.tiles
        there = {
            one.mark.id
            for entry in entries
            if isinstance(entry.step, Do)
            for one in single_edits(entry.step.edit)
            if isinstance(one, AddMark)
        }
        self._hear(name)
        assert self.added[name] <= there or name in self.forgiven
        self.added[name] &= there
        self.forgiven.discard(name)

    def _hear(self, of: str) -> None:
        """What was told `of` a case is put away: of what is lost later it says nothing, and of the
        other case neither."""
        if any(line.startswith(LEFT_OUT) for line in self.life.happened()):
            self.forgiven.add(of)
        for notice in self.life.session.notices():
            self.life.session.dismiss(notice.id)

    def _ask(self, work: Callable[[Store], T]) -> T:
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(self.life.services.store.call, work)
            self.life.until(answer.done)
        return answer.result()

    # --- what it does -------------------------------------------------------------------------

    def _mark(self, shape: Box) -> Mark:
        self._named += 1
        case = self.life.case()
        self.added[case.id].add(f"n{self._named}")
        return Mark(f"n{self._named}", case.labels[0].code, case.image.refs[0], shape)

    def _boxes(self) -> list[Mark]:
        return [m for m in self.reading.document().marks if isinstance(m.shape, Box)]

    def _some(self) -> Box:
        by = self._chance.randrange(1, 10**6)
        return Box((by, 0), (by + 9, 9))

    def _draw(self) -> None:
        self.reading.apply(
            AddMark(len(self.reading.document().marks), self._mark(self._some())), {}
        )

    def _paste(self) -> None:
        first = len(self.reading.document().marks)
        adds = tuple(AddMark(first + n, self._mark(self._some())) for n in range(LONG))
        self.reading.apply(Together("paste-marks", adds), {})

    def _move(self) -> None:
        marks, there = self._boxes(), self._some()
        edits = tuple(ReplaceMark(m, msgspec.structs.replace(m, shape=there)) for m in marks)
        if edits:
            self.reading.work_out(lambda: Do(Together("move-marks", edits)))

    def _amend(self) -> None:
        history, reading = self.reading.history(), self.reading
        last = None if history.can_redo else history.undo_edit
        ones = single_edits(last) if last is not None else ()
        there = self._some()
        moved = tuple(
            ReplaceMark(one.before, msgspec.structs.replace(one.before, shape=there))
            for one in ones
            if isinstance(one, ReplaceMark)
        )
        if moved and len(moved) == len(ones):
            reading.amend(Together("move-marks", moved))

    def _remove(self) -> None:
        marks = self.reading.document().marks
        if marks:
            at = self._chance.randrange(len(marks))
            self.reading.apply(RemoveMark(at, marks[at]), {})

    def _clear(self) -> None:
        marks = self.reading.document().marks
        if marks:
            self.reading.apply(Together("delete", tuple(RemoveMark(0, m) for m in marks)), {})

    def _paint(self) -> None:
        reading, (_, rows, columns) = self.reading, self.life.case().image.source.shape
        bits = np.random.default_rng(self._chance.randrange(10**9)).random((rows, columns)) > 0.5
        after = of_region(mask_of(bits))
        bare = unpainted(after.size)
        mark = msgspec.structs.replace(self._mark(self._some()), shape=bare)
        stroke, blobs = stroke_edit(mark.id, bare, empty(after.size), after)
        add = AddMark(len(reading.document().marks), mark)
        reading.apply(Together("paint", (add, stroke)), blobs)

    def _undo(self) -> None:
        for _ in range(self._chance.choice((1, 1, 2, 40))):
            self.reading.undo()

    def _redo(self) -> None:
        for _ in range(self._chance.choice((1, 1, 2, 40))):
            self.reading.redo()

    def _go(self) -> None:
        history = self.reading.history()
        tips = [tip for tip in (history.tip, *history.other_tips()) if tip is not None]
        points = [0, *(node.seq for tip in tips for node in upwards(tip))]
        self.reading.go(self._chance.choice(points), lambda _edit: None, lambda: None)

    def _stay(self) -> None:
        self.reading.stay()

    def _sign(self) -> None:
        self.reading.sign_of_life()

    def _turn(self) -> None:
        """To another case, or the same once more."""
        self._open(self._chance.choice(self._studies))

    def _open(self, study: Path) -> None:
        before = self.reading.case()
        self.life.session.open_paths([study])
        self.life.until(lambda: self.reading.case() not in (None, before))
        if before is not None:  # what is told until another is there is about this one
            self._hear(before.id)
        self._at[self.life.case().id] = study

    def _again(self) -> None:
        """The program is closed in the midst of it all, and begun again."""
        name = self.life.case().id
        assert self.life.close() == 0
        while self.life.live(0.0):
            pass
        self._hear(name)
        self._begin()

    def _harm(self) -> None:
        """An entry of the open case is damaged; it is opened anew, and gone on with."""
        self.check()
        name, before = self.life.case().id, self.reading.case()
        if self.reading.history().taken < HARMED:
            return

        def harm(store: Store) -> None:
            with store.database.transaction():
                store.database.run(
                    "UPDATE journal SET hash = hash || '0' WHERE document = ? AND seq = ?",
                    (name, HARMED),
                )

        self._ask(harm)
        self.life.session.open_paths([self._at[name]])
        self._move()
        self.life.until(lambda: self.life.session.damaged() is not None)
        self._draw()
        self.life.session.go_on(name, lambda: None, self.life.refuse)
        self._move()
        self._draw()
        self.life.until(lambda: self.reading.case() not in (None, before))
        assert self.life.told == []
        self._hear(name)
        assert len(self.reading.history().branch()) < HARMED
        self.added[name].clear()


def replayed(document: Document, entries: tuple[JournalEntry, ...]) -> History:
    return replay(empty_document(document.item), ((entry.at, entry.step) for entry in entries))


def standing(history: History) -> tuple[object, ...]:
    return (
        point_of(history),
        history.taken,
        history.walked,
        [node.seq for node in history.ahead()],
        [tip.seq for tip in history.other_tips()],
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_the_order(start: Start, tmp_path: Path, seed: int) -> None:
    studies = [tmp_path / "one", tmp_path / "other"]
    for number, study in enumerate(studies, 1):
        write_stack(study, [(0.0, 0.0, 2.5 * k) for k in range(3)], series=str(number))
    Hand(start, studies, seed).work(60)
