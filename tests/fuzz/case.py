"""One case: bytes through the real path, from the folder on disk to the JSON that scripts read."""

from __future__ import annotations

import random
import shutil
import time
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.inspect import FileFailed, SeriesFound, described
from labeler.imaging.reader import Scan, open_image, scan
from labeler.imaging.series import Series
from labeler.imaging.sources.gathering import gather
from labeler.interchange.findings import read_findings
from labeler.interchange.slices import slices_of
from tests.fuzz.grammar import dicom_file
from tests.fuzz.memory import work_seconds
from tests.fuzz.mutator import mutate
from tests.fuzz.seeds import Real, Seed, made

SECONDS = 5.0
"""Of work in all processes: what else the machine does is not the program's fault."""
WAITING_SECONDS = 60.0
MEMORY_MIB = 512
WORKER_MIB = 3072
_MOST_SERIES = 4
_OF_A_TAG = frozenset(("missing-tag", "bad-value", "no-pixels", "unknown-syntax"))
"""Codes whose fault lies in an element: their message must say in which."""


@dataclass(frozen=True)
class Made:
    """The bytes of one case, and how they came to be."""

    seed: Seed
    how: tuple[str, ...]


@dataclass
class Outcome:
    """What was said of it; `failure` is "" where the program behaved."""

    codes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    work_seconds: float = 0.0
    failure: str = ""


def make(seed: int, number: int, real: Real) -> Made:
    """The same for the same numbers and files, whatever ran before."""
    chance = random.Random(f"{seed}/{number}")
    if number % 4 == 3:
        return Made(Seed("grammar.dcm", dicom_file(chance)), ("grammar",))
    one, other = _pick(chance, real), _pick(chance, real)
    data, how = mutate(one.data, other.data, chance)
    return Made(Seed(one.name, data, one.beside), how)


def _pick(chance: random.Random, real: Real) -> Seed:
    if not real or chance.random() < 0.25:
        return chance.choice(made())
    path, beside = chance.choice(real)
    return Seed(path.name, path.read_bytes(), beside)


def write(case: Seed, folder: Path) -> None:
    """Lay the case out as a person would find it; small neighbours come along."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in case.beside:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / case.name).write_bytes(case.data)


def run(folder: Path, decoders: DecoderPool) -> Outcome:
    """Everything a person could do with this folder; any surprise is the failure."""
    outcome = Outcome()
    started, worked = time.monotonic(), work_seconds()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            _walk(folder, decoders, outcome)
    except Exception as error:  # noqa: BLE001  any other exception is what is looked for
        outcome.failure = f"{type(error).__name__}: {error}"[:300]
        outcome.codes.append("exception")
    outcome.seconds = time.monotonic() - started
    outcome.work_seconds = work_seconds() - worked
    slow = outcome.work_seconds > SECONDS or outcome.seconds > WAITING_SECONDS
    if slow and not outcome.failure:
        outcome.failure = f"worked {outcome.work_seconds:.1f} s, took {outcome.seconds:.1f} s"
    return outcome


def _walk(folder: Path, decoders: DecoderPool, outcome: Outcome) -> None:
    try:
        chosen = gather((folder,))
    except LabelerError as error:
        _hear(error, outcome)
        return
    found = scan(chosen.files, problems=chosen.problems, decoders=decoders)
    for problem in found.problems:
        _hear(problem.error, outcome)
    for series in found.series[:_MOST_SERIES]:
        _read(series, found, decoders, outcome)
    told = described(found, decoders)
    msgspec.json.encode(told)
    for one in told:
        assert isinstance(one, SeriesFound | FileFailed)
        if one.error is not None:
            assert one.error.message


def _read(series: Series, found: Scan, decoders: DecoderPool, outcome: Outcome) -> None:
    try:
        image = open_image(series, decoders)
    except LabelerError as error:
        _hear(error, outcome)
        return
    count, rows, columns = image.source.shape
    assert len(image.refs) == len(image.slopes) == count
    for index in sorted({0, count // 2, count - 1}):
        try:
            frame = image.source.frame(index)
        except LabelerError as error:
            _hear(error, outcome)
            continue
        assert frame.shape[:2] == (rows, columns), f"{frame.shape} is not {rows} x {columns}"
        outcome.codes.append("opened")
    slices = slices_of(image, series, found.series)
    for problem in read_findings(found.objects, slices, decoders).problems:
        _hear(problem, outcome)


def _hear(error: LabelerError, outcome: Outcome) -> None:
    """An error is one of ours when a person can be told it."""
    assert str(error).strip(), error.code
    if error.code in _OF_A_TAG:
        assert error.facts.get("tag"), f"{error.code} names no tag"
    outcome.codes.append(error.code)
