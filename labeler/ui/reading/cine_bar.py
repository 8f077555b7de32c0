"""What stands at the foot of a viewport that plays: buttons, and the rate as meant and as shown."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from labeler.ui.actions import Actions
from labeler.ui.components.buttons import ToolButton
from labeler.ui.components.surfaces import Row
from labeler.ui.components.text import Label
from labeler.ui.reading.cine_player import CinePlayer
from labeler.ui.reading.free_place import free_place
from labeler.ui.reading.viewport_widget import ViewportWidget
from labeler.ui.theme import COMPACT, Type
from labeler.ui.translation import tr
from labeler.viewing.phrase import number

BUTTONS = ("cine.slower", "cine.play", "cine.faster")
MORE_BUTTONS = ("cine.repeat", "cine.begin", "cine.end")
ROOMY = 360
"""From this width of a view on they are there too; keys do the same everywhere."""

TELL_MS = 250
"""The rate is written so often: oftener nobody could read it."""


class CineBar(Row):
    """Lies over the active viewport while that plays, or shows images over time."""

    def __init__(self, parent: QWidget, actions: Actions, player: CinePlayer) -> None:
        super().__init__("notice", gap=0)
        self.setParent(parent)
        self._player = player
        self._view: ViewportWidget | None = None
        self._placed: object = None
        self.cells.setContentsMargins(4, 2, 8, 2)
        self._buttons = {name: ToolButton(actions[name]) for name in (*BUTTONS, *MORE_BUTTONS)}
        for button in self._buttons.values():
            button.setFixedSize(COMPACT, COMPACT)
            self.cells.addWidget(button)
        self.told = Label("", Type.SECONDARY, "text2")
        self.cells.addSpacing(4)
        self.cells.addWidget(self.told)
        self._later = QTimer(self)
        self._later.setInterval(TELL_MS)
        self._later.timeout.connect(self._tell)
        self.hide()

    def refresh(self, view: ViewportWidget) -> None:
        """Over this view, if there is something to play."""
        if view is not self._view:
            if self._view is not None:
                self._view.removeEventFilter(self)
            self._view = view
            view.installEventFilter(self)
        self.setVisible(self._wanted())
        if self._player.playing != self._later.isActive():
            (self._later.start if self._player.playing else self._later.stop)()
        self._tell()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._settle()
        return False

    def _wanted(self) -> bool:
        """While it plays, and at images over time also before."""
        player, cine = self._player, self._player.cine()
        if cine is None:
            return False
        image = player.active_image()
        timed = image is not None and (image.frame_times_ms or image.frame_rate)
        return bool(timed) or (player.playing and player.is_active())

    def _tell(self) -> None:
        cine = self._player.cine()
        if cine is None or self.isHidden():
            return
        meant, shown = number(cine.rate, 1), self._player.rate()
        if shown is None:
            words = tr("{meant}/s · {speed}×", meant=meant, speed=_speed(cine.speed))
        else:
            words = tr(
                "{shown} of {meant}/s · {speed}×",
                shown=number(shown, 1),
                meant=meant,
                speed=_speed(cine.speed),
            )
        if (cine.first, cine.last) != (0, len(cine.durations_ms) - 1):
            words = tr(
                "{rate} · {first}–{last}", rate=words, first=cine.first + 1, last=cine.last + 1
            )
        if words != self.told.text():
            self.told.setText(words)
            # As wide as it ever was: the bar stands still under the hand.
            self.told.setMinimumWidth(max(self.told.minimumWidth(), self.told.sizeHint().width()))
        self._settle()

    def _settle(self) -> None:
        if self._view is None:
            return
        room = self._view.geometry()
        for name in MORE_BUTTONS:
            self._buttons[name].setVisible(room.width() >= ROOMY)
        placed = room, self.sizeHint()
        if placed == self._placed:
            return
        self._placed = placed
        self.resize(self.sizeHint())
        self.move(room.topLeft() + free_place(self.size(), room.size(), self._view.written()))
        self.raise_()


def _speed(speed: float) -> str:
    return f"{speed:g}"
