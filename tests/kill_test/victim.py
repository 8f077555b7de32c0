"""The program that is killed: the window's own session without a window, and somebody at work.

Says one line for each thing that it shows the person as done: from then on it must not be lost.
"""

from __future__ import annotations

import os
import queue
import random
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

import numpy as np

from labeler.app.opening import utc_now
from labeler.app.screens import CaseRow, Change, SigningSummary
from labeler.app.session import Session
from labeler.app.session_core import Surroundings
from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.edit_rules import find_answer
from labeler.model.edits import AddMark, Edit, SetAnswer, Together
from labeler.model.forms import Answer, Choice
from labeler.model.mask_states import unpainted
from labeler.model.outbox import OutboxState
from labeler.model.paths import resources_root
from labeler.model.shapes import PaintedMask
from labeler.model.tiled_masks import empty, of_voxels
from labeler.store.store import Store
from labeler.viewing.paint_edits import stroke_edit

PASSPHRASE = "correct horse"
ONLY_DRAWN = 4
"""So many cases at the end of the task are never signed, so that there is always one to draw on."""
SIGNED_IN_A_ROW = 3
PATIENCE_S = 60.0


def say(*words: object) -> None:
    """One line, written at once: what was said before a kill was said."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Turns(Protocol):
    """What brings the answers of other threads to this one."""

    def deliver(self, call: Callable[[], None]) -> None: ...

    def take(self, wait_s: float) -> None:
        """Do what was delivered; wait so long at most."""


class Queue:
    """Without a window."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def deliver(self, call: Callable[[], None]) -> None:
        self._calls.put(call)

    def take(self, wait_s: float) -> None:
        try:
            self._calls.get(timeout=wait_s)()
        except queue.Empty:
            return


class Victim:
    """Session, listener and hand of one person."""

    def __init__(self, root: Path, chance: random.Random, turns: Turns | None = None) -> None:
        self._chance = chance
        self._turns = turns or Queue()
        around = Surroundings(root, resources_root(), self._turns.deliver, _no_sample, utc_now)
        self.session = Session(around)
        self._said: dict[str, int] = {}
        self._received: set[str] = set()
        self._outbox_told = False
        self._begin = ""
        self.session.listen(self._hear)
        self.session.unlock(PASSPHRASE, lambda: None, _raise)
        self.until(lambda: not self.session.standing().locked and bool(self.rows()))
        found = self.session._bench
        assert found is not None, "it was unlocked"
        say("opened", *(error.code for error in found.findings))
        self.bench = found

    def rows(self) -> tuple[CaseRow, ...]:
        return tuple(row for card in self.session.work().cards for row in card.cases)

    def until(self, true: Callable[[], bool]) -> None:
        """Live on until something is true."""
        late = time.monotonic() + PATIENCE_S
        while not true():
            self.live()
            if time.monotonic() > late:
                raise TimeoutError(f"waited in vain; told: {self.session.notices()}")

    def live(self, wait_s: float = 0.05) -> None:
        """Do what has been delivered, like an event loop."""
        self._turns.take(wait_s)

    def _hear(self, change: Change) -> None:
        head = self.session.reading.head
        if change is Change.SAVED and head is not None:
            # The light goes on: everything up to this entry was promised.
            if head.seq > self._said.get(head.subject, head.seq):
                say("stroke", head.subject, head.seq, head.digest)
            self._said[head.subject] = head.seq
        elif change is Change.OUTBOX:
            self._hear_outbox()

    def _hear_outbox(self) -> None:
        self._outbox_told = True
        outbox = self.session.outbox()
        if outbox.syncing and self._begin == "sending":
            self._begin = ""
            say("begin")
        for row in outbox.rows:
            if row.state is OutboxState.RECEIVED and row.digest not in self._received:
                self._received.add(row.digest)
                say("received", row.digest)

    # --- the jobs -----------------------------------------------------------------------------

    def draw(self) -> None:
        """Draw without end, one to five strokes at a time; now and then on another case."""
        self.show(self._chance.choice(self.rows()[-ONLY_DRAWN:]).id)
        say("begin")
        while True:
            for _ in range(self._chance.randint(1, 5)):
                self.step()
            if self._chance.random() < 0.9:
                self.until(self.is_settled)
            if self._chance.random() < 0.05:
                self.show(self._chance.choice(self.rows()[-ONLY_DRAWN:]).id)

    def sign(self, phase: str) -> None:
        """Label and sign case after case; each is sent as soon as it is signed."""
        self.session.unlock_key(PASSPHRASE, lambda: None, _raise)
        self.until(lambda: self.session.standing().key_unlocked)
        self._begin = phase
        waiting = [row.id for row in self.rows()[:-ONLY_DRAWN] if row.state is None]
        for item in waiting[:SIGNED_IN_A_ROW]:
            self.show(item)
            self.step()
            self._answer_all()
            if self._begin == "signing":
                self._begin = ""
                say("begin")
            self._sign_one(item)
        while True:
            self.live()

    def finish(self) -> None:
        """Send what is left, and end in good order."""
        # An outbox not yet read is as empty as one that is done.
        self.until(lambda: self._outbox_told)
        while any(row.state is not OutboxState.RECEIVED for row in self.session.outbox().rows):
            self.session.sync()
            self.until(lambda: not self.session.outbox().syncing)
            self.live(0.2)
        for row in self.session.outbox().rows:
            say("finished", row.digest, row.state.value)
        if self.session.close():
            raise RuntimeError("the disk took not all")

    def show(self, item: str) -> None:
        self.session.open_case(item)

        def shown() -> bool:
            case = self.session.reading.case()
            return case is not None and case.id == item

        self.until(shown)
        head = self.session.reading.head
        assert head is not None, "a case is open"
        self._said[head.subject] = head.seq

    def step(self) -> None:
        """One stroke, or now and then undo or redo."""
        reading, dice = self.session.reading, self._chance.random()
        if dice < 0.1 and reading.can_undo() and len(reading.document().marks) > 1:
            reading.undo()
        elif dice < 0.2 and reading.can_redo():
            reading.redo()
        else:
            reading.apply(*self._stroke())

    def is_settled(self) -> bool:
        """Whether the light says that all is saved."""
        return self.session.reading.is_settled

    def _stroke(self) -> tuple[Edit, Mapping[str, bytes]]:
        """A new painted region, or more paint on an old one."""
        reading = self.session.reading
        case = reading.case()
        assert case is not None, "a case is open"
        _slices, rows, columns = case.image.source.shape
        bits = self._chance.randbytes(rows * columns)
        voxels = np.frombuffer(bits, np.uint8).reshape(1, rows, columns) > 127
        after = of_voxels((1, rows, columns), (0, 0, 0), voxels)
        marks = reading.document().marks
        if marks and self._chance.random() < 0.5:
            old = self._chance.choice(marks)
            assert isinstance(old.shape, PaintedMask), "the victim only paints"
            before = reading.painted.content(old.shape)
            assert before is not None, "what stands is known"
            return stroke_edit(old.id, old.shape, before, after)
        bare = unpainted(after.size)
        mark = Mark(reading.new_mark_id(), case.labels[0].code, case.image.refs[0], bare)
        stroke, blobs = stroke_edit(mark.id, bare, empty(after.size), after)
        return Together("paint", (AddMark(len(marks), mark), stroke)), blobs

    def _answer_all(self) -> None:
        reading = self.session.reading
        case = reading.case()
        assert case is not None, "a case is open"
        for question in case.form.questions:
            if isinstance(question, Choice) and question.required:
                old = find_answer(reading.document(), question.code)
                new = Answer(question.code, question.options[0].code)
                if old != new:
                    reading.apply(SetAnswer(old, new), {})

    def _sign_one(self, item: str) -> None:
        signed: list[str] = []

        def look(summary: SigningSummary) -> None:
            self.session.confirm_signing(summary.token, lambda: signed.append(item), _raise)

        self.session.propose_signing(look, _raise, lambda: None)
        self.until(lambda: bool(signed))
        say("signed", item)


class Hasty:
    """A fault put in on purpose: the store says "done" while its transaction is still open."""

    def __init__(self) -> None:
        self._open: list[AbstractContextManager[None]] = []

    def spoil(self, store: Store) -> None:
        self._open.append(store.database.transaction())
        self._open[-1].__enter__()


def main(root: str, phase: str, seed: str, fault: str = "") -> None:
    chance = random.Random(int(seed))
    if phase == "drawing":
        from tests.kill_test.painter import Painter  # loading a window takes a while

        victim: Victim = Painter(Path(root), chance)
    else:
        victim = Victim(Path(root), chance)
    hasty = Hasty()
    if fault == "hasty":
        victim.bench.worker.call(hasty.spoil)
    if phase == "drawing":
        victim.draw()
    elif phase == "finish":
        victim.finish()
    else:
        victim.sign(phase)


def _no_sample(_folder: Path) -> None:
    raise AssertionError("nobody asked for the practice case")


def _raise(error: LabelerError) -> None:
    raise error


if __name__ == "__main__":
    main(*sys.argv[1:])
