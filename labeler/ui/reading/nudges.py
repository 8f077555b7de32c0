"""Arrow keys as a way that marks are nudged."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

FAR = 10
"""Pixels with Shift."""

_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def nudge_of(event: QKeyEvent) -> tuple[int, int] | None:
    """Pixels to the right and down; None for any other key."""
    way = _WAYS.get(Qt.Key(event.key()))
    keys = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if way is None or keys not in (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.ShiftModifier,
    ):
        return None
    far = FAR if keys else 1
    return way[0] * far, way[1] * far
