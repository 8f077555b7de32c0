"""Icons: one SVG file each, drawn in the colour of a token."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from labeler.ui.theme import ICON, Theme


class Icons:
    """The set in `folder` (or the named ones), read at once so that no file is opened later."""

    def __init__(self, folder: Path, theme: Theme, names: Iterable[str] | None = None) -> None:
        self._theme = theme
        paths = sorted(folder.glob("*.svg")) if names is None else _named(folder, names)
        self._sources = {path.stem: path.read_text(encoding="utf-8") for path in paths}
        self._made: dict[tuple[str, str], QIcon] = {}

    def names(self) -> tuple[str, ...]:
        return tuple(self._sources)

    def icon(self, name: str, ink: str = "text") -> QIcon:
        """The icon in `ink`; accent and filled when on, greyed when disabled."""
        key = (name, ink)
        if key not in self._made:
            self._made[key] = self._make(name, ink)
        return self._made[key]

    def pixmap(self, name: str, ink: str, ratio: float, *, on: bool = False) -> QPixmap:
        """The icon as 20 logical pixels at a device pixel ratio."""
        side = round(ICON * ratio)
        pixmap = QPixmap(side, side)
        pixmap.fill(QColor(0, 0, 0, 0))
        with QPainter(pixmap) as painter:
            renderer = QSvgRenderer(QByteArray(self._tinted(name, ink, on).encode()))
            renderer.render(painter, QRectF(0, 0, side, side))
        pixmap.setDevicePixelRatio(ratio)
        return pixmap

    def _tinted(self, name: str, ink: str, on: bool) -> str:
        text = self._sources[name]
        if on:
            text = text.replace('fill="none"', 'fill="currentColor" fill-opacity="0.28"', 1)
        return text.replace("currentColor", self._theme.hex(ink))

    def _make(self, name: str, ink: str) -> QIcon:
        """Drawn for the sharpest screen there is; Qt makes it smaller for the others."""
        screens = QGuiApplication.screens()
        ratio = max((screen.devicePixelRatio() for screen in screens), default=1.0)
        mode, state = QIcon.Mode, QIcon.State
        plain = self.pixmap(name, ink, ratio)
        icon = QIcon(plain)
        icon.addPixmap(self.pixmap(name, "accent", ratio, on=True), mode.Normal, state.On)
        icon.addPixmap(self._greyed(plain), mode.Disabled, state.Off)
        return icon

    def _greyed(self, plain: QPixmap) -> QPixmap:
        """The same drawing in the disabled ink: another colour costs less than another drawing."""
        grey = QPixmap(plain)
        with QPainter(grey) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
            painter.fillRect(grey.rect(), self._theme.color("disabled"))
        return grey


def _named(folder: Path, names: Iterable[str]) -> list[Path]:
    return [folder / f"{name}.svg" for name in names]
