"""The file's own overlays of the slice on show: fetched when wanted, hidden when asked."""

from __future__ import annotations

from collections.abc import Callable

from labeler.model.image import Image
from labeler.model.overlays import OverlayBits

Ask = Callable[[int, Callable[[int, tuple[OverlayBits, ...]], None]], None]
"""Fetches what the file draws over a slice: at once or later, on the GUI thread."""


class FileOverlays:
    """Of one viewport. `hidden` outlives the slice and ends with the case."""

    def __init__(self, ask: Ask, changed: Callable[[], None]) -> None:
        self._ask, self._changed = ask, changed
        self._image: Image | None = None
        self._here: tuple[int, tuple[OverlayBits, ...]] | None = None
        self.hidden = False

    def toggle(self) -> None:
        """Hide them, or see them again."""
        self.hidden = not self.hidden
        self._changed()

    def show(self, image: Image, index: int) -> None:
        """Another slice is on show."""
        if image is self._image and self._here is not None and self._here[0] == index:
            return
        self._image, self._here = image, None
        if image.overlays:
            self._ask(index, lambda at, bits: self._take(image, at, bits))

    def clear(self) -> None:
        """No slice of a file is on show."""
        self._image, self._here = None, None

    def _take(self, image: Image, index: int, bits: tuple[OverlayBits, ...]) -> None:
        if image is self._image:
            self._here = index, bits
            self._changed()

    def at(self, index: int) -> tuple[OverlayBits, ...]:
        """What is to be drawn over a slice; nothing while it is hidden or not here yet."""
        if self.hidden or self._here is None or self._here[0] != index:
            return ()
        return self._here[1]
