"""Kill the program at random moments, start it again, and compare with what it had promised.

What is drawn while it is killed is drawn at a real window, with mouse and keys (painter.py).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.kill_test import checker
from tests.kill_test.checker import Kept, Stroke
from tests.kill_test.ground import Ground, Hub, environment, make_hub, make_profile
from tests.kill_test.victim import ONLY_DRAWN

WINDOW_S = {"drawing": 0.6, "signing": 0.12, "sending": 0.12, "opening": 0.7}
"""A kill comes so many seconds at most after the phase has begun."""
SHARES = {"drawing": 40, "signing": 25, "sending": 25, "opening": 10}
HUB_KILLED = 0.15
"""In this share of the moments of sending the hub is killed with it, and started again."""
PATIENCE_S = 60.0


@dataclass
class Promised:
    """What the person was told over all lives of the program, and what went wrong."""

    strokes: dict[tuple[str, int], Stroke] = field(default_factory=dict)
    lost: set[Stroke] = field(default_factory=set)
    signed: set[str] = field(default_factory=set)
    received: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    phases: Counter[str] = field(default_factory=Counter)
    hub_kills: int = 0

    def hear(self, line: str) -> None:
        word, *rest = line.split()
        if word == "stroke":
            stroke = Stroke(rest[0], int(rest[1]), rest[2])
            before = self.strokes.setdefault((stroke.document, stroke.seq), stroke)
            if before != stroke:
                self.lost.add(before)  # another entry stands where it was
        elif word == "signed":
            self.signed.add(rest[0])
        elif word == "received":
            self.received.add(rest[0])
        elif word == "opened" and rest:
            self.wrong.append(f"a kill was taken for damage: {' '.join(rest)}")

    def compare(self, kept: Kept, hub: dict[str, checker.Sent]) -> None:
        """Everything ever promised, not only in the last life."""
        self.lost |= {stroke for stroke in self.strokes.values() if not kept.holds(stroke)}
        there = {each.item for each in kept.submissions.values()}
        self.wrong += [f"signed and gone: {item}" for item in sorted(self.signed - there)]
        gone = sorted(self.received - set(hub))
        self.wrong += [f"received and gone: {digest}" for digest in gone]


class Butcher:
    """One ground, many lives."""

    def __init__(self, ground: Ground, hub: Hub, seed: int, fault: str = "") -> None:
        self._ground = ground
        self._hub = hub
        self._chance = random.Random(seed)
        self._fault = fault
        self.promised = Promised()

    def moment(self) -> None:
        """Live, be killed, be compared."""
        phase = self._chance.choices(list(SHARES), list(SHARES.values()))[0]
        self.promised.phases[phase] += 1
        delay = self._chance.uniform(0, WINDOW_S[phase])
        with_hub = phase == "sending" and self._chance.random() < HUB_KILLED
        self._live(phase, delay, with_hub=with_hub)
        kept = checker.read_profile(self._ground.profile, self._ground.key)
        self.promised.compare(kept, checker.read_hub(self._ground.hub))
        if with_hub:
            self.promised.hub_kills += 1
            self._hub.start()

    def finish(self) -> Kept:
        """A last life that sends what is left and ends by itself."""
        with self._start("finish") as child:
            output, _ = child.communicate(timeout=2 * PATIENCE_S)
        if child.returncode:
            self.promised.wrong.append(f"the last life ended with {child.returncode}")
        for line in output.decode().splitlines():
            self.promised.hear(line)
        kept = checker.read_profile(self._ground.profile, self._ground.key)
        hub = checker.read_hub(self._ground.hub)
        self.promised.compare(kept, hub)
        self.promised.wrong += checker.forks(kept.submissions)
        if kept.submissions != hub:
            odd = set(kept.submissions).symmetric_difference(hub)
            self.promised.wrong.append(f"not the same on both sides: {sorted(odd)}")
        return kept

    def _start(self, phase: str) -> subprocess.Popen[bytes]:
        arguments = [str(self._ground.profile), phase, str(self._chance.randrange(2**32))]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.kill_test.victim", *arguments, self._fault],
            stdout=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )

    def _live(self, phase: str, delay: float, *, with_hub: bool) -> None:
        child = self._start("drawing" if phase == "opening" else phase)
        assert child.stdout is not None, "opened with a pipe"
        heard = b""
        if phase != "opening":
            heard = self._until_begun(child)
        time.sleep(delay)
        if with_hub:
            self._hub.kill()
        # The signer and the decoders are in its process group: they go with it.
        os.killpg(child.pid, signal.SIGKILL)
        heard += child.stdout.read()
        child.stdout.close()
        if child.wait() != -signal.SIGKILL:
            self.promised.wrong.append(f"in {phase} it ended by itself, with {child.returncode}")
        # What comes after the last line break was not said.
        for line in heard.decode().split("\n")[:-1]:
            self.promised.hear(line)

    def _until_begun(self, child: subprocess.Popen[bytes]) -> bytes:
        assert child.stdout is not None, "opened with a pipe"
        heard = b""
        while not heard.endswith(b"begin\n"):
            piece = os.read(child.stdout.fileno(), 65536)
            if not piece:
                break
            heard += piece
            if b"\nbegin\n" in heard:
                break
        return heard


@dataclass(frozen=True)
class Verdict:
    """What a run came to."""

    moments: int
    strokes_acknowledged: int
    strokes_lost: int
    strokes_brushed: int
    submissions_doubled: int
    submissions_sent: int
    hub_kills: int
    phases: dict[str, int]
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return not (self.strokes_lost or self.submissions_doubled or self.wrong)


def judge(
    moments: int, promised: Promised, hub: dict[str, checker.Sent], brushed: int = 0
) -> Verdict:
    return Verdict(
        moments=moments,
        strokes_acknowledged=len(promised.strokes),
        strokes_lost=len(promised.lost),
        strokes_brushed=brushed,
        submissions_doubled=checker.doubled(hub),
        submissions_sent=len(hub),
        hub_kills=promised.hub_kills,
        phases=dict(sorted(promised.phases.items())),
        wrong=tuple(dict.fromkeys(promised.wrong)),
    )


def run(folder: Path, moments: int, seed: int, *, fault: str = "") -> Verdict:
    """Kill so many times, then finish, and judge."""
    # Three in a life at most, and half of the lives sign.
    hub_folder = make_hub(folder, cases=2 * moments + ONLY_DRAWN + 4)
    with Hub(hub_folder) as hub:
        key = make_profile(folder / "profile", hub.url)
        ground = Ground(hub_folder, folder / "profile", key)
        butcher = Butcher(ground, hub, seed, fault)
        for _ in range(moments):
            butcher.moment()
        kept = butcher.finish()
        hub_has = checker.read_hub(hub_folder)
        return judge(moments, butcher.promised, hub_has, kept.brushed)
