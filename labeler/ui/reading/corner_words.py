"""What stands over every image: words in its corners, letters amid its edges."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from labeler.ui.reading.edge_bar import WIDTH
from labeler.ui.reading.halo_text import HaloText
from labeler.ui.reading.phrases import words
from labeler.ui.theme import Theme, Type
from labeler.viewing.corner_text import Corners
from labeler.viewing.phrase import Phrase

MARGIN = 12
LINE = 16


class Letters:
    """The letters amid the four edges."""

    def __init__(self, theme: Theme) -> None:
        self._text = HaloText(theme, Type.STRONG)
        self._key: object = None
        self._placed: list[tuple[QPoint, QImage]] = []

    def paint(self, painter: QPainter, room: QRect, letters: tuple[str, str, str, str]) -> None:
        """At the left, right, top and bottom; where one is empty nothing stands."""
        key = room, letters, painter.device().devicePixelRatioF()
        if key != self._key:
            self._key, self._placed = key, self._places(room, letters, key[2])
        for at, image in self._placed:
            painter.drawImage(at, image)

    def _places(
        self, room: QRect, letters: tuple[str, str, str, str], ratio: float
    ) -> list[tuple[QPoint, QImage]]:
        ascent = self._text.metrics.ascent()
        low, middle = room.bottom() - MARGIN, room.center().y() + ascent / 2
        far, amid = room.right() - MARGIN - WIDTH, room.center().x()
        places = (
            (room.left() + MARGIN, 0.0, middle),
            (far, 1.0, middle),
            (amid, 0.5, room.top() + MARGIN + ascent),
            (amid, 0.5, low),
        )
        placed = []
        for letter, (x, share, base) in zip(letters, places, strict=True):
            if letter:
                stamp = self._text.stamp(letter, ratio)
                at = QPoint(round(x - share * stamp.width), round(base)) - stamp.origin
                placed.append((at, stamp.image))
        return placed


class CornerWords:
    """The lines in the corners; a slice changes those of one, a window's drag those of another."""

    def __init__(self, theme: Theme) -> None:
        self._text = HaloText(theme, Type.SECONDARY)
        self._key: object = None
        self._placed: dict[tuple[bool, bool], tuple[object, list[tuple[QPoint, QImage]]]] = {}

    def paint(self, painter: QPainter, room: QRect, told: Corners, raised: int) -> None:
        """What stands at the bottom left is `raised` above the chip."""
        ratio = painter.device().devicePixelRatioF()
        key = room, raised, ratio
        if key != self._key:
            self._key = key
            self._placed.clear()
        for top, right, lines in (
            (True, False, told.top_left),
            (True, True, told.top_right),
            (False, False, told.bottom_left),
            (False, True, told.bottom_right),
        ):
            known, placed = self._placed.get((top, right), (None, []))
            if known != lines:
                lift = 0 if top or right else raised
                placed = self._places(room, lines, ratio, lift, top=top, right=right)
                self._placed[top, right] = lines, placed
            for at, image in placed:
                painter.drawImage(at, image)

    def _places(
        self,
        room: QRect,
        lines: tuple[Phrase, ...],
        ratio: float,
        lift: int,
        *,
        top: bool,
        right: bool,
    ) -> list[tuple[QPoint, QImage]]:
        # Neither half may reach the letter amid the edge.
        widest = room.width() / 2 - 2 * MARGIN - 16
        placed = []
        for n, line in enumerate(lines if top else reversed(lines)):
            stamp = self._text.stamp(words(line), ratio, widest)
            x = room.right() - MARGIN - WIDTH - stamp.width if right else room.left() + MARGIN
            low = room.bottom() - MARGIN - 3 - lift - n * LINE
            base = room.top() + MARGIN + 12 + n * LINE if top else low
            placed.append((QPoint(round(x), base) - stamp.origin, stamp.image))
        return placed
