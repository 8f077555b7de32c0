"""Goes to where a mark or an edit is, and touches nothing of how it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from msgspec import UNSET

from labeler.app.open_case import OpenCase
from labeler.model.affine import Vector
from labeler.model.document import Mark
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.lying import middle_mm, shape_on
from labeler.model.measures import MASKS
from labeler.model.outlines import bounds
from labeler.model.shapes import Cuboid, Landmark, OnPlane, Shape
from labeler.model.tiled_masks import TiledMask
from labeler.ui.reading.frame_search import FrameSearch
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.layout import Layout
from labeler.viewing.reformat import Reformat
from labeler.viewing.viewport import Canvas, ViewState

Place = tuple[float, float, float]


@dataclass(frozen=True)
class _Aim:
    """A mark, and what paint changed of it."""

    mark: Mark | None = None
    change: TiledMask | None = None

    def slice_of(self, named: int, shown: int | None) -> int:
        """The one that is shown where paint changed something on it, else one amid those that it
        changed; the one that is named where there was no paint."""
        shape = None if self.mark is None else self.mark.shape
        if self.change is None or not isinstance(shape, MASKS) or shape.through is UNSET:
            return named
        changed = np.flatnonzero(self.change.slice_counts).tolist()
        if shown is not None and shown in changed:
            return shown
        return int(changed[len(changed) // 2]) if changed else named


@dataclass(frozen=True)
class _Look:
    """How a series was looked at when another took its place."""

    view: ViewState
    layout: Layout
    canvas: Canvas


class WayThere:
    """`on_screen` gives the viewports, the active one first; `activate` makes another the active
    one."""

    def __init__(
        self,
        port: ReadingPort,
        on_screen: Callable[[], tuple[Viewport, ...]],
        activate: Callable[[Viewport], None],
    ) -> None:
        self._port, self._on_screen, self._activate = port, on_screen, activate
        self._search = FrameSearch(port, self._show)
        self._looks: dict[str, _Look] = {}
        self._aim = _Aim()

    def begin(self) -> None:
        """Other files are open."""
        self._looks.clear()
        self._aim = _Aim()

    def go(
        self,
        case: OpenCase,
        frame: FrameRef,
        mark: Mark | None = None,
        change: TiledMask | None = None,
    ) -> None:
        """The plane that the mark was drawn on, where a view is cut that way; else the slice of
        that name, or that paint changed, where it is on the screen; else the plane through the mark
        in a view that cuts its series; else its series in the active viewport."""
        aim = self._aim = _Aim(mark, change)
        if mark is not None and isinstance(mark.shape, OnPlane) and self._go_to_plane(frame, mark):
            return
        for viewport in self._on_screen():
            if viewport.image is not None and frame in viewport.image.refs:
                named = viewport.image.refs.index(frame)
                self._activate(viewport)
                viewport.go_to(aim.slice_of(named, viewport.wanted))
                return
        for viewport in self._on_screen():
            image, base = viewport.image, viewport.base
            if isinstance(image, Reformat) and base is not None and frame in base.refs:
                self._activate(viewport)
                viewport.go_to(image.index_of(self._middle(base, frame, aim)))
                return
        self._search.begin(case, frame, but=self._on_screen()[0].tile)

    def _go_to_plane(self, frame: FrameRef, mark: Mark) -> bool:
        """Whether a view shows the mark as it was drawn."""
        assert isinstance(mark.shape, OnPlane)
        for viewport in self._on_screen():
            image, base = viewport.image, viewport.base
            if isinstance(image, Reformat) and base is not None and frame in base.refs:
                index = image.index_of(middle_mm(mark.shape))
                if shape_on(image, index, mark, base) is not None:
                    self._activate(viewport)
                    viewport.go_to(index)
                    return True
        return False

    def _show(self, tile: str, image: Image, index: int) -> None:
        """Another series comes into the active viewport: looked at as it was last."""
        viewport = self._on_screen()[0]
        settled, layout = viewport.settled, viewport.layout
        if settled is not None and layout is not None and not isinstance(viewport.image, Reformat):
            self._looks[viewport.tile] = _Look(settled, layout, viewport.canvas)
        was = self._looks.get(tile)
        index = self._aim.slice_of(index, None)
        viewport.show(tile, image, index, keep=None if was is None else was.view)
        if was is not None and was.canvas == viewport.canvas:
            viewport.lay(was.layout, was.view)

    def _middle(self, base: Image, frame: FrameRef, aim: _Aim) -> Vector:
        """The place to go to, LPS mm; amid the slice where nothing is known of the mark."""
        mark = aim.mark
        if mark is not None and isinstance(mark.shape, OnPlane | Landmark | Cuboid):
            return middle_mm(mark.shape)
        index = aim.slice_of(base.refs.index(frame), None)
        _, rows, columns = base.source.shape
        place = None if mark is None else self._in_voxels(mark.shape, index, aim.change)
        return base.to_patient(np.array(place or (columns / 2, rows / 2, float(index))))

    def _in_voxels(self, shape: Shape, index: int, change: TiledMask | None) -> Place | None:
        if isinstance(shape, OnPlane | Landmark | Cuboid):
            return None
        if not isinstance(shape, MASKS):
            left, top, right, bottom = bounds(shape)
            return (left + right) / 2, (top + bottom) / 2, float(index)
        content = self._port.painted.content(shape) if change is None else change
        box = None if content is None else content.tile_bounds
        if box is None:
            return None
        (first, top, left), (last, bottom, right) = box
        deep = (first + last - 1) / 2 if last - first > 1 else float(index)
        return (left + right - 1) / 2, (top + bottom - 1) / 2, deep
