"""Hours before the window in minutes: the clock of the session is driven, nobody sleeps."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

import numpy as np
from PySide6.QtWidgets import QApplication

from labeler.model.history import History, upwards
from labeler.model.paths import resources_root
from labeler.ui.leftovers import YoungSearch
from labeler.ui.look import dress, load_look, prime
from labeler.ui.reading.life_signs import LifeSigns
from labeler.ui.relay import Relay
from labeler.ui.start import make_application
from tests.long_session.acts import Person
from tests.long_session.memory import held_bytes, size_of
from tests.support.dicom_files import save, slice_dataset
from tests.support.reading_in_memory import chest
from tests.support.sitting import Sitting

BEGIN = 1_800_000_000
SLICES, SIDE = 40, 256
SAMPLES = (0.1, 0.5, 1.0)
REOPENED_S = 1200
"""So often the case is put away for another and opened again."""
BAR_MIB = 16.0
"""What the process may come to hold in the second half beyond the history: pictures that are kept
of what was seen still fill up to their bounds, and an act that keeps 64 KiB is found."""


@dataclass(frozen=True)
class Sample:
    """After so many edits: what the process holds, and what of it the history of the case is."""

    edits: int
    held: int
    history: int


@dataclass(frozen=True)
class Verdict:
    """`beyond_mib` is what came to be held from the middle of the session to its end, less what
    the history of that time is known to be; `kib_a_thousand` the same for a thousand edits."""

    hours: float
    events: int
    edits: int
    steps: int
    marks: int
    strokes: int
    branches: int
    held_mib: tuple[float, ...]
    history_mib: tuple[float, ...]
    beyond_mib: float
    bar_mib: float
    kib_a_thousand: float
    wrong: tuple[str, ...]
    acts: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.wrong and self.beyond_mib <= self.bar_mib


def beyond_mib(first: Sample, last: Sample) -> float:
    """What came between the two that no history explains."""
    return ((last.held - first.held) - (last.history - first.history)) / 2**20


class LongSession:
    """One person and one case, in `folder`; `hoard` is called after each act (a fault)."""

    def __init__(self, folder: Path, seed: int, hoard: Callable[[], None] = lambda: None) -> None:
        self._folder, self._chance, self._hoard = folder, random.Random(seed), hoard
        self._studies = [_write_study(folder / name, name) for name in ("1", "2")]
        self._now = BEGIN
        self._events = 0
        self._acts: dict[str, int] = {}
        self._wrong: list[str] = []
        self._samples: list[Sample] = []
        application = QApplication.instance() or make_application(())
        assert isinstance(application, QApplication)
        self._look = load_look(resources_root(), reduced_motion=True)
        prime(application, self._look)
        dress(application, self._look)
        self._relay = Relay()

    def run(self, hours: float) -> Verdict:
        """Live so long; the figures are taken on the way."""
        hook, sys.excepthook = sys.excepthook, self._crashed
        try:
            return self._run(hours)
        finally:
            sys.excepthook = hook

    def _run(self, hours: float) -> Verdict:
        end = BEGIN + round(3600 * hours)
        waiting = list(SAMPLES)
        reopened = BEGIN
        self._sit()
        self._warm_up()
        while waiting:
            act = self._person.next()
            act.do()
            name = act.do.__name__
            self._acts[name] = self._acts.get(name, 0) + 1
            self._now += self._chance.randint(*act.seconds)
            self._hoard()
            done = (self._now - BEGIN) / (end - BEGIN)
            if self._now - reopened > REOPENED_S:
                reopened = self._now
                self._reopen()
            if done >= waiting[0]:
                waiting.pop(0)
                self._take_sample()
        verdict = self._verdict(hours)
        self._stand_up()
        return verdict

    # --- the program --------------------------------------------------------------------------

    def _sit(self) -> None:
        self._sitting = Sitting(
            self._folder / "profile", self._look, self._relay, lambda: self._now
        )
        self._sitting.show(self._studies[0])
        YoungSearch(self._sitting.window)  # as the program has it
        signs = self._sitting.place.findChild(LifeSigns)
        assert signs is not None
        signs._rest.setInterval(0)  # its two seconds are minutes here
        self._person = Person(self._sitting, self._chance)

    def _warm_up(self) -> None:
        """What is made once is there before the first sample: planes, lists, the other study."""
        for act in (self._person.paint, self._person.planes, self._person.jump, self._person.panel):
            act()
        self._reopen()

    def _stand_up(self) -> None:
        self._note_errors()
        self._events += self._sitting.events
        self._sitting.close()

    def _reopen(self) -> None:
        """Another study, and back."""
        self._note_errors()
        for study in reversed(self._studies):
            case = self._sitting.place.desk.case
            self._sitting.window._open_paths([study])
            self._sitting.until(lambda case=case: self._sitting.place.desk.case is not case)  # type: ignore[misc]  # case
            self._sitting.until(self._sitting.is_seen)

    def _crashed(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._wrong.append(f"{kind.__name__}: {error}")
        sys.__excepthook__(kind, error, trace)

    def _note_errors(self) -> None:
        told = self._sitting.window.tidings.all()
        self._wrong += [notice.happened for notice in told if notice.is_error]

    # --- the figures --------------------------------------------------------------------------

    def _take_sample(self) -> None:
        self._sitting.until(lambda: self._sitting.session.reading.is_settled)
        self._sitting.until(lambda: not self._sitting.place.is_coming)
        reading = self._sitting.session.reading
        history = size_of((reading.history(), reading.painted))
        self._samples.append(Sample(_edits(reading.history()), held_bytes(), history))

    def _verdict(self, hours: float) -> Verdict:
        self._note_errors()
        reading, (_, middle, last) = self._sitting.session.reading, self._samples
        beyond = beyond_mib(middle, last)
        history = reading.history()
        return Verdict(
            hours=hours,
            events=self._events + self._sitting.events,
            edits=last.edits,
            steps=history.taken,
            marks=len(history.document.marks),
            strokes=self._acts.get("paint", 0),
            branches=1 + len(history.other_tips()),
            held_mib=tuple(round(sample.held / 2**20, 1) for sample in self._samples),
            history_mib=tuple(round(sample.history / 2**20, 2) for sample in self._samples),
            beyond_mib=round(beyond, 2),
            bar_mib=BAR_MIB,
            kib_a_thousand=round(1_024_000 * beyond / max(1, last.edits - middle.edits), 1),
            wrong=tuple(dict.fromkeys(self._wrong)),
            acts=dict(sorted(self._acts.items())),
        )


def _edits(history: History) -> int:
    """Of all branches."""
    seen: set[int] = set()
    for tip in (history.tip, *history.other_tips()):
        for node in upwards(tip):
            if node.seq in seen:
                break
            seen.add(node.seq)
    return len(seen)


def _write_study(folder: Path, series: str) -> Path:
    folder.mkdir(parents=True)
    for number, pixels in enumerate(chest(SLICES, SIDE).astype(np.int16), 1):
        place = (0.0, 0.0, 2.5 * number)
        dataset = slice_dataset(pixels, number=number, position=place, series=series)
        dataset.StudyInstanceUID += f".{series}"
        save(dataset, folder / f"{number}.dcm")
    return folder
