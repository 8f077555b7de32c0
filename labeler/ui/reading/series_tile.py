"""One series in the strip: its picture, number, name and how many images; dragged onto a view."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QDrag, QFontMetrics, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QSizePolicy, QWidget

from labeler.app.open_case import SeriesTile
from labeler.errors import LabelerError
from labeler.model.image import Pixels
from labeler.ui.look import Look
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import FrameAnswer
from labeler.ui.theme import Type, font
from labeler.ui.translation import error_words, tr
from labeler.viewing.mammography import view_name
from labeler.viewing.stack_text import division_text

WIDE, NARROW = 160, 48
TILE_MIME = "application/x-labeler-tile"
_SIZES = {WIDE: QSize(136, 108), NARROW: QSize(40, 40)}
_CAPTION = 20


def tile_size(strip: int) -> QSize:
    """What a tile takes in a strip of that width."""
    size = _SIZES[strip]
    return size + QSize(0, _CAPTION if strip == WIDE else 0)


class Tile(QAbstractButton):
    """The series of the active viewport has an accent edge, one of another viewport a grey one. A
    click leaves the keyboard with the image; Tab brings it here."""

    def __init__(
        self,
        look: Look,
        tile: SeriesTile,
        pressed: Callable[[], None],
        to_image: Callable[[], None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._look, self.tile, self._to_image = look, tile, to_image
        self._picture: QImage | None = None
        self._failed = False
        self._size = _SIZES[WIDE]
        self._pressed_at: QPoint | None = None
        self.is_shown = False
        self._words = _words(tile)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self._words)
        one = tile.slices == 1
        many = tr("{name}, {n} images", name=self._words, n=tile.slices)
        self.setToolTip(tr("{name}, 1 image", name=self._words) if one else many)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _on: pressed())

    def set_strip(self, width: int) -> None:
        self._size = _SIZES[width]
        self.resize(tile_size(width))
        self.update()

    def sizeHint(self) -> QSize:
        return self._size + QSize(0, _CAPTION if self._size == _SIZES[WIDE] else 0)

    def mark(self, *, active: bool, shown: bool) -> None:
        """Whether it is in the active viewport, or in another on the screen."""
        if (active, shown) != (self.isChecked(), self.is_shown):
            self.is_shown = shown
            self.setChecked(active)
            self.update()

    @property
    def picture(self) -> QImage | None:
        return self._picture

    def show_picture(self, picture: QImage) -> None:
        self._picture, self._failed = picture, False
        self.update()

    def show_frame(self, answer: FrameAnswer) -> QImage | None:
        """The small middle slice is here, or why it cannot be shown; the picture that was made."""
        if isinstance(answer, LabelerError):
            self.setToolTip("\n".join((self.toolTip(), *error_words(answer)[:1])))
            self._failed = True
            self.update()
            return None
        self.show_picture(_picture_of(answer))
        return self._picture

    # --- dragging -----------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from the press it is a drag, which a viewport takes."""
        start, held = self._pressed_at, event.buttons() & Qt.MouseButton.LeftButton
        way = (event.position().toPoint() - start).manhattanLength() if start else 0
        if not held or way < QApplication.startDragDistance():
            super().mouseMoveEvent(event)
            return
        self._pressed_at = None
        self.setDown(False)
        drag = QDrag(self)
        drag.setMimeData(self.carried())
        drag.setPixmap(self.grab())
        drag.exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Arrows go through the slices next, wherever the keyboard was before."""
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._to_image()

    def carried(self) -> QMimeData:
        """What a drag of this tile brings: which series, and no picture or name."""
        carried = QMimeData()
        carried.setData(TILE_MIME, self.tile.uid.encode())
        return carried

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            theme, box = self._look.theme, QRect(0, 0, self._size.width(), self._size.height())
            painter.fillRect(box, theme.color("image"))
            if self._picture is not None:
                size = self._picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
                inner = QRect(0, 0, size.width(), size.height())
                inner.moveCenter(box.center())
                painter.drawImage(inner, self._picture)
            elif self._failed:
                self._say_failed(painter, box)
            edge = "accent" if self.isChecked() else "outline" if self.is_shown else "divider"
            painter.setPen(theme.color(edge))
            painter.drawRect(box.adjusted(0, 0, -1, -1))
            if self._size == _SIZES[WIDE]:
                self._count(painter, box)
                self._caption(painter)

    def _say_failed(self, painter: QPainter, box: QRect) -> None:
        """A black picture would look like one that is dark."""
        wide = self._size == _SIZES[WIDE]
        text = "▲\n" + tr("The middle image cannot be shown") if wide else "▲"
        painter.setFont(font(Type.SECONDARY))
        painter.setPen(self._look.theme.color("warning"))
        amid = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(box.adjusted(6, 4, -6, -16 if wide else -4), amid, text)

    def _count(self, painter: QPainter, box: QRect) -> None:
        """How many images, at the foot of the picture."""
        painter.setFont(font(Type.CAPTION))
        text = str(self.tile.slices)
        room = box.adjusted(0, 0, -6, -3)
        side = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        painter.setPen(self._look.theme.color("image"))
        for across, down in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            painter.drawText(room.translated(across, down), side, text)
        painter.setPen(self._look.theme.color("overlay"))
        painter.drawText(room, side, text)

    def _caption(self, painter: QPainter) -> None:
        used = font(Type.SECONDARY)
        painter.setFont(used)
        painter.setPen(self._look.theme.color("text" if self.isChecked() else "text2"))
        room = QRect(0, self._size.height() + 4, self._size.width(), 16)
        side = Qt.TextElideMode.ElideRight
        painter.drawText(room, 0, QFontMetrics(used).elidedText(self._words, side, room.width()))


def _words(tile: SeriesTile) -> str:
    told = tile.title or tr("Series")
    part = division_text(tile.division)
    if part is not None:
        told = f"{words(part)} · {told}"
    view = view_name(tile.facts.view, tile.facts.laterality)
    if view:
        told = f"{view} · {told}"
    return f"{tile.number}  {told}" if tile.number is not None else told


def _picture_of(shown: Pixels) -> QImage:
    """Of a thumbnail, grey or RGB, uint8."""
    height, width = shown.shape[:2]
    color = shown.ndim == 3
    form = QImage.Format.Format_RGB888 if color else QImage.Format.Format_Grayscale8
    return QImage(shown.tobytes(), width, height, width * (3 if color else 1), form).copy()
