"""How opaque painted regions are filled: a slider beside the labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSlider

from labeler.model.preferences import Preferences
from labeler.ui.theme import COMPACT
from labeler.ui.translation import tr

STEPS = 20
WIDTH = 96


class FillSlider(QSlider):
    """Steps of 5 %; at the left end regions are outlines alone. Its arrows are its own."""

    def __init__(
        self, preferences: Callable[[], Preferences], prefer: Callable[[Preferences], None]
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._preferences, self._prefer = preferences, prefer
        self.setRange(0, STEPS)
        self.setPageStep(2)
        self.setFixedSize(WIDTH, COMPACT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Fill of painted marks"))
        self.valueChanged.connect(self._moved)

    def refresh(self) -> None:
        now = self._preferences()
        self.blockSignals(True)
        self.setValue(0 if now.outlines_only else round(now.fill_percent * STEPS / 100))
        self.blockSignals(False)
        percent = self.value() * 100 // STEPS
        self.setToolTip(tr("Fill of painted marks: {percent} %", percent=percent))

    def event(self, event: QEvent) -> bool:
        moving = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            bare = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if bare and event.key() in moving:
                event.accept()
                return True
        return super().event(event)

    def _moved(self, step: int) -> None:
        percent = step * 100 // STEPS
        now = self._preferences()
        if percent == 0:
            self._prefer(replace(now, outlines_only=True))
        else:
            self._prefer(replace(now, outlines_only=False, fill_percent=percent))
        self.refresh()
