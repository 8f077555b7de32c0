"""One viewport on the screen: paints it, and hands its events on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRect, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QEnterEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QMenu, QSizePolicy, QWidget

from labeler.ui.look import Look
from labeler.ui.monitors import canvas_pixel_mm
from labeler.ui.reading.caveat_card import CaveatCard
from labeler.ui.reading.caveat_chip import CaveatChip
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.edge_bar import REACH
from labeler.ui.reading.hover import Hover
from labeler.ui.reading.late_sign import LateSign
from labeler.ui.reading.nudges import nudge_of
from labeler.ui.reading.pen import Pen
from labeler.ui.reading.pointing import FOLLOWING, Pointing
from labeler.ui.reading.probe_line import ProbeLine
from labeler.ui.reading.slide_probe import SlideProbe
from labeler.ui.reading.view_edges import ViewEdges
from labeler.ui.reading.view_painter import Hand, ViewPainter
from labeler.ui.reading.viewport import Viewport
from labeler.ui.reading.wheel import Wheel
from labeler.ui.translation import tr
from labeler.viewing.click_tools import ClickTool
from labeler.viewing.look_tools import LookTool
from labeler.viewing.scene import Cursor, Tool
from labeler.viewing.select_tool import SelectTool
from labeler.viewing.viewport import Canvas

_CURSORS = {
    Cursor.ARROW: Qt.CursorShape.ArrowCursor,
    Cursor.CROSS: Qt.CursorShape.CrossCursor,
    Cursor.GRAB: Qt.CursorShape.ClosedHandCursor,
    Cursor.NONE: Qt.CursorShape.BlankCursor,
}


class ViewportWidget(QWidget):
    """Its keys go to the tool in hand, its buttons to `Pointing`, its wheel to `Wheel`."""

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
        self._painted = painted
        self._painter = ViewPainter(look, desk, viewport)
        edges = ViewEdges(self._painter, viewport)
        self._pointing = Pointing(self, desk, viewport, edges, menu, say, self.refresh)
        self._pen = Pen(self, desk, self._pointing)
        slide = SlideProbe(self, viewport, lambda: self._painter.slide.grid, self._probe)
        self._wheel = Wheel(desk, viewport)
        self._line = ProbeLine(desk, viewport, show_probe, slide)
        self._hover = Hover(self, desk, viewport)
        self._late = LateSign(self, viewport)
        self._pointer: QPointF | None = None
        self._shape: Qt.CursorShape | None = None
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
        self.chip.tell(self.viewport.image, self._desk.case_warnings)
        tool = self._pointing.tool
        usable = self._desk.may_use(tool, self.viewport)
        shape = _CURSORS[tool.cursor] if usable else Qt.CursorShape.ArrowCursor
        if self._desk.painting.is_working:
            shape = Qt.CursorShape.BusyCursor
        if shape is not self._shape:
            self._shape = shape
            self.setCursor(shape)
        if self.viewport is self._desk.active:
            self._desk.painting.shown()
        self._probe()
        self.update()

    def foot(self) -> int:
        """How high the words at the bottom left stand, and the chip."""
        chip = self.height() - self.chip.y() if self.chip.isVisibleTo(self) else 0
        return max(chip, self._painter.foot(self.rect()))

    def written(self) -> tuple[QRect, ...]:
        """Where words stand in it, and the chip."""
        chip = (self.chip.geometry(),) if self.chip.isVisibleTo(self) else ()
        return (*self._painter.written(self.rect(), self._hand(), self.devicePixelRatioF()), *chip)

    # --- painting -----------------------------------------------------------------------------

    def make_words(self) -> None:
        """Draw the texts of the next picture ahead: they take as long as all else in the first."""
        self._painter.make_words(self.rect(), self.devicePixelRatioF(), self._hand())

    def _hand(self) -> Hand:
        return Hand(
            chip=self.chip.isVisibleTo(self),
            here=self._pointer is not None,
            held=self._pointing.held,
            pixel_mm=canvas_pixel_mm(self, self._desk.preferences),
            hovered=self._hover.name,
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        hand = self._hand()
        # It ends also where painting fails: Qt dies of a painter that outlives its event.
        with QPainter(self) as painter:
            painter.setClipRect(event.rect())
            self._painter.paint(painter, self.rect(), self.devicePixelRatioF(), hand)
        self._painted(self.viewport)

    def refresh_bar(self) -> None:
        """Another view of this series has shown a slice."""
        self.update(self.rect().adjusted(self.width() - REACH, 0, 0, 0))

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self.viewport.resize(Canvas(float(max(1, self.width())), float(max(1, self.height()))))
        self.chip.place()

    def explain(self) -> None:
        """Open the card that says what each caveat means, blocks, and asks for."""
        image, warnings = self.viewport.image, self._desk.case_warnings
        if image is not None and (image.known_caveats or warnings):
            CaveatCard(self.parentWidget() or self, self.chip, image, warnings).open()

    # --- pointer ------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.setAccepted(self._pointing.press(event, clicks=1))

    def tabletEvent(self, event: QTabletEvent) -> None:
        self._pointer = event.position()
        self._pen.hear(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Maximises, where no drawing is under way."""
        looking = isinstance(self._desk.tool, SelectTool | LookTool) and not self._desk.tool.busy
        if self._pointing.has_tool(event) and looking and self._desk.arrangement.may_maximise:
            self._desk.arrangement.activate(self.viewport)
            self._desk.arrangement.maximise()
        else:
            event.setAccepted(self._pointing.press(event, clicks=2))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if not self.hasFocus():
            self._take_keys()  # a list may have taken the keyboard meanwhile
        self._pointing.move(event)
        self._hover.move(event)
        self._probe()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointing.release(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """By the keyboard's menu key; a right click has its own way."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self._desk.case:
            self._menu().popup(self.mapToGlobal(self.rect().center()))

    def enterEvent(self, event: QEnterEvent) -> None:
        self._take_keys()
        super().enterEvent(event)

    def _take_keys(self) -> None:
        """Keys act in the view under the pointer, unless something else is being typed into, or
        will be as soon as the window is the active one again."""
        here = QApplication.focusWidget(), self.window().focusWidget()
        if self.isVisible() and not any(one.property("keeps_keys") for one in here if one):
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Keys and panels are about the viewport that has the keyboard."""
        self._desk.arrangement.activate(self.viewport)
        super().focusInEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._hover.leave()
        if isinstance(self._desk.tool, FOLLOWING):
            self._desk.tool.leave()
        self._probe()
        self.update()
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """No release comes to what cannot be seen."""
        self._pointing.end()
        super().hideEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._wheel.turn(event)

    def _probe(self) -> None:
        at = self._pointer
        self._line.tell(None if at is None else (at.x(), at.y()))

    # --- keys ---------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyRelease:
            self._pointing.shift.let_go(event)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            self._pointing.shift.heard(event)
            busy = self._desk.tool.busy or self._pointing.held is not None
            if busy and event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Escape):
                event.accept()
                return True
            if nudge_of(event) is not None and self._desk.may_nudge:
                event.accept()
                return True
        with self._desk.foreground:
            return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        scene, tool, key = self._desk.scene(self.viewport), self._desk.tool, event.key()
        nudge = nudge_of(event) if self._desk.may_nudge else None
        if scene is None:
            super().keyPressEvent(event)
        elif nudge is not None:
            self._desk.nudges.take(*nudge)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and tool.busy:
            self._desk.take(tool.finish(scene), self.viewport)
            self.update()
        elif key == Qt.Key.Key_Escape:
            self._escape(tool)
        elif key == Qt.Key.Key_Backspace and isinstance(tool, ClickTool) and tool.busy:
            tool.step_back()
            self.update()
        else:
            super().keyPressEvent(event)

    def _escape(self, tool: Tool) -> None:
        """First what is under way, as if it had never begun; then the selection."""
        if self._pointing.give_up():
            pass
        elif tool.busy:
            self._desk.drawings.give_up(tool)
        elif not (self._desk.painting.stop() or self._desk.returning.stay()):
            self._desk.select_mark("")
        self.update()
