"""A large file without a UID is shown first, and read for its digest before anything is bound."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import tifffile

from labeler.app.answers import Answers
from labeler.app.cases import Case, open_paths
from labeler.app.haste import giving_way
from labeler.app.open_case import OpenCase, prepare
from labeler.app.opening import open_for_practice
from labeler.app.reopening import reopen
from labeler.app.screens import Change
from labeler.app.services import Services, no_tick
from labeler.errors import LabelerError
from labeler.imaging.sources.digests import AT_ONCE, Digests
from labeler.imaging.sources.files import FileBytes
from labeler.model.document import Mark
from labeler.model.edits import AddMark
from labeler.model.paths import resources_root
from labeler.model.shapes import Box
from labeler.store.store import Store
from tests.app.test_own_cases import own_form
from tests.support.life import Life, Start

PIXELS = np.random.default_rng(3).integers(0, 256, (600, 700, 3), np.uint8)


def slide(path: Path, seed: int = 0) -> Path:
    """A pyramid of two levels in a file that is large: behind its pixels lies nothing."""
    with tifffile.TiffWriter(path) as file:
        for n in range(2):
            part = np.roll(PIXELS, seed, 0)[:: 2**n, :: 2**n]
            kind = {"compression": "zlib", "photometric": "rgb", "metadata": None}
            file.write(part, tile=(128, 128), subfiletype=min(n, 1), **kind)
    os.truncate(path, AT_ONCE + 4096)
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(life: Life, path: Path) -> OpenCase:
    """The case as it stands on the screen first."""
    life.changes.clear()
    life.session.open_paths((path,))
    life.until(lambda: Change.READING in life.changes)
    case = life.session.reading.case()
    assert case is not None
    return case


def named(life: Life) -> OpenCase:
    life.until(lambda: bool((case := life.session.reading.case()) and case.named))
    case = life.session.reading.case()
    assert case is not None
    return case


def mark_of(case: OpenCase) -> AddMark:
    return AddMark(0, Mark("m0-1", "finding-1", case.image.refs[0], Box((0, 0), (900, 900))))


def test_pixels_come_before_the_digest_and_the_document_after_it(
    start: Start, tmp_path: Path
) -> None:
    path, life = slide(tmp_path / "slide.tif"), start().ready()
    first = shown(life, path)
    reading = life.session.reading
    assert not first.named
    assert not first.may_change
    tiles = reading.series.tiles(first.tile)
    reading.mark_seen(first.tile, 0)
    with pytest.raises(RuntimeError, match="not changed"):
        reading.apply(mark_of(first), {})
    assert not reading.can_undo()
    case = named(life)
    assert case.goes_on_from(first)
    assert case.tiles_before == {first.tile: case.tile}
    assert case.image.refs[0].instance == case.image.info.uid == sha256(path)
    assert case.image.source is first.image.source, "no pixel is read again"
    assert reading.series.tiles(case.tile) is tiles
    assert reading.seen(case.tile) == {0}
    reading.apply(mark_of(case), {})
    life.until(lambda: reading.is_settled)


def test_that_it_was_not_read_to_its_end_is_told_until_it_is(start: Start, tmp_path: Path) -> None:
    path, life = slide(tmp_path / "slide.tif"), start().ready()
    os.truncate(path, 1 << 34)
    shown(life, path)
    life.until(lambda: bool(life.session.activities()))
    for activity in life.session.activities():
        life.session.cancel(activity.id)
    told = "Not read to its end, it is shown only. Open it again to mark it."
    life.until(lambda: life.happened() == [told])
    os.truncate(path, AT_ONCE + 4096)
    shown(life, path)
    named(life)
    assert life.happened() == []


def test_it_is_told_too_where_another_case_ended_its_reading_and_did_not_come(
    start: Start, tmp_path: Path
) -> None:
    path, life = slide(tmp_path / "slide.tif"), start().ready()
    os.truncate(path, 1 << 34)
    told = "Not read to its end, it is shown only. Open it again to mark it."
    for _again in range(2):
        shown(life, path)
        assert told not in life.happened()
        life.session.open_paths([tmp_path / "nowhere"])
        life.until(lambda: told in life.happened())
        assert life.happened().count(told) == 1


@pytest.mark.parametrize("is_damaged", [False, True])
def test_nothing_is_told_of_one_that_was_put_away_before_it_was_read(
    start: Start, tmp_path: Path, is_damaged: bool
) -> None:
    path, life = slide(tmp_path / "slide.tif"), start().ready()
    reading, form = life.session.reading, own_form(tmp_path / "node.json", "node")
    life.session.open_paths((path,), str(form))
    named(life)
    reading.apply(mark_of(life.case()), {})
    life.saved()
    if is_damaged:
        life.services.store.call(damage)
    own_form(form, "lymph node")  # no code
    shown(life, path)
    reading.close()
    life.changes.clear()
    life.until(lambda: not life.session.activities())
    life.rest()
    assert life.happened() == []
    assert life.session.damaged() is None
    assert Change.READING not in life.changes


def damage(store: Store) -> None:
    with store.database.transaction():
        store.database.run("UPDATE journal SET hash = hash || '0'", ())


def test_the_marks_of_a_file_are_there_again_and_of_no_other(start: Start, tmp_path: Path) -> None:
    path, other = slide(tmp_path / "slide.tif"), slide(tmp_path / "other.tif", seed=5)
    life = start().ready()
    reading = life.session.reading
    shown(life, path)
    case = named(life)
    reading.apply(mark_of(case), {})
    life.until(lambda: reading.is_settled)
    assert shown(life, other).id != case.id
    assert not reading.document().marks, "nothing is shown before it is known whose it is"
    assert named(life).id != case.id
    assert not reading.document().marks
    shown(life, path)
    assert not reading.document().marks
    assert named(life).id == case.id
    assert len(reading.document().marks) == 1


def test_the_bytes_decide_not_the_date(start: Start, tmp_path: Path) -> None:
    """Another image under the same name, as large and as old, never gets the marks."""
    path, life = slide(tmp_path / "slide.tif"), start().ready()
    reading = life.session.reading
    shown(life, path)
    case = named(life)
    reading.apply(mark_of(case), {})
    life.until(lambda: reading.is_settled)
    date = path.stat().st_mtime_ns
    slide(path, seed=9)
    os.utime(path, ns=(date, date))
    shown(life, path)
    assert named(life).id != case.id
    assert not reading.document().marks


def _raise(error: BaseException) -> None:
    raise error


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    quiet = Answers(lambda call: call(), _raise, _raise)
    bench = open_for_practice(tmp_path / "profile", quiet, resources_root())
    yield bench.services
    bench.close()


def first_of(services: Services, path: Path) -> Case:
    case = open_paths(services, (path,), no_tick)
    assert case.name is not None
    assert case.kept_as == "", "what is decoded of it is kept under no passing name"
    return case


def test_a_file_that_changes_while_it_is_shown_is_begun_anew(
    services: Services, tmp_path: Path
) -> None:
    path = slide(tmp_path / "slide.tif")
    case = first_of(services, path)
    slide(path, seed=5)
    assert case.name is not None
    now = case.name(services, no_tick)
    assert now.shown_as == ""
    assert now.opened.info.uid == sha256(path)


def test_a_file_that_is_gone_meanwhile_is_told_of(services: Services, tmp_path: Path) -> None:
    path = slide(tmp_path / "slide.tif")
    case = first_of(services, path)
    path.unlink()
    assert case.name is not None
    with pytest.raises(LabelerError):
        case.name(services, no_tick)


def test_a_large_volume_waits_for_no_digest_either(services: Services, tmp_path: Path) -> None:
    path = tmp_path / "large.mha"
    side = 208
    head = (
        f"ObjectType = Image\nNDims = 3\nBinaryData = True\nDimSize = {side} {side} {side}\n"
        "ElementSpacing = 1 1 1\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    )
    path.write_bytes(head.encode() + bytes(2 * side**3))
    assert path.stat().st_size > AT_ONCE
    case = first_of(services, path)
    assert case.name is not None
    now = case.name(services, no_tick)
    assert now.shown_as == case.id
    assert now.opened.info.uid == sha256(path)


def test_one_is_found_again_by_the_name_that_was_read(services: Services, tmp_path: Path) -> None:
    case = first_of(services, slide(tmp_path / "slide.tif"))
    assert case.name is not None
    prepare(services, case)
    named = case.name(services, no_tick)
    with pytest.raises(LabelerError) as caught:
        reopen(services, case.id, no_tick)
    assert caught.value.code == "case-files-unknown", "nothing is kept under a passing name"
    prepare(services, named)
    again = reopen(services, named.id, no_tick)
    assert (again.id, again.name, again.title) == (named.id, None, "slide.tif")


def test_small_files_are_named_at_once(services: Services, tmp_path: Path) -> None:
    path = slide(tmp_path / "slide.tif")
    os.truncate(path, AT_ONCE)
    case = open_paths(services, (path,), no_tick)
    assert case.name is None
    assert case.opened.info.uid == sha256(path)


def test_reading_a_file_gives_way_to_pixels_and_not_for_ever() -> None:
    waits = [True, True, False]
    told: list[tuple[int, int]] = []
    ticked = giving_way(lambda done, total: told.append((done, total)), lambda: waits.pop(0))
    ticked(1, 9)
    assert told == [(1, 9)] * 3
    assert not waits
    asked: list[bool] = []
    giving_way(lambda _done, _total: None, lambda: not asked.append(True), 0.05)(1, 9)
    assert len(asked) == 5


def test_digests_tell_how_far_they_are(tmp_path: Path) -> None:
    digests, told = Digests(), []
    for n in range(2):
        source = FileBytes(slide(tmp_path / f"{n}.tif", n), digest=digests)
        assert source.sha256() == source.sha256() != sha256(source.path)
    assert digests.waiting
    assert digests.read(lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1] == 2 * (AT_ONCE + 4096)
    assert source.sha256() == sha256(source.path)
