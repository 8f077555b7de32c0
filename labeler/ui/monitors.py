"""The screen a widget is on: its name for calibrations, and how large its pixels are."""

from __future__ import annotations

from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QWidget

from labeler.model.preferences import Preferences
from labeler.viewing.true_size import LARGEST_PIXEL_NM, SMALLEST_PIXEL_NM, Monitor

USUAL_NM = 264_583
"""96 pixels an inch."""


def monitor_of(screen: QScreen) -> Monitor:
    """The screen as the system names it, in device pixels."""
    size = screen.size() * screen.devicePixelRatio()
    names = screen.manufacturer(), screen.model(), screen.serialNumber()
    return Monitor(*names, size.width(), size.height())


def told_pixel_nm(screen: QScreen) -> int:
    """What the screen says of itself: where a calibration begins, and nothing more. Many are wrong,
    and some say nothing at all."""
    inch = screen.physicalDotsPerInch() * screen.devicePixelRatio()
    found = round(25.4e6 / inch) if inch > 0 else USUAL_NM
    return found if SMALLEST_PIXEL_NM <= found <= LARGEST_PIXEL_NM else USUAL_NM


def canvas_pixel_mm(widget: QWidget, preferences: Preferences) -> float | None:
    """Millimetres of a logical pixel where the widget is; None until its monitor was measured."""
    if not preferences.monitors:
        return None
    screen = widget.screen()
    nm = preferences.monitors.get(monitor_of(screen).key)
    return None if nm is None else nm / 1e6 * screen.devicePixelRatio()
