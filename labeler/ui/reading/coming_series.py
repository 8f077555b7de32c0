"""A series that was asked for in one viewport and is not here yet."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.image import Image
from labeler.ui.reading.ports import ReadingPort


class ComingSeries:
    """The last one that was asked for; `changed` hears that one is awaited, or no more."""

    def __init__(self, port: ReadingPort, changed: Callable[[bool], None]) -> None:
        self._port, self._changed = port, changed
        self._asked = 0
        self.is_awaited = False

    def leave(self) -> None:
        """Another is shown, or nothing: what was asked for is not taken any more."""
        self._asked += 1
        self.is_awaited = False

    def ask(self, tile: str, take: Callable[[Image], None]) -> None:
        """Take it when it is here, unless another is asked for meanwhile."""
        self._asked += 1
        asked, self.is_awaited = self._asked, True

        def arrived(image: Image) -> None:
            if asked == self._asked:
                take(image)

        def lost() -> None:
            if asked == self._asked:
                self.is_awaited = False
                self._changed(False)

        self._changed(True)
        self._port.series.request_image(tile, arrived, lost)
