"""Keys held, keys by their place, buttons of a mouse that are actions: what hands do in Reading."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QWidget

from labeler.app.screens import Change
from labeler.ui.action_table import Scope
from labeler.ui.actions import Actions
from labeler.ui.mouse_table import Drag, uses_of, viewer_of
from labeler.ui.positions import Positions
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.mouse_buttons import button_of
from labeler.ui.reading.side_panel import SidePanel
from labeler.ui.tool_hold import ToolHold

BESIDE = (*(f"label.{n}" for n in range(1, 10)), "cine.faster", "cine.slower", "cine.whole")
"""Keys of the views that no list has a use of its own for."""

_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)


class DeskHand:
    """The desk as `ToolHold` sees it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    @property
    def last_tool(self) -> str:
        return self._desk.last_tool

    @last_tool.setter
    def last_tool(self, name: str) -> None:
        self._desk.last_tool = name

    @property
    def tool_name(self) -> str:
        return self._desk.tool.name

    @property
    def tool_busy(self) -> bool:
        return self._desk.tool.busy

    def choose_tool(self, name: str) -> None:
        self._desk.choose_tool(name, back=True)


class Hands(QObject):
    """Over the whole place, and over the wall, what stands beside it, where digits choose labels
    too, and what asks questions, which have keys of their own."""

    def __init__(
        self,
        actions: Actions,
        desk: Desk,
        place: QWidget,
        wall: QWidget,
        strip: QWidget,
        panel: SidePanel,
    ) -> None:
        super().__init__(place)
        self._actions, self._desk = actions, desk
        actions.draws = lambda: desk.drawings.draws
        self.hold = ToolHold(actions.tools(), DeskHand(desk), actions.down_ms)
        self._viewer = viewer_of(desk.preferences)
        reading, window = Scope.READING, Scope.WINDOW
        beside = strip, *panel.choosing
        for one in beside:
            one.addActions([actions[name] for name in BESIDE])
        for widget, scopes in (
            *((seen, (Scope.VIEW, reading, window)) for seen in (wall, *beside)),
            *((asks, (Scope.QUESTION, reading, window)) for asks in panel.asking),
            (place, (reading, window)),
        ):
            Positions(widget, actions, scopes, self._begun)
        for widget in (wall, place):
            widget.installEventFilter(self)

    def hear(self, change: Change) -> None:
        """Hands that know another viewer begin with its tool."""
        viewer = viewer_of(self._desk.preferences)
        if change is Change.PREFERENCES and viewer is not self._viewer:
            self._viewer = viewer
            if not self._desk.tool.busy:
                self._desk.choose_tool(viewer.first_tool)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """A button that is an action, pressed where no viewport took it."""
        if event.type() not in _PRESSES or not isinstance(event, QMouseEvent):
            return False
        button = button_of(event.button())
        use = uses_of(self._desk.preferences)[button] if button is not None else Drag.NOTHING
        if isinstance(use, Drag):
            return False
        self._actions[use].trigger()
        event.accept()
        return True

    def _begun(self, name: str, key: int, scan: int) -> bool:
        return self.hold.begin(self._actions[name], key, scan)
