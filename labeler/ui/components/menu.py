"""A menu: while one is open, it has the keys, and none is a shortcut of what lies below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QMenu, QWidget


class Menu(QMenu):
    """The one of the program."""

    def __init__(self, owner: QWidget | None = None, title: str = "") -> None:
        super().__init__(title, owner)
        keep_keys(self)

    def submenu(self, title: str) -> Menu:
        """A menu inside this one, at its end."""
        made = Menu(self, title)
        self.addMenu(made)
        return made


class _Keeper(QObject):
    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ShortcutOverride:
            return False
        event.accept()
        return True


def keep_keys(menu: QMenu) -> None:
    """The rule for a menu that Qt made."""
    menu.installEventFilter(_Keeper(menu))
