"""The button that says how many viewports there are, and opens the list of ways to hang."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QMenu, QPushButton

from labeler.ui.actions import Actions
from labeler.ui.look import Look
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.hanger import Hanger
from labeler.ui.theme import ICON, Type, font
from labeler.ui.translation import tr
from labeler.viewing.arrangement import ARRANGEMENTS, arrangement_code, arrangement_name


class LayoutButton(QPushButton):
    """Stands beside the preset: "1×1", with a menu of arrangements and protocols."""

    def __init__(self, look: Look, desk: Desk, hanger: Hanger, actions: Actions) -> None:
        super().__init__()
        self._desk, self._hanger, self._actions = desk, hanger, actions
        self.setFont(font(Type.STRONG))
        self.setFixedSize(88, 32)
        self.setIcon(look.icons.icon("chevron-down", "text2"))
        self.setIconSize(QSize(ICON, ICON))
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setToolTip(tr("Layout and hanging"))
        self.clicked.connect(lambda _on: self._open())
        self.refresh()

    def refresh(self) -> None:
        self.setText(arrangement_name(*self._desk.arrangement.grid))
        self.setAccessibleName(tr("Layout: {name}", name=self.text()))

    def menu_of_layouts(self) -> QMenu:
        """Arrangements, then the protocols that fit this case, then what else is done to views."""
        names = [f"view.layout-{arrangement_code(*one)}" for one in ARRANGEMENTS]
        menu = self._actions.menu(self, names)
        menu.setTitle(tr("Layout and hanging"))
        choices = self._hanger.choices()
        if choices:
            menu.addSeparator()
        for hanging in choices:
            action = menu.addAction(tr(hanging.protocol.name))
            action.setCheckable(True)
            action.setChecked(self._hanger.current is hanging)
            action.triggered.connect(partial(self._hanger.hang, hanging))
        menu.addSeparator()
        for name in ("view.hang-again", "view.second-window", "view.maximise"):
            menu.addAction(self._actions[name])
        return menu

    def _open(self) -> None:
        menu = self.menu_of_layouts()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
