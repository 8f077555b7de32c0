"""Viewports side by side: which scroll, and which are looked at, together."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from labeler.model.image import Image
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.links import BY_PLACE, Link, followed, follows, go_together, in_mm
from labeler.viewing.together import Sight, aligned, along, same_way
from labeler.viewing.viewport import ViewState


class Tie(enum.Enum):
    """What holds a viewport to others on the screen."""

    NONE = ""
    BY_PLACE = "place"
    LOCKED = "locked"
    SAME = "same"
    """None, as another shows the same series: of two of its slices the person chose each."""


@dataclass(frozen=True, eq=False)
class _Lock:
    """The slice that lay there when views were locked, and of which series."""

    base: Image
    index: int


class SideBySide:
    """Those `on_screen` follow one another; `changed` hears that what holds them is another."""

    def __init__(
        self, on_screen: Callable[[], tuple[Viewport, ...]], changed: Callable[[], None]
    ) -> None:
        self._on_screen, self._changed = on_screen, changed
        self.linked = True
        self.together = False
        """Whether zoom, place and window go along too."""
        self._locks: dict[Viewport, _Lock] = {}
        self._ties: tuple[object, dict[Viewport, Tie]] = (None, {})

    def begin(self) -> None:
        """Another case, or another way to hang it."""
        self._locks.clear()
        self._ties = None, {}

    def rename(self, bases: Sequence[tuple[Image, Image]]) -> None:
        """Series are other objects now: locks hold on."""
        for viewport, lock in self._locks.items():
            now = next((now for before, now in bases if before is lock.base), lock.base)
            self._locks[viewport] = _Lock(now, lock.index)

    # --- scrolling ----------------------------------------------------------------------------

    def scrolled(
        self, leader: Viewport, image: Image, others: Sequence[Viewport] | None = None
    ) -> None:
        """Those that are held to the leader show the slice beside its own; of `others`, else of
        all on the screen."""
        for other in self._on_screen() if others is None else others:
            if other is not leader and other.image is not None:
                link = self._link(leader, image, other, other.image)
                index = None if link is None else followed(link, image, leader.wanted, other.image)
                if index is not None:
                    other.go_to(index)

    def place_for(self, newcomer: Viewport, image: Image, active: Viewport) -> int | None:
        """The slice of a series beside what is read: in the active view or another one; alone on
        the screen, in what it showed before."""
        others = [one for one in (active, *self._on_screen()) if one is not newcomer]
        for leader in others or [newcomer]:
            if self.linked and leader.image is not None:
                index = followed(BY_PLACE, leader.image, leader.wanted, image)
                if index is not None:
                    return index
        return None

    def _link(self, leader: Viewport, image: Image, other: Viewport, of: Image) -> Link | None:
        one, two = self._lock(leader), self._lock(other)
        if one is not None and two is not None:
            return Link((one.index, two.index))
        return BY_PLACE if self.linked and of is not image else None

    def _lock(self, viewport: Viewport) -> _Lock | None:
        """None also where another series has come since."""
        lock = self._locks.get(viewport)
        return lock if lock is not None and lock.base is viewport.base else None

    @property
    def locked(self) -> bool:
        return any(self._lock(one) is not None for one in self._on_screen())

    def lock(self, viewports: Sequence[Viewport]) -> None:
        """What lies side by side in these stays so."""
        for viewport in viewports:
            if viewport.base is not None:
                self._locks[viewport] = _Lock(viewport.base, viewport.wanted)
        self._changed()

    def toggle_lock(self, leader: Viewport) -> None:
        """All on the screen; once more lets go."""
        if self.locked:
            self._locks.clear()
            self._gather(leader)
            self._changed()
        else:
            self._locks.clear()
            self.lock(self._on_screen())

    def hold(self, group: Sequence[Viewport]) -> bool:
        """What a protocol links: whether it took a lock, as the patient's place links them not."""
        images = [one.image for one in group if one.image is not None]
        if len(images) < len(group) or len(group) < 2:
            return False
        leader, others = images[0], images[1:]
        by_place = all(follows(BY_PLACE, leader, other) for other in others)
        if by_place or not all(in_mm(leader, other) for other in others):
            return False
        self.lock(group)
        return True

    def toggle_links(self, leader: Viewport) -> None:
        self.linked = not self.linked
        self._gather(leader)
        self._changed()

    def _gather(self, leader: Viewport) -> None:
        """What is called linked lies together from the first moment."""
        if leader.image is not None:
            self.scrolled(leader, leader.image)

    # --- looking ------------------------------------------------------------------------------

    def looked(self, leader: Viewport, before: ViewState) -> None:
        """A viewport is looked at in another way than before: those seen as it is go along."""
        sight = _sight(leader)
        if self.together and sight is not None and before != leader.view:
            for other, of in self._seen_alike(leader, sight):
                other.look(along(sight, before, of))

    def toggle_together(self, leader: Viewport) -> None:
        """From now on all are as large as the leader, around the same place; or no longer so."""
        self.together, sight = not self.together, _sight(leader)
        if self.together and sight is not None:
            for other, of in self._seen_alike(leader, sight):
                other.look(aligned(sight, of))
        self._changed()

    def _seen_alike(self, leader: Viewport, sight: Sight) -> list[tuple[Viewport, Sight]]:
        seen = [(one, _sight(one)) for one in self._on_screen() if one is not leader]
        return [(one, of) for one, of in seen if of is not None and same_way(sight, of)]

    # --- telling ------------------------------------------------------------------------------

    def tie(self, viewport: Viewport) -> Tie:
        """What holds this one to another on the screen; looked for when they are others."""
        shown = self._on_screen()
        state = (self.linked, *((one, one.image, self._lock(one)) for one in shown))
        if self._ties[0] != state:
            self._ties = state, {one: self._tie(one, shown) for one in shown}
        return self._ties[1].get(viewport, Tie.NONE)

    def _tie(self, viewport: Viewport, shown: Sequence[Viewport]) -> Tie:
        found, image = Tie.NONE, viewport.image
        for other in shown:
            if other is viewport or image is None or other.image is None:
                continue
            link = self._link(viewport, image, other, other.image)
            if link is not None and link is not BY_PLACE:
                return Tie.LOCKED
            if link is not None and go_together(image, other.image):
                found = Tie.BY_PLACE
            elif link is None and self.linked and image is other.image and found is Tie.NONE:
                found = Tie.SAME
        return found


def _sight(viewport: Viewport) -> Sight | None:
    """None where nothing is shown, or a whole slide."""
    image, layout = viewport.image, viewport.layout
    if image is None or layout is None or viewport.tiles is not None:
        return None
    return Sight(image, layout, viewport.view, viewport.canvas)
