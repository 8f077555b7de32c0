"""What a tool sees, what happens to it, and what it answers."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from labeler.model.document import Document, Mark
from labeler.model.edits import Edit
from labeler.model.foretold import Foretold
from labeler.model.frames import FrameRef, Window
from labeler.model.image import Image, Pixels
from labeler.model.lying import shape_on, with_shape_on
from labeler.model.masks import Mask
from labeler.model.measures import MASKS
from labeler.model.rasters import Place
from labeler.model.shapes import FlatShape, MaskShape, Point
from labeler.model.steps import Walk
from labeler.model.tiled_masks import TiledMask
from labeler.model.volume import Volume
from labeler.viewing.crosshair import Crosshair
from labeler.viewing.label_inks import ink_of
from labeler.viewing.late_numbers import AtOnce, Late
from labeler.viewing.layout import Layout
from labeler.viewing.mark_index import Lying as Lying  # noqa: PLC0414  what a scene is made of
from labeler.viewing.mark_index import LyingMarks, MarkIndex
from labeler.viewing.paint_cuts import PaintCuts
from labeler.viewing.paint_options import PLAIN, PaintOptions
from labeler.viewing.phrase import Phrase
from labeler.viewing.reformat import Reformat
from labeler.viewing.viewport import Canvas, CanvasMap, ViewState, canvas_map
from labeler.viewing.wet_paint import WetPaint

T = TypeVar("T")


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is. `ctrl` erases while painting; `clicks` is 2 at a double-click."""

    p_canvas: Place
    ctrl: bool = False
    shift: bool = False
    clicks: int = 1


class Painted(Protocol):
    """What painted marks hold, voxel by voxel."""

    def content(self, shape: MaskShape) -> TiledMask | None:
        """All of a mask; None while it is not known."""
        ...

    def region(self, shape: MaskShape, index: int) -> Mask | None:
        """One slice of a mask that goes through several, else the one it has."""
        ...

    def foretell(self, told: Foretold) -> None:
        """An edit comes next that was worked out beforehand."""
        ...

    def change(self, edit: Edit, mark_id: str) -> TiledMask | None:
        """The voxels that an edit turned over in a mark; None where it paints nothing on it, or the
        stroke is not at hand."""
        ...


@dataclass(frozen=True)
class Scene:
    """The view and the document at the moment of an event.

    `label` is the current label's code, `labels` all of them in order; `selected` a mark's id or
    ""; `painted` has what painted marks hold; `new_id` gives a fresh name for a mark.
    `pixels` are the stored values on show, None while there are none.
    """

    image: Image
    layout: Layout
    view: ViewState
    canvas: Canvas
    document: Document
    painted: Painted
    labels: tuple[str, ...]
    label: str
    selected: str
    brush_mm: float
    new_id: Callable[[], str]
    pixels: Pixels | None = None
    crosshair: Crosshair | None = None
    over_window: Window | None = None
    """The window of what is laid over the image, where anything is."""
    base: Image | None = None
    """What the image is cut out of, where it is a reformat."""
    also: frozenset[str] = frozenset()
    """Marks that are selected beside `selected`."""
    marks: MarkIndex = field(default_factory=MarkIndex)
    """Knows the marks of a slice from one document to the next."""
    paint: PaintOptions = PLAIN
    volume: Callable[[], Volume | None] = lambda: None
    """All slices of the series that is painted on; None where they are not in memory."""
    cuts: PaintCuts = field(default_factory=PaintCuts)
    """What planes show of painted marks."""
    late: Late = field(default_factory=AtOnce)
    """Reckons what a picture may not wait for."""
    ratio: float = 1.0
    """Pixels of a canvas pixel, where the scene is painted."""

    @functools.cached_property
    def where(self) -> CanvasMap:
        return canvas_map(self.layout, self.view, self.canvas)

    @property
    def frame(self) -> FrameRef:
        return self.image.refs[self.view.index]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns."""
        _, rows, columns = self.image.source.shape
        return rows, columns

    @property
    def spacing_mm(self) -> Place:
        column, row, _ = self.image.affine.spacing_mm
        return column, row

    @functools.cached_property
    def here(self) -> LyingMarks:
        """The marks that lie on this frame and are not hidden."""
        return self.marks.on(self.document, self.image, self.view.index, self.base, self.labels)

    def lying(self) -> tuple[Lying, ...]:
        """The marks that lie on this frame and are not hidden, in the order drawn."""
        return self.here.all

    def lies(self, mark: Mark) -> Lying | None:
        """How a mark lies on this frame; None where it does not."""
        shape = shape_on(self.image, self.view.index, mark, self.base)
        return None if shape is None else Lying(mark, shape)

    def selected_mark(self) -> Lying | None:
        """The selected mark where it lies on this frame."""
        return self.here.by_id.get(self.selected) if self.selected else None

    @property
    def chosen(self) -> frozenset[str]:
        """All marks that are selected."""
        return self.also | {self.selected} if self.selected else self.also

    def chosen_here(self) -> tuple[Lying, ...]:
        """The selected marks that lie on this frame, in the order drawn."""
        chosen = self.chosen
        return tuple(lying for lying in self.lying() if lying.mark.id in chosen)

    def ink(self, label: str) -> int:
        """The position of a label, which is its colour; FOREIGN where the case has none such."""
        return ink_of(self.labels, label)

    def region(self, shape: FlatShape | MaskShape) -> Mask | None:
        """The voxels of a painted mark on this frame; None for an outline, or while unknown."""
        if not isinstance(shape, MASKS):
            return None
        if isinstance(self.image, Reformat):
            content = self.painted.content(shape)
            return self.cuts.region(self.image, self.view.index, shape, content)
        return self.painted.region(shape, self.view.index)

    def with_shape(self, mark: Mark, shape: FlatShape) -> Mark:
        """The mark with the shape that it was given on this frame."""
        return with_shape_on(self.image, self.view.index, mark, shape, self.base or self.image)

    def holds(self, p_canvas: Place) -> bool:
        """Whether a canvas place lies on the image."""
        return self.inside(p_canvas) == self.where.to_voxel(p_canvas)

    def inside(self, p_canvas: Place) -> Place:
        """The voxel place under a canvas place, held inside the image."""
        column, row = self.where.to_voxel(p_canvas)
        rows, columns = self.size
        return max(-0.5, min(columns - 0.5, column)), max(-0.5, min(rows - 0.5, row))


@dataclass(frozen=True)
class Outcome:
    """What an event led to. None leaves a thing as it is; `select` "" selects nothing.

    With `select` goes `also`, what is selected beside it. `view` shows the same slice; `index`
    asks for another one. `blobs` are the mask blobs that `edit` names, by digest. A crosshair that
    has not `settled` is still being dragged.
    """

    view: ViewState | None = None
    index: int | None = None
    edit: Edit | None = None
    blobs: Mapping[str, bytes] = field(default_factory=dict)
    select: str | None = None
    also: frozenset[str] = frozenset()
    crosshair: Crosshair | None = None
    settled: bool = True
    over_window: Window | None = None
    say: Phrase | None = None
    """Why nothing came of it."""
    of_edit: bool = False
    """Whether that is said of an edit that is done, or on its way, already."""
    later: Later[Any] | None = None
    paint: PaintOptions | None = None
    making: Callable[[], Walk | None] | None = None
    """A step that takes long to make, and is made on another thread."""
    given_up: GivenUp | None = None
    """What was being drawn and made no mark."""


@dataclass(frozen=True)
class GivenUp:
    """Points that were set one by one, by which tool and where; `what` they were to become."""

    tool: str
    what: Phrase
    scene: Scene
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Later(Generic[T]):
    """What takes longer than the hand waits: `work` is done on another thread, and `then` tells
    what comes of what it made. It is told the scene that it was asked for in, with the marks that
    are there when it is ready; `anew` the same, where it had to wait for other work first. `text`
    names it meanwhile."""

    text: Phrase
    work: Callable[[Callable[[int, int], None]], T]
    then: Callable[[Scene, T], Outcome]
    anew: Callable[[Scene], Outcome] | None = None


NOTHING = Outcome()


@dataclass(frozen=True)
class Ghost:
    """A mark that is not in the document yet."""

    label: str
    shape: FlatShape | Mask | WetPaint
    unfinished: bool = False
    """More points may come: it has no size yet, and its first point can be seen."""


@dataclass(frozen=True)
class Preview:
    """What to draw of an unfinished action; the `hidden` mark and those `moved` are drawn by their
    ghosts instead.

    `ring` is a brush: its centre on the canvas and its diameter in mm. `lens` is where a magnifier
    is held, `area` a box by two of its corners, `caught` the vertex that pulls a point to itself;
    all in canvas pixels.
    """

    ghosts: tuple[Ghost, ...] = ()
    hidden: str = ""
    ring: tuple[Place, float] | None = None
    lens: Place | None = None
    area: tuple[Place, Place] | None = None
    moved: frozenset[str] = frozenset()
    caught: Place | None = None

    @property
    def gone(self) -> frozenset[str]:
        """Marks that are not drawn as they were."""
        return self.moved | {self.hidden} if self.hidden else self.moved


class Cursor(enum.Enum):
    ARROW = "arrow"
    CROSS = "cross"
    GRAB = "grab"
    NONE = "none"


class Tool(Protocol):
    """Takes the pointer's events while it is the active one.

    `move` comes with the button held (between press and release) and without. An Edit comes only
    with a finished action.
    """

    @property
    def name(self) -> str: ...

    @property
    def cursor(self) -> Cursor: ...

    @property
    def busy(self) -> bool:
        """Whether an action is under way."""
        ...

    def press(self, scene: Scene, pointer: Pointer) -> Outcome: ...
    def move(self, scene: Scene, pointer: Pointer) -> Outcome: ...
    def release(self, scene: Scene, pointer: Pointer) -> Outcome: ...

    def finish(self, scene: Scene) -> Outcome:
        """Enter: close what is open."""
        ...

    def cancel(self) -> None:
        """Esc: forget what is under way."""
        ...

    def preview(self, scene: Scene) -> Preview: ...


class Idle:
    """A tool's answers where it has none of its own."""

    cursor = Cursor.CROSS

    @property
    def busy(self) -> bool:
        return False

    def press(self, scene: Scene, pointer: Pointer) -> Outcome:  # noqa: ARG002
        return NOTHING

    def move(self, scene: Scene, pointer: Pointer) -> Outcome:  # noqa: ARG002
        return NOTHING

    def release(self, scene: Scene, pointer: Pointer) -> Outcome:  # noqa: ARG002
        return NOTHING

    def finish(self, scene: Scene) -> Outcome:  # noqa: ARG002
        return NOTHING

    def cancel(self) -> None:
        return None

    def preview(self, scene: Scene) -> Preview:  # noqa: ARG002
        return Preview()
