"""Long and short axis of a painted region, as a mark of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from msgspec import UNSET

from labeler.app.jobs import Tick
from labeler.model.document import Mark
from labeler.model.edit_rules import find_mark
from labeler.model.edits import AddMark
from labeler.model.image import Caveat, Image
from labeler.model.mask_diameters import Diameters, longest_diameters
from labeler.model.measures import MASKS, blocked_by, measure_mark
from labeler.model.tiled_masks import TiledMask
from labeler.model.volume import Volume
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.translation import tr
from labeler.viewing.measure_reasons import size_reason
from labeler.viewing.measure_text import is_fine, recist_text, size_text


@dataclass(frozen=True, eq=False)
class MarkPlace:
    """Where a mark lies: its series, that one's tile, and what it holds if it is painted."""

    mark: Mark
    image: Image
    tile: str
    content: TiledMask | None


def place_of(desk: Desk, port: ReadingPort) -> MarkPlace | None:
    """Of the selected mark; None while its series is on no screen."""
    mark = desk.selected_mark()
    if mark is None:
        return None
    content = port.painted.content(mark.shape) if isinstance(mark.shape, MASKS) else None
    for viewport in desk.arrangement.active_first:
        if viewport.base is not None and mark.frame in viewport.base.refs:
            return MarkPlace(mark, viewport.base, viewport.tile, content)
    return None


class RegionAxes:
    """Searched for on another thread: a region may go through a thousand slices."""

    def __init__(self, desk: Desk, port: ReadingPort, say: Callable[[str], None]) -> None:
        self._desk, self._port, self._say = desk, port, say

    @property
    def any_mark(self) -> bool:
        """Whether a mark is selected, of whatever kind."""
        return self._desk.selected_mark() is not None

    @property
    def may(self) -> bool:
        """Whether a painted mark is selected that may lead to another one."""
        mark = self._desk.selected_mark() if self._desk.editable else None
        return mark is not None and isinstance(mark.shape, MASKS)

    def make(self) -> None:
        place = place_of(self._desk, self._port) if self.may else None
        if place is None or place.content is None:
            return
        blocking = blocked_by(place.image)
        if blocking is not None:
            self._say(words(size_reason(blocking)))
            return
        image, content = place.image, place.content
        box = content.tile_bounds
        slices = range(0) if box is None else range(box[0][0], box[1][0])

        def search(_volume: Volume | None, tick: Tick) -> Diameters | None:
            return longest_diameters(image, content, slices, tick)

        self._port.series.measure("axes", place.tile, search, partial(self._add, place))

    def _add(self, place: MarkPlace, found: Diameters | None) -> None:
        """One edit, of the same label; nothing where the region has changed meanwhile."""
        desk, port = self._desk, self._port
        if desk.case is None or not desk.editable or found is None:
            return
        now = find_mark(port.document(), place.mark.id)
        if now is None or now[1].shape != place.mark.shape:
            return
        through = isinstance(place.mark.shape, MASKS) and place.mark.shape.through is not UNSET
        frame = place.image.refs[found.index] if through else place.mark.frame
        mark = Mark(port.new_mark_id(), now[1].label, frame, found.shape)
        port.apply(AddMark(len(port.document().marks), mark), {})
        desk.select_mark(mark.id)
        self._tell(place.image, mark, found)

    def _tell(self, image: Image, mark: Mark, found: Diameters) -> None:
        if image.regions or is_fine(image) or Caveat.SPACING_PROJECTED in image.caveats:
            measure = measure_mark(image, mark.shape)
            self._say(words(size_text(image, measure)) if measure is not None else "")
            return
        size = words(recist_text(found.long_mm, found.short_mm))
        self._say(tr("Longest diameter × the one across it, in the slice: {size}", size=size))
