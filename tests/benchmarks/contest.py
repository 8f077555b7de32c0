"""Contenders in processes of their own, measured in turns so that noise falls on all alike."""

from __future__ import annotations

import json
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from operator import eq
from pathlib import Path
from statistics import median
from typing import Any, Self

CONTENDERS = Path(__file__).parent / "contenders"


class BenchmarkError(Exception):
    """A benchmark that cannot be trusted: a contender failed, or did other work than ours."""


class Ending(ABC):
    """What is ended where its block is left."""

    @abstractmethod
    def end(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


class Contender(Ending):
    """One contender script; it does one job for each line it is sent and answers in JSON."""

    def __init__(self, python: Path, script: str, *arguments: str) -> None:
        self.script = script
        self._process = subprocess.Popen(
            [str(python), str(CONTENDERS / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()

    def do(self, job: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(job + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BenchmarkError(f"{self.script} ended during {job}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def measured(
    contenders: Mapping[str, tuple[Path, str, Sequence[str]]],
    job: str,
    rounds: int,
    alike: Callable[[Any, Any], bool] = eq,
) -> dict[str, dict[str, float]]:
    """By contender the medians of every figure it tells of `job`.

    All must have arrived at results, their "check", that are `alike`.
    """
    with ExitStack() as stack:
        running = {
            name: stack.enter_context(Contender(python, script, *arguments))
            for name, (python, script, arguments) in contenders.items()
        }
        results = {name: contender.do(job)["check"] for name, contender in running.items()}
        first = next(iter(results.values()))
        if not all(alike(first, result) for result in results.values()):
            raise BenchmarkError(f"the contenders of {job} did not do the same work: {results}")
        told: dict[str, list[dict[str, Any]]] = {name: [] for name in running}
        order = list(running)
        for turn in range(rounds):
            for name in order[turn % len(order) :] + order[: turn % len(order)]:
                told[name].append(running[name].do(job))
    return {
        name: {key: median(one[key] for one in turns) for key in turns[0] if key != "check"}
        for name, turns in told.items()
    }


def medians(
    contenders: Mapping[str, tuple[Path, str, Sequence[str]]], job: str, rounds: int
) -> dict[str, float]:
    """Median milliseconds of `job` by contender."""
    return {name: told["ms"] for name, told in measured(contenders, job, rounds).items()}
