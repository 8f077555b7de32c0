"""Every text can be translated, and longer words still fit."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import PySide6
import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import labeler.ui
from labeler.app.screens import Notice
from labeler.errors import LabelerError
from labeler.ui.catalogue import collect, read_translations, told_texts, write_catalogue
from labeler.ui.dialogs.key import KeyDialog
from labeler.ui.dialogs.signing import SigningDialog
from labeler.ui.start import load_translation
from labeler.ui.told_texts import ToldTexts
from labeler.ui.translation import CONTEXT, error_words, filled, notice_words, tr
from tests.support.screen_reading import Opener, clipped, opened
from tests.support.session_in_memory import SessionInMemory

PACKAGE = Path(labeler.ui.__file__).parents[1]
SHOWN = {
    "Label", "Elided", "Button", "Primary", "Large", "Link", "Quiet", "Chip", "Choice", "setText",
    "set_text", "setToolTip", "setPlaceholderText", "setAccessibleName", "say", "refuse",
}  # fmt: skip
"""Calls whose first argument a person reads."""


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            yield name, node


def ui_files() -> list[Path]:
    return sorted((PACKAGE / "ui").rglob("*.py"))


@pytest.mark.parametrize("path", ui_files(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_texts_are_constants_and_pass_through_tr(path: Path) -> None:
    for name, call in calls(path):
        first = call.args[0] if call.args else None
        where = f"line {call.lineno}"
        if name == "message":
            assert isinstance(first, ast.Constant), where
        if name == "tr":
            assert not isinstance(first, ast.JoinedStr | ast.BinOp | ast.Call), where
        if name in SHOWN and isinstance(first, ast.Constant) and isinstance(first.value, str):
            letters = sum(sign.isalpha() for sign in first.value)
            assert letters < 2 or "://" in first.value, f"{where}: {first.value!r}"


class Longer(QTranslator):
    """A language a third longer than English, with accents; names in braces stay."""

    def translate(
        self, context: str, source: str, _about: str | None = None, _count: int = -1
    ) -> str | None:
        if context != CONTEXT:
            return None
        swap = str.maketrans("aeiou", "áéíóú")
        parts = source.split("{")
        head = parts[0].translate(swap)
        rest = [part.partition("}") for part in parts[1:]]
        middle = "".join(f"{{{name}}}{tail.translate(swap)}" for name, _, tail in rest)
        return f"{head}{middle}{'·' * (len(source) // 3)}"


@pytest.fixture
def longer(qapp: QApplication) -> Iterator[None]:
    translator = Longer()
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.mark.usefixtures("longer")
@pytest.mark.parametrize("place", ["work", "reading", "outbox", "earnings"])
def test_longer_words_fit_each_place(
    open_window: Opener, session: SessionInMemory, place: str
) -> None:
    window = open_window(session)
    window.go_to(place)
    QTest.qWait(1)
    assert window.places["outbox"].top.title.text() == "Oútbóx··"
    assert clipped(window) == []


@pytest.mark.usefixtures("longer")
def test_longer_words_fit_the_dialogs(
    open_window: Opener, session: SessionInMemory, qtbot: QtBot
) -> None:
    window = open_window(session)
    window.signing.begin()
    signing = opened(qtbot, SigningDialog)
    QTest.qWait(1)
    assert clipped(signing) == []
    signing.reject()
    for name in ("app.shortcuts", "app.settings", "app.about", "work.connect"):
        window.commands[name].trigger()
        QTest.qWait(1)
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        assert clipped(dialog) == [], name
        dialog.close()
    key = KeyDialog(window, window._look, session, window._around.chance, lambda _address: None)
    key.open()
    qtbot.waitUntil(key.go.isEnabled)
    QTest.qWait(1)
    assert clipped(key) == []
    key.reject()


@pytest.mark.usefixtures("longer")
def test_errors_are_translated_before_they_are_filled() -> None:
    error = LabelerError("x", "Image {n} is cut.", safe="Marks are safe.", do="Go on.", n=143)
    happened, safe, _ = error_words(error)
    assert happened == "Imágé 143 ís cút.·····"
    assert safe.startswith("Márks áré sáfé.")
    notice = Notice(1, "Image {n} is cut.", "", "", is_error=True, facts=(("n", 143),))
    assert notice_words(notice) == (happened, "", "")


def test_braces_without_facts_are_left_alone() -> None:
    assert tr("{x} of {y}") == "{x} of {y}"
    assert filled("", ()) == ""


def test_the_catalogue_finds_every_kind_of_text() -> None:
    source = (
        'a = tr("One {n}", n=1)\n'
        'b = message("Two")\n'
        'raise LabelerError("code", "Three", safe="Four", do="Five", n=1)\n'
        'c = Notice(1, "Six", "", "", is_error=False)\n'
        "d = tr(b)\n"
        'e = tr("Seven" if d else "Eight")\n'
    )
    found = ["One {n}", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight"]
    assert list(ToldTexts({"a": source}).texts) == found


def test_the_catalogue_follows_texts_that_come_by_a_name() -> None:
    rules = """
SAFE = "One."
TABLE = {1: ("icon", message("Two.")), 2: ("other-icon", "Three.")}
def refuse(code, happened, *, do="Four."):
    raise LabelerError(code, happened, safe=SAFE, do=do)
def check(count, kind):
    words = "Five." if count else "Six."
    if count:
        words = "Seven."
    for what, why in (("Eight.", 1), ("Nine.", 2)):
        tr(what)
    icon, name = TABLE[kind]
    return Check("code", words), tr(name), tr(TABLE.get(kind, "Ten."))
"""
    others = """
from rules import SAFE as KEPT, refuse
import rules
class One:
    def _refuse(self, why):
        refuse("a-code", why, do="Eleven.")
    def look(self):
        self._refuse("Twelve.")
        tr(KEPT)
        silent("Nobody reads this.")
"""
    found = ToldTexts({"rules": rules, "others": others})
    assert set(found.texts) == {
        "One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven.", "Eight.", "Nine.", "Ten.",
        "Eleven.", "Twelve.",
    }  # fmt: skip
    assert found.unknown == []
    lost = ToldTexts({"lost": "def tell():\n    tr(somewhere)\n"})
    assert lost.unknown == ["lost:2 somewhere"]


def test_the_catalogue_follows_a_name_that_comes_from_itself_once() -> None:
    source = """
BASE = BASE or "One."
def tell(words, other):
    words = words or "Two."
    other = words if other else "Three."
    words = other or BASE
    tr(words)
def again(word="Four."):
    line = word or line
    word = line
    tr(line)
"""
    found = ToldTexts({"a": source})
    assert set(found.texts) == {"One.", "Two.", "Three.", "Four."}


def test_every_text_is_in_the_catalogue() -> None:
    """What nobody can follow is told where it stands: pass it on plainly, or mark it `message`."""
    found = told_texts(PACKAGE)
    assert found.unknown == []
    assert {
        "Cannot be decoded, so nobody saw them: images {ranges}.",
        "The case is not one of those that were assigned.",
        "Your work is kept on this computer.",
    } <= set(found.texts)


def test_the_catalogue_becomes_a_language(tmp_path: Path, qapp: QApplication) -> None:
    templates = collect(PACKAGE)
    assert {"Outbox", "Nothing to send. Signed cases appear here."} <= set(templates)
    target = tmp_path / "labeler_de.ts"
    write_catalogue(templates, "de", target)
    text = target.read_text()
    done = text.replace(
        '<source>Outbox</source>\n      <translation type="unfinished" />',
        "<source>Outbox</source>\n      <translation>Ausgang</translation>",
    )
    assert done != text
    target.write_text(done)
    write_catalogue(templates, "de", target)
    assert read_translations(target) == {"Outbox": "Ausgang"}
    release = Path(PySide6.__file__).parent / "lrelease"
    subprocess.run([release, "-silent", target], check=True)
    translator = load_translation(qapp, tmp_path, QLocale("de_DE"))
    assert translator is not None
    try:
        assert tr("Outbox") == "Ausgang"
        assert tr("Earnings") == "Earnings"
    finally:
        qapp.removeTranslator(translator)
    assert QCoreApplication.translate(CONTEXT, "Outbox") == "Outbox"
    assert load_translation(qapp, tmp_path, QLocale("fr_FR")) is None
