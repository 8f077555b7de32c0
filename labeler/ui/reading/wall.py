"""The wall: rows and columns of viewports, as many as the desk has on the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QGridLayout, QWidget

from labeler.ui.look import Look
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.series_tile import TILE_MIME
from labeler.ui.reading.viewport import Viewport
from labeler.ui.reading.viewport_widget import ViewportWidget

GAP = 2
"""Between viewports; the active one has an edge as wide."""


class Wall(QWidget):
    """Makes a viewport's widget when it first comes on the screen, and keeps it from then on."""

    def __init__(
        self,
        look: Look,
        desk: Desk,
        make: Callable[[Viewport], ViewportWidget],
        corner_changed: Callable[[], None] = lambda: None,
    ) -> None:
        """`corner_changed` hears that words at the bottom left stand higher or lower."""
        super().__init__()
        self._corner_changed, self._foot = corner_changed, 0
        self._look, self._desk, self._make = look, desk, make
        self._views = desk.arrangement
        self._widgets: dict[Viewport, ViewportWidget] = {}
        self._arranged: tuple[tuple[int, int], tuple[Viewport, ...]] = ((0, 0), ())
        self._zone = _DropZone(look, self)
        self.setAcceptDrops(True)
        self._grid = QGridLayout(self)
        self._grid.setSpacing(GAP)
        self.refresh()

    @property
    def active(self) -> ViewportWidget:
        """The widget that keys and panels are about."""
        return self._widgets[self._desk.active]

    def corner_in(self, place: QWidget) -> tuple[int, int]:
        """Pixels of a place to the left of the images, and from its foot up to above the words at
        the bottom left of the lowest row; none where the images are in another window."""
        if not place.isAncestorOf(self):
            return 0, 0
        at = self.mapTo(place, QPoint(0, self.height() - self._lowest()))
        return at.x(), place.height() - at.y()

    def _lowest(self) -> int:
        """How high words stand at the bottom left of the lowest row of viewports."""
        widgets = [self._widgets[viewport] for viewport in self._arranged[1]]
        lowest = max(widget.geometry().bottom() for widget in widgets)
        row = [widget for widget in widgets if widget.geometry().bottom() == lowest]
        return self.height() - 1 - lowest + max(widget.foot() for widget in row)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard belongs to a viewport."""
        super().focusInEvent(event)
        self.active.setFocus(event.reason())

    def widget_of(self, viewport: Viewport) -> ViewportWidget | None:
        """Where a viewport is on the screen."""
        found = self._widgets.get(viewport)
        return found if found is not None and viewport in self._views.on_screen else None

    def looked(self, viewport: Viewport) -> None:
        """What is to be seen in one viewport changed."""
        found = self.widget_of(viewport)
        if found is not None:
            found.refresh()

    def painted(self, viewport: Viewport) -> None:
        """A slice is on the screen: bars of other views of its series tell it too."""
        foot = self._lowest()
        if foot != self._foot:
            self._foot = foot
            self._corner_changed()
        if not viewport.painted():
            return
        for other in self._views.on_screen:
            if other is not viewport and other.tile == viewport.tile:
                self._widgets[other].refresh_bar()

    def make_ahead(self) -> Iterator[int]:
        """The widgets of viewports that were not on the screen yet, one a step: to make eight in
        one go, when the person asks for nine views, keeps the window busy for too long."""
        for viewport in self._views.viewports:
            if viewport not in self._widgets:
                widget = self._widgets[viewport] = self._make(viewport)
                widget.hide()
                widget.setParent(self)
                yield 0

    def refresh(self) -> None:
        """The arrangement, the active viewport or what all show may have changed."""
        if self._arranged != (self._views.grid, self._views.on_screen):
            self._arrange()
        for viewport in self._views.on_screen:
            self._widgets[viewport].refresh()
        if not self.active.hasFocus() and any(one.hasFocus() for one in self._widgets.values()):
            self.active.setFocus(Qt.FocusReason.OtherFocusReason)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._look.theme.color("app"))
            if len(self._views.on_screen) > 1:
                edge: QRect = self.active.geometry().adjusted(-GAP, -GAP, GAP, GAP)
                painter.fillRect(edge, self._look.theme.color("accent"))

    # --- series dropped on a viewport ---------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(TILE_MIME) and self._desk.case is not None:
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        target = self._at(event.position().toPoint())
        self._zone.setVisible(target is not None)
        if target is not None:
            self._zone.setGeometry(self._widgets[target].geometry())
            self._zone.raise_()
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._zone.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """The series is shown where it was let go."""
        self._zone.hide()
        target = self._at(event.position().toPoint())
        if target is not None:
            tile = event.mimeData().data(TILE_MIME).data()
            event.acceptProposedAction()
            self._views.activate(target)
            target.open(bytes(tile).decode())

    def _at(self, place: QPoint) -> Viewport | None:
        for viewport in self._views.on_screen:
            if self._widgets[viewport].geometry().contains(place):
                return viewport
        return None

    def _arrange(self) -> None:
        rows, columns = self._views.grid
        self._arranged = self._views.grid, self._views.on_screen
        for viewport in self._views.on_screen:
            if viewport not in self._widgets:
                self._widgets[viewport] = self._make(viewport)
        shown = {self._widgets[viewport] for viewport in self._views.on_screen}
        for widget in self._widgets.values():
            self._grid.removeWidget(widget)
            if widget not in shown:
                if widget.hasFocus():
                    self.active.setFocus(Qt.FocusReason.OtherFocusReason)
                widget.hide()
        edge = GAP if rows * columns > 1 else 0
        self._grid.setContentsMargins(edge, edge, edge, edge)
        for line in range(max(self._grid.rowCount(), rows)):
            self._grid.setRowStretch(line, int(line < rows))
        for line in range(max(self._grid.columnCount(), columns)):
            self._grid.setColumnStretch(line, int(line < columns))
        for number, viewport in enumerate(self._views.on_screen):
            self._grid.addWidget(self._widgets[viewport], *divmod(number, columns))
            self._widgets[viewport].show()


class _DropZone(QWidget):
    """A dashed edge over the viewport that would take what is dragged."""

    def __init__(self, look: Look, wall: QWidget) -> None:
        super().__init__(wall)
        self._look = look
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setPen(QPen(self._look.theme.color("accent"), 2, Qt.PenStyle.DashLine))
            painter.drawRect(self.rect().adjusted(1, 1, -2, -2))
