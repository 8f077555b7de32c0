"""The world beside the expert: really served, really paid, gone at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
import pytest

from labeler.demo import commands
from labeler.demo.beside import Beside, Ready, Said, Word
from labeler.demo.reviewer import MISSED, Told, reference
from labeler.demo.world import Plan, World, build_world
from labeler.errors import LabelerError
from labeler.market import wire
from labeler.market.client import MarketClient
from labeler.model.document import DOCUMENT_FORMAT, Document, Mark
from labeler.model.frames import FrameRef
from labeler.model.mask_blobs import encode_mask
from labeler.model.paths import resources_root
from labeler.model.shapes import MaskRef
from labeler.model.tiled_masks import of_region
from labeler.proof import codec
from tests.support.hub import Expert, answers
from tests.support.town import write_study

SMALL = Plan(slices=60, size=64)
PRICE = 25_000_000
Making = Callable[[Expert, wire.AssignmentAnswer, "World"], Document]


@contextmanager
def a_world(folder: Path, plan: Plan) -> Iterator[tuple[World, list[Told]]]:
    told: list[Told] = []
    trouble: list[LabelerError] = []
    with build_world(
        folder, resources_root(), plan, lambda _text: None, told.append, trouble.append
    ) as world:
        yield world, told
    assert trouble == []


def wait(holds: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def painted(expert: Expert, given: wire.AssignmentAnswer, world: World) -> Document:
    """Every nodule of the truth, as an expert without fault would paint it."""
    assert world.truth is not None
    marks = []
    for number, ((label, instance, frame), mask) in enumerate(reference(world.truth).items()):
        shape = MaskRef(expert.keep(encode_mask(of_region(mask))))
        at = FrameRef(world.truth.series, instance, frame)
        marks.append(Mark(f"m{number}", label, at, shape))
    return document(given, tuple(marks))


def document(given: wire.AssignmentAnswer, marks: tuple[Mark, ...] = ()) -> Document:
    item = codec.digest(codec.encode(given.items[0].item))
    return Document(
        DOCUMENT_FORMAT,
        item,
        marks,
        answers(given.manifest),
        no_finding=not marks,
    )


def held(world: World) -> int:
    identity = world.market.identity.message
    return world.desk.client.token_balance(identity.token, identity.distributor)


def hand_in(world: World, make: Making) -> None:
    with closing(MarketClient(world.url)) as client:
        expert = Expert(client)
        given = expert.take(world.posted.manifest)
        expert.hand_in(expert.message(given, make(expert, given, world)))


def nothing(_expert: Expert, given: wire.AssignmentAnswer, _world: World) -> Document:
    return document(given)


def test_what_agrees_with_the_truth_is_accepted_and_settled(tmp_path: Path) -> None:
    with a_world(tmp_path, SMALL) as (world, told):
        with closing(MarketClient(world.url)) as client:
            (offered,) = client.tasks().tasks
        assert offered.manifest.form.code == "chest-ct-nodule"
        assert held(world) == PRICE * world.posted.items == PRICE
        hand_in(world, painted)
        wait(lambda: bool(told))
        assert (told[0].accepted, told[0].quality) == (True, 1_000_000)
        identity = world.market.identity.message

        def settled() -> bool:
            state = world.desk.client.distributor(identity.distributor, identity.token)
            return state.total == PRICE

        wait(settled)


def test_a_case_without_a_mark_is_compared_and_rejected(tmp_path: Path) -> None:
    with a_world(tmp_path, SMALL) as (world, told):
        hand_in(world, nothing)
        wait(lambda: bool(told))
        time.sleep(1)  # time for a settlement that must not be tried
        assert (told[0].accepted, told[0].reason, told[0].compared) == (False, MISSED, True)


def test_a_folder_of_ones_own_becomes_a_case_a_series(tmp_path: Path) -> None:
    images = write_study(tmp_path / "mine", cases=2)
    with a_world(tmp_path / "world", Plan(images=str(images))) as (world, told):
        assert world.truth is None
        assert world.posted.items == 2
        assert held(world) == 2 * PRICE
        hand_in(world, nothing)
        wait(lambda: bool(told))
        assert (told[0].accepted, told[0].compared) == (True, False)


def answers_at(url: str) -> bool:
    with closing(MarketClient(url)) as client:
        try:
            client.identity()
        except LabelerError as error:
            return error.code != "marketplace-unreachable"
    return True


def gone(folder: str) -> bool:
    return not Path(folder).exists()


def test_it_runs_beside_and_leaves_nothing() -> None:
    heard: list[Word] = []
    with Beside(SMALL, heard.append) as beside:
        ready = beside.ready()
        assert Path(ready.truth).is_file()
        assert answers_at(ready.url)
    assert gone(ready.folder)
    assert len([word for word in heard if isinstance(word, Said)]) == 3
    assert not answers_at(ready.url)


PARENT = """
import os, sys, msgspec
from labeler.demo.beside import Beside
from labeler.demo.world import Plan
ready = Beside(Plan(slices=2, size=16), lambda word: None).ready()
print(msgspec.json.encode(ready).decode(), flush=True)
sys.stdin.read()
"""


def test_it_ends_even_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    assert parent.stdin is not None
    ready = msgspec.json.decode(parent.stdout.readline(), type=Ready)
    assert answers_at(ready.url)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    parent.stdin.close()
    wait(lambda: gone(ready.folder))


def test_a_folder_without_images_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    monkeypatch.setitem(os.environ, "QT_QPA_PLATFORM", "offscreen")
    assert commands.main([str(tmp_path), "--output", str(tmp_path / "out")]) == 3
    assert "No image that can be read was found in this folder" in capsys.readouterr().err
