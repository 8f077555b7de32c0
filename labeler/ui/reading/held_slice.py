"""A slice stands while a button draws on it: no wet paint is ever out of sight. No widget."""

from __future__ import annotations

from collections.abc import Callable

from labeler.viewing.viewport import ViewState


class HeldSlice:
    """Of one viewport. What would turn the slice does nothing meanwhile; what takes its place all
    the same (another series, another cut, the end of the case), or moves the image under the hand
    (another layout, turn or zoom), ends the stroke first."""

    def __init__(self) -> None:
        self._end: Callable[[], None] | None = None
        self.count = 0
        """How often a button drew: a click is over before anybody looks."""

    @property
    def stands(self) -> bool:
        return self._end is not None

    def hold(self, end: Callable[[], None]) -> None:
        """Until it is let go; `end` ends what is drawn where the hand is now."""
        self._end = end
        self.count += 1

    def let_go(self) -> None:
        self._end = None

    def end(self) -> None:
        """Another picture comes."""
        end, self._end = self._end, None
        if end is not None:
            end()

    def end_if_moved(self, before: ViewState, after: ViewState) -> None:
        """The image may come to lie elsewhere under the hand; another window moves nothing."""
        if (before.zoom, before.center) != (after.zoom, after.center):
            self.end()
