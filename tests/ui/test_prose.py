"""Words of others are shown; nothing in them is loaded, followed or obeyed."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from labeler.ui.components.prose import Prose, read_markdown
from labeler.ui.look import Look
from tests.support.guard import Guard

LONGEST = 20_000
"""What a manifest may hold."""

SECONDS = 2.0
"""Far above what it takes; far below what a layout gone wrong takes."""


@pytest.fixture
def prose(look: Look, qtbot: QtBot) -> Prose:
    made = Prose(look, "Instructions")
    qtbot.addWidget(made)
    made.resize(380, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


@contextmanager
def listening() -> Iterator[tuple[str, socket.socket]]:
    """An address on this computer that notices whoever calls."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        yield f"http://127.0.0.1:{server.getsockname()[1]}", server


class Opener(QObject):
    """Stands in the place of the browser."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    @Slot(QUrl)
    def hear(self, url: QUrl) -> None:
        self.heard.append(url.toString())


def formats(document: QTextDocument) -> str:
    return document.toHtml()


def test_headings_lists_and_bold_are_seen(prose: Prose) -> None:
    prose.show_text("# Nodules\n\nMark **every** one.\n\n- Paint it.\n- Measure it.")
    assert prose.toPlainText() == "Nodules\nMark every one.\nPaint it.\nMeasure it."
    assert "#" not in prose.toPlainText()
    blocks = [prose.document().findBlockByNumber(n) for n in range(4)]
    assert [block.blockFormat().headingLevel() for block in blocks] == [1, 0, 0, 0]
    assert [block.textList() is not None for block in blocks] == [False, False, True, True]
    assert "font-weight:600" in formats(prose.document())


def test_reasons_stand_at_the_end(prose: Prose) -> None:
    prose.show_text("Mark it.", "May be rejected only for", ("Wrong *side*", "Missed"))
    assert prose.toPlainText() == "Mark it.\nMay be rejected only for\nWrong *side*\nMissed"
    prose.show_text("", "May be rejected only for", ("Missed",))
    assert prose.toPlainText() == "May be rejected only for\nMissed"


def test_nothing_is_loaded_from_anywhere(prose: Prose, tmp_path: Path, guard: Guard) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"not for you")
    with listening() as (address, server), guard.gui():
        for picture in (f"{address}/a.png", secret.as_uri(), str(secret), "qrc:/x", ":/x", "//h/x"):
            prose.show_text(
                f"![a picture]({picture})\n\n<img src={picture}>\n\n<img src='{picture}'/>\n\n"
                f"![by name][p]\n\n[p]: {picture}\n\n"
                f"<link rel=stylesheet href={picture}><script src={picture}></script>"
                f'<table background="{picture}"><td>x</td></table>'
            )
            prose.grab()
            QTest.qWait(5)
            made = formats(prose.document())
            assert "<img" not in made
            assert "<table" not in made
            assert picture in prose.toPlainText(), "told as words, not as a picture"
        with pytest.raises(TimeoutError):
            server.accept()


def test_what_is_asked_for_is_never_given(prose: Prose, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("words")
    prose.show_text("![x](y)")
    for kind in QTextDocument.ResourceType:
        url = QUrl.fromLocalFile(str(page))
        assert prose.loadResource(kind.value, url) is None
        assert prose.document().loadResource(kind.value, url) is None
        assert prose.document().resource(kind.value, url) is None


def test_a_link_is_its_words_and_its_address(prose: Prose) -> None:
    prose.show_text(
        "[the guideline](https://guide.example/a) and [files](file:///etc/passwd), "
        "<https://auto.example>, https://bare.example, [js](javascript:alert(1))"
    )
    assert "href" not in formats(prose.document())
    assert prose.toPlainText() == (
        "the guideline (https://guide.example/a) and files (file:///etc/passwd), "
        "https://auto.example, https://bare.example, js (javascript:alert(1))"
    )


def test_no_click_and_no_key_leads_away(prose: Prose) -> None:
    prose.show_text("[everything here](https://evil.example) " * 40)
    opener = Opener()
    for scheme in ("https", "file"):
        QDesktopServices.setUrlHandler(scheme, opener, "hear")
    QDesktopServices.openUrl(QUrl("https://heard.example"))
    try:
        for y in range(8, 200, 16):
            QTest.mouseClick(
                prose.viewport(),
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.ControlModifier,
                QPoint(60, y),
            )
            assert prose.anchorAt(QPoint(60, y)) == ""
        QTest.keyClick(prose, Qt.Key.Key_Return)
    finally:
        for scheme in ("https", "file"):
            QDesktopServices.unsetUrlHandler(scheme)
    assert opener.heard == ["https://heard.example"]


def test_keys_scroll_long_instructions_and_tab_leaves(prose: Prose) -> None:
    prose.show_text("A line.\n\n" * 80)
    bar = prose.verticalScrollBar()
    prose.setFocus()
    QTest.keyClick(prose, Qt.Key.Key_Down)
    after_one = bar.value()
    QTest.keyClick(prose, Qt.Key.Key_PageDown)
    assert 0 < after_one < bar.value()
    QTest.keyClick(prose, Qt.Key.Key_A)
    assert prose.toPlainText().count("A line.") == 80


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("> " * 9000, id="quotes"),
        pytest.param("- " * 9000, id="lists"),
        pytest.param("[" * LONGEST, id="brackets"),
        pytest.param("*a_ " * 5000, id="stars"),
        pytest.param("`" * LONGEST, id="ticks"),
        pytest.param("![a](" * 4000, id="pictures"),
        pytest.param("|a" * 4000 + "\n" + "|-" * 4000, id="wide-table"),
        pytest.param("|a|b|\n|-|-|\n" + "|a|b|\n" * 3000, id="long-table"),
        pytest.param("a" * LONGEST, id="word"),
        pytest.param("\u202e" * 100 + "x", id="right-to-left"),
        pytest.param("\x00\x01\ufffe", id="control"),
    ],
)
def test_hostile_words_hold_nobody_up(prose: Prose, hostile: str) -> None:
    began = time.process_time()
    prose.show_text(hostile[:LONGEST])
    assert not prose.grab().isNull()
    assert time.process_time() - began < SECONDS


def test_a_table_of_usual_size_is_a_table() -> None:
    assert "<table" in read_markdown("|a|b|\n|-|-|\n|1|2|").toHtml()
    assert "<table" not in read_markdown("|a" * 400 + "\n" + "|-" * 400).toHtml()
