"""The wall on another monitor: it goes there and comes back with everything that it shows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication, QHideEvent, QScreen, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QStackedWidget, QWidget

from labeler.ui.action_table import Need, Scope
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Large
from labeler.ui.components.focus import FocusRing
from labeler.ui.components.surfaces import Empty, Surface
from labeler.ui.look import Look
from labeler.ui.translation import tr


class SecondWindow(QWidget):
    """Holds the images and nothing else; its title names no case. Closing it brings them back."""

    def __init__(self, look: Look, owner: QWidget, closed: Callable[[], None]) -> None:
        super().__init__(owner, Qt.WindowType.Window)
        self._closed = closed
        self.setWindowTitle(tr("Labeler: images"))
        self._pages = QStackedLayout(self)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._blank = Surface("image")
        self._pages.addWidget(self._blank)
        self._ring = FocusRing(look, self)

    def take(self, wall: QWidget) -> None:
        self._pages.addWidget(wall)
        self._pages.setCurrentWidget(wall)
        wall.show()

    def cover(self, *, covered: bool) -> None:
        """Black while the main window does not show the case: locked, or in another place."""
        self._pages.setCurrentIndex(0 if covered else self._pages.count() - 1)

    @property
    def is_covered(self) -> bool:
        return self._pages.currentWidget() is self._blank

    def closeEvent(self, event: QCloseEvent) -> None:
        self._closed()
        super().closeEvent(event)


class WallHome(QStackedWidget):
    """Where the wall stands in the main window, or the words that it is on the other monitor."""

    def __init__(
        self, look: Look, wall: QWidget, actions: Actions, say: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._look, self._wall, self._actions, self._say = look, wall, actions, say
        self.away: SecondWindow | None = None
        self._screen: QScreen | None = None
        self.back = Large(tr("Bring them back"), self.bring_back)
        words = tr("The images are on the other monitor.")
        self._absent = Empty(look, "layout", words, (self.back,))
        self.addWidget(wall)
        self.addWidget(self._absent)
        program = QGuiApplication.instance()
        assert isinstance(program, QGuiApplication)
        program.screenAdded.connect(self._allow)
        program.screenRemoved.connect(self._unplugged)
        self._allow()

    def toggle(self) -> None:
        """To the other monitor, or back."""
        if self.away is not None:
            self.bring_back()
        elif self._others():
            self._move_to(self._others()[0])

    def bring_back(self) -> None:
        """The wall stands in the main window again; every viewport is as it was."""
        window, self.away = self.away, None
        if window is None:
            return
        self.insertWidget(0, self._wall)
        self.setCurrentWidget(self._wall)
        self._wall.show()
        window.hide()
        window.deleteLater()
        self._allow()
        self._wall.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        """The case went out of sight in the main window, and so on the other monitor; not when
        the main window is only made small."""
        if self.away is not None and not event.spontaneous():
            self.away.cover(covered=True)
        super().hideEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        if self.away is not None:
            self.away.cover(covered=False)
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        """The main window may have been moved to another screen."""
        if event.type() == QEvent.Type.WindowActivate:
            self._allow()
        return super().event(event)

    # --- inside -------------------------------------------------------------------------------

    def _others(self) -> list[QScreen]:
        return [screen for screen in QGuiApplication.screens() if screen is not self._here()]

    def _here(self) -> QScreen:
        return self.window().screen()

    def _move_to(self, screen: QScreen) -> None:
        window = SecondWindow(self._look, self.window(), self.bring_back)
        for scope in (Scope.WINDOW, Scope.READING):
            self._actions.attach(window, scope)
        window.take(self._wall)
        window.setGeometry(screen.availableGeometry())
        window.show()
        self.away, self._screen = window, screen
        self.setCurrentWidget(self._absent)
        self._allow()
        self._wall.setFocus(Qt.FocusReason.OtherFocusReason)

    def _unplugged(self, screen: QScreen) -> None:
        """Without its monitor the images come back at once; Qt would leave them out of sight."""
        if self.away is not None and screen is self._screen:
            self.bring_back()
            self._say(tr("The other monitor is gone. The images are here; nothing is lost."))
        self._allow()

    def _allow(self, _screen: QScreen | None = None) -> None:
        self._actions.allow(Need.MONITOR, bool(self._others()) or self.away is not None)
        self._actions["view.second-window"].setChecked(self.away is not None)
