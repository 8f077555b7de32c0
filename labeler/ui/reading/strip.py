"""The strip at the left: the series of the case, each by its middle slice."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from labeler.app.open_case import OpenCase, SeriesTile
from labeler.errors import LabelerError
from labeler.ui.components.surfaces import Scroll, Surface
from labeler.ui.components.text import Label
from labeler.ui.look import Look
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.ui.theme import Type, font
from labeler.ui.translation import tr
from labeler.viewing.stack_text import division_text
from labeler.viewing.thumbnail import thumbnail

WIDE, NARROW = 160, 48
_SIZES = {WIDE: QSize(136, 108), NARROW: QSize(40, 40)}


class Tile(QAbstractButton):
    """One series: its picture, its number and name; the open one has an accent edge."""

    def __init__(self, look: Look, tile: SeriesTile, pressed: Callable[[], None]) -> None:
        super().__init__()
        self._look, self.tile = look, tile
        self._picture: QImage | None = None
        self._size = _SIZES[WIDE]
        self._words = tile.title or tr("Series")
        part = division_text(tile.division)
        if part is not None:
            self._words = f"{words(part)} · {self._words}"
        if tile.number is not None:
            self._words = f"{tile.number}  {self._words}"
        self.setCheckable(True)
        self.setAccessibleName(self._words)
        one = tile.slices == 1
        many = tr("{name}, {n} images", name=self._words, n=tile.slices)
        self.setToolTip(tr("{name}, 1 image", name=self._words) if one else many)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(lambda _on: pressed())

    def set_strip(self, width: int) -> None:
        self._size = _SIZES[width]
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return self._size + QSize(0, 20 if self._size == _SIZES[WIDE] else 0)

    def show_frame(self, _uid: str, answer: FrameAnswer) -> None:
        """The middle slice is here, or why it cannot be shown."""
        if isinstance(answer, LabelerError):
            self.setToolTip(f"{self.toolTip()}\n{answer.happened}")
            return
        size = _SIZES[WIDE] * 2
        shown = thumbnail(answer, size.width(), size.height())
        height, width = shown.shape[:2]
        color = shown.ndim == 3
        form = QImage.Format.Format_RGB888 if color else QImage.Format.Format_Grayscale8
        self._picture = QImage(shown.tobytes(), width, height, width * (3 if color else 1), form)
        self._picture = self._picture.copy()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        theme, box = self._look.theme, QRect(0, 0, self._size.width(), self._size.height())
        painter.fillRect(box, theme.color("image"))
        if self._picture is not None:
            size = self._picture.size().scaled(box.size(), Qt.AspectRatioMode.KeepAspectRatio)
            inner = QRect(0, 0, size.width(), size.height())
            inner.moveCenter(box.center())
            painter.drawImage(inner, self._picture)
        painter.setPen(theme.color("accent" if self.isChecked() else "divider"))
        painter.drawRect(box.adjusted(0, 0, -1, -1))
        if self._size == _SIZES[WIDE]:
            self._caption(painter)
        painter.end()

    def _caption(self, painter: QPainter) -> None:
        used = font(Type.SECONDARY)
        painter.setFont(used)
        painter.setPen(self._look.theme.color("text" if self.isChecked() else "text2"))
        room = QRect(0, self._size.height() + 4, self._size.width(), 16)
        side = Qt.TextElideMode.ElideRight
        painter.drawText(room, 0, QFontMetrics(used).elidedText(self._words, side, room.width()))


class SeriesStrip(Surface):
    """160 px wide, or 48 where room is short."""

    def __init__(self, look: Look, port: ReadingPort, open_series: Callable[[str], None]) -> None:
        super().__init__("panel")
        self._look, self._port, self._open_series = look, port, open_series
        self._shown: OpenCase | None = None
        self.tiles: list[Tile] = []
        self._title = Label(tr("Series"), Type.SECONDARY, "text3")
        page = QWidget()
        self._column = QVBoxLayout(page)
        self._column.addWidget(self._title)
        self._column.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(Scroll(page))
        self.set_width(WIDE)

    def set_width(self, width: int) -> None:
        self.setFixedWidth(width)
        margin = 12 if width == WIDE else 4
        self._column.setContentsMargins(margin, 8, margin, 8)
        self._column.setSpacing(12 if width == WIDE else 8)
        self._title.setVisible(width == WIDE)
        for tile in self.tiles:
            tile.set_strip(width)

    def refresh(self, case: OpenCase, active: str) -> None:
        """`active` is the tile that keys and panels are about."""
        if not case.has_files_of(self._shown):
            self._shown = case
            self._build(case)
        for tile in self.tiles:
            tile.setChecked(tile.tile.uid == active)

    def _build(self, case: OpenCase) -> None:
        for tile in self.tiles:
            self._column.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        self.tiles = []
        for place, series in enumerate(case.series, start=1):
            tile = Tile(self._look, series, partial(self._open_series, series.uid))
            tile.set_strip(self.width() if self.width() in _SIZES else WIDE)
            self.tiles.append(tile)
            self._column.insertWidget(place, tile, 0, Qt.AlignmentFlag.AlignHCenter)
            self._port.series.request_thumbnail(series.uid, _living(tile))


def _living(tile: Tile) -> Callable[[str, FrameAnswer], None]:
    """Delivers to a tile only while it is still there."""
    gone: list[bool] = []
    tile.destroyed.connect(lambda: gone.append(True))

    def deliver(uid: str, answer: FrameAnswer) -> None:
        if not gone:
            tile.show_frame(uid, answer)

    return deliver
