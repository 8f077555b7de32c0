"""What can be done and by which keys: many lines as one widget, which is there at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from labeler.model.searching import as_searched
from labeler.ui.look import Look
from labeler.ui.theme import Type, font

LEAST, BETWEEN, GAP = 20, 2, 12
USUAL = 320
HALF = 0.5
"""Of the width, what keys may take."""

_MIDDLE, _WRAP = Qt.AlignmentFlag.AlignVCenter, Qt.TextFlag.TextWordWrap
_SIDES = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
_TALL = 10_000


@dataclass(frozen=True)
class KeyLine:
    """What can be done, and how."""

    words: str
    how: str

    def has(self, wanted: Sequence[str]) -> bool:
        """Whether all these parts, in lower case, are in it."""
        told = as_searched(f"{self.words} {self.how}")
        return all(part in told for part in wanted)


class KeyLines(QWidget):
    """Each line has its words at the left and its keys at the right, both in as many rows as they
    need. A label for each would take a screen reader no further, and half a second to make."""

    def __init__(self, look: Look, name: str, lines: Sequence[KeyLine]) -> None:
        super().__init__()
        self._look, self._every = look, tuple(lines)
        self.told = self._every
        """Those that are shown."""
        self._fonts = font(Type.BODY), font(Type.STRONG)
        self._placed: dict[int, tuple[tuple[QRect, QRect], ...]] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(name)
        self._describe()

    def show_found(self, wanted: Sequence[str]) -> bool:
        """Show those that have all these words; whether there is one."""
        told = tuple(line for line in self._every if line.has(wanted))
        if told != self.told:
            self.told = told
            self._placed.clear()
            self._describe()
            self.updateGeometry()
            self.update()
        return bool(told)

    def _describe(self) -> None:
        self.setAccessibleDescription("\n".join(f"{one.words}: {one.how}" for one in self.told))

    def sizeHint(self) -> QSize:
        return QSize(USUAL, self.heightForWidth(USUAL))

    def minimumSizeHint(self) -> QSize:
        return QSize(USUAL // 2, LEAST)

    def heightForWidth(self, width: int) -> int:
        placed = self._places(width)
        return placed[-1][0].bottom() + 1 if placed else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._look.theme
        inks = theme.color("text2"), theme.color("text")
        with QPainter(self) as painter:
            for line, places in zip(self.told, self._places(self.width()), strict=True):
                if places[0].united(places[1]).intersects(event.rect()):
                    for n, text in enumerate((line.words, line.how)):
                        painter.setFont(self._fonts[n])
                        painter.setPen(inks[n])
                        # What has room is never broken, whatever its last letter's overhang.
                        fits = painter.fontMetrics().horizontalAdvance(text) < places[n].width()
                        flags = _SIDES[n] | _MIDDLE | (0 if fits else _WRAP)
                        painter.drawText(places[n], int(flags), text)

    def _places(self, width: int) -> tuple[tuple[QRect, QRect], ...]:
        """Of each line where its words and its keys stand."""
        if width not in self._placed:
            self._placed[width] = self._worked_out(width)
        return self._placed[width]

    def _worked_out(self, width: int) -> tuple[tuple[QRect, QRect], ...]:
        words, keys = (QFontMetrics(one) for one in self._fonts)
        top, found = 0, []
        for line in self.told:
            wide = min(keys.horizontalAdvance(line.how) + 2, int(width * HALF))
            left = max(1, width - wide - GAP)
            high = max(LEAST, _height(words, left, line.words), _height(keys, wide, line.how))
            found.append((QRect(0, top, left, high), QRect(width - wide, top, wide, high)))
            top += high + BETWEEN
        return tuple(found)


def _height(metrics: QFontMetrics, width: int, text: str) -> int:
    if metrics.horizontalAdvance(text) < width:
        return metrics.height()
    return metrics.boundingRect(QRect(0, 0, width, _TALL), int(_WRAP), text).height()
