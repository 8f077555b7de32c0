"""A view on a small image, a document, and a hand with a tool."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import numpy as np

from labeler.app.painted_masks import PaintedMasks
from labeler.model.document import Document, empty_document
from labeler.model.edit_rules import apply_edit, inverse
from labeler.model.edits import Edit
from labeler.model.frames import Window
from labeler.model.image import Image
from labeler.model.stack import Stack
from labeler.model.steps import Amend, Do, Undo, Walk
from labeler.model.volume import Volume
from labeler.viewing.layout import layout_of
from labeler.viewing.paint_cuts import PaintCuts
from labeler.viewing.paint_options import PLAIN, PaintOptions
from labeler.viewing.scene import Outcome, Pointer, Scene, Tool
from labeler.viewing.viewport import Canvas, ViewState
from tests.support.images import axial, image_of


def small_image() -> Image:
    """Three slices of 40 x 60 voxels, 0.5 mm across and 1 mm down."""
    return stacked(image_of(np.zeros((3, 40, 60), np.int16), matrix=axial((0.5, 1.0, 5.0))))


def stacked(image: Image) -> Image:
    """The image with a place for each slice, as its affine says: a volume."""
    slices = range(image.source.shape[0])
    places = image.affine.to_patient(np.array([(0.0, 0.0, float(k)) for k in slices]))
    origins = tuple((x, y, z) for x, y, z in places.tolist())
    return replace(image, stack=Stack(origins=origins))


def close_up() -> ViewState:
    """Ten canvas pixels a voxel, the image's middle amid the canvas."""
    return ViewState(0, Window(0, 100), zoom=10.0, center=(29.5, 19.5))


@dataclass
class Hand:
    """Moves a pointer in voxel places and does the edits that come of it."""

    tool: Tool
    image: Image = field(default_factory=small_image)
    document: Document = field(default_factory=lambda: empty_document("0" * 64))
    index: int = 0
    label: str = "nodule"
    selected: str = ""
    brush_mm: float = 4.0
    edits: list[Edit] = field(default_factory=list)
    painted: PaintedMasks = field(default_factory=PaintedMasks)
    view: ViewState = field(default_factory=close_up)
    made: int = 0
    base: Image | None = None
    also: frozenset[str] = frozenset()
    paint: PaintOptions = PLAIN
    volume: Volume | None = None
    said: list[str] = field(default_factory=list)
    cuts: PaintCuts = field(default_factory=PaintCuts)

    def scene(self) -> Scene:
        return Scene(
            image=self.image,
            layout=layout_of(self.image),
            view=replace(self.view, index=self.index),
            canvas=Canvas(640, 800),
            document=self.document,
            painted=self.painted,
            labels=("nodule", "effusion", "cyst", "node", "scar"),
            label=self.label,
            selected=self.selected,
            brush_mm=self.brush_mm,
            new_id=self.new_id,
            base=self.base,
            also=self.also,
            pixels=self.image.source.frame(self.index),
            paint=self.paint,
            volume=lambda: self.volume,
            cuts=self.cuts,
        )

    def new_id(self) -> str:
        self.made += 1
        return f"m{self.made}"

    def at(
        self,
        column: float,
        row: float,
        *,
        ctrl: bool = False,
        shift: bool = False,
        clicks: int = 1,
    ) -> Pointer:
        p_canvas = self.scene().where.to_canvas((column, row))
        return Pointer(p_canvas, ctrl=ctrl, shift=shift, clicks=clicks)

    def take(self, outcome: Outcome) -> Outcome:
        if outcome.view is not None:
            self.view = outcome.view
        if outcome.index is not None:
            self.index = outcome.index
        if outcome.say is not None:
            self.said.append(outcome.say.text)
        if outcome.later is not None:
            later = outcome.later
            self.take(later.then(self.scene(), later.work(lambda _done, _total: None)))
        if outcome.making is not None:
            self.step(outcome.making())
        if outcome.edit is not None:
            self.painted.keep(outcome.blobs)
            self.document = apply_edit(self.document, outcome.edit)
            self.painted.follow(outcome.edit)
            self.edits.append(outcome.edit)
        if outcome.select is not None:
            self.selected, self.also = outcome.select, outcome.also
        return outcome

    def step(self, step: Walk | None) -> None:
        """A step that was made of its own."""
        match step:
            case Do(edit):
                self.take(Outcome(edit=edit))
            case Amend(edit):
                self.document = apply_edit(self.document, inverse(self.edits.pop()))
                self.take(Outcome(edit=edit))
            case Undo():
                self.document = apply_edit(self.document, inverse(self.edits.pop()))
            case _:
                assert step is None

    def press(
        self,
        column: float,
        row: float,
        *,
        ctrl: bool = False,
        shift: bool = False,
        clicks: int = 1,
    ) -> Outcome:
        pointer = self.at(column, row, ctrl=ctrl, shift=shift, clicks=clicks)
        return self.take(self.tool.press(self.scene(), pointer))

    def move(self, column: float, row: float, *, shift: bool = False) -> Outcome:
        return self.take(self.tool.move(self.scene(), self.at(column, row, shift=shift)))

    def release(self, column: float, row: float, *, shift: bool = False) -> Outcome:
        return self.take(self.tool.release(self.scene(), self.at(column, row, shift=shift)))

    def click(
        self,
        column: float,
        row: float,
        *,
        ctrl: bool = False,
        shift: bool = False,
        clicks: int = 1,
    ) -> None:
        self.press(column, row, ctrl=ctrl, shift=shift, clicks=clicks)
        self.release(column, row, shift=shift)

    def drag(
        self,
        places: Iterable[tuple[float, float]],
        *,
        ctrl: bool = False,
        shift: bool = False,
    ) -> None:
        first, *rest = places
        self.press(*first, ctrl=ctrl, shift=shift)
        for place in rest:
            self.move(*place, shift=shift)
        self.release(*(rest[-1] if rest else first), shift=shift)

    def canvas_drag(
        self,
        by: tuple[float, float],
        start: tuple[float, float] = (320, 400),
        *,
        shift: bool = False,
    ) -> None:
        """A drag told in canvas pixels."""
        end = Pointer((start[0] + by[0], start[1] + by[1]))
        self.take(self.tool.press(self.scene(), Pointer(start, shift=shift)))
        self.take(self.tool.move(self.scene(), end))
        self.take(self.tool.release(self.scene(), end))
