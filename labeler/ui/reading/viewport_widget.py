"""One viewport on the screen: paints it, and hands the pointer's events to exactly one tool."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QWidget

from labeler.ui.look import Look
from labeler.ui.monitors import canvas_pixel_mm
from labeler.ui.reading.caveat_card import CaveatCard
from labeler.ui.reading.caveat_chip import CaveatChip
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.edge_bar import REACH
from labeler.ui.reading.late_sign import LateSign
from labeler.ui.reading.phrases import words
from labeler.ui.reading.shift_pointing import ShiftPointing
from labeler.ui.reading.view_edges import ViewEdges
from labeler.ui.reading.view_painter import Hand, ViewPainter
from labeler.ui.reading.viewport import Viewport
from labeler.ui.translation import tr
from labeler.viewing.corner_text import probe_text
from labeler.viewing.crosshair_tool import pointed_at
from labeler.viewing.layer_overlay import dose_text
from labeler.viewing.look_tools import LookTool, WindowTool, pan_tool
from labeler.viewing.magnifier import MagnifierTool
from labeler.viewing.paint_tools import BrushTool
from labeler.viewing.reformat import Reformat
from labeler.viewing.scene import NOTHING, Cursor, Pointer, Scene, Tool
from labeler.viewing.select_tool import SelectTool
from labeler.viewing.shape_tools import PolygonTool
from labeler.viewing.viewport import Canvas, ViewState, zoom_at

NOTCH = 120
"""Eighths of a degree in one step of a wheel."""

ZOOM_STEP = 1.15
CLICK_REACH = 3.0
"""Pixels a right press may wander and still be a click."""

FOLLOWING = (BrushTool, MagnifierTool)
"""Tools that are to be seen wherever the pointer is."""

_CURSORS = {
    Cursor.ARROW: Qt.CursorShape.ArrowCursor,
    Cursor.CROSS: Qt.CursorShape.CrossCursor,
    Cursor.GRAB: Qt.CursorShape.ClosedHandCursor,
    Cursor.NONE: Qt.CursorShape.BlankCursor,
}


@dataclass(frozen=True)
class _Held:
    """A button that is down, the tool that has it, and how it was at press."""

    button: Qt.MouseButton
    tool: Tool
    at: QPointF
    view: ViewState


class ViewportWidget(QWidget):
    """Left: the tool. Middle: pan. Right: window by drag, menu by click. Wheel: slices."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        viewport: Viewport,
        menu: Callable[[], QMenu],
        show_probe: Callable[[str], None],
        say: Callable[[str], None],
        painted: Callable[[Viewport], None],
    ) -> None:
        super().__init__()
        self._desk, self.viewport, self._menu = desk, viewport, menu
        self._show_probe, self._say, self._painted = show_probe, say, painted
        self._painter = ViewPainter(look, desk, viewport)
        self._pan, self._window = pan_tool(), WindowTool(desk.darker_up)
        self._edges = ViewEdges(self._painter, viewport)
        self._late = LateSign(self, viewport)
        self._held: _Held | None = None
        self._shift, self._wheel = ShiftPointing(), 0
        self._pointer: QPointF | None = None
        self._shape: Qt.CursorShape | None = None
        self._told: str | None = None
        self.chip = CaveatChip(self, look, self.explain)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Image"))

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def refresh(self) -> None:
        """What is to be seen here changed."""
        self.chip.tell(self.viewport.image)
        tool = self._held.tool if self._held else self._desk.tool
        usable = self._desk.may_use(tool, self.viewport)
        shape = _CURSORS[tool.cursor] if usable else Qt.CursorShape.ArrowCursor
        if shape is not self._shape:
            self._shape = shape
            self.setCursor(shape)
        self._probe()
        self.update()

    def foot(self) -> int:
        """How high the words at the bottom left stand."""
        return self._painter.foot(chip=self.chip.isVisibleTo(self))

    # --- painting -----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        hand = Hand(
            chip=self.chip.isVisibleTo(self),
            here=self._pointer is not None,
            held=self._held.tool if self._held else None,
            pixel_mm=canvas_pixel_mm(self, self._desk.preferences),
        )
        self._painter.paint(painter, self.rect(), self.devicePixelRatioF(), hand)
        painter.end()
        self._painted(self.viewport)

    def refresh_bar(self) -> None:
        """Another view of this series has shown a slice."""
        self.update(self.rect().adjusted(self.width() - REACH, 0, 0, 0))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self.viewport.resize(Canvas(float(max(1, self.width())), float(max(1, self.height()))))
        self.chip.place()

    def explain(self) -> None:
        """Open the card that says what each caveat means, blocks, and asks for."""
        image = self.viewport.image
        if image is not None and image.caveats:
            CaveatCard(self.parentWidget() or self, self.chip, image).open()

    # --- pointer ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press(event, clicks=1)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Maximises, where no drawing is under way."""
        looking = isinstance(self._desk.tool, SelectTool | LookTool) and not self._desk.tool.busy
        if event.button() == Qt.MouseButton.LeftButton and looking and self._desk.may_maximise:
            self._desk.activate(self.viewport)
            self._desk.maximise()
            return
        self._press(event, clicks=2)

    def _press(self, event: QMouseEvent, clicks: int) -> None:
        scene = self._desk.scene(self.viewport)
        if scene is None or self._held is not None:
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if left and self._edges.press(scene, event.position(), self.rect()):
            return
        tool = self._tool_of(event.button())
        if tool is None or not self._desk.may_use(tool, self.viewport):
            self._refuse(tool)
            return
        self._held = _Held(event.button(), tool, event.position(), scene.view)
        self._desk.take(tool.press(scene, _pointer(event, clicks)), self.viewport)
        self.refresh()

    def _refuse(self, tool: Tool | None) -> None:
        """A hand that would draw is told why it cannot."""
        cut = isinstance(self.viewport.image, Reformat)
        if cut and tool is not None and tool.name != "select" and self._desk.editable:
            self._say(tr("Marks are drawn on acquired slices, not on planes cut from them."))

    def _point(self, scene: Scene, event: QMouseEvent) -> bool:
        """With Shift and no button the crosshair goes with the pointer."""
        # With the window in hand Shift begins the box that sets it.
        windows = isinstance(self._desk.tool, WindowTool)
        if not self._shift.moved(event) or windows or not scene.image.oriented:
            return False
        at = event.position()
        self._desk.planes.place(pointed_at(scene, (at.x(), at.y())), self.viewport)
        return True

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        scene = self._desk.scene(self.viewport)
        if scene is None:
            return
        if self._edges.move(scene, event.position(), self.rect()):
            return
        tool = self._held.tool if self._held else self._desk.tool
        if self._point(scene, event):
            pass
        elif self._desk.may_use(tool, self.viewport):
            outcome = tool.move(scene, _pointer(event))
            if outcome != NOTHING:
                self._desk.take(outcome, self.viewport)
            if tool.busy or isinstance(tool, FOLLOWING):
                self.update()
        self._probe()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._edges.release():
            return
        scene = self._desk.scene(self.viewport)
        held = self._held
        if scene is None or held is None or event.button() != held.button:
            return
        self._held = None
        way = event.position() - held.at
        if held.button == Qt.MouseButton.RightButton and way.manhattanLength() <= CLICK_REACH:
            held.tool.cancel()
            self.viewport.look(held.view)
            self._menu().popup(event.globalPosition().toPoint())
            return
        self._desk.take(held.tool.release(scene, _pointer(event)), self.viewport)
        self.refresh()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the keyboard's menu key; a right click has its own way."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self._desk.case:
            self._menu().popup(self.mapToGlobal(self.rect().center()))

    def _tool_of(self, button: Qt.MouseButton) -> Tool | None:
        if button == Qt.MouseButton.LeftButton:
            return self._desk.tool
        if button == Qt.MouseButton.MiddleButton:
            return self._pan
        if button == Qt.MouseButton.RightButton:
            return self._window
        return None

    def enterEvent(self, event: QEnterEvent) -> None:
        """Keys act in the view under the pointer, unless something else is being typed into."""
        focus = QApplication.focusWidget()
        if self.isVisible() and (focus is None or not focus.property("keeps_keys")):
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().enterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys and panels are about the viewport that has the keyboard."""
        self._desk.activate(self.viewport)
        super().focusInEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        if isinstance(self._desk.tool, FOLLOWING):
            self._desk.tool.leave()
        self._probe()
        self.update()
        super().leaveEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Towards you: the next slice. Ctrl zooms at the cursor, Shift sizes the brush. A whole
        slide has no next one: there every turn zooms."""
        turned = event.angleDelta()
        # With Shift some systems turn the wheel sideways.
        self._wheel += turned.y() or turned.x()
        steps, self._wheel = int(self._wheel / NOTCH), int(math.fmod(self._wheel, NOTCH))
        event.accept()
        scene = self._desk.scene(self.viewport)
        if steps == 0 or scene is None:
            return
        keys = event.modifiers()
        slide = self.viewport.tiles is not None and len(scene.image.refs) == 1
        if keys & Qt.KeyboardModifier.ShiftModifier:
            self._desk.resize_brush(steps)
        elif slide or keys & Qt.KeyboardModifier.ControlModifier:
            at = event.position().x(), event.position().y()
            view = zoom_at(scene.view, scene.layout, scene.canvas, at, ZOOM_STEP**steps)
            self.viewport.look(view)
        else:
            self.viewport.scroll(-steps)

    def _probe(self) -> None:
        """Tell what is under the pointer; a window's drag does not change that."""
        if self._pointer is None and not self._desk.adds_to_mark and self._told == "":
            return
        scene, text = self._desk.scene(self.viewport), ""
        if scene is not None and self._pointer is not None:
            p_voxel = scene.where.to_voxel((self._pointer.x(), self._pointer.y()))
            found = probe_text(scene.image, scene.view.index, p_voxel, self.viewport.pixels)
            text = words(found).strip() if found else ""
            dose = self.viewport.layers.shown().dose
            told = (
                dose_text(scene.image, scene.view.index, p_voxel, dose) if dose and text else None
            )
            text = "   ".join((text, words(told))) if told else text
        hint = tr("Esc: new mark") if self._desk.adds_to_mark else ""
        line = "   ".join(part for part in (hint, text) if part)
        if line != self._told:
            self._told = line
            self._show_probe(line)

    # --- keys ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyRelease:
            self._shift.let_go(event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._shift.heard(event)
            busy = self._desk.tool.busy or self._held is not None
            if busy and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Escape):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        scene, tool, key = self._desk.scene(self.viewport), self._desk.tool, event.key()
        if scene is None:
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and tool.busy:
            self._desk.take(tool.finish(scene), self.viewport)
            self.update()
        elif key == Qt.Key.Key_Escape:
            self._escape(tool)
        elif key == Qt.Key.Key_Backspace and isinstance(tool, PolygonTool) and tool.busy:
            tool.step_back()
            self.update()
        else:
            super().keyPressEvent(event)

    def _escape(self, tool: Tool) -> None:
        """First what is under way, as if it had never begun; then the selection."""
        held, self._held = self._held, None
        if held is not None:
            held.tool.cancel()
            self.viewport.look(held.view)
        elif tool.busy:
            tool.cancel()
        else:
            self._desk.select_mark("")
        self.update()


def _pointer(event: QMouseEvent, clicks: int = 1) -> Pointer:
    keys = event.modifiers()
    return Pointer(
        (event.position().x(), event.position().y()),
        ctrl=bool(keys & Qt.KeyboardModifier.ControlModifier),
        shift=bool(keys & Qt.KeyboardModifier.ShiftModifier),
        clicks=clicks,
    )
