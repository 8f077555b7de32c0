"""How one viewport asks for planes and slabs: quick while a hand moves, then sharp."""

from __future__ import annotations

from collections.abc import Callable

from labeler.app.cut_room import Tick
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.viewing.reformat import Reformat, ReformatSource


class PlaneRequests:
    """Of one viewer: what it asked for before is given up where it has not begun."""

    def __init__(self, port: ReadingPort, viewer: object) -> None:
        self._port, self._viewer = port, viewer

    def ask(
        self,
        image: Reformat,
        index: int,
        deliver: Callable[[FrameAnswer], None],
        *,
        coarse: bool = False,
        quick: bool = True,
    ) -> None:
        """A plane as it is, or `coarse`; where it is a slab and `quick` is wanted both, one after
        the other."""
        source = image.source
        assert isinstance(source, ReformatSource)
        cut = source

        def roughly(_tick: Tick) -> FrameAnswer:
            return cut.coarse(index)

        def sharply(tick: Tick) -> FrameAnswer:
            return cut.frame(index, tick)

        first = roughly if quick and not coarse and cut.is_slab else None
        self._port.series.compute(self._viewer, roughly if coarse else sharply, deliver, first)
