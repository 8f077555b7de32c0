"""What a right click on a view offers: tools, ways to look, edits of marks; then presets, series to
lay over it, and layouts."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from labeler.ui.actions import Actions
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.fusion_actions import FusionActions
from labeler.ui.reading.layout_button import LayoutButton
from labeler.ui.reading.toolbar import preset_menu

ROWS = (
    *("tool.select", "tool.window", "tool.window-box", "tool.scroll", "tool.zoom", ""),
    *("view.fit", "view.reset", "view.invert", "view.smooth", ""),
    *("view.turn-right", "view.turn-left", "view.flip-across", "view.flip-down", ""),
    *("view.true-size", "view.pixel-size", "view.scale-bar", "cine.play", ""),
    *("view.hide-marks", "view.overlays", "view.layers", ""),
    *("mark.axes", "mark.copy", "mark.paste", "mark.delete", "edit.undo", "edit.redo"),
)


def context_menu(
    owner: QWidget, actions: Actions, desk: Desk, fusion: FusionActions, layouts: LayoutButton
) -> QMenu:
    """It goes when it is closed."""
    menu = actions.menu(owner, ROWS)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    image = desk.active.image
    if image is not None and not image.is_color:
        menu.addMenu(preset_menu(menu, image, desk, actions))
        menu.addMenu(fusion.menu(menu))
    below = layouts.menu_of_layouts()
    below.setParent(menu, below.windowFlags())
    menu.addMenu(below)
    return menu
