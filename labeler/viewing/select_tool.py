"""Select: choose marks, drag them, drag their handles, give them a vertex more or less."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import partial

from labeler.model.document import Document
from labeler.model.frames import FrameRef
from labeler.model.measures import MASKS, stored
from labeler.model.rasters import Place
from labeler.model.shapes import Cuboid, Point
from labeler.model.vertices import with_vertex, without_vertex
from labeler.viewing.grips import (
    CROWD,
    Boxes,
    box_around,
    boxes_around,
    fixed_by,
    movable,
    shifted_by,
    way_inside,
    with_grip,
)
from labeler.viewing.hit import handle_at, mark_reach, marks_at, marks_in
from labeler.viewing.locks import stuck, unmoved
from labeler.viewing.mark_edits import left_where_brought, move, selected
from labeler.viewing.phrase import Phrase
from labeler.viewing.scene import (
    NOTHING,
    Cursor,
    Ghost,
    Idle,
    Lying,
    Outcome,
    Pointer,
    Preview,
    Scene,
)
from labeler.viewing.shape_tools import MIN_DRAG
from labeler.viewing.snapping import Magnet


@dataclass
class _Grab:
    """Marks in hand, as they were and as they are; of one of them a handle, or the whole. In
    `document` they stand as they were."""

    frame: FrameRef
    document: Document
    before: tuple[Lying, ...]
    base: tuple[Lying, ...]
    """What is dragged: a vertex may have been added."""
    after: tuple[Lying, ...]
    press: Place
    now: Place
    """Where the pointer is; of very many marks only a box around them goes along."""
    handle: int | None = None
    then: str = ""
    """What a click that dragged nothing selects instead."""
    dragging: bool = False
    boxes: Boxes = field(default_factory=list)
    """Of very many marks, around all of them."""
    stays: Phrase | None = None
    """That some of those that were to be moved stay."""


@dataclass(frozen=True)
class _Laid:
    """Very many marks on their way to where they were laid: a box is seen until they are there."""

    frame: FrameRef
    document: Document
    area: tuple[Place, Place]


@dataclass
class _Band:
    """A rectangle that is being drawn around marks; `kept` were selected before."""

    frame: FrameRef
    press: Place
    now: Place
    kept: frozenset[str]


class SelectTool(Idle):
    """A click selects, once more what lies under it; Shift adds and takes away. A drag moves all
    that is selected, or a handle; beside marks it draws a box around those to select. Ctrl on a
    side sets a vertex, on a vertex takes it away."""

    name = "select"
    cursor = Cursor.ARROW

    def __init__(self) -> None:
        self._grab: _Grab | None = None
        self._band: _Band | None = None
        self._laid: _Laid | None = None
        self._stuck: tuple[Place, Phrase, str] | None = None
        """Where a press was on marks that do not move, why, and what a click selects instead."""
        self._clicked: tuple[FrameRef, Place] | None = None
        self._magnet = Magnet()

    @property
    def busy(self) -> bool:
        return self._grab is not None or self._band is not None

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.cancel()
        lying = scene.selected_mark()
        handle = handle_at(scene, pointer.p_canvas)
        if pointer.ctrl and lying is not None:
            return self._change_vertices(scene, lying, handle, pointer)
        if lying is not None and handle is not None:
            self._take(scene, pointer, (lying,), handle=handle)
            return NOTHING
        hits = marks_at(scene, pointer.p_canvas)
        if not hits:
            kept = scene.chosen if pointer.shift else frozenset()
            self._band = _Band(scene.frame, pointer.p_canvas, pointer.p_canvas, kept)
            return NOTHING if pointer.shift else Outcome(select="")
        if pointer.shift:
            return _toggled(scene, hits[0].mark.id)
        return self._choose(scene, hits, pointer)

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:
        grab, band = self._grab, self._band
        if band is not None and band.frame == scene.frame:
            band.now = pointer.p_canvas
        if grab is None or grab.frame != scene.frame:
            return NOTHING
        if not _stands(scene, grab):
            self.cancel()  # undone, or deleted, under the hand
            return NOTHING
        grab.dragging = grab.dragging or math.dist(grab.press, pointer.p_canvas) >= MIN_DRAG
        if grab.dragging and not grab.boxes:
            grab.after = self._dragged(scene, grab, pointer)
        grab.now = pointer.p_canvas
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:
        self.move(scene, pointer)
        grab, band, stuck_at = self._grab, self._band, self._stuck
        self.cancel()
        if stuck_at is not None:
            at, why, then = stuck_at
            dragged = math.dist(at, pointer.p_canvas) >= MIN_DRAG
            return Outcome(say=why) if dragged else Outcome(select=then or None)
        if band is not None:
            return _banded(scene, band)
        if grab is None or grab.frame != scene.frame:
            return NOTHING
        if not grab.dragging and grab.then:
            return Outcome(select=grab.then)
        if grab.dragging and grab.boxes:
            return self._lay_all(scene, grab, pointer)
        moved = left_where_brought(scene, grab.before, grab.after)
        return moved if moved.edit is None else replace(moved, say=grab.stays)

    def cancel(self) -> None:
        self._grab, self._band, self._laid, self._stuck = None, None, None, None
        self._magnet.let_go()

    def preview(self, scene: Scene) -> Preview:
        band, grab, laid = self._band, self._grab, self._laid
        if band is not None and band.frame == scene.frame:
            return Preview(area=(band.press, band.now))
        if laid is not None and laid.frame == scene.frame and laid.document is scene.document:
            return Preview(area=laid.area)
        if grab is None or grab.frame != scene.frame or not _stands(scene, grab):
            return Preview()
        if grab.boxes:
            return Preview(area=box_around(scene, grab.boxes, grab.press, grab.now))
        ghosts = tuple(
            Ghost(lying.mark.label, lying.shape)
            for lying in grab.after
            if not isinstance(lying.shape, MASKS)
        )
        moved = frozenset(lying.mark.id for lying in grab.after)
        return Preview(ghosts, moved=moved, caught=self._magnet.shown(scene))

    def _take(
        self,
        scene: Scene,
        pointer: Pointer,
        lyings: tuple[Lying, ...],
        handle: int | None = None,
        then: str = "",
    ) -> None:
        free, why = movable(lyings), unmoved([lying.mark for lying in lyings])
        if free:
            at = pointer.p_canvas
            boxes = boxes_around(scene, free) if len(free) >= CROWD else []
            self._grab = _Grab(
                scene.frame,
                scene.document,
                free,
                free,
                free,
                at,
                at,
                handle,
                then,
                boxes=boxes,
                stays=why,
            )
        elif why is not None:
            self._stuck = pointer.p_canvas, why, then

    def _choose(self, scene: Scene, hits: tuple[Lying, ...], pointer: Pointer) -> Outcome:
        """The topmost; on the same place as before what is selected, and on release what is
        next."""
        names = [lying.mark.id for lying in hits]
        again = self._clicked is not None and self._is_there(scene, pointer, *self._clicked)
        self._clicked = scene.frame, pointer.p_canvas
        chosen, then = names[0], ""
        if scene.selected in names and again and not scene.also:
            at = names.index(scene.selected)
            chosen, then = names[at], names[(at + 1) % len(names)]
        if chosen in scene.chosen and scene.also:
            several = scene.chosen_here()
            self._take(scene, pointer, several, then=chosen)
            return Outcome(select=chosen, also=scene.chosen - {chosen})
        self._take(scene, pointer, (hits[names.index(chosen)],), then=then)
        return Outcome(select=chosen)

    def _is_there(self, scene: Scene, pointer: Pointer, frame: FrameRef, at: Place) -> bool:
        return frame == scene.frame and math.dist(at, pointer.p_canvas) < MIN_DRAG

    def _change_vertices(
        self, scene: Scene, lying: Lying, handle: int | None, pointer: Pointer
    ) -> Outcome:
        shape = lying.shape
        if isinstance(shape, MASKS) or isinstance(lying.mark.shape, Cuboid):
            return NOTHING
        if not movable((lying,)):
            reached = mark_reach(scene, lying, pointer.p_canvas)
            return Outcome(say=stuck([lying.mark])) if reached else NOTHING
        if handle is not None:
            fewer = without_vertex(shape, handle)
            after = Lying(scene.with_shape(lying.mark, fewer), fewer) if fewer != shape else lying
            return left_where_brought(scene, (lying,), (after,))
        if not mark_reach(scene, lying, pointer.p_canvas):
            return NOTHING
        more = with_vertex(shape, stored(scene.inside(pointer.p_canvas)), scene.spacing_mm)
        if more is not None:
            self._take(scene, pointer, (lying,), handle=more[1])
            with_it = Lying(scene.with_shape(lying.mark, more[0]), more[0])
            if self._grab is not None:
                self._grab.base = self._grab.after = (with_it,)
        return NOTHING

    def _lay_all(self, scene: Scene, grab: _Grab, pointer: Pointer) -> Outcome:
        """Very many marks: what becomes of each is worked out on another thread."""
        by = way_inside(scene, grab.base, _way(scene, grab, pointer))
        area = box_around(scene, grab.boxes, grab.press, pointer.p_canvas)
        self._laid = _Laid(scene.frame, scene.document, area)
        return Outcome(making=partial(move, scene, grab.base, by), say=grab.stays)

    def _dragged(self, scene: Scene, grab: _Grab, pointer: Pointer) -> tuple[Lying, ...]:
        if grab.handle is None:
            return shifted_by(scene, grab.base, _way(scene, grab, pointer))
        (lying,) = grab.base
        fixed, diagonal = fixed_by(scene, lying, grab.handle)
        name = lying.mark.id
        to = self._magnet.point(scene, pointer, fixed, but=name, diagonal=diagonal)
        return (with_grip(scene, lying, grab.handle, to),)


def _way(scene: Scene, grab: _Grab, pointer: Pointer) -> Point:
    """From the press to the pointer, in 1/1000 voxels; with Shift along one axis of the canvas."""
    end = _along_axis(grab.press, pointer.p_canvas) if pointer.shift else pointer.p_canvas
    start, now = (scene.where.to_voxel(at) for at in (grab.press, end))
    return stored((now[0] - start[0], now[1] - start[1]))


def _stands(scene: Scene, grab: _Grab) -> bool:
    """Whether the marks in hand are still as they were when they were taken."""
    here = scene.here.by_id
    if scene.document is grab.document:
        return True
    stands = all(here.get(one.mark.id) == one for one in grab.before)
    if stands:
        grab.document = scene.document
    return stands


def _toggled(scene: Scene, name: str) -> Outcome:
    """Shift and a click: one more is selected, or one less."""
    if name not in scene.chosen:
        return Outcome(select=name, also=scene.chosen)
    rest = sorted(scene.chosen - {name})
    first = scene.selected if scene.selected in rest else "".join(rest[:1])
    return Outcome(select=first, also=frozenset(rest) - {first})


def _banded(scene: Scene, band: _Band) -> Outcome:
    """The marks that lie wholly in the rectangle, with those that were selected before."""
    if band.frame != scene.frame or math.dist(band.press, band.now) < MIN_DRAG:
        return NOTHING
    inside = [lying.mark.id for lying in marks_in(scene, band.press, band.now)]
    names = sorted(band.kept) + [name for name in inside if name not in band.kept]
    return selected(names)


def _along_axis(press: Place, now: Place) -> Place:
    """The way since press, along the one axis of the canvas that it follows more."""
    across, down = now[0] - press[0], now[1] - press[1]
    return (now[0], press[1]) if abs(across) >= abs(down) else (press[0], now[1])
