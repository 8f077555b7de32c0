"""The program's window, on the screen before the program is loaded.

It is no picture of a window: the same frame is furnished where it stands, and can be moved, resized
and closed all along. Until then it paints what is known, where the furniture will be.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QPointF, QRect, QRectF, QTimer
from PySide6.QtGui import QCloseEvent, QFontMetricsF, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

from labeler.ui.icons import Icons
from labeler.ui.rail_words import FOOT, PLACES
from labeler.ui.theme import ICON, RAIL, TOP, Theme, Type, font
from labeler.ui.translation import tr

SMALLEST = (1024, 640)
USUAL = (1440, 900)
BORDERS = (16, 48)
"""Room for what the system draws around a window; not known before the window is shown."""
WIDE, HIGH, GAP = 52, 56, 8
"""A button of the rail as it is painted, and what lies between two."""
TITLE_LEFT = 16
FIRST = next(iter(PLACES))


class Frame(QMainWindow):
    """The top-level window. A `blank` one shows no rail: it is about to ask for the passphrase."""

    def __init__(self, theme: Theme, icons: Icons, *, blank: bool = False) -> None:
        super().__init__()
        self.theme = theme
        self._seen: Callable[[], None] | None = None
        self._outline = None if blank else Outline(self, theme, icons)
        self.setWindowTitle("Labeler")
        self.setMinimumSize(*SMALLEST)
        self._fit(self.screen().availableGeometry())

    def _fit(self, room: QRect) -> None:
        """The usual size, or what the screen has."""
        wide, high = room.width() - BORDERS[0], room.height() - BORDERS[1]
        self.resize(min(USUAL[0], wide), min(USUAL[1], high))

    def stay_inside(self, room: QRect) -> None:
        """Give way where the window with its borders is larger than `room`, or reaches out of it.

        Never smaller than SMALLEST.
        """
        outside = self.frameGeometry()
        wide = self.width() - max(0, outside.width() - room.width())
        high = self.height() - max(0, outside.height() - room.height())
        if (wide, high) != (self.width(), self.height()):
            self.resize(wide, high)
            outside.setSize(outside.size().boundedTo(room.size()))
        left = max(room.left(), min(outside.left(), room.right() + 1 - outside.width()))
        top = max(room.top(), min(outside.top(), room.bottom() + 1 - outside.height()))
        if (left, top) != (outside.left(), outside.top()):
            self.move(left, top)

    def when_seen(self, seen: Callable[[], None]) -> None:
        """Call `seen` once, after the first picture was handed to the screen."""
        self._seen = seen

    def furnish(self, everything: QWidget) -> None:
        """Put the program in, in place of its outline."""
        if self._outline is not None:
            self._outline.deleteLater()
            self._outline = None
        self.setCentralWidget(everything)
        if self.isVisible():
            self.stay_inside(self.screen().availableGeometry())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._seen is not None:
            # In the next turn: the picture is handed over at the end of this one.
            QTimer.singleShot(0, self._seen)
            self._seen = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._outline is not None:
            self._outline.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        """A dialog that is open goes first: a proposed signing is withdrawn."""
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            dialog.close()
        super().closeEvent(event)


class Outline(QWidget):
    """What is known before the program is loaded: the rail, and the bar of the place that is first.

    Painted without pens, brushes and alignments: naming one of them makes PySide build all of Qt's
    enumerations, which alone takes a tenth of the time until the first picture. So the palette
    says the ink, which is the words' in the rail; the title is a label of its own.
    """

    def __init__(self, parent: QWidget, theme: Theme, icons: Icons) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self._words = {name: tr(words) for name, words in (PLACES | FOOT).items()}
        self._title = QLabel(tr(PLACES[FIRST]), self)
        for widget, kind, ink in ((self, Type.CAPTION, "text2"), (self._title, Type.PAGE, "text")):
            palette = QPalette()
            palette.setColor(QPalette.ColorRole.WindowText, theme.color(ink))
            widget.setPalette(palette)
            widget.setFont(font(kind))
        self._title.adjustSize()
        self._title.move(RAIL + TITLE_LEFT, (TOP - 1 - self._title.height()) // 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            bar = QRect(RAIL, 0, self.width() - RAIL, TOP)
            _fill(painter, bar, self._theme.hex("panel"))
            _fill(painter, bar.adjusted(0, TOP - 1, 0, 0), self._theme.hex("divider"))
            for name, room in self._rooms().items():
                self._paint_button(painter, name, room)

    def _paint_button(self, painter: QPainter, name: str, room: QRect) -> None:
        """As the rail's own buttons are painted, the first one being on."""
        on = name == FIRST
        if on:
            _fill(painter, room, self._theme.hex("selected"), radius=4)
        ink = "accent" if on else "text2" if name in PLACES else "text"
        icon = self._icons.pixmap(name, ink, self.devicePixelRatio(), on=on)
        painter.drawPixmap(room.left() + (WIDE - ICON) // 2, room.top() + 9, icon)
        metrics = QFontMetricsF(painter.font())
        left = room.left() + (WIDE - metrics.horizontalAdvance(self._words[name])) / 2
        top = room.top() + 32 + (HIGH - 38 - metrics.height()) / 2
        painter.drawText(QPointF(left, top + metrics.ascent()), self._words[name])

    def _rooms(self) -> dict[str, QRect]:
        """Where the rail's buttons will be."""
        left, step = (RAIL - WIDE) // 2, HIGH + GAP
        low = self.height() - step * len(FOOT)
        return {
            name: QRect(left, top + number * step, WIDE, HIGH)
            for top, names in ((GAP, PLACES), (low, FOOT))
            for number, name in enumerate(names)
        }


def _fill(painter: QPainter, room: QRect, color: str, radius: int = 0) -> None:
    size = f'width="{room.width()}" height="{room.height()}"'
    surface = f'<rect {size} rx="{radius}" fill="{color}"/>'
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{surface}</svg>'
    QSvgRenderer(QByteArray(drawing.encode())).render(painter, QRectF(room))
