"""A cut that was asked for in one viewport and is not here yet."""

from __future__ import annotations

from collections.abc import Callable

from labeler.errors import LabelerError
from labeler.model.image import Pixels
from labeler.ui.reading.plane_requests import PlaneRequests
from labeler.ui.reading.ports import FrameAnswer
from labeler.viewing.reformat import Reformat

Take = Callable[[Reformat, int, Pixels, bool], None]
"""Gets a plane of a cut: which, its pixels, and whether it is a coarse one."""


class ComingCut:
    """The last one that was asked for; one on the way to it is taken too, so that a turn is seen
    to move. `refuse` hears why there is none."""

    def __init__(
        self, planes: PlaneRequests, take: Take, refuse: Callable[[LabelerError], None]
    ) -> None:
        self._planes, self._take, self._refuse = planes, take, refuse
        self._coming: tuple[str, Reformat, int, bool] | None = None
        self._series = 0

    @property
    def is_awaited(self) -> bool:
        return self._coming is not None

    def leave(self) -> None:
        """Another series is shown: of this one nothing more is taken."""
        self._series += 1
        self._coming = None

    def ask(self, tile: str, image: Reformat, index: int, *, coarse: bool) -> None:
        self._coming = tile, image, index, coarse
        self.ask_again()

    def ask_again(self) -> None:
        """More of the volume is here."""
        coming, series = self._coming, self._series
        if coming is None:
            return
        tile, image, index, coarse = coming

        def deliver(answer: FrameAnswer) -> None:
            if series != self._series:
                return
            self._coming = None if self._coming is coming else self._coming
            if isinstance(answer, LabelerError):
                self._refuse(answer)
            else:
                self._take(image, index, answer, coarse)

        self._planes.ask(tile, image, index, deliver, coarse=coarse)
