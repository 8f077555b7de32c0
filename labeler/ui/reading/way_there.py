"""Goes to where a mark or an edit is, and touches nothing of how it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from labeler.app.open_case import OpenCase
from labeler.model.affine import Vector
from labeler.model.document import Mark
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.lying import middle_mm
from labeler.model.measures import MASKS
from labeler.model.outlines import bounds
from labeler.model.shapes import Cuboid, Landmark, OnPlane, Shape
from labeler.ui.reading.frame_search import FrameSearch
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.viewport import Viewport
from labeler.viewing.layout import Layout
from labeler.viewing.reformat import Reformat
from labeler.viewing.viewport import Canvas, ViewState

Place = tuple[float, float, float]


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

    def begin(self) -> None:
        """Other files are open."""
        self._looks.clear()

    def go(self, case: OpenCase, frame: FrameRef, mark: Mark | None = None) -> None:
        """The slice of that name, where it is on the screen; else the plane through the mark in a
        view that cuts its series; else its series in the active viewport."""
        for viewport in self._on_screen():
            if viewport.image is not None and frame in viewport.image.refs:
                self._activate(viewport)
                viewport.go_to(viewport.image.refs.index(frame))
                return
        for viewport in self._on_screen():
            image, base = viewport.image, viewport.base
            if isinstance(image, Reformat) and base is not None and frame in base.refs:
                self._activate(viewport)
                viewport.go_to(image.index_of(self._middle(base, frame, mark)))
                return
        self._search.begin(case, frame, but=self._on_screen()[0].tile)

    def _show(self, tile: str, image: Image, index: int) -> None:
        """Another series comes into the active viewport: looked at as it was last."""
        viewport = self._on_screen()[0]
        settled, layout = viewport.settled, viewport.layout
        if settled is not None and layout is not None and not isinstance(viewport.image, Reformat):
            self._looks[viewport.tile] = _Look(settled, layout, viewport.canvas)
        was = self._looks.get(tile)
        viewport.show(tile, image, index, keep=None if was is None else was.view)
        if was is not None and was.canvas == viewport.canvas:
            viewport.layout = was.layout
            viewport.look(was.view)

    def _middle(self, base: Image, frame: FrameRef, mark: Mark | None) -> Vector:
        """The place to go to, LPS mm; amid the slice where nothing is known of the mark."""
        if mark is not None and isinstance(mark.shape, OnPlane | Landmark | Cuboid):
            return middle_mm(mark.shape)
        index = base.refs.index(frame)
        _, rows, columns = base.source.shape
        across, down, deep = columns / 2, rows / 2, float(index)
        if mark is not None:
            across, down, deep = self._in_voxels(mark.shape, index) or (across, down, deep)
        return base.to_patient(np.array((across, down, deep)))

    def _in_voxels(self, shape: Shape, index: int) -> Place | None:
        if isinstance(shape, OnPlane | Landmark | Cuboid):
            return None
        if not isinstance(shape, MASKS):
            left, top, right, bottom = bounds(shape)
            return (left + right) / 2, (top + bottom) / 2, float(index)
        content = self._port.painted.content(shape)
        box = None if content is None else content.tile_bounds
        if box is None:
            return None
        (first, top, left), (last, bottom, right) = box
        deep = (first + last - 1) / 2 if last - first > 1 else float(index)
        return (left + right - 1) / 2, (top + bottom - 1) / 2, deep
