"""In which window one viewport opens a series: what the file says, else what its values say."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.frames import Window
from labeler.model.image import Image, Pixels
from labeler.model.volume import Lent
from labeler.ui.reading.ports import ReadingPort
from labeler.viewing.presets import (
    Opening,
    estimated_window,
    is_refined,
    opening,
    opening_window,
    window_of_series,
)
from labeler.viewing.reformat import Reformat


class SeriesWindow:
    """One window a series: its first frame decides where the header does not."""

    def __init__(self, port: ReadingPort) -> None:
        self._port = port
        self.header: Window | None = None
        """How the file, or else its values, want it shown."""
        self.pinned: Window | None = None
        self.is_open = False
        """Whether only a frame can say it."""

    def begin(self, image: Image, pinned: Window | None) -> Opening:
        """Another series, which the task may want in a `pinned` window."""
        known = opening(image, pinned)
        self.header = opening_window(image)
        self.pinned, self.is_open = pinned, known.window is None
        return known

    def keep(self, window: Window) -> None:
        """It is shown in a window it had before."""
        self.is_open = False
        self.header = self.header or window

    def of_first(self, image: Image, index: int, pixels: Pixels) -> Window | None:
        """What a frame says, where that is still open; the next frames say nothing more."""
        if not self.is_open or image.is_color:
            return None
        self.is_open = False
        window = estimated_window(image, pixels, index)
        self.header = self.header or window
        return window

    def refine(
        self, tile: str, image: Image, untouched: Callable[[], bool], put: Callable[[Window], None]
    ) -> None:
        """Put the window of all slices when they are here, where they say it better and the
        person has no other by then: nobody waits, and nobody's window is taken away."""
        if not is_refined(image) or isinstance(image, Reformat):
            return

        def arrived() -> None:
            volume = lent() if untouched() else None
            if volume is not None and volume.is_complete:
                self.header = window_of_series(image, volume.values)
                put(self.header)

        whole = self._port.series.request_volume(tile, arrived)
        if whole is not None:
            lent = Lent(whole)
            arrived()
