"""What stands over every image: words in its corners, letters amid its edges."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QPainter

from labeler.ui.reading.edge_bar import WIDTH
from labeler.ui.reading.halo_text import HaloText
from labeler.ui.reading.phrases import words
from labeler.ui.theme import Theme, Type
from labeler.viewing.corner_text import Corners
from labeler.viewing.line_fit import fitted, free_text
from labeler.viewing.phrase import Phrase

MARGIN = 12
LINE = 16


class Letters:
    """The letters amid the four edges."""

    def __init__(self, theme: Theme) -> None:
        self._text = HaloText(theme, Type.STRONG)
        self._key: object = None
        self._placed: list[tuple[QPoint, QImage]] = []

    @property
    def taken(self) -> tuple[QRect, ...]:
        """Where they stand, with their halo."""
        return tuple(
            QRect(at, image.deviceIndependentSize().toSize()) for at, image in self._placed
        )

    def place(self, room: QRect, letters: tuple[str, str, str, str], ratio: float) -> None:
        """At the left, right, top and bottom; where one is empty nothing stands."""
        key = room, letters, ratio
        if key != self._key:
            self._text.begin_picture()
            self._key, self._placed = key, self._places(room, letters, ratio)

    def paint(self, painter: QPainter) -> None:
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
    """The lines in the corners; a slice changes those of one, a window's drag those of another.

    What has no room beside the letters and the other corner is left out, never part of a number;
    `lines` are those that stand there, and `taken` where.
    """

    def __init__(self, text: HaloText) -> None:
        self._text = text
        self._key: object = None
        self._placed: dict[tuple[bool, bool], tuple[object, list[_Line]]] = {}

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(line.text for _, placed in self._placed.values() for line in placed)

    @property
    def taken(self) -> tuple[QRect, ...]:
        return tuple(line.room for _, placed in self._placed.values() for line in placed)

    @property
    def bottom_left(self) -> tuple[QRect, ...]:
        """Where the lines of that corner stand."""
        _, placed = self._placed.get((False, False), (None, []))
        return tuple(line.room for line in placed)

    def place(self, room: QRect, told: Corners, raised: int, ratio: float) -> None:
        """What stands at the bottom left is `raised` above the chip."""
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

    def paint(self, painter: QPainter) -> None:
        for _, placed in self._placed.values():
            for line in placed:
                painter.drawImage(line.at, line.image)

    def _places(
        self,
        room: QRect,
        lines: tuple[Phrase, ...],
        ratio: float,
        lift: int,
        *,
        top: bool,
        right: bool,
    ) -> list[_Line]:
        placed = []
        for n, text in self._rows(room, lines if top else lines[::-1], ratio, lift, top=top):
            stamp, base = self._text.stamp(text, ratio), _base(room, n, lift, top=top)
            x = room.right() - MARGIN - WIDTH - stamp.width if right else room.left() + MARGIN
            taken = QRect(round(x), base - 12, round(stamp.width), LINE)
            placed.append(_Line(text, QPoint(round(x), base) - stamp.origin, stamp.image, taken))
        return placed

    def _rows(
        self, room: QRect, lines: tuple[Phrase, ...], ratio: float, lift: int, *, top: bool
    ) -> list[tuple[int, str]]:
        """Texts with their rows, counted from the edge on, up to the letter of the side; the row
        beside the letter of the edge is left free where a line is whole further on."""
        rows: list[tuple[int, str]] = []
        n = 0
        for line in lines:
            narrow, whole = _widest(room, beside_letter=True), _widest(room, beside_letter=False)
            told = self._fitted(line, ratio, whole if n or lift else narrow)
            if not n and not lift and len(told) != 1:
                n, told = 1, self._fitted(line, ratio, whole)
            last = _base(room, n + len(told) - 1, lift, top=top) - 4
            away = room.center().y() - last if top else last - room.center().y()
            if away < LINE:
                break
            rows += [(n + at, text) for at, text in enumerate(told if top else told[::-1])]
            n += len(told)
        return rows

    def _fitted(self, line: Phrase, ratio: float, widest: float) -> tuple[str, ...]:
        text = words(line)
        if self._text.stamp(text, ratio).width <= widest:
            return (text,)
        return fitted(text, free_text(line), widest, self._text.metrics.horizontalAdvance)


@dataclass(frozen=True)
class _Line:
    """A line where it stands, and the room that it takes there."""

    text: str
    at: QPoint
    image: QImage
    room: QRect


def _base(room: QRect, row: int, lift: int, *, top: bool) -> int:
    """Where the texts of a row stand."""
    if top:
        return room.top() + MARGIN + 12 + row * LINE
    return room.bottom() - MARGIN - 3 - lift - row * LINE


def _widest(room: QRect, *, beside_letter: bool) -> float:
    """Neither half may reach the other, nor the letter amid the edge."""
    free = MARGIN + 16 if beside_letter else WIDTH + 4
    return room.width() / 2 - MARGIN - free
