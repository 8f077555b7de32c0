"""Every text of the Reading screen can be translated."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTranslator

import labeler.ui.catalogue as catalogue
from labeler.ui.reading.phrases import words
from labeler.viewing.phrase import phrase
from tests.support.reader import Reader

PACKAGE = Path(catalogue.__file__).parents[1]


def test_texts_of_the_rings_below_are_in_the_catalogue() -> None:
    collected = set(catalogue.collect(PACKAGE))
    assert {
        "{long} × {short} mm",
        "Axial",
        "{plane} · {thick} mm",
        "Lung",
        "Images {ranges} were never shown.",
        "“{question}” is not answered.",
        "The slices are not equally far apart. In the slice, measures are right.",
    } <= collected


class Shouting(QTranslator):
    """Any language will do."""

    def translate(
        self, _context: str, source: str, _comment: str | None = None, _n: int = -1
    ) -> str:
        return source.replace("Axial", "AXIAL").replace("Zoom", "ZOOM")


def test_a_phrase_is_translated_with_its_parts(reader: Reader) -> None:
    told = phrase("{plane} · {thick} mm", plane=phrase("Axial"), thick="1.0")
    assert words(told) == "Axial · 1.0 mm"
    translator = Shouting(reader.window)
    QCoreApplication.installTranslator(translator)
    try:
        assert words(told) == "AXIAL · 1.0 mm"
    finally:
        QCoreApplication.removeTranslator(translator)
