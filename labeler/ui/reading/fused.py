"""What is laid over the series of one viewport: another series of the case, in colours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from labeler.app.cut_room import Tick
from labeler.errors import LabelerError
from labeler.model.frames import Window
from labeler.model.image import Image, Pixels
from labeler.model.volume import Lent
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.viewing.fusion import FusionLook, fusable, fused_frame, fusion_look, next_window
from labeler.viewing.lattice import Lattice, refuse_unheld, refuse_unsampled


@dataclass(frozen=True, eq=False)
class Over:
    """The second series, ready to be sampled."""

    tile: str
    image: Image
    lattice: Lattice
    lent: Lent


class Fused:
    """Of one viewport; `changed` hears when there is something else to be seen."""

    def __init__(self, port: ReadingPort, changed: Callable[[], None]) -> None:
        self._port, self._changed = port, changed
        self.over: Over | None = None
        self.look: FusionLook | None = None
        self._base: tuple[Image, int] | None = None
        self._here: tuple[Image, int, Pixels] | None = None
        self.refused = False
        """Whether it does not fit in memory any more."""
        self.arrivals = 0
        """Counts the frames that came, so that each is painted anew."""

    @property
    def tile(self) -> str:
        return self.over.tile if self.over is not None else ""

    @property
    def window(self) -> Window | None:
        return self.look.window if self.over is not None and self.look is not None else None

    @property
    def loading(self) -> tuple[int, int] | None:
        """How many of its slices have come, and of how many; None once nothing more is to come."""
        volume = None if self.over is None else self.over.lent()
        if volume is None or volume.is_complete:
            return None
        return int((volume.here | volume.failed).sum()), len(volume.here)

    def put_window(self, window: Window) -> None:
        self.change(lambda look: replace(look, window=window))

    def clear(self) -> None:
        if self.over is not None:
            self.rest()
        self.over = self.look = self._here = self._base = None

    def rest(self) -> None:
        """It is off the screen."""
        self._port.series.leave(self)

    def share(self, other: Fused) -> None:
        """The same series in the same look as over another viewport."""
        if other.over is not None and other is not self:
            self.over, self.look, self._here = other.over, other.look, None

    def put(self, tile: str, image: Image, base: Image, index: int) -> None:
        """Lay a series over; raises LabelerError where they do not lie together."""
        lattice = fusable(base, image)
        volume = self._port.series.request_volume(tile, self._arrived, self)
        if volume is None:
            raise refuse_unheld(image)
        refuse_unsampled(volume)
        self.over, self.look = Over(tile, image, lattice, Lent(volume)), None
        self.follow(base, index)
        self._changed()

    def rename(self, tiles: Mapping[str, str]) -> None:
        """The series laid over is called otherwise from now on."""
        over = self.over
        if over is not None and over.tile in tiles:
            tile = tiles[over.tile]

            def named(image: Image) -> None:
                self.over = replace(over, tile=tile, image=image)

            self._port.series.request_image(tile, named)

    def follow(self, base: Image, index: int) -> None:
        """Another frame of the first series is on show."""
        self._base = base, index
        over = self.over
        if over is None:
            return
        again = self._port.series.request_volume(over.tile, self._arrived, self)
        if again is not None:
            over.lent.put(again)

        def work(_tick: Tick) -> FrameAnswer:
            volume = over.lent()
            if volume is None:  # it was let go of meanwhile
                return refuse_unheld(over.image)
            return fused_frame(over.lattice, over.image, volume, base, index)

        def deliver(answer: FrameAnswer) -> None:
            if self.over is not over:
                return
            self.refused = isinstance(answer, LabelerError)
            if not isinstance(answer, LabelerError):
                self._here = base, index, answer
                self.arrivals += 1
                self.look = self.look or fusion_look(over.image, answer)
            self._changed()

        self._port.series.compute(self, work, deliver)

    def at(self, base: Image, index: int) -> Pixels | None:
        """The second series under a frame of the first; None while that is computed."""
        if self._here is None or self._here[0] is not base or self._here[1] != index:
            return None
        return self._here[2]

    def change(self, how: Callable[[FusionLook], FusionLook]) -> None:
        if self.look is not None:
            self.look = how(self.look)
            self._changed()

    def next_window(self) -> None:
        over = self.over
        if over is not None:
            self.change(lambda look: next_window(over.image, look))

    def _arrived(self) -> None:
        if self._base is not None and self.over is not None:
            self.follow(*self._base)
