"""The aid that looks for cut words finds them."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from labeler.ui.components.buttons import Button
from labeler.ui.components.table import Cell, ColumnPlan, Table
from labeler.ui.components.text import Elided, Label
from labeler.ui.look import Look
from tests.support.screen_reading import clipped


@pytest.fixture
def page(qtbot: QtBot, look: Look) -> QWidget:
    assert look.theme.name
    widget = QWidget()
    qtbot.addWidget(widget)
    rows = QVBoxLayout(widget)
    rows.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
    widget.resize(400, 300)
    widget.show()
    return widget


def test_words_with_room_are_fine(page: QWidget) -> None:
    for widget in (Label("Short"), Button("Press"), Elided("A long line " * 20)):
        page.layout().addWidget(widget)
    assert clipped(page) == []


def test_a_narrow_label_is_found(page: QWidget) -> None:
    label = Label("Far too long for its room")
    label.setFixedWidth(40)
    page.layout().addWidget(label)
    assert clipped(page) == ["label 'Far too long for its room'"]


def test_a_low_paragraph_is_found(page: QWidget) -> None:
    label = Label("Many words that need several lines " * 5, wrap=True)
    label.setFixedSize(100, 20)
    page.layout().addWidget(label)
    assert len(clipped(page)) == 1


def test_a_narrow_button_is_found(page: QWidget) -> None:
    button = Button("Download for offline")
    button.setFixedWidth(60)
    page.layout().addWidget(button)
    assert clipped(page) == ["button 'Download for offline'"]


def test_what_sticks_out_is_found(page: QWidget) -> None:
    label = Label("Outside")
    label.setParent(page)
    label.move(380, 0)
    label.show()
    label.adjustSize()
    assert "outside 'Outside'" in clipped(page)


def test_a_cut_cell_is_found(page: QWidget, look: Look) -> None:
    table = Table(look, (ColumnPlan("State", 60), ColumnPlan("Pay", 0)))
    page.layout().addWidget(table)
    table.show_rows(("a",), ((Cell("Waiting for receipt"), Cell("1.00")),))
    assert clipped(page) == ["cell 'Waiting for receipt'"]
