"""Which tool a button of the mouse has, as the table of the mouse and the person's changes say."""

from __future__ import annotations

from PySide6.QtCore import Qt

from labeler.model.preferences import Preferences
from labeler.ui.mouse_table import Button, Drag, Use, uses_of
from labeler.ui.reading.desk import Desk
from labeler.viewing.look_tools import LookTool, ScrollTool, WindowTool, pan_tool, zoom_tool
from labeler.viewing.scene import Tool

_BUTTONS = {
    Qt.MouseButton.LeftButton: Button.LEFT,
    Qt.MouseButton.MiddleButton: Button.MIDDLE,
    Qt.MouseButton.RightButton: Button.RIGHT,
    Qt.MouseButton.BackButton: Button.BACK,
    Qt.MouseButton.ForwardButton: Button.FORWARD,
}
_OF_A_PEN: dict[Button, Use] = {
    Button.LEFT: Drag.TOOL,
    Button.MIDDLE: Drag.PAN,
    Button.RIGHT: Drag.WINDOW,
}
"""The tip draws, whatever the mouse does."""


def button_of(button: Qt.MouseButton) -> Button | None:
    """Its name; None for one that the table does not have."""
    return _BUTTONS.get(button)


class MouseButtons:
    """One viewport's: each drag has a tool of its own beside the one in hand."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._read: Preferences | None = None
        self._uses: dict[Button, Use] = {}
        self._drags: dict[Drag, Tool] = {
            Drag.PAN: pan_tool(),
            Drag.WINDOW: WindowTool(desk.darker_up),
            Drag.ZOOM: zoom_tool(),
            Drag.SCROLL: ScrollTool(),
            Drag.NOTHING: LookTool("nothing", lambda _scene, view, _start, _way: view),
        }

    def use(self, button: Qt.MouseButton, *, pen: bool = False) -> Use | None:
        """What the button does; None for one that nothing is known of."""
        name = button_of(button)
        if pen:
            return _OF_A_PEN.get(name) if name else None
        if self._read is not self._desk.preferences:
            self._read = self._desk.preferences
            self._uses = uses_of(self._read)
        return self._uses.get(name) if name else None

    def tool(self, use: Use | None) -> Tool | None:
        """The tool that a held button moves; None where it is an action."""
        if use is Drag.TOOL:
            return self._desk.tool
        return self._drags.get(use) if isinstance(use, Drag) else None

    def opens_menu(self, button: Qt.MouseButton, tool: Tool) -> bool:
        """Whether a click without a drag is for the menu: the left or right button that has not
        the tool in hand."""
        sides = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
        return button in sides and tool in self._drags.values()
