"""A session lived by hand: its callbacks run here, one by one, as a window's event loop would."""

from __future__ import annotations

import itertools
import os
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from labeler.app import keys
from labeler.app.open_case import OpenCase
from labeler.app.opening import utc_now
from labeler.app.screens import CaseRow, Change, SaveState, SigningSummary
from labeler.app.services import Services
from labeler.app.session import Session
from labeler.app.session_core import Surroundings
from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.edit_rules import find_answer
from labeler.model.edits import AddMark, SetAnswer
from labeler.model.forms import Answer, Choice, Scale
from labeler.model.outbox import OutboxState
from labeler.model.paths import resources_root
from labeler.model.shapes import Box
from labeler.signing.keystore import open_sealed, seal
from labeler.store.store import Store
from tests.support.guard import Guard
from tests.support.hub import png

PASSPHRASE = "correct horse"
PATIENCE_S = 30.0
CHEAP_SCRYPT_N = 2


@dataclass
class Later:
    """UTC seconds, as many ahead as was told."""

    ahead: int = 0

    def __call__(self) -> int:
        return utc_now() + self.ahead


def write_sample(folder: Path) -> None:
    """A practice case of two pictures."""
    folder.mkdir()
    for shade in (1, 2):
        (folder / f"{shade}.png").write_bytes(png(shade))


class Life:
    """One session from its start to `close`; `told` holds every refusal of a verb."""

    def __init__(
        self,
        root: Path,
        *,
        sample: Callable[[Path], object] = write_sample,
        clock: Callable[[], int] = utc_now,
        guard: Guard | None = None,
        steady: Callable[[], float] | None = None,
        images_first: bool = False,
    ) -> None:
        self._guard = guard
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._numbers = itertools.count()
        self.changes: list[Change] = []
        self.told: list[str] = []
        around = Surroundings(
            root,
            resources_root(),
            self.deliver,
            sample,
            clock,
            steady=steady,
            images_first=images_first,
        )
        self.session = Session(around)
        self.session.listen(self.changes.append)

    # --- the loop -----------------------------------------------------------------------------

    def live(self, wait_s: float = 0.05) -> bool:
        """Run one callback; False where none came."""
        try:
            call = self._calls.get(timeout=wait_s)
        except queue.Empty:
            return False
        if self._guard is None:
            call()
        else:
            with self._guard.gui():
                call()
        return True

    def until(self, true: Callable[[], bool]) -> None:
        late = time.monotonic() + PATIENCE_S
        while not true():
            self.live()
            if time.monotonic() > late:
                raise TimeoutError(f"waited in vain; told {self.told}, {self.happened()}")

    def rest(self, seconds: float = 0.3) -> None:
        """Live until only the beat is heard for a while."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.live(0.02)

    def deliver(self, call: Callable[[], None]) -> None:
        """What another thread found out: it is run in its turn."""
        self._calls.put(call)

    def close(self) -> int:
        return self.session.close()

    def hold_store(self) -> threading.Event:
        """The store's thread stands until the event is set."""
        held, holding = threading.Event(), threading.Event()

        def hold(_store: Store) -> None:
            holding.set()
            held.wait(PATIENCE_S)

        self.services.store.submit(hold)
        assert holding.wait(PATIENCE_S)
        return held

    def refuse(self, error: LabelerError) -> None:
        self.told.append(error.code)

    def happened(self) -> list[str]:
        """The notices on the board, in words."""
        return [n.happened.format(**dict(n.facts)) for n in self.session.notices()]

    # --- what a person does -------------------------------------------------------------------

    def ready(self) -> Life:
        """Wait until the profile is open and its screens were read."""
        self.until(lambda: self.session._bench is not None)
        self.until(lambda: Change.EARNINGS in self.changes and Change.WORK in self.changes)
        return self

    @property
    def services(self) -> Services:
        assert self.session._bench is not None, "the profile is open"
        return self.session._bench.services

    def unlock(self, passphrase: str) -> None:
        done: list[bool] = []
        self.session.unlock(passphrase, lambda: done.append(True), self._refused(done))
        self.until(lambda: bool(done))

    def unlock_key(self, passphrase: str) -> None:
        done: list[bool] = []
        self.session.unlock_key(passphrase, lambda: done.append(True), self._refused(done))
        self.until(lambda: bool(done))

    def create_key(self, passphrase: str) -> None:
        """With new words, as the dialog does it; then cheap to open."""
        words: list[tuple[str, ...]] = []
        done: list[object] = []
        self.session.make_words(words.append, self.refuse)
        self.until(lambda: bool(words))
        self.session.create_key(words[0], passphrase, done.append, self._refused(done))
        self.until(lambda: bool(done))

    def connect(self, url: str) -> None:
        done: list[object] = []
        self.session.find_marketplace(
            url,
            lambda found: self.session.connect(
                found, lambda: done.append(True), self._refused(done)
            ),
            self._refused(done),
        )
        self.until(lambda: bool(done))

    def download(self) -> None:
        """The first task there is."""
        self.until(lambda: bool(self.session.work().cards))
        self.session.download(self.session.work().cards[0].id)
        self.until(lambda: self.session.work().cards[0].downloaded)

    def cases(self) -> tuple[CaseRow, ...]:
        return tuple(row for card in self.session.work().cards for row in card.cases)

    def case(self) -> OpenCase:
        case = self.session.reading.case()
        assert case is not None, "a case is open"
        return case

    def show(self, case_id: str) -> OpenCase:
        self.session.open_case(case_id)
        self.until(lambda: (case := self.session.reading.case()) is not None and case.id == case_id)
        return self.case()

    def close_case(self) -> None:
        """None is shown any more: one of a task was asked for that cannot be opened."""
        self.session.open_case("of-no-task")
        self.until(lambda: self.session.reading.case() is None)
        self.rest()

    def show_sample(self) -> OpenCase:
        self.session.open_sample()
        self.until(lambda: self.session.reading.case() is not None)
        return self.case()

    def draw(self, *, settled: bool = True) -> str:
        """One more box; its name."""
        reading, case = self.session.reading, self.case()
        side = 100 * (1 + next(self._numbers) % 50)
        name = reading.new_mark_id()
        mark = Mark(name, case.labels[0].code, case.image.refs[0], Box((0, 0), (side, side)))
        reading.apply(AddMark(len(reading.document().marks), mark), {})
        if settled:
            self.saved()
        return name

    def answer_all(self) -> None:
        """Something allowed for every required question."""
        reading = self.session.reading
        for question in self.case().form.questions:
            match question:
                case Choice(code=code, options=options, required=True):
                    new = Answer(code, options[0].code)
                case Scale(code=code, low=low, required=True):
                    new = Answer(code, low)
                case _:
                    continue
            old = find_answer(reading.document(), code)
            if old != new:
                reading.apply(SetAnswer(old, new), {})

    def marks(self) -> list[str]:
        return [mark.id for mark in self.session.reading.document().marks]

    def saved(self) -> None:
        self.until(lambda: self.session.reading.is_settled)
        self.until(lambda: self.session.save_light().state is SaveState.SAVED)

    def propose(self) -> SigningSummary | None:
        """None where it was refused."""
        found: list[SigningSummary | None] = []
        stopped = lambda: found.append(None)  # noqa: E731  as short as it is
        self.session.propose_signing(found.append, self._refused(found, None), stopped)
        self.until(lambda: bool(found))
        return found[0]

    def sign(self) -> bool:
        """Propose and confirm; False where one was refused."""
        summary = self.propose()
        if summary is None:
            return False
        done: list[bool] = []
        self.session.confirm_signing(
            summary.token, lambda: done.append(True), self._refused(done, False)
        )
        self.until(lambda: bool(done))
        return done[0]

    def states(self) -> list[OutboxState]:
        """The newest first."""
        return [row.state for row in self.session.outbox().rows]

    def _refused(self, done: list, value: object = False) -> Callable[[LabelerError], None]:  # type: ignore[type-arg]  # any list
        def refused(error: LabelerError) -> None:
            self.refuse(error)
            done.append(value)

        return refused


Start = Callable[..., Life]
"""Begins another life on the same profile."""


def cheapen_key(services: Services, passphrase: str) -> None:
    """Derive the passphrase of a key fast from now on: that it is slow is tested elsewhere."""
    path = keys.need_key(services)
    address = bytes.fromhex(path.stem.removeprefix("0x"))
    secret = open_sealed(path.read_bytes(), passphrase)
    sealed = seal(secret, passphrase, address, random=os.urandom, scrypt_n=CHEAP_SCRYPT_N)
    path.write_bytes(sealed)
