"""Files of one's own at a real window: what is shown is what was opened last."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labeler.model.image import Caveat
from labeler.ui.dialogs.first_run import FirstRun
from labeler.ui.reading.place import ReadingPlace
from labeler.ui.translation import notice_words
from labeler.ui.window import Window
from tests.support.dicom_files import write_stack
from tests.support.guard import Guard


@pytest.fixture
def reading(practice: Window) -> ReadingPlace:
    """The greeting is answered; nothing is open yet."""
    greeting = QApplication.activeModalWidget()
    assert isinstance(greeting, FirstRun)
    greeting.reject()
    practice.go_to("reading")
    place = practice.place()
    assert isinstance(place, ReadingPlace)
    return place


def test_a_whole_file_takes_the_place_of_the_same_one_cut_short(
    practice: Window, reading: ReadingPlace, qtbot: QtBot, guard: Guard, tmp_path: Path
) -> None:
    (whole,) = write_stack(tmp_path / "sent", [(0.0, 0.0, 0.0)])
    cut = tmp_path / "cut.dcm"
    cut.write_bytes(whole.read_bytes()[:-20])
    desk = reading.desk
    with guard.gui():
        practice._open_paths([cut])
        qtbot.waitUntil(lambda: desk.active.pixels is not None and _pictured(reading))
        first, (thumbnail,) = desk.case, reading.strip.tiles
        assert first is not None
        assert first.image.caveats == (Caveat.CUT_SHORT,)
        practice._open_paths([whole])
        qtbot.waitUntil(lambda: desk.case is not first and desk.active.pixels is not None)
        qtbot.waitUntil(lambda: not reading.is_coming)
        case = desk.case
        assert case is not None
        assert (case.id, case.task, case.image.caveats) == (first.id, "IM0001", ())
        assert desk.active.pixels is not None
        assert desk.active.pixels.min() == 100, "the end of the slice is there"
        assert reading.strip.tiles != [thumbnail]
        qtbot.waitUntil(lambda: _pictured(reading))


def _pictured(reading: ReadingPlace) -> bool:
    tiles = reading.strip.tiles
    return bool(tiles) and all(tile._picture is not None for tile in tiles)


def test_caveats_and_slices_are_those_of_the_files_opened_last(
    practice: Window, reading: ReadingPlace, qtbot: QtBot, guard: Guard, tmp_path: Path
) -> None:
    places = [(0.0, 0.0, z) for z in (0.0, 2.5, 5.0, 7.5)]
    paths = write_stack(tmp_path / "sent", places)
    again = tmp_path / "again"
    write_stack(again, places, change=lambda _k, dataset: dataset.pop("PixelSpacing"))
    desk = reading.desk
    with guard.gui():
        practice._open_paths([again])
        qtbot.waitUntil(lambda: desk.active.pixels is not None)
        first = desk.case
        assert first is not None
        assert Caveat.SPACING_UNKNOWN in first.image.caveats
        practice._open_paths(paths)
        qtbot.waitUntil(lambda: desk.case is not first and desk.active.pixels is not None)
        qtbot.waitUntil(lambda: not reading.is_coming)
        case = desk.case
        assert case is not None
        assert case.id == first.id
        assert case.image.caveats == ()


def test_the_window_says_why_nothing_opened(
    practice: Window, reading: ReadingPlace, qtbot: QtBot, guard: Guard, tmp_path: Path
) -> None:
    huge, outer = tmp_path / "huge.png", tmp_path / "outer.zip"
    header = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(header))
    huge.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + check)
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.writestr("inside.dcm", b"nothing")
    with zipfile.ZipFile(outer, "w") as archive:
        archive.write(tmp_path / "inner.zip", "inner.zip")
    said = [_refusal(practice, qtbot, guard, paths) for paths in ([huge], [outer], [huge, outer])]
    assert reading.desk.case is None
    assert said[0].startswith("There is no image to show. huge.png")
    assert "60000" in said[0]
    assert said[1].startswith("There is no image to show. outer.zip/inner.zip")
    assert said[2].startswith("There is no image among these files (2 looked at). huge.png")
    assert "outer.zip/inner.zip" in said[2]


def _refusal(practice: Window, qtbot: QtBot, guard: Guard, paths: list[Path]) -> str:
    """What the one notice says has happened."""
    with guard.gui():
        practice._open_paths(paths)
        qtbot.waitUntil(lambda: bool(practice.tidings.all()))
        (notice,) = practice.tidings.all()
        practice.tidings.dismiss(notice.id)
    return notice_words(notice)[0]
