"""Some hundreds of broken files at every run of the gate; `./run fuzz` has thousands."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labeler.imaging.decoding.decoders import DecoderPool
from tests.fuzz.case import MEMORY_MIB, make, run, write
from tests.fuzz.fleet import Fleet
from tests.fuzz.grammar import dicom_file
from tests.fuzz.memory import peak_mib
from tests.fuzz.mutator import mutate
from tests.fuzz.seeds import Real, Seed, made, real

MADE, REAL, GRAMMAR = 200, 200, 150
SMALL = 1 << 15


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    with DecoderPool(1) as workers:
        yield workers


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="labeler-fuzz-") as folder:
        yield Path(folder) / "case"


def behaves(numbers: range, files: Real, room: Path, pool: DecoderPool) -> set[str]:
    """Every case is told in words; the codes that were heard."""
    heard: set[str] = set()
    before = peak_mib()
    for number in numbers:
        case = make(1, number, files)
        write(case.seed, room)
        outcome = run(room, pool)
        assert not outcome.failure, f"case {number}, {case.seed.name}, {case.how}"
        heard.update(outcome.codes)
    assert peak_mib() - before < MEMORY_MIB
    return heard


def test_seeds_are_sound(room: Path, pool: DecoderPool) -> None:
    """What is made worse opens while it is whole: else the cases would all stop at the door."""
    for seed in made():
        write(seed, room)
        outcome = run(room, pool)
        assert not outcome.failure, seed.name
        assert "opened" in outcome.codes, (seed.name, outcome.codes)


def test_made_files_made_worse(room: Path, pool: DecoderPool) -> None:
    assert len(behaves(range(MADE), (), room, pool)) > 8


def test_real_files_made_worse(test_data: Path, room: Path, pool: DecoderPool) -> None:
    files = real(test_data, SMALL)
    assert len(files) > 100
    assert len(behaves(range(1000, 1000 + REAL), files, room, pool)) > 8


@settings(max_examples=GRAMMAR, suppress_health_check=list(HealthCheck))
@given(chance=st.randoms(use_true_random=False))
def test_files_by_their_grammar(room: Path, pool: DecoderPool, chance: random.Random) -> None:
    write(Seed("grammar.dcm", dicom_file(chance)), room)
    assert run(room, pool).failure == ""


def test_a_case_is_the_same_whenever_it_is_made() -> None:
    assert make(5, 41, ()).seed.data == make(5, 41, ()).seed.data
    assert make(5, 41, ()).seed.data != make(6, 41, ()).seed.data
    data = bytes(range(256)) * 4
    assert len({mutate(data, data[::-1], random.Random(k))[0] for k in range(200)}) > 150


def test_the_command_prints_its_figures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--cases", "24", "--seed", "3", "--json"]
    environment = {k: v for k, v in os.environ.items() if k != "LABELER_TEST_DATA"}
    said = subprocess.run(
        [*command, "--keep", str(tmp_path / "kept")],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env=environment,
    )
    told = json.loads(said.stdout)
    assert (told["cases"], told["seed"], told["failures"]) == (24, 3, [])
    assert told["slowest_seconds"] < 5
    assert sum(told["outcomes"].values()) >= 24
    assert not (tmp_path / "kept").exists()


DIES_AT_3 = """
import json, os, sys
def typed(name):
    return int(sys.argv[sys.argv.index(name) + 1])
first, step, cases = typed("--shard"), typed("--step"), typed("--cases")
for number in range(first, cases, step):
    if number == 3:
        sys.stderr.write("the trace")
        sys.stderr.flush()
        os.abort()
    told = {"case": number, "own_mib": 1, "worker_mib": 1}
    told |= {"codes": ["x"], "seconds": 0.1, "work_seconds": 0.1, "failure": ""}
    print(json.dumps(told), flush=True)
"""


def test_a_process_that_dies_is_a_finding_and_the_others_go_on(tmp_path: Path) -> None:
    command = (sys.executable, "-c", DIES_AT_3)
    told = Fleet(3, 8, None, SMALL, tmp_path / "kept", command).run(2, lambda _done: None)
    assert told["cases"] == 7
    (failure,) = told["failures"]
    assert failure["case"] == 3
    kept = tmp_path / "kept/3-3"
    assert failure["kept"] == str(kept)
    assert "ended with -6" in (kept / "why.txt").read_text()
    assert "the trace" in (kept / "why.txt").read_text()
    assert list((kept / "files").iterdir())
