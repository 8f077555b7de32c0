"""Where the slice of a name lies among the series in the views."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.ui.reading.desk import Desk


class FramePlaces:
    """The active view's series first; the slices of each are numbered once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._numbers: WeakKeyDictionary[Image, dict[FrameRef, int]] = WeakKeyDictionary()

    @property
    def images(self) -> tuple[Image, ...]:
        """The series in the views, each once."""
        views = (self._desk.active, *self._desk.on_screen)
        return tuple(dict.fromkeys(view.base for view in views if view.base is not None))

    def find(self, frame: FrameRef) -> tuple[Image | None, int]:
        """The series that has it, and the position of the slice; None where none of them does."""
        for image in self.images:
            numbers = self._numbers.get(image)
            if numbers is None:
                numbers = {ref: n for n, ref in enumerate(image.refs)}
                self._numbers[image] = numbers
            if frame in numbers:
                return image, numbers[frame]
        return None, 0
