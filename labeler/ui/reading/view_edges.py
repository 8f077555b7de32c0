"""What lies over a view and is pressed itself: the bar of slices and the map of a slide."""

from __future__ import annotations

import enum

from PySide6.QtCore import QPointF, QRect

from labeler.ui.reading.view_painter import ViewPainter
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.overview import centred
from labeler.viewing.scene import Scene


class _Part(enum.Enum):
    BAR = "bar"
    MAP = "map"


class ViewEdges:
    """Pressed or dragged with the left button: go to that slice, or to that place of the slide."""

    def __init__(self, painter: ViewPainter, viewport: Viewport) -> None:
        self._painter, self._viewport = painter, viewport
        self._held: _Part | None = None

    def press(self, scene: Scene, at: QPointF, room: QRect) -> bool:
        """Whether one of them was pressed; it is held from now on."""
        there = self._painter.slide.overview(scene)
        if self._painter.slice_at(at.x(), at.y(), room) is not None:
            self._held = _Part.BAR
        elif there is not None and there.holds((at.x(), at.y())):
            self._held = _Part.MAP
        return self.move(scene, at, room)

    def move(self, scene: Scene, at: QPointF, room: QRect) -> bool:
        """Whether one of them is held; it follows the hand, also beside it."""
        if self._held is _Part.BAR:
            index = self._painter.slice_at(room.right(), at.y(), room)
            self._viewport.go_to(index or 0)
        elif self._held is _Part.MAP:
            there = self._painter.slide.overview(scene)
            if there is not None:
                place = at.x(), at.y()
                self._viewport.look(centred(scene.view, scene.layout, there, place))
        return self._held is not None

    def release(self) -> bool:
        """Whether one of them was held."""
        held, self._held = self._held, None
        return held is not None
