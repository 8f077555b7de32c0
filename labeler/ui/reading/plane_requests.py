"""How one viewport asks for planes and slabs: quick while a hand moves, then sharp."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from labeler.app.cut_room import Tick
from labeler.errors import LabelerError
from labeler.model.image import Pixels
from labeler.model.volume import Lent
from labeler.ui.reading.ports import FrameAnswer, ReadingPort
from labeler.viewing.reformat import Reformat, ReformatSource


class PlaneRequests:
    """Of one viewer: what it asked for before is given up where it has not begun.

    The volume is the series': it is asked for each time, so that it counts as looked at, and is
    another one after it was let go of. `freshen` hears of a series as more of it comes.
    """

    def __init__(self, port: ReadingPort, viewer: object, freshen: Callable[[str], None]) -> None:
        self._port, self._viewer, self._freshen = port, viewer, freshen

    def ask(
        self,
        tile: str,
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
        volume = self._port.series.request_volume(tile, partial(self._freshen, tile), self._viewer)
        if volume is not None and isinstance(cut.held, Lent):
            cut.held.put(volume)

        def roughly(_tick: Tick) -> FrameAnswer:
            return _or_error(lambda: cut.coarse(index))

        def sharply(tick: Tick) -> FrameAnswer:
            return _or_error(lambda: cut.frame(index, tick))

        first = roughly if quick and not coarse and cut.is_slab else None
        self._port.series.compute(self._viewer, roughly if coarse else sharply, deliver, first)


def _or_error(make: Callable[[], Pixels]) -> FrameAnswer:
    """A volume may be let go of while a frame waits for its turn."""
    try:
        return make()
    except LabelerError as error:
        return error
