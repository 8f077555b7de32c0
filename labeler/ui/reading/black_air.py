"""The air around a breast in one viewport: looked for once an image, beside the GUI thread, and
before anybody inverts it: in a dark room a second of white is a glare."""

from __future__ import annotations

from collections.abc import Callable

from labeler.app.cut_room import Tick
from labeler.errors import LabelerError
from labeler.model.image import Image, Pixels
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.viewing.air import has_air
from labeler.viewing.air_search import Mask, air_of


class BlackAir:
    """`changed` hears when there is something else to be seen."""

    def __init__(self, port: ReadingPort, changed: Callable[[], None]) -> None:
        self._port, self._changed = port, changed
        self._of: tuple[Image, int] | None = None
        self._mask: Mask | None = None

    def around(self, image: Image, index: int, pixels: Pixels) -> Mask | None:
        """Its blocks for a frame that is on show; None while they are looked for, where none are
        sure, and for images of other kinds."""
        if not has_air(image) or pixels.ndim != 2:
            self._of = self._mask = None
            return None
        if self._of is None or self._of[0] is not image or self._of[1] != index:
            self._look_for(image, index, pixels)
        return self._mask

    def _look_for(self, image: Image, index: int, pixels: Pixels) -> None:
        of = self._of = image, index
        self._mask = None
        dark_is_high = image.inverted != (image.slopes[index] < 0)

        def work(_tick: Tick) -> FrameAnswer:
            return air_of(pixels, inverted=dark_is_high, padding=image.padding)

        def deliver(answer: FrameAnswer) -> None:
            if self._of is of and not isinstance(answer, LabelerError) and answer.size:
                self._mask = answer
                self._changed()

        self._port.series.compute(self, work, deliver)
