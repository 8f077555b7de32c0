"""Hours before the window in minutes: the clock of the session is driven, nobody sleeps."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
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
from tests.long_session.memory import Memory, memory_now, size_of
from tests.support.dicom_files import save, slice_dataset
from tests.support.reading_in_memory import chest
from tests.support.sitting import Sitting

BEGIN = 1_800_000_000
SLICES, SIDE = 40, 256
FIRST_HALF, SECOND_HALF = (0.1, 0.25), tuple(k / 20 for k in range(10, 21))
"""Parts of the session after which memory is looked at; in its second half often, for a trend."""
MIB = 2**20
REOPENED_S = 1200
"""So often the case is put away for another and opened again."""
BAR_MIB = 1.0
"""What may come to be used in the second half beyond the history, as all samples of it tell."""
HELD_BAR_MIB = 4.0
"""The same of what is resident: Python takes a MiB at a time, and gaps are where objects lay."""


@dataclass(frozen=True)
class Sample:
    """After so many edits: what the process uses and holds, and what of it the history of the case
    is."""

    edits: int
    memory: Memory
    history: int


@dataclass(frozen=True)
class Verdict:
    """`beyond_mib` is what came to be used in the second half of the session, less what the history
    of that time is known to be; `held_beyond_mib` what came to be resident."""

    hours: float
    events: int
    edits: int
    steps: int
    marks: int
    strokes: int
    branches: int
    parts: tuple[float, ...]
    used_mib: tuple[float, ...]
    held_mib: tuple[float, ...]
    history_mib: tuple[float, ...]
    beyond_mib: float
    held_beyond_mib: float
    bar_mib: float
    held_bar_mib: float
    kib_an_edit: float
    wrong: tuple[str, ...]
    acts: dict[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        grows = self.beyond_mib > self.bar_mib or self.held_beyond_mib > self.held_bar_mib
        return not self.wrong and not grows


def growth(values: Sequence[float]) -> float:
    """From the first to the last of values taken at even distances, as most pairs of them tell: the
    median of all their slopes, which one odd value does not move."""
    pairs = itertools.combinations(enumerate(values), 2)
    return median((b - a) / (n - m) for (m, a), (n, b) in pairs) * (len(values) - 1)


class LongSession:
    """One person and one case, in `folder`; `hoard` hears of each act how many edits it made (a
    fault)."""

    def __init__(
        self, folder: Path, seed: int, hoard: Callable[[int], None] = lambda _edits: None
    ) -> None:
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
        waiting = [*FIRST_HALF, *SECOND_HALF]
        reopened = BEGIN
        self._sit()
        self._warm_up()
        edits = _edits(self._sitting.history)
        while waiting:
            act = self._person.next()
            act.do()
            name = act.do.__name__
            self._acts[name] = self._acts.get(name, 0) + 1
            self._now += self._chance.randint(*act.seconds)
            edits, before = _edits(self._sitting.history), edits
            self._hoard(max(0, edits - before))
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
        self._person.planes()  # each time the same is open: a volume, and views of it
        self._sitting.until(lambda: self._sitting.session.reading.is_settled)
        self._sitting.until(lambda: not self._sitting.place.is_coming)
        reading = self._sitting.session.reading
        history = size_of((reading.history(), reading.painted))
        self._samples.append(Sample(_edits(reading.history()), memory_now(), history))

    def _verdict(self, hours: float) -> Verdict:
        self._note_errors()
        history, samples = self._sitting.history, self._samples
        second = samples[len(FIRST_HALF) :]
        beyond = growth([(one.memory.used - one.history) / MIB for one in second])
        held_beyond = growth([(one.memory.held - one.history) / MIB for one in second])
        made = second[-1].edits - second[0].edits
        return Verdict(
            hours=hours,
            events=self._events + self._sitting.events,
            edits=second[-1].edits,
            steps=history.taken,
            marks=len(history.document.marks),
            strokes=self._acts.get("paint", 0),
            branches=1 + len(history.other_tips()),
            parts=FIRST_HALF + SECOND_HALF,
            used_mib=tuple(round(one.memory.used / MIB, 2) for one in samples),
            held_mib=tuple(round(one.memory.held / MIB, 1) for one in samples),
            history_mib=tuple(round(one.history / MIB, 2) for one in samples),
            beyond_mib=round(beyond, 2),
            held_beyond_mib=round(held_beyond, 2),
            bar_mib=BAR_MIB,
            held_bar_mib=HELD_BAR_MIB,
            kib_an_edit=round(1024 * beyond / max(1, made), 2),
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
