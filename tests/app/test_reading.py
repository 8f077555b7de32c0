"""The open case: every edit into the journal, undo without end, series, slices, going away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import FileDataset

from labeler.app.frame_feed import FrameAnswer
from labeler.app.jobs import Started
from labeler.app.looked_at import TOLD_SINGLY
from labeler.app.screens import Change, SaveState
from labeler.errors import LabelerError
from labeler.model.document import Mark
from labeler.model.edit_rules import touched_marks
from labeler.model.edits import AddMark, Edit, Together
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.mask_states import unpainted
from labeler.model.masks import Bits, mask_of
from labeler.model.open_drawing import OpenDrawing
from labeler.model.overlays import OverlayBits
from labeler.model.shapes import Box, PaintedMask
from labeler.model.tiled_masks import empty, of_region
from labeler.viewing.paint_edits import stroke_edit
from tests.support.dicom_files import write_stack
from tests.support.life import Life, Start

LONG, SHORT = 12, 3


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Two CT series in one folder: one of twelve slices, one of three."""
    folder = tmp_path / "study"
    for series, slices in (("1", LONG), ("2", SHORT)):
        positions = [(0.0, 0.0, 2.5 * k) for k in range(slices)]
        write_stack(folder / series, positions, series=series)
    return folder


@pytest.fixture
def reader(start: Start, study: Path) -> Life:
    return open_study(start().ready(), study)


def open_study(life: Life, study: Path) -> Life:
    life.session.open_paths([study])
    life.until(lambda: life.session.reading.case() is not None)
    return life


def turn_to(life: Life, uid: str) -> Image:
    here: list[Image] = []
    life.session.reading.series.request_image(uid, here.append)
    life.until(lambda: bool(here))
    return here[0]


def noise(seed: int, rows: int, columns: int) -> Bits:
    bits: Bits = np.random.default_rng(seed).random((rows, columns)) > 0.5
    return bits


def paint(life: Life, seed: int) -> str:
    """One brush stroke: a mask and its blob."""
    case, reading = life.case(), life.session.reading
    _, rows, columns = case.image.source.shape
    after = of_region(mask_of(noise(seed, rows, columns)))
    bare = unpainted(after.size)
    mark = Mark(reading.new_mark_id(), case.labels[0].code, case.image.refs[0], bare)
    stroke, blobs = stroke_edit(mark.id, bare, empty(after.size), after)
    add = AddMark(len(reading.document().marks), mark)
    reading.apply(Together("paint", (add, stroke)), blobs)
    return stroke.delta


def journal_length(life: Life) -> int:
    case_id = life.case().id
    return life.services.store.call(lambda store: store.journal.head(case_id).seq)


def test_an_edit_is_acknowledged_only_when_the_journal_has_it(reader: Life) -> None:
    reading = reader.session.reading
    heads: list[tuple[int, int]] = []

    def hear(change: Change) -> None:
        if change is Change.SAVED and reading.head is not None:
            heads.append((reading.head.seq, reader.session.save_light().pending))

    reader.session.listen(hear)
    assert reading.head is not None
    assert reading.head.seq == 0
    for _ in range(5):
        reader.draw(settled=False)
    assert not reading.is_settled
    assert reading.head.seq == 0
    reader.saved()
    assert sorted({seq for seq, _ in heads} - {0}) == [1, 2, 3, 4, 5]
    assert (reading.head.seq, journal_length(reader)) == (5, 5)


def test_undo_and_redo_without_end_also_after_a_restart(
    reader: Life, study: Path, start: Start
) -> None:
    reading = reader.session.reading
    for seed in range(6):
        paint(reader, seed)
    names = reader.marks()
    heard: list[Edit] = []
    for _ in range(4):
        reading.undo(heard.append)
    assert [touched_marks(edit) for edit in heard] == [(name,) for name in reversed(names[2:])]
    reading.redo(heard.append)
    assert heard[-1] is heard[-2]
    assert reader.marks() == names[:3]
    reader.close()

    again = open_study(start().ready(), study)
    reading = again.session.reading
    assert again.marks() == names[:3]
    for _ in range(3):
        again.session.redo()
    assert again.marks() == names
    assert not reading.can_redo()
    reading.redo(pytest.fail)
    _, rows, columns = again.case().image.source.shape
    for seed, mark in enumerate(reading.document().marks):  # what had been undone is there too
        assert isinstance(mark.shape, PaintedMask)
        region = reading.painted.region(mark.shape, 0)
        assert region == mask_of(noise(seed, rows, columns))
    for _ in range(7):
        again.session.undo()
    assert again.marks() == []
    assert not reading.can_undo()
    reading.undo(pytest.fail)
    again.saved()
    assert journal_length(again) == 6 + 4 + 1 + 3 + 6


def test_what_is_finished_as_a_case_is_put_down_is_still_of_it(
    reader: Life, study: Path, start: Start
) -> None:
    names: list[str] = []

    def hear(change: Change) -> None:
        reader.changes.append(change)
        if change is Change.PUT_DOWN:
            names.append(reader.draw(settled=False))

    reader.session.listen(hear)
    reader.close()
    again = open_study(start().ready(), study)
    assert again.marks() == names
    assert len(names) == 1


def test_a_new_mark_never_takes_an_old_name(reader: Life, study: Path, start: Start) -> None:
    names = [reader.draw(settled=False) for _ in range(4)]
    reader.session.undo()
    names += [reader.draw(settled=False), reader.draw()]
    reader.close()
    again = open_study(start().ready(), study)
    names += [again.draw(), again.draw()]
    assert len(set(names)) == len(names)


def test_opening_the_open_case_again_keeps_what_is_being_drawn(reader: Life, study: Path) -> None:
    for _ in range(6):
        reader.draw(settled=False)
        reader.session.open_paths([study])
        reader.draw(settled=False)
        reader.live()
    reader.rest()
    reader.draw()
    assert len(reader.marks()) == 13
    assert journal_length(reader) == 13


def test_edits_under_way_reach_the_journal_of_the_case_they_were_made_in(
    reader: Life, study: Path
) -> None:
    first = reader.case().id
    for _ in range(8):
        reader.draw(settled=False)
    names = reader.marks()
    reader.session.open_sample()
    reader.until(lambda: reader.case().id != first)
    assert reader.marks() == []
    reader.draw(settled=False)
    reader.session.open_paths([study])
    reader.until(lambda: reader.case().id == first)
    assert reader.marks() == names
    reader.draw()


def test_another_series_is_turned_to_and_marks_on_it_can_be_checked_later(
    reader: Life, study: Path, start: Start
) -> None:
    long, short = reader.case().series
    assert reader.case().image.source.shape[0] == LONG
    assert turn_to(reader, short.uid).source.shape[0] == SHORT
    reader.draw()
    assert turn_to(reader, long.uid) is reader.case().image
    assert [c.code for c in reader.session.reading.checks()] == ["slices-never-shown"] * 2
    reader.close()
    again = open_study(start().ready(), study)
    assert again.case().image.source.shape[0] == LONG
    assert [c.code for c in again.session.reading.checks()] == ["slices-never-shown"] * 2
    stray = Mark("stray", "finding-1", FrameRef("1", "1.9", 0), Box((0, 0), (1, 1)))
    again.session.reading.apply(AddMark(0, stray), {})
    assert "unknown-frame" in {c.code for c in again.session.reading.checks()}


def test_what_was_seen_is_remembered_for_each_series(
    reader: Life, study: Path, start: Start
) -> None:
    reading = reader.session.reading
    long, short = reader.case().series
    for index in (0, 5):
        reading.mark_seen(long.uid, index)
    reading.mark_seen(short.uid, 2)
    assert reading.seen(short.uid) == {2}
    told = {c.facts["tile"]: c for c in reading.checks() if c.code == "slices-never-shown"}
    assert set(told) == {tile.uid for tile in reader.case().series}, "every series is told of"
    assert told[short.uid].facts["count"] == SHORT - 1
    assert told[short.uid].facts["index"] == 0
    assert told[short.uid].facts["series"] == short.name
    reader.close()
    again = open_study(start().ready(), study)
    assert again.session.reading.seen(long.uid) == {0, 5}
    assert again.session.reading.seen(short.uid) == {2}


def test_work_on_marks_is_listed_and_ends_however_it_ends(
    reader: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labeler.app.jobs.SHOWN_AFTER_SECONDS", 0.0)
    told: list[str] = []
    begun = threading.Event()

    def long(tick: Callable[[int, int], None]) -> None:
        begun.set()
        while True:
            tick(1, 2)
            time.sleep(0.001)

    def broken(_tick: Callable[[int, int], None]) -> None:
        raise LabelerError("out-of-memory", "It broke.", safe="Yes.", do="Nothing.")

    def start(work: Callable[[Callable[[int, int], None]], None]) -> Started:
        series = reader.session.reading.series
        return series.work(
            "Filling", work, lambda _n: told.append("done"), lambda: told.append("over")
        )

    for by_list in (False, True):
        begun.clear()
        started = start(long)
        assert begun.wait(5)
        (activity,) = reader.session.activities()
        assert activity.text == "Filling"
        if by_list:
            reader.session.cancel(activity.id)
        else:
            started.stop()
        reader.until(lambda: told == ["over"])
        assert reader.session.activities() == ()
        told.clear()
    start(broken)
    reader.until(lambda: told == ["over"])
    reader.until(lambda: reader.happened() == ["It broke."])
    start(lambda _tick: None)
    reader.until(lambda: told[1:] == ["done", "over"])


def test_an_open_drawing_is_found_again_with_its_case(
    reader: Life, study: Path, start: Start
) -> None:
    frame = reader.case().image.refs[0]
    drawing = OpenDrawing("polygon", frame, ((1000, 2000), (3000, -400)))
    assert reader.case().drawing is None
    reader.session.reading.keep_drawing(drawing)
    reader.session.reading.keep_label("finding-2")
    reader.close()
    again = open_study(start().ready(), study)
    assert again.case().drawing == drawing
    assert again.case().first_label == "finding-2"
    again.session.reading.keep_drawing(None)
    again.close()
    assert open_study(start().ready(), study).case().drawing is None


def test_series_that_nobody_turned_to_are_told_of_by_their_number(
    start: Start, tmp_path: Path
) -> None:
    """A folder may hold ten thousand."""
    for number in range(TOLD_SINGLY + 4):
        places = [(0, 0, 0), (0, 0, 2)]
        write_stack(tmp_path / "many" / str(number), places, series=f"{number + 1}")
    reader = open_study(start().ready(), tmp_path / "many")
    reading, case = reader.session.reading, reader.case()
    reading.mark_seen(case.series[3].uid, 0)
    *_, first, touched, rest = reading.checks()
    assert first.facts["tile"] == case.series[0].uid
    assert (touched.facts["tile"], touched.facts["index"]) == (case.series[3].uid, 1)
    assert (rest.code, rest.blocks) == ("series-never-shown", False)
    assert rest.facts == {"count": TOLD_SINGLY + 2, "tile": case.series[1].uid, "index": 0}


def test_slices_and_thumbnails_come_and_a_bad_one_comes_as_its_error(
    start: Start, study: Path
) -> None:
    bad = min((study / "1").iterdir())
    cut = bad.read_bytes()
    bad.write_bytes(cut[: cut.rindex(b"\xe0\x7f\x10\0") + 20])
    reader = open_study(start().ready(), study)
    reading = reader.session.reading
    got: dict[int, FrameAnswer] = {}
    for index in range(LONG):
        reading.series.request_frame(reader.case().tile, index, got.__setitem__)
        reader.until(lambda index=index: index in got)
    errors = [answer for answer in got.values() if isinstance(answer, LabelerError)]
    assert [error.code for error in errors] == ["truncated-image"]
    (at,) = (index for index, answer in got.items() if isinstance(answer, LabelerError))
    assert reading.series.failed(reader.case().tile) == {at}
    told = next(check for check in reading.checks() if check.code == "slices-undecodable")
    unseen = next(check for check in reading.checks() if check.code == "slices-never-shown")
    assert (told.facts["count"], told.blocks) == (1, False)
    assert unseen.facts["count"] == LONG - 1
    assert reader.happened() == []
    tiles: dict[str, FrameAnswer] = {}
    for tile in reader.case().series:
        reading.series.request_thumbnail(tile.uid, tiles.__setitem__)
    reader.until(lambda: len(tiles) == 2)
    assert all(isinstance(answer, np.ndarray) for answer in tiles.values())


def test_thumbnails_come_small_and_as_dark_as_the_file_wants(start: Start, tmp_path: Path) -> None:
    def x_ray(_k: int, dataset: FileDataset) -> None:
        dataset.PhotometricInterpretation = "MONOCHROME1"

    write_stack(tmp_path / "plain", [(0.0, 0.0, 0.0)], series="1")
    write_stack(tmp_path / "inverse", [(0.0, 0.0, 0.0)], series="2", change=x_ray)
    reader = open_study(start().ready(), tmp_path)
    tiles: dict[str, FrameAnswer] = {}
    for tile in reader.case().series:
        reader.session.reading.series.request_thumbnail(tile.uid, tiles.__setitem__)
    reader.until(lambda: len(tiles) == 2)
    plain, inverse = (tiles[tile.uid] for tile in reader.case().series)
    assert isinstance(plain, np.ndarray)
    assert isinstance(inverse, np.ndarray)
    assert plain.dtype == np.uint8
    assert np.array_equal(inverse, np.bitwise_not(plain))


def test_what_files_draw_over_their_slices_comes_when_asked(start: Start, tmp_path: Path) -> None:
    bits = np.random.default_rng(3).integers(0, 2, (6, 8)).astype(bool)

    def drawn(k: int, dataset: FileDataset) -> None:
        if k == 0:
            dataset.add_new(0x60000010, "US", 6)
            dataset.add_new(0x60000011, "US", 8)
            dataset.add_new(0x60000050, "SS", [1, 1])
            raw = np.packbits(bits.ravel(), bitorder="little").tobytes()
            dataset.add_new(0x60003000, "OW", raw)

    write_stack(tmp_path / "one", [(0.0, 0.0, -2.5 * k) for k in range(2)], change=drawn)
    reader = open_study(start().ready(), tmp_path / "one")
    got: dict[int, tuple[OverlayBits, ...]] = {}
    for index in range(2):
        tile = reader.case().tile
        reader.session.reading.series.request_overlays(tile, index, got.__setitem__)
        reader.until(lambda index=index: index in got)
    assert [len(found) for _, found in sorted(got.items())] == [1, 0]
    assert np.array_equal(got[0][0].bits, bits)


def test_a_case_may_go_away_while_its_slices_are_read(expert: Life) -> None:
    """Sealed packages are files that are closed: no job may find them so."""
    cases = expert.cases()
    silent: list[int] = []
    for turn in range(40):
        case = expert.show(cases[turn % 3].id)
        reading = expert.session.reading
        reading.series.request_frame(case.tile, 0, lambda index, _answer: silent.append(index))
        for tile in case.series:
            reading.series.request_thumbnail(tile.uid, lambda _uid, _answer: None)
            reading.series.request_image(tile.uid, lambda _image: None)
        expert.session.open_case(cases[(turn + 1) % 3].id)
        expert.session.open_case(cases[(turn + 2) % 3].id)  # overtakes the one before
    expert.rest()
    assert expert.happened() == []


def test_a_folder_without_an_image_is_told_and_the_open_case_stays(
    reader: Life, tmp_path: Path
) -> None:
    before = reader.case().id
    empty = tmp_path / "empty"
    empty.mkdir()
    reader.session.open_paths([empty])
    reader.until(lambda: bool(reader.happened()))
    assert len(reader.happened()) == 1
    assert reader.case().id == before
    reader.draw()
    assert reader.session.save_light().state is SaveState.SAVED


def test_a_folder_that_was_refused_is_no_news_once_it_is_open(reader: Life, tmp_path: Path) -> None:
    """By its place: what is told of another one stays."""
    late, never = tmp_path / "late", tmp_path / "never"
    for number, folder in enumerate((late, never), start=1):
        reader.session.open_paths([folder])
        reader.until(lambda number=number: len(reader.happened()) == number)
    late.mkdir()
    reader.session.open_paths([late])
    reader.until(lambda: "There is no folder or file named late." not in reader.happened())
    assert len(reader.happened()) == 2, "it is refused for another reason now"
    write_stack(late, [(0.0, 0.0, 0.0)], series="7")
    before = reader.case().id
    reader.session.open_paths([tmp_path / "." / "late"])
    reader.until(lambda: reader.case().id != before)
    assert reader.happened() == ["There is no folder or file named never."]


def test_a_case_whose_images_are_not_here_is_told(expert: Life, protected: Path) -> None:
    expert.show(expert.cases()[0].id)
    for package in (protected / "packages").iterdir():
        package.unlink()
    expert.session.open_case(expert.cases()[1].id)
    expert.until(lambda: bool(expert.happened()))
    assert expert.happened() == ["The images of this case are not on this computer."]
    expert.session.open_case("0" * 64)
    expert.until(lambda: len(expert.happened()) == 2)
    assert expert.session.reading.case() is None, "no other case stands in its place"


def test_before_anything_is_open_there_is_nothing_to_undo(start: Start) -> None:
    life = start()
    reading = life.session.reading
    life.session.undo()
    life.session.redo()
    assert reading.case() is None
    assert (reading.can_undo(), reading.can_redo(), reading.is_settled) == (False, False, True)
    with pytest.raises(RuntimeError, match="no case"):
        reading.document()


def test_files_that_gave_no_image_are_told_of_once(start: Start, study: Path) -> None:
    (study / "letter.txt").write_text("Dear colleague")
    reader = open_study(start().ready(), study)
    (notice,) = reader.session.notices()
    assert (notice.is_error, notice.facts) == (False, (("count", 1),))


def test_what_tells_of_files_without_an_image_stays_until_another_case_comes(
    start: Start, study: Path
) -> None:
    (study / "1" / "notes.dcm").write_bytes(b"no image at all" * 40)
    reader = open_study(start().ready(), study)

    def told() -> list[tuple[str, bool]]:
        return [(notice.happened, notice.stays) for notice in reader.session.notices()]

    wanted = ("Files without an image: {count}. See Files of this case.", True)
    reader.until(lambda: wanted in told())
    open_study(reader, study)
    reader.rest()
    assert told().count(wanted) == 1
    (study / "1" / "notes.dcm").unlink()
    open_study(reader, study)
    reader.until(lambda: wanted not in told())


def test_it_goes_with_the_case_where_none_comes_after_it(start: Start, study: Path) -> None:
    (study / "1" / "notes.dcm").write_bytes(b"no image at all" * 40)
    reader = open_study(start().ready(), study)
    reader.until(lambda: "Files without an image: 1. See Files of this case." in reader.happened())
    reader.close_case()
    (told,) = reader.session.notices()
    assert told.is_error, "only that another could not be opened"
