"""What the probe tells of a slide: the finest pixel under the pointer, fetched when it rests."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from labeler.app.tile_feed import TileFeed
from labeler.model.image import Image
from labeler.model.rasters import Place
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.slide_point import PointValue, finest_tile, value_at
from labeler.viewing.tiles import Grid, TileKey

REST_MS = 120
"""A pointer that stands so long is read; one on its way asks for no tile."""


class SlideProbe:
    """Of one viewport; `shown` are the pixels that it is painted from, `arrived` hears that there
    may be more to tell."""

    def __init__(
        self,
        owner: QObject,
        viewport: Viewport,
        shown: Callable[[], Grid | None],
        arrived: Callable[[], None],
    ) -> None:
        self._viewport, self._shown, self._arrived = viewport, shown, arrived
        self._key: TileKey | None = None
        self._asked: TileFeed | None = None
        self._rest = QTimer(owner, interval=REST_MS, singleShot=True)
        self._rest.timeout.connect(self._ask)

    def at(self, image: Image, p_voxel: Place) -> PointValue | None:
        """The value there as far as it is known; of a finer one that is missing, ask soon."""
        feed = self._viewport.tiles
        if feed is None:
            return None
        found, key = value_at(image, p_voxel, self._shown(), feed.find), finest_tile(image, p_voxel)
        missing = key is not None and feed.find(key) is None
        if key != self._key:
            self._key = key
            self._rest.start() if missing else self._rest.stop()
        return found

    def leave(self) -> None:
        """The pointer is elsewhere."""
        self._key = None
        self._rest.stop()
        if self._asked is not None:
            self._asked.leave(self)
            self._asked = None

    def _ask(self) -> None:
        feed = self._viewport.tiles
        if feed is None or self._key is None:
            return
        if self._asked is not None and self._asked is not feed:
            self._asked.leave(self)
        self._asked = feed
        feed.look(self, (self._key,), (), self._arrived)
