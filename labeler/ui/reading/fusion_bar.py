"""What stands at the foot of a viewport that has a second series over the first: which, how much
of it, in which colours and window, and off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QFontMetrics, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Quiet, ToolButton
from labeler.ui.components.menu import Menu
from labeler.ui.components.sliders import Slider
from labeler.ui.components.surfaces import Row
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.free_place import GAP, free_place
from labeler.ui.reading.fused import Fused
from labeler.ui.reading.fusion_actions import FusionActions
from labeler.ui.reading.phrases import words
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.ui.theme import COMPACT
from labeler.ui.translation import tr
from labeler.viewing.color_maps import COLOR_MAPS, ColorMap, color_map
from labeler.viewing.corner_text import window_words
from labeler.viewing.fusion import OPACITY_STEP
from labeler.viewing.presets import presets_for

ROOMY, SHORT = 440, 340
"""From the first width of a view on every part of it is there; below the second its name alone and
the way to take it off. The rest is in the menu."""

_ROOM = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)

NAME, NAME_SMALL = 128, 56
SWATCH = QSize(48, 12)
STEPS = round(1 / OPACITY_STEP)


class FusionBar(Row):
    """Lies over the active viewport while that has another series over its own."""

    def __init__(
        self, parent: QWidget, actions: Actions, desk: Desk, fusion: FusionActions
    ) -> None:
        super().__init__("notice", gap=2)
        self.setParent(parent)
        self._actions, self._desk, self._fusion = actions, desk, fusion
        self._view: ViewportWidget | None = None
        self._above: QWidget | None = None
        self._shown: object = None
        self.cells.setContentsMargins(4, 2, 4, 2)
        self.name = Quiet("", partial(self._open, self._menu))
        self.opacity = Slider(STEPS)
        self.opacity.valueChanged.connect(self._fade)
        self.colors = Quiet("", partial(self._open, self._color_menu))
        self.colors.setIconSize(SWATCH)
        self.colors.setFixedWidth(SWATCH.width() + 16)
        self.window_name = Quiet("", partial(self._open, self._window_menu))
        self.off = ToolButton(actions["fusion.off"])
        self.off.setFixedSize(COMPACT, COMPACT)
        for part in (self.name, self.opacity, self.colors, self.window_name, self.off):
            self.cells.addWidget(part)
        self.hide()

    def refresh(self, view: ViewportWidget, above: QWidget) -> None:
        """Over this view, if anything is laid over it; `above` another bar that may be there."""
        if view is not self._view:
            if self._view is not None:
                self._view.removeEventFilter(self)
            view.installEventFilter(self)
        fused = self._desk.active.fused
        shown = (
            view,
            fused.over,
            fused.look,
            view.geometry(),
            not above.isHidden(),
        )
        if shown == self._shown:
            return
        if above is not self._above:
            above.installEventFilter(self)  # it comes and goes by itself
        self._view, self._above, self._shown = view, above, shown
        if fused.over is None or fused.look is None:
            focus = QApplication.focusWidget()
            if focus is not None and self.isAncestorOf(focus):
                view.setFocus(Qt.FocusReason.OtherFocusReason)
            self.hide()
            return
        self._tell(fused)
        self.show()
        self._settle()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in _ROOM and self.isVisible():
            self._settle()
        return False

    # --- what it says -------------------------------------------------------------------------

    def _tell(self, fused: Fused) -> None:
        over, look = fused.over, fused.look
        assert over is not None
        assert look is not None
        percent = round(look.opacity * 100)
        self.opacity.blockSignals(True)
        self.opacity.setValue(round(look.opacity * STEPS))
        self.opacity.blockSignals(False)
        told = tr("Opacity of the series over it: {percent} %", percent=percent)
        self.opacity.setToolTip(told)
        self.opacity.setAccessibleName(told)
        colors = color_map(look.map)
        self.colors.setIcon(swatch(colors))
        self._name_button(self.colors, tr("Colours: {name}", name=tr(colors.name)))
        window = words(window_words(over.image, look.window))
        self.window_name.setText(window)
        self._name_button(self.window_name, tr("Window of the series over it: {name}", name=window))
        name = over.image.info.description or over.image.info.modality
        self._name_button(self.name, tr("Over it: {name}", name=name))

    def _name_button(self, button: QPushButton, told: str) -> None:
        button.setToolTip(told)
        button.setAccessibleName(told)

    def _settle(self) -> None:
        view, over = self._view, self._desk.active.fused.over
        if view is None or over is None:
            return
        room, info = view.geometry(), over.image.info
        roomy, short = room.width() >= ROOMY, room.width() < SHORT
        self.window_name.setVisible(roomy)
        for part in (self.opacity, self.colors):
            part.setVisible(not short)
        width = NAME if roomy else NAME_SMALL
        metrics, end = QFontMetrics(self.name.font()), Qt.TextElideMode.ElideRight
        text = info.description or info.modality if roomy else info.modality or info.description
        self.name.setText(metrics.elidedText(f"{text} ▾", end, width))
        self.opacity.setFixedWidth(88 if roomy else 56)
        self.cells.activate()
        self.resize(self.sizeHint())
        taken = view.written()
        if self._above is not None and not self._above.isHidden():
            taken += (self._above.geometry().translated(-room.topLeft()).adjusted(0, -GAP, 0, 0),)
        self.move(room.topLeft() + free_place(self.size(), room.size(), taken))
        self.raise_()

    # --- what it does -------------------------------------------------------------------------

    def _fade(self, step: int) -> None:
        self._desk.active.fused.change(lambda look: replace(look, opacity=step / STEPS))

    def _open(self, make: Callable[[QWidget], QMenu]) -> None:
        menu, button = make(self), self.sender()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        at = button if isinstance(button, QWidget) else self
        menu.popup(at.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _menu(self, owner: QWidget) -> QMenu:
        """All of it: in small views the buttons for the rest have no room."""
        menu = self._fusion.menu(owner)
        menu.addSeparator()
        menu.addMenu(self._color_menu(menu))
        menu.addMenu(self._window_menu(menu))
        menu.addSeparator()
        menu.addAction(self._actions["fusion.off"])
        return menu

    def _color_menu(self, owner: QWidget) -> QMenu:
        menu, fused = Menu(owner, tr("Colours")), self._desk.active.fused
        for one in COLOR_MAPS:
            action = menu.addAction(swatch(one), tr(one.name))
            action.setIconVisibleInMenu(True)
            action.setCheckable(True)
            action.setChecked(fused.look is not None and fused.look.map == one.code)
            action.triggered.connect(partial(self._colored, one.code))
        return menu

    def _colored(self, code: str) -> None:
        self._desk.active.fused.change(lambda look: replace(look, map=code))

    def _window_menu(self, owner: QWidget) -> QMenu:
        menu, fused = Menu(owner, tr("Its window")), self._desk.active.fused
        for preset in presets_for(fused.over.image) if fused.over is not None else ():
            if preset.window is None:
                continue
            action = menu.addAction(tr(preset.name))
            action.setCheckable(True)
            action.setChecked(fused.window == preset.window)
            action.triggered.connect(partial(fused.put_window, preset.window))
        menu.addSeparator()
        hint = menu.addAction(tr("By hand: drag with Ctrl and the right button"))
        hint.setEnabled(False)
        return menu


def swatch(colors: ColorMap) -> QIcon:
    """A map's colours from low to high."""
    line = colors.table[None].repeat(SWATCH.height(), axis=0).copy()
    height, width = line.shape[:2]
    image = QImage(line.tobytes(), width, height, width * 3, QImage.Format.Format_RGB888)
    return QIcon(QPixmap.fromImage(image).scaled(SWATCH))
