"""The wheel over one viewport."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent

from labeler.ui.reading.desk import Desk
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.viewport import zoom_at

NOTCH = 120
"""Eighths of a degree in one step of a wheel."""

ZOOM_STEP = 1.15


class Wheel:
    """Towards you: the next slice. Ctrl zooms at the cursor, Shift sizes the brush. A whole slide
    has no next one: there every turn zooms. Under a pressed finger the image stays as it lies."""

    def __init__(self, desk: Desk, viewport: Viewport) -> None:
        self._desk, self._viewport = desk, viewport
        self._turned = 0

    def turn(self, event: QWheelEvent) -> None:
        turned = event.angleDelta()
        # With Shift some systems turn the wheel sideways.
        self._turned += turned.y() or turned.x()
        steps, self._turned = int(self._turned / NOTCH), int(math.fmod(self._turned, NOTCH))
        event.accept()
        scene = self._desk.scene(self._viewport)
        if steps == 0 or scene is None:
            return
        keys = event.modifiers()
        slide = self._viewport.tiles is not None and len(scene.image.refs) == 1
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self._desk.resize_brush(steps)
        elif self._viewport.held.stands:
            return
        elif slide or keys & Qt.KeyboardModifier.ControlModifier:
            at = event.position().x(), event.position().y()
            view = zoom_at(scene.view, scene.layout, scene.canvas, at, ZOOM_STEP**steps)
            self._viewport.look(view)
        else:
            self._viewport.scroll(-steps)
