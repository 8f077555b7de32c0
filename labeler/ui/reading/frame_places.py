"""Where the slice of a name lies among the series in the views."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from labeler.app.open_case import OpenCase
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.series_names import short_name
from labeler.viewing.phrase import Phrase


class FramePlaces:
    """The active view's series first, then those in other views, then those that were in one; the
    slices of each are numbered once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._case: OpenCase | None = None
        self._before: dict[Image, None] = {}
        """Series that were in a view of this case."""
        self._numbers: WeakKeyDictionary[Image, dict[FrameRef, int]] = WeakKeyDictionary()

    @property
    def images(self) -> tuple[Image, ...]:
        """The series that are open, each once."""
        if self._desk.case is not self._case:
            self.forget()
            self._case = self._desk.case
        views = self._desk.arrangement.active_first
        shown = dict.fromkeys(view.base for view in views if view.base is not None)
        self._before |= shown
        return (*shown, *(image for image in self._before if image not in shown))

    def forget(self) -> None:
        """Nothing of a case is held: whoever is not shown is not asked at the next one."""
        self._case = None
        self._before.clear()

    def series(self, frame: FrameRef) -> Phrase | None:
        """What the series of a slice is called; None of one that the case has not."""
        case = self._desk.case
        return None if case is None else short_name(case, frame.series)

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
