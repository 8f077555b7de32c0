"""The strip at the left: the series of the case by study, each by its middle slice.

Only tiles that can be seen exist, so that ten thousand series cost what ten do.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.app.open_case import OpenCase, SeriesTile
from labeler.app.screens import Change
from labeler.ui.components.surfaces import Scroll, Surface
from labeler.ui.components.text import Elided
from labeler.ui.look import Look
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.ui.reading.series_tile import NARROW, WIDE, Tile, tile_size
from labeler.ui.theme import Type
from labeler.ui.translation import tr
from labeler.viewing.series_facts import StudyGroup
from labeler.viewing.study_text import study_text

__all__ = ["NARROW", "WIDE", "SeriesStrip", "Tile"]
HEADING = 16
PICTURES_KEPT = 256
"""Of tiles that went out of sight."""


@dataclass(frozen=True)
class _Row:
    """One line of the strip: a heading or a series; `top` and `height` in pixels of the page."""

    top: int
    height: int
    heading: str = ""
    tile: SeriesTile | None = None


class SeriesStrip(Surface):
    """160 px wide, or 48 where room is short; `chosen` hears which series was pressed,
    `to_image` gives the keyboard to the view."""

    def __init__(
        self,
        look: Look,
        port: ReadingPort,
        chosen: Callable[[str], None],
        to_image: Callable[[], None],
    ) -> None:
        super().__init__("panel")
        self._look, self._port = look, port
        self._chosen, self._to_image = chosen, to_image
        self._case: OpenCase | None = None
        self._active, self.shown = "", frozenset[str]()
        self._rows: list[_Row] = []
        self._alive: dict[int, QWidget] = {}
        self._forget: dict[str, Callable[[], None]] = {}
        self._pictures: OrderedDict[str, QImage] = OrderedDict()
        self._page = QWidget()
        self._scroll = Scroll(self._page)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._scroll)
        self._scroll.viewport().installEventFilter(self)
        self._scroll.verticalScrollBar().valueChanged.connect(lambda _value: self._settle())
        self.set_width(WIDE)

    @property
    def tiles(self) -> list[Tile]:
        """Those that exist because they can be seen, from the top down."""
        alive = (self._alive[row] for row in sorted(self._alive))
        return [one for one in alive if isinstance(one, Tile)]

    @property
    def uids(self) -> tuple[str, ...]:
        """Every series in the order of the strip."""
        return tuple(row.tile.uid for row in self._rows if row.tile is not None)

    def reveal(self, uid: str) -> Tile:
        """Scroll to a series, whose tile exists then."""
        found = ((at, row) for at, row in enumerate(self._rows) if row.tile is not None)
        at, row = next((at, row) for at, row in found if row.tile and row.tile.uid == uid)
        height = self._scroll.viewport().height()
        bar = self._scroll.verticalScrollBar()
        if not bar.value() <= row.top <= bar.value() + height - row.height:
            bar.setValue(row.top - (height - row.height) // 2)
        self._settle()
        tile = self._alive[at]
        assert isinstance(tile, Tile)
        return tile

    def set_width(self, width: int) -> None:
        if width != self.width() or not self._rows:
            self.setFixedWidth(width)
            self._lay_out()

    def refresh(self, case: OpenCase, tile: str, shown: frozenset[str] = frozenset()) -> None:
        """The series of a case: `tile` is in the active viewport, `shown` are in others."""
        if not case.has_files_of(self._case):
            self._case = case
            self._pictures.clear()
            self._clear()
            self._lay_out()
        self._active, self.shown = tile, shown
        self._mark()

    def hear(self, change: Change) -> None:
        """No case is open any more: nothing of the last one is held, its pictures neither."""
        if change is Change.READING and self._port.case() is None:
            self._case = None
            self._pictures.clear()
            self._lay_out()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """There is room for more tiles, or for fewer."""
        if event.type() == QEvent.Type.Resize and watched is self._scroll.viewport():
            self._settle()
        return False

    # --- inside -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        """Where every heading and tile lies; no widget is made for that."""
        self._clear()
        case, wide = self._case, self.width() == WIDE
        gap, at = (12, 8) if wide else (8, 8)
        height = tile_size(WIDE if wide else NARROW).height()
        self._rows = []
        tiles = {tile.uid: tile for tile in case.series} if case is not None else {}
        for group in case.studies if case is not None else ():
            self._rows.append(_Row(at, HEADING, heading=_heading(group)))
            at += HEADING + gap
            for uid in group.tiles:
                self._rows.append(_Row(at, height, tile=tiles[uid]))
                at += height + gap
        self._page.setMinimumHeight(at)
        self._settle()

    def _settle(self) -> None:
        """Tiles that came into sight are made, those that went out of it are dropped, and with
        them what was asked for them."""
        top = self._scroll.verticalScrollBar().value()
        foot = top + self._scroll.viewport().height()
        first = bisect_left(self._rows, top, key=lambda row: row.top + row.height)
        last = bisect_right(self._rows, foot, key=lambda row: row.top)
        wanted = range(first, last)
        for at in [at for at in self._alive if at not in wanted]:
            self._drop(at)
        for at in wanted:
            if at not in self._alive:
                self._make(at)
        self._mark()

    def _make(self, at: int) -> None:
        row, wide = self._rows[at], self.width() == WIDE
        left, width = (12, WIDE - 24) if wide else (4, NARROW - 8)
        if row.tile is None:
            heading = Elided(row.heading, Type.SECONDARY if wide else Type.CAPTION, "text3")
            heading.setParent(self._page)
            heading.setGeometry(QRect(left, row.top, width, HEADING))
            heading.show()
            self._alive[at] = heading
            return
        uid = row.tile.uid
        tile = Tile(self._look, row.tile, partial(self._chosen, uid), self._to_image, self._page)
        tile.set_strip(WIDE if wide else NARROW)
        tile.move(left, row.top)
        tile.show()
        self._alive[at] = tile
        if uid in self._pictures:
            self._pictures.move_to_end(uid)
            tile.show_picture(self._pictures[uid])
        else:
            self._forget[uid] = self._port.series.request_thumbnail(uid, partial(self._arrived, at))

    def _arrived(self, at: int, uid: str, answer: FrameAnswer) -> None:
        self._forget.pop(uid, None)
        tile = self._alive.get(at)
        if isinstance(tile, Tile) and tile.tile.uid == uid:
            picture = tile.show_frame(answer)
            if picture is not None:
                self._pictures[uid] = picture
                while len(self._pictures) > PICTURES_KEPT:
                    self._pictures.popitem(last=False)

    def _drop(self, at: int) -> None:
        gone = self._alive.pop(at)
        if isinstance(gone, Tile) and (forget := self._forget.pop(gone.tile.uid, None)):
            forget()
        if gone.hasFocus():
            self._scroll.setFocus(Qt.FocusReason.OtherFocusReason)
        gone.hide()
        gone.deleteLater()

    def _clear(self) -> None:
        for at in list(self._alive):
            self._drop(at)

    def _mark(self) -> None:
        for tile in self.tiles:
            uid = tile.tile.uid
            tile.mark(active=uid == self._active, shown=uid in self.shown)


def _heading(group: StudyGroup) -> str:
    told = study_text(group)
    return tr("Series") if told is None else words(told)
