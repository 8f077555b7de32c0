"""The mark under a resting pointer stands out; nothing but it is painted anew."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from labeler.ui.reading.desk import Desk
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.hit import marks_at
from labeler.viewing.overlay import canvas_bounds
from labeler.viewing.scene import Scene

PAD = 6
"""Pixels around a mark that its stronger line takes."""


class Hover:
    """One view's: `name` is the mark that a click would select."""

    def __init__(self, widget: QWidget, desk: Desk, viewport: Viewport) -> None:
        self._widget, self._desk, self._viewport = widget, desk, viewport
        self.name = ""

    def move(self, event: QMouseEvent) -> None:
        """The pointer is elsewhere."""
        desk = self._desk
        looking = event.buttons() == Qt.MouseButton.NoButton and desk.tool.name == "select"
        scene = desk.scene(self._viewport) if looking and not desk.marks_hidden else None
        if scene is None:
            self.leave()
            return
        at = event.position()
        found = marks_at(scene, (at.x(), at.y()))
        self._show(scene, found[0].mark.id if found else "")

    def leave(self) -> None:
        """No mark is under the pointer."""
        scene = self._desk.scene(self._viewport) if self.name else None
        if scene is not None:
            self._show(scene, "")

    def _show(self, scene: Scene, name: str) -> None:
        before, self.name = self.name, name
        if before == name:
            return
        for one in (before, name):
            lying = scene.here.by_id.get(one)
            region = None if lying is None else scene.region(lying.shape)
            around = None if lying is None else canvas_bounds(scene.where, lying.shape, region)
            if around is not None:
                left, top, right, bottom = around
                rect = QRectF(left, top, right - left, bottom - top).toAlignedRect()
                self._widget.update(rect.adjusted(-PAD, -PAD, PAD, PAD))
