"""When a view still stands at an old place, its corner says where it is on the way to; where
nothing stands yet, it says that it loads."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from labeler.ui.reading.viewport import Viewport

LATE_MS = 150
"""Until then nobody sees that it waits."""

LOADING_MS = 500
"""Until then nobody asks why nothing is there."""


class LateSign(QObject):
    """Watches one viewport for the widget that shows it."""

    def __init__(self, widget: QWidget, viewport: Viewport) -> None:
        super().__init__(widget)
        self._widget, self._viewport = widget, viewport
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tell)
        viewport.waits = self._heard

    def _heard(self, waits: bool) -> None:
        if not waits:
            self._timer.stop()
            self._viewport.is_late = False
        elif not self._viewport.is_late and not self._timer.isActive():
            stands = self._viewport.pixels is not None and not self._viewport.coming.is_awaited
            self._timer.start(LATE_MS if stands else LOADING_MS)

    def _tell(self) -> None:
        self._viewport.is_late = True
        self._widget.update()
