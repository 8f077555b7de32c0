"""The doctor's panel over real files: what it says, and copies that it repairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from labeler.app.file_report import FileReport, Repairs, report_files, write_repaired
from labeler.app.services import no_tick
from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import folder_files
from labeler.ui.components.text import Label
from labeler.ui.dialogs.files import FilesDialog
from labeler.ui.look import Look
from tests.support.dicom_files import save, slice_dataset, write_stack
from tests.support.screen_reading import clipped

Refused = Callable[[LabelerError], None]


class Doctor:
    """The verbs over one folder, answered at once."""

    def __init__(self, folder: Path, decoders: DecoderPool) -> None:
        self.folder, self.decoders = folder, decoders

    def report_files(self, answer: Callable[[FileReport], None], refused: Refused) -> None:
        try:
            answer(report_files(scan(folder_files(self.folder)), self.decoders, no_tick))
        except LabelerError as error:
            refused(error)

    def repair_files(
        self,
        report: FileReport,
        folder: Path,
        answer: Callable[[Repairs], None],
        refused: Refused,
    ) -> None:
        try:
            answer(write_repaired(report.repairable, folder, self.decoders, no_tick))
        except LabelerError as error:
            refused(error)


def dose() -> FileDataset:
    """Up to 15 Gy, in thousandths."""
    found = slice_dataset(np.full((4, 4), 15_000, np.uint32), series="7", modality="MR")
    found.SOPClassUID = found.file_meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.481.2"
    found.Modality, found.DoseUnits, found.DoseGridScaling = "RTDOSE", "GY", "0.001"
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sound stack with a gap, a dose, a file without its beginning, and a text."""
    place = tmp_path / "case"
    write_stack(place, [(0.0, 0.0, z) for z in (0.0, 2.5, 5.0, 10.0)])
    bare = save(slice_dataset(np.ones((4, 4), np.int16), series="9"), place / "bare")
    bare.write_bytes(bare.read_bytes()[132:])
    (place / "notes.txt").write_text("nothing to see")
    sound = save(slice_dataset(np.ones((4, 4), np.int16), series="8"), place / "sound")
    (place / "twin").write_bytes(sound.read_bytes())
    save(dose(), place / "dose")
    return place


@pytest.fixture
def dialog(folder: Path, look: Look, qtbot: QtBot, decoders: DecoderPool) -> Iterator[FilesDialog]:
    window = QWidget()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    made = FilesDialog(window, look, Doctor(folder, decoders))
    made.open()
    qtbot.waitExposed(made)
    yield made
    if isValid(made):
        made.close()


@pytest.fixture(scope="module")
def decoders() -> Iterator[DecoderPool]:
    with DecoderPool(1) as pool:
        yield pool


def words(dialog: FilesDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(Label))


def test_it_says_what_each_series_and_file_is(dialog: FilesDialog) -> None:
    said = words(dialog)
    assert "CT · Made for a test · 4 × 6 × 8" in said
    assert "0.5 × 0.7 × " in said
    assert "▲ The series has gaps" in said
    assert "-921 to -921, mean -921 HU" in said
    assert "notes.txt is a text, no image" in said
    assert "The file does not begin as DICOM files do." in said
    assert "1 files can be repaired safely, in copies." in said
    assert clipped(dialog) == []


class AnswersLater:
    """The same verbs; what was found is handed over when the dialog is on the screen."""

    def __init__(self) -> None:
        self.deliver: Callable[[FileReport], None] | None = None

    def report_files(
        self, deliver: Callable[[FileReport], None], _refuse: Callable[[LabelerError], None]
    ) -> None:
        self.deliver = deliver

    def repair_files(self, *_asked: object) -> None:
        raise AssertionError


def test_what_is_found_lies_right_at_once(
    folder: Path, look: Look, qtbot: QtBot, decoders: DecoderPool
) -> None:
    window, found = QWidget(), list[FileReport]()
    window.resize(1280, 800)
    qtbot.addWidget(window)
    window.show()
    Doctor(folder, decoders).report_files(found.append, lambda _error: None)
    files = AnswersLater()
    dialog = FilesDialog(window, look, files)
    dialog.open()
    qtbot.waitExposed(dialog)
    assert files.deliver is not None
    files.deliver(found[0])
    dialog.grab()
    labels = dialog.pages.findChildren(Label)
    first = [label.geometry() for label in labels]
    qtbot.wait(50)
    assert [label.geometry() for label in labels] == first
    dialog.close()


def test_values_are_told_as_they_are_shown(dialog: FilesDialog) -> None:
    """A dose in its unit, as its window is."""
    assert "15 to 15, mean 15 Gy" in words(dialog)


def test_a_file_that_is_there_twice_is_named(dialog: FilesDialog) -> None:
    said = words(dialog)
    assert "twin: there twice, shown once" in said
    assert "same place" not in said


def test_repaired_copies_are_written_elsewhere(
    dialog: FilesDialog, folder: Path, tmp_path: Path
) -> None:
    before = (folder / "bare").read_bytes()
    out = tmp_path / "out"
    dialog.repair_into(out)
    assert [path.name for path in out.iterdir()] == ["bare"]
    assert pydicom.dcmread(out / "bare").Rows == 4
    assert (folder / "bare").read_bytes() == before
    assert "1 repaired copies were written" in words(dialog)


def test_nothing_is_replaced(dialog: FilesDialog, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "bare").write_bytes(b"mine")
    dialog.repair_into(out)
    assert (out / "bare").read_bytes() == b"mine"
    assert dialog.trouble.isVisible()
    assert dialog.repair.isEnabled()


def test_the_keyboard_scrolls_it_and_leaves_it(dialog: FilesDialog) -> None:
    assert dialog.pages.hasFocus()
    bar = dialog.pages.verticalScrollBar()
    assert bar.maximum() > 0
    QTest.keyClick(dialog.pages, Qt.Key.Key_PageDown)
    assert bar.value() > 0
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
