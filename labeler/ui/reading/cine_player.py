"""Plays the slices of one viewport by the clock; a timer that fires once at a time."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from weakref import ref

from PySide6.QtCore import QObject, Qt, QTimer

from labeler.model.image import Image
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.cine import Cine, Playhead, achieved_rate, begin, lately, whole

SOON_MS = 4
"""How soon to look again while a slice is still on its way."""


def monotonic_ms() -> float:
    return time.monotonic() * 1000


class CinePlayer(QObject):
    """Starts paused. It stops where its viewport is not to be seen, shows another series, or the
    person scrolls or draws in it, if only a click; frames that come late are left out, and none is
    asked for twice."""

    def __init__(
        self,
        parent: QObject,
        desk: Desk,
        on_screen: Callable[[Viewport], bool],
        default_rate: Callable[[], float],
        changed: Callable[[], None],
        clock: Callable[[], float] = monotonic_ms,
    ) -> None:
        super().__init__(parent)
        self._desk, self._on_screen, self._clock = desk, on_screen, clock
        self._default_rate, self._changed = default_rate, changed
        self._viewport: Viewport | None = None
        self._image: ref[Image] | None = None
        self._cine: Cine | None = None
        self._head: Playhead | None = None
        self._usual: tuple[ref[Image], float, Cine] | None = None
        self._asked, self._drawn = 0, 0
        self._last = -1
        self._shown: deque[float] = deque(maxlen=240)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._step)

    @property
    def playing(self) -> bool:
        return self._head is not None

    def active_image(self) -> Image | None:
        return self._desk.active.image

    def is_active(self) -> bool:
        """Whether what plays is what keys and panels are about."""
        return self._viewport is self._desk.active

    def cine(self) -> Cine | None:
        """How the active viewport is played, or would be; None of one slice."""
        image = self._desk.active.image
        if image is None or len(image.refs) < 2:
            return None
        if self._cine is not None and self._is_of(image):
            return self._cine
        rate = self._default_rate()
        if self._usual is None or self._usual[0]() is not image or self._usual[1] != rate:
            self._usual = ref(image), rate, whole(image, rate)
        return self._usual[2]

    def _is_of(self, image: Image | None) -> bool:
        """Whether that is what was played last."""
        return self._image is not None and image is not None and self._image() is image

    def rate(self) -> float | None:
        """Frames a second that were really painted lately; None while too few were."""
        return achieved_rate(lately(self._shown, self._clock())) if self.playing else None

    def toggle(self) -> None:
        """Play the active viewport, or pause."""
        if self.playing and self._viewport is self._desk.active:
            self.pause()
        else:
            self._play()

    def _play(self) -> None:
        cine, viewport = self.cine(), self._desk.active
        if cine is None:
            return
        self._viewport, self._image, self._cine = viewport, _weakly(viewport.image), cine
        self._head = begin(cine, viewport.wanted, self._clock())
        self._asked, self._drawn, self._last = viewport.wanted, viewport.held.count, -1
        self._shown.clear()
        self._changed()
        self._step()

    def pause(self) -> None:
        if self._head is not None:
            self._head = None
            self._timer.stop()
            self._changed()

    def change(self, how: Callable[[Cine], Cine]) -> None:
        """Another speed, range or order; what is on show goes on."""
        cine, active = self.cine(), self._desk.active
        if cine is None:
            return
        if self._viewport is not active or not self._is_of(active.image):
            self.pause()
        self._viewport, self._image, self._cine = active, _weakly(active.image), how(cine)
        if self._head is not None:
            self._head = self._head.playing(self._cine, self._clock())
            self._step()
        self._changed()

    def change_here(self, how: Callable[[Cine, int], Cine]) -> None:
        """Another range, by the slice that is on show."""
        index = self._desk.active.view.index
        self.change(lambda cine: how(cine, index))

    def painted(self, viewport: Viewport) -> None:
        """A viewport was painted: only that counts as shown."""
        if viewport is self._viewport and self.playing and viewport.view.index != self._last:
            self._last = viewport.view.index
            self._shown.append(self._clock())

    def _step(self) -> None:
        head, viewport = self._head, self._viewport
        if head is None or viewport is None:
            return
        elsewhere = not self._is_of(viewport.image) or not self._on_screen(viewport)
        drawn = viewport.held.count != self._drawn
        if elsewhere or drawn or viewport.wanted != self._asked:
            self.pause()
            return
        index, wait_ms = head.at(self._clock())
        if index != viewport.wanted:
            if viewport.view.index != viewport.wanted:
                self._timer.start(SOON_MS)
                return
            self._asked = index
            viewport.go_to(index)
        # Answers come at once where a slice is in memory, and one may have ended the play.
        if self._head is head:
            self._timer.start(max(1, math.ceil(wait_ms)))


def _weakly(image: Image | None) -> ref[Image] | None:
    """A case that is put away is not held by what was played of it."""
    return None if image is None else ref(image)
