"""Labels by the keyboard: found, chosen in the midst of a stroke; keys that are told."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from labeler.model.manifest import Label
from labeler.ui.components.beside import Beside
from tests.support.reader import LEFT, NONE, Reader
from tests.support.reading_in_memory import chest_image, open_case
from tests.ui.reading.conftest import ReaderMaker


def test_a_label_that_was_searched_is_chosen_and_the_image_has_the_keys_again(
    open_reader: ReaderMaker,
) -> None:
    names = ("Œdème", *(f"Label {n}" for n in range(12)))
    labels = tuple(Label(f"l{n}", name) for n, name in enumerate(names))
    reader = open_reader(replace(open_case(chest_image()), labels=labels))
    panel = reader.place.panel.labels
    reader.desk.choose_label(5)
    search = panel.search
    assert search.mapTo(panel, search.rect().topRight()).x() < panel.width() - 8
    search.setFocus()
    QTest.keyClicks(search, "oed")
    reader.key(Qt.Key.Key_Return)
    assert (reader.desk.label, search.text()) == ("l0", "")
    assert QApplication.focusWidget() is reader.view
    reader.key(Qt.Key.Key_L)
    assert reader.desk.tool.name == "length"
    search.setFocus()
    QTest.keyClicks(search, "xyz")
    reader.key(Qt.Key.Key_Return)
    assert (search.text(), QApplication.focusWidget()) == ("xyz", search)
    assert Beside.of(search).isVisible()
    reader.key(Qt.Key.Key_Escape)
    assert (reader.desk.label, search.text()) == ("l0", "")
    assert QApplication.focusWidget() is reader.view
    assert not Beside.of(search).isVisible(), "what was said of the search ends with it"


def test_the_button_tells_the_key_that_is_bound(reader: Reader) -> None:
    button, prefer = reader.place.panel.marks.no_finding, reader.session.prefer
    assert button.text() == "No finding  N"
    prefer(replace(reader.session.preferences(), left_handed=True))
    reader.settle()
    assert button.text() == "No finding  B"
    prefer(replace(reader.session.preferences(), keys={"tool.length": ("B",)}))
    reader.settle()
    assert button.text() == "No finding"


def test_a_digit_in_the_midst_of_a_stroke_is_for_the_next_one(reader: Reader) -> None:
    reader.key(Qt.Key.Key_B)
    first, second = (label.code for label in reader.desk.case.labels[:2])  # type: ignore[union-attr]
    for end in ("release", "escape"):
        reader.desk.choose_label(1)
        count = len(reader.document.marks)
        QTest.mousePress(reader.view, LEFT, NONE, reader.at(60, 60))
        QTest.mouseMove(reader.view, reader.at(70, 60))
        reader.key(Qt.Key.Key_2)
        QTest.mouseMove(reader.view, reader.at(80, 60))
        if end == "escape":
            reader.key(Qt.Key.Key_Escape)
        else:
            assert reader.desk.label == first
        QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(80, 60))
        reader.settle()
        assert reader.desk.label == second
        made = [mark.label for mark in reader.document.marks[count:]]
        assert made == ([first] if end == "release" else [])


def test_a_digit_while_the_hand_only_looks_is_for_now(reader: Reader) -> None:
    """A button that windows draws nothing, so that nothing is to be waited for."""
    reader.key(Qt.Key.Key_W)
    reader.desk.choose_label(1)
    QTest.mousePress(reader.view, LEFT, NONE, reader.at(60, 60))
    QTest.mouseMove(reader.view, reader.at(70, 60))
    assert reader.desk.drawings.held is reader.desk.tools["window"]
    reader.key(Qt.Key.Key_2)
    assert reader.desk.label == reader.desk.case.labels[1].code  # type: ignore[union-attr]
    reader.key(Qt.Key.Key_3)
    QTest.mouseRelease(reader.view, LEFT, NONE, reader.at(70, 60))
    assert reader.desk.label == reader.desk.case.labels[2].code  # type: ignore[union-attr]


def test_what_the_arrows_move_is_told_while_it_is_not_the_slices(reader: Reader) -> None:
    told = reader.window.status.probe
    reader.key(Qt.Key.Key_R)
    reader.drag([(60, 60), (70, 70), (90, 80)])
    reader.key(Qt.Key.Key_V)
    QTest.mouseMove(reader.view, reader.at(30, 30))
    reader.settle()
    assert told.text().startswith("Arrows move the mark. Esc: slices")
    reader.key(Qt.Key.Key_Escape)
    QTest.mouseMove(reader.view, reader.at(31, 30))
    reader.settle()
    assert "Arrows" not in told.text()
