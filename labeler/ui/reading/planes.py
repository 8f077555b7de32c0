"""Views that belong together: planes through one place, scrolling side by side, lines across."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from labeler.errors import LabelerError
from labeler.model.image import Image
from labeler.model.volume import Lent
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.side_by_side import SideBySide
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.crosshair import Crosshair, frame_of, moved, shares_frame
from labeler.viewing.cuts import CUTS, Cut, Projection, next_projection, thicker
from labeler.viewing.lattice import refuse_uncuttable, refuse_unheld
from labeler.viewing.links import middle, slice_at
from labeler.viewing.reference_lines import reference_line
from labeler.viewing.reformat import Reformat, reformat
from labeler.viewing.viewport import ViewState


class Planes:
    """The crosshair, the links and the cuts of all viewports; `on_screen` gives those to keep
    together, `changed` hears that what lies over all of them is another."""

    def __init__(
        self,
        port: ReadingPort,
        on_screen: Callable[[], tuple[Viewport, ...]],
        changed: Callable[[], None],
    ) -> None:
        self._port, self._on_screen, self._changed = port, on_screen, changed
        self.crosshair: Crosshair | None = None
        self.beside = SideBySide(on_screen, changed)
        self.reference_lines = True
        self._shown: dict[Viewport, tuple[str, Cut]] = {}
        """Which plane of the crosshair a viewport cuts, and with what slab."""
        self._quiet = False

    def begin(self) -> None:
        """Another case is on the desk."""
        self.crosshair = None
        self.beside.begin()
        self._shown.clear()

    def rename(self, bases: Sequence[tuple[Image, Image]]) -> None:
        """Series are called otherwise, and are other objects with that: what is cut of them is
        cut again, through the same place."""
        for before, now in bases:
            if self.crosshair is not None and shares_frame(self.crosshair, before):
                self.crosshair = replace(self.crosshair, frame_of_reference=frame_of(now))
        self.beside.rename(bases)
        for viewport in self._on_screen():
            if self._is_cut(viewport):
                self._recut(viewport, coarse=False)

    # --- cuts ---------------------------------------------------------------------------------

    def plane(self, viewport: Viewport) -> str:
        """Which plane a viewport cuts; "" where it shows its series as it was acquired."""
        return self._shown[viewport][0] if self._is_cut(viewport) else ""

    def _is_cut(self, viewport: Viewport) -> bool:
        return viewport in self._shown and isinstance(viewport.image, Reformat)

    def show(
        self, viewport: Viewport, tile: str, base: Image, plane: str, slab: Cut | None = None
    ) -> None:
        """Cut a series that was opened into a viewport, through the crosshair or its middle.

        `slab` gives thickness and projection. Raises LabelerError where it cannot be cut.
        """
        crosshair = self.crosshair
        if crosshair is None or not shares_frame(crosshair, base):
            crosshair = _begun(base, viewport.wanted if viewport.image is base else 0)
        cut = crosshair.cut(plane)
        if slab is not None:
            cut = replace(cut, slab_mm=slab.slab_mm, projection=slab.projection)
        made = self._cut(tile, base, cut, crosshair)
        self._shown[viewport] = plane, cut
        self.crosshair = crosshair
        at, keep = made.index_of(np.array(crosshair.point)), viewport.settled
        viewport.show(tile, made, at, keep=keep if viewport.tile == tile else None)
        self._changed()

    def show_three(self, viewports: tuple[Viewport, ...], leader: Viewport) -> None:
        """A series as PLANES names them, in its window; raises LabelerError before anything
        changes."""
        tile, base, keep = leader.tile, leader.base, leader.settled
        assert base is not None
        crosshair = self.crosshair
        if crosshair is None or not shares_frame(crosshair, base):
            crosshair = _begun(base, leader.wanted if leader.image is base else 0)
        cuts = [self._cut(tile, base, crosshair.cut(plane), crosshair) for plane in CUTS]
        self.crosshair = crosshair
        self._shown.clear()
        place = np.array(crosshair.point)
        with self._quietly():
            for viewport, plane, made in zip(viewports, CUTS, cuts, strict=False):
                self._shown[viewport] = plane, crosshair.cut(plane)
                viewport.show(tile, made, made.index_of(place), keep=keep, fused=leader.fused)
            at = slice_at(base, place) or 0
            viewports[len(cuts)].show(tile, base, at, keep=keep, fused=leader.fused)
        self._changed()

    def show_slab(self, viewport: Viewport, plane: str, kind: str, slab_mm: float) -> None:
        """What a protocol names: the series on show as a plane, or as a slab of a kind."""
        slab = replace(CUTS[plane], slab_mm=slab_mm, projection=Projection(kind)) if kind else None
        if viewport.base is not None:
            self.show(viewport, viewport.tile, viewport.base, plane, slab)

    def acquired(self, viewport: Viewport) -> None:
        """The series as it was acquired again, at the place that was looked at."""
        base, image = viewport.base, viewport.image
        if base is None or image is None or base is image:
            return
        place = self.crosshair.point if self.crosshair else middle(image, viewport.wanted)
        self._shown.pop(viewport, None)
        at = slice_at(base, np.array(place))
        viewport.show(viewport.tile, base, at or 0, keep=viewport.settled)
        self._changed()

    def reslab(self, viewport: Viewport, change: Callable[[Cut], Cut]) -> None:
        """Another thickness or projection; an acquired series is cut along its own plane."""
        if not self._is_cut(viewport):
            return
        plane, cut = self._shown[viewport]
        self._shown[viewport] = plane, change(cut)
        self._recut(viewport, coarse=False)

    def thicker(self, viewport: Viewport, steps: int) -> None:
        self.reslab(viewport, lambda cut: thicker(cut, steps))

    def next_projection(self, viewport: Viewport) -> None:
        self.reslab(viewport, next_projection)

    def _cut(self, tile: str, base: Image, cut: Cut, crosshair: Crosshair) -> Reformat:
        refuse_uncuttable(base)
        volume = self._port.series.request_volume(tile)
        if volume is None:
            raise refuse_unheld(base)
        return reformat(base, volume, cut, crosshair.point, Lent(volume))

    def _recut(self, viewport: Viewport, *, coarse: bool) -> None:
        """What a viewport cuts, as the crosshair's plane now lies."""
        crosshair, base = self.crosshair, viewport.base
        if crosshair is None or base is None:
            return
        plane, slab = self._shown[viewport]
        cut = replace(crosshair.cut(plane), slab_mm=slab.slab_mm, projection=slab.projection)
        made = self._cut(viewport.tile, base, cut, crosshair)
        self._shown[viewport] = plane, cut
        viewport.recut(made, np.array(crosshair.point), coarse=coarse)

    # --- the crosshair ------------------------------------------------------------------------

    def place(self, crosshair: Crosshair, viewport: Viewport, *, settled: bool = True) -> None:
        """The crosshair was moved or turned in a viewport; the others follow."""
        before, self.crosshair = self.crosshair, crosshair
        turned = before is None or before.cuts != crosshair.cuts
        with self._quietly():
            for other in self._on_screen():
                if other.image is None or not shares_frame(crosshair, other.image):
                    continue
                if self._is_cut(other) and (turned or settled):
                    self._turn(other, turned=turned, settled=settled)
                elif other is not viewport:
                    self._go(other, crosshair)
        self._changed()

    def _turn(self, viewport: Viewport, *, turned: bool, settled: bool) -> None:
        """Planes that have not turned are only scrolled, until the hand lets go."""
        assert self.crosshair is not None
        plane, cut = self._shown[viewport]
        now = self.crosshair.cut(plane)
        same = (cut.right, cut.down, cut.along) == (now.right, now.down, now.along)
        sharp = not settled or (self._is_through(viewport) and not viewport.is_coarse)
        if same and not viewport.awaits_cut and (turned or sharp):
            self._go(viewport, self.crosshair)
        else:
            self._recut(viewport, coarse=not settled)

    def _is_through(self, viewport: Viewport) -> bool:
        """Whether a plane of the viewport's stack goes through the place."""
        assert self.crosshair is not None
        assert viewport.image is not None
        depth = float(viewport.image.affine.to_voxel(np.array(self.crosshair.point))[2])
        return abs(depth - round(depth)) < 1e-3

    def _go(self, viewport: Viewport, crosshair: Crosshair) -> None:
        image, place = viewport.image, np.array(crosshair.point)
        assert image is not None
        index = image.index_of(place) if isinstance(image, Reformat) else slice_at(image, place)
        if index is not None:
            viewport.go_to(index)

    def straighten(self) -> None:
        """Planes along the body again."""
        crosshair = self.crosshair
        if crosshair is not None and crosshair.is_turned:
            self.crosshair = replace(crosshair, cuts=tuple(CUTS.items()))
            for viewport in self._on_screen():
                if self._is_cut(viewport):
                    self._recut(viewport, coarse=False)
            self._changed()

    def end(self) -> None:
        """No viewport cuts anything any more."""
        self._shown.clear()
        self.hide()

    def hide(self) -> None:
        """No crosshair, unless planes hang on it."""
        if self.crosshair is not None and not any(map(self._is_cut, self._on_screen())):
            self.crosshair = None
            self._changed()

    # --- side by side -------------------------------------------------------------------------

    def moved(self, leader: Viewport) -> None:
        """A viewport wants another slice: those that are linked to it follow."""
        image = leader.image
        if self._quiet or image is None:
            return
        with self._quietly():
            self.beside.scrolled(leader, image)
        self._carry(leader, image)

    def looked(self, leader: Viewport, before: ViewState) -> None:
        """A viewport is looked at in another way: those that go along with it follow."""
        if not self._quiet:
            with self._quietly():
                self.beside.looked(leader, before)

    def toggle_together(self, leader: Viewport) -> None:
        with self._quietly():
            self.beside.toggle_together(leader)

    def toggle_links(self, leader: Viewport) -> None:
        with self._quietly():
            self.beside.toggle_links(leader)

    def toggle_lock(self, leader: Viewport) -> None:
        with self._quietly():
            self.beside.toggle_lock(leader)

    def place_for(self, viewport: Viewport, image: Image, active: Viewport) -> int | None:
        """The slice that a series opens at beside others; None where they do not say."""
        crosshair = self.crosshair
        if crosshair is not None and shares_frame(crosshair, image):
            return slice_at(image, np.array(crosshair.point))
        return self.beside.place_for(viewport, image, active)

    def come_back(self, active: Viewport, before: tuple[Viewport, ...]) -> None:
        """Those that were off the screen `before` go to where was read meanwhile."""
        shown = self._on_screen()
        stayed = [one for one in (active, *shown) if one in before]
        fresh = [one for one in shown if one not in before and one.image is not None]
        if not stayed or stayed[0].image is None:
            return
        with self._quietly():
            self.beside.scrolled(stayed[0], stayed[0].image, fresh)
            for viewport in fresh if self.crosshair is not None else ():
                self._follow(viewport)

    def _follow(self, viewport: Viewport) -> None:
        crosshair, image = self.crosshair, viewport.image
        assert crosshair is not None
        assert image is not None
        if self._is_cut(viewport):
            self._turn(viewport, turned=True, settled=True)
        elif shares_frame(crosshair, image):
            self._go(viewport, crosshair)

    def _carry(self, leader: Viewport, image: Image) -> None:
        """The crosshair stays in the plane of the view that is scrolled."""
        crosshair = self.crosshair
        if crosshair is None or not shares_frame(crosshair, image):
            return
        way = np.cross(image.affine.matrix[:3, 0], image.affine.matrix[:3, 1])
        way = way / np.linalg.norm(way)
        point = np.array(crosshair.point)
        off = float((middle(image, leader.wanted) - point) @ way)
        self.crosshair = moved(crosshair, point + way * off)
        self._changed()

    def toggle_lines(self) -> None:
        self.reference_lines = not self.reference_lines
        self._changed()

    # --- lines --------------------------------------------------------------------------------

    def lines_on(self, viewport: Viewport, active: Viewport) -> LineOn | None:
        """Where the active viewport's slice cuts the slice of this one, in its voxel places."""
        if not self.reference_lines or viewport is active:
            return None
        image, other = viewport.image, active.image
        if image is None or other is None or not (image.oriented and other.oriented):
            return None
        if self.crosshair is not None or frame_of(image) != frame_of(other):
            return None
        return reference_line(image, viewport.view.index, other, active.view.index)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Those that follow lead nobody."""
        before, self._quiet = self._quiet, True
        try:
            yield
        finally:
            self._quiet = before


LineOn = tuple[tuple[float, float], tuple[float, float]]


def _begun(image: Image, index: int) -> Crosshair:
    """Amid the slice that was looked at; an end of the stack is where series open, and no place
    of interest."""
    count = image.source.shape[0]
    index = index if 0 < index < count - 1 else count // 2
    return moved(Crosshair((0.0, 0.0, 0.0), frame_of(image)), middle(image, index))


def refusal_of(show: Callable[[], None]) -> LabelerError | None:
    """Why planes could not be shown; None where they are."""
    try:
        show()
    except LabelerError as error:
        return error
    return None
