"""The chip at a view's bottom left that names the caveats of its series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from weakref import ref

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QPushButton, QWidget

from labeler.model.image import Caveat, Image
from labeler.ui.look import Look
from labeler.ui.reading.case_warnings import CaseWarning
from labeler.ui.reading.caveats import SHORT, by_danger, explained
from labeler.ui.reading.view_painter import MARGIN
from labeler.ui.theme import Type, font
from labeler.ui.translation import tr

_BESIDE = 36
"""Pixels of half a view that are not the words': its edge, their padding, the letter amid it."""

_ToldOf = tuple[ref[Image] | None, tuple[Caveat, ...], tuple[CaseWarning, ...]]


class CaveatChip(QPushButton):
    """Hidden where there is none; the most dangerous first, and where the view is narrow how many
    more there are."""

    def __init__(self, view: QWidget, look: Look, pressed: Callable[[], None]) -> None:
        super().__init__(view)
        self._view = view
        self._names: tuple[str, ...] = ()
        self._told_of: _ToldOf = None, (), ()
        ink, tint = look.theme.hex("warning"), look.theme.hex("warning_tint")
        self.setStyleSheet(
            f"QPushButton {{ color: {ink}; background: {tint}; border: none; padding: 0 8px;"
            " min-height: 24px; text-align: left; }"
        )
        self.setFont(font(Type.SECONDARY))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda _on: pressed())
        self.hide()

    def tell(self, image: Image | None, warnings: tuple[CaseWarning, ...] = ()) -> None:
        """Speak of the series that is shown, and before it of its case."""
        known = image.known_caveats if image else ()
        warnings = warnings if image else ()
        told_of = None if image is None else ref(image), known, warnings
        if told_of == self._told_of:
            return
        self._told_of = told_of
        caveats = by_danger(known)
        of_case = (one.name for one in warnings)
        self._names = tuple(map(tr, (*of_case, *(SHORT[caveat] for caveat in caveats))))
        self.setVisible(bool(self._names))
        self.setAccessibleName(_line(self._names, 0))
        lines = [*(one.means for one in warnings), *([explained(image)] if image else [])]
        self.setToolTip("\n".join(filter(None, lines)))
        self.place()

    def place(self) -> None:
        """Where the view's size puts it."""
        room = max(80, self._view.width() // 2 - _BESIDE)
        self.setText(fitted(self._names, room, QFontMetrics(self.font())))
        self.adjustSize()
        self.move(MARGIN - 4, self._view.height() - MARGIN - self.height() + 4)


def fitted(names: Sequence[str], room: int, metrics: QFontMetrics) -> str:
    """As many names as there is room for, and how many are left out."""
    for shown in range(len(names), 0, -1):
        text = _line(names[:shown], len(names) - shown)
        if metrics.horizontalAdvance(text) <= room:
            return text
    left = len(names) - 1
    around = metrics.horizontalAdvance(_line([""], left))
    side = Qt.TextElideMode.ElideRight
    return _line([metrics.elidedText(name, side, room - around) for name in names[:1]], left)


def _line(names: Sequence[str], left: int) -> str:
    return "▲ " + " · ".join((*names, f"+{left}") if left > 0 else names)
