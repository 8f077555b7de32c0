"""The processes that run the cases, and what came of them all. A process that dies is a finding."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.fuzz.case import make, write
from tests.fuzz.seeds import Real, real

COMMAND = (sys.executable, "-m", "tests.fuzz")
_ROOT = Path(__file__).parents[2]
_MOST_KEPT = 100


class Fleet:
    """Runs all cases and counts; what did harm is kept in a folder of its own below `keep`."""

    def __init__(
        self,
        seed: int,
        cases: int,
        data: Path | None,
        largest: int,
        keep: Path,
        command: Sequence[str] = COMMAND,
    ) -> None:
        self._command = command
        self._seed, self._cases, self._largest, self._keep = seed, cases, largest, keep
        self._files: Real = real(data, largest) if data else ()
        self._lock = threading.Lock()
        self._codes: Counter[str] = Counter()
        self._failures: list[dict[str, object]] = []
        self._done = 0
        self._slowest = self._longest = (0.0, -1)
        self._own_mib = self._worker_mib = 0

    def run(self, processes: int, progress: Callable[[int], None]) -> dict[str, object]:
        """The figures of all cases; `progress` is told how many are done, now and then."""
        threads = [
            threading.Thread(target=self._feed, args=(first, processes, progress))
            for first in range(processes)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {
            "cases": self._done,
            "real_files": len(self._files),
            "outcomes": dict(self._codes.most_common()),
            "slowest_seconds": round(self._slowest[0], 2),
            "slowest_case": self._slowest[1],
            "longest_seconds": round(self._longest[0], 2),
            "longest_case": self._longest[1],
            "peak_mib": self._own_mib,
            "peak_decoder_mib": self._worker_mib,
            "failures": self._failures,
        }

    def _feed(self, first: int, step: int, progress: Callable[[int], None]) -> None:
        """One process after another, until this share of the cases is done."""
        number = first
        while number < self._cases:
            number = self._one_process(number, step, progress)

    def _one_process(self, number: int, step: int, progress: Callable[[int], None]) -> int:
        """The first case that this process did not finish; that one did it harm."""
        command = [*self._command, "--seed", str(self._seed)]
        command += ["--shard", str(number), "--step", str(step), "--cases", str(self._cases)]
        command += ["--largest", str(self._largest)]
        with subprocess.Popen(
            command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            said: list[str] = []
            hear = threading.Thread(target=said.extend, args=(process.stderr,))
            hear.start()
            for line in process.stdout:
                number = self._note(json.loads(line), progress) + step
            hear.join()
        if process.returncode != 0 and number < self._cases:
            why = f"the process ended with {process.returncode}"
            with self._lock:
                self._fail(number, why, "".join(said)[-4000:])
            number += step
        return number

    def _note(self, told: dict[str, object], progress: Callable[[int], None]) -> int:
        number = int(str(told["case"]))
        with self._lock:
            self._done += 1
            self._codes.update(set(told["codes"]) or {"nothing"})  # type: ignore[call-overload]
            self._slowest = max(self._slowest, (float(str(told["work_seconds"])), number))
            self._longest = max(self._longest, (float(str(told["seconds"])), number))
            self._own_mib = max(self._own_mib, int(str(told["own_mib"])))
            self._worker_mib = max(self._worker_mib, int(str(told["worker_mib"])))
            if told["failure"]:
                self._fail(number, str(told["failure"]), "")
            if self._done % 1000 == 0:
                progress(self._done)
        return number

    def _fail(self, number: int, why: str, trace: str) -> None:
        made = make(self._seed, number, self._files)
        folder = self._keep / f"{self._seed}-{number}"
        if len(self._failures) < _MOST_KEPT:
            write(made.seed, folder / "files")
            (folder / "why.txt").write_text(f"{why}\n{', '.join(made.how)}\n{trace}")
        self._failures.append({"case": number, "why": why, "kept": str(folder)})
