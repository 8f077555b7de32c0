"""Buttons over one viewport: each press goes to exactly one tool, until it is let go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QMenu, QWidget

from labeler.ui.mouse_table import Drag
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.mouse_buttons import MouseButtons
from labeler.ui.reading.shift_pointing import ShiftPointing
from labeler.ui.reading.view_edges import ViewEdges
from labeler.ui.reading.viewport import Viewport
from labeler.ui.translation import tr
from labeler.viewing.crosshair_tool import pointed_at
from labeler.viewing.look_tools import LookTool, WindowTool
from labeler.viewing.magnifier import MagnifierTool
from labeler.viewing.paint_tools import Area, BrushTool
from labeler.viewing.scene import NOTHING, Pointer, Scene, Tool
from labeler.viewing.select_tool import SelectTool
from labeler.viewing.viewport import ViewState

CLICK_REACH = 3.0
"""Pixels a right press may wander and still be a click."""

FOLLOWING = (BrushTool, MagnifierTool)
"""Tools that are to be seen wherever the pointer is."""


class PointerEvent(Protocol):
    """What a mouse's and a pen's event have in common."""

    def position(self) -> QPointF: ...
    def globalPosition(self) -> QPointF: ...
    def button(self) -> Qt.MouseButton: ...
    def buttons(self) -> Qt.MouseButton: ...
    def modifiers(self) -> Qt.KeyboardModifier: ...


@dataclass(frozen=True)
class _Held:
    """A button that is down, of the mouse or of a pen, the tool that has it, and how it was at
    press."""

    button: Qt.MouseButton
    pen: bool
    tool: Tool
    at: QPointF
    view: ViewState


class Pointing:
    """What each button does is in the table of the mouse (`ui/mouse_table.py`).

    `changed` hears that another tool has the pointer, or none.
    """

    def __init__(
        self,
        widget: QWidget,
        desk: Desk,
        viewport: Viewport,
        edges: ViewEdges,
        menu: Callable[[], QMenu],
        say: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self._widget, self._desk, self._viewport = widget, desk, viewport
        self._edges, self._menu, self._say, self._changed = edges, menu, say, changed
        self._buttons = MouseButtons(desk)
        self._held: _Held | None = None
        self._pointer = Pointer((0.0, 0.0))
        self._edge = Qt.MouseButton.NoButton
        self.shift = ShiftPointing()

    @property
    def held(self) -> Tool | None:
        """The tool that a button holds."""
        return self._held.tool if self._held else None

    @property
    def is_mouse(self) -> bool:
        """Whether a button of the mouse holds a tool: a pen has no part in it."""
        return self._is_others(pen=True)

    def _hold(self, held: _Held | None) -> None:
        self._held = held
        draws = held is not None and not isinstance(held.tool, LookTool)
        if draws:
            self._viewport.stay(self.end)
        else:
            self._viewport.held.let_go()
        self._desk.drawings.hold(None if held is None else held.tool, self.end)

    @property
    def tool(self) -> Tool:
        """The one that has the pointer."""
        return self.held or self._desk.tool

    def press(
        self,
        event: PointerEvent,
        clicks: int,
        *,
        pen: bool = False,
        instead: Tool | None = None,
    ) -> bool:
        """Whether the button is for the viewport at all. `instead` of the tool in hand is used
        what the end of a pen asks for."""
        use = self._buttons.use(event.button(), pen=pen)
        if not isinstance(use, Drag):
            return False
        scene = self._desk.scene(self._viewport)
        if scene is None or self._held is not None:
            return True
        in_hand = use is Drag.TOOL
        if in_hand and self._edges.press(scene, event.position(), self._widget.rect()):
            self._edge = event.button()
            return True
        tool = instead if in_hand and instead is not None else self._buttons.tool(use)
        if tool is None:
            return True
        if not self._desk.may_use(tool, self._viewport):
            if self._desk.editable and not isinstance(tool, SelectTool):
                self._say(tr("This image is not on the screen: nothing can be drawn on it now."))
            return True
        self._hold(_Held(event.button(), pen, tool, event.position(), scene.view))
        self._pointer = _pointer(event, clicks)
        self._desk.take(tool.press(scene, self._pointer), self._viewport)
        self._changed()
        return True

    def has_tool(self, event: PointerEvent) -> bool:
        """Whether the event's button is the one with the tool in hand."""
        return self._buttons.use(event.button()) is Drag.TOOL

    def move(self, event: PointerEvent, *, pen: bool = False) -> None:
        scene = self._desk.scene(self._viewport)
        if scene is None or self._is_others(pen):
            return
        if self._edges.move(scene, event.position(), self._widget.rect()):
            return
        tool = self.tool
        if not self._point(scene, event) and self._desk.may_use(tool, self._viewport):
            self._pointer = _pointer(event)
            outcome = tool.move(scene, self._pointer)
            if outcome != NOTHING:
                self._desk.take(outcome, self._viewport)
            if isinstance(tool, BrushTool):
                self._repaint(tool.take_area(scene))
            elif tool.busy or isinstance(tool, FOLLOWING):
                self._widget.update()

    def _is_others(self, pen: bool) -> bool:
        """Whether the tool is held by the mouse while a pen moves, or the other way round."""
        return self._held is not None and self._held.pen is not pen

    def release(self, event: PointerEvent, *, pen: bool = False) -> None:
        if self._is_others(pen):
            return
        if event.button() == self._edge and self._edges.release():
            return
        scene, held = self._desk.scene(self._viewport), self._held
        if scene is None or held is None or event.button() != held.button:
            return
        self._hold(None)
        way = event.position() - held.at
        if (
            self._buttons.opens_menu(held.button, held.tool)
            and way.manhattanLength() <= CLICK_REACH
        ):
            self._take_back(held)
            self._desk.drawings.free()
            self._menu().popup(event.globalPosition().toPoint())
            return
        self._desk.take(held.tool.release(scene, _pointer(event)), self._viewport)
        self._desk.drawings.free()
        self._changed()

    def end(self) -> None:
        """What a button draws here ends where the hand is now; not what is drawn elsewhere."""
        held = self._held
        if held is None:
            return
        self._hold(None)
        scene = self._desk.scene(self._viewport)
        if scene is not None:
            self._desk.take(held.tool.release(scene, self._pointer), self._viewport)
            self._desk.drawings.free()
            self._changed()

    def give_up(self) -> bool:
        """What a button holds is as if it had never begun; whether one held anything."""
        held = self._held
        if held is None:
            return False
        self._hold(None)
        self._take_back(held)
        self._desk.drawings.free()
        return True

    def _take_back(self, held: _Held) -> None:
        self._desk.drawings.give_up(held.tool)
        self._viewport.look(held.view)

    def _repaint(self, area: Area | None) -> None:
        """What the brush covers, and where it was."""
        if area is not None:
            left, top, right, bottom = area
            self._widget.update(QRectF(left, top, right - left, bottom - top).toAlignedRect())

    def _point(self, scene: Scene, event: PointerEvent) -> bool:
        """With Shift and no button the crosshair goes with the pointer."""
        # With the window in hand Shift begins the box that sets it.
        windows = isinstance(self._desk.tool, WindowTool)
        # A line that is drawn turns by steps with Shift.
        if not self.shift.moved(event) or windows or self.tool.busy or not scene.image.oriented:
            return False
        at = event.position()
        self._desk.planes.place(pointed_at(scene, (at.x(), at.y())), self._viewport)
        return True


def _pointer(event: PointerEvent, clicks: int = 1) -> Pointer:
    keys = event.modifiers()
    return Pointer(
        (event.position().x(), event.position().y()),
        ctrl=bool(keys & Qt.KeyboardModifier.ControlModifier),
        shift=bool(keys & Qt.KeyboardModifier.ShiftModifier),
        clicks=clicks,
    )
