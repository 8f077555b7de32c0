"""The words beside marks: the label's digit, what a mark measures, and the values inside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from weakref import ref

from msgspec import UNSET

from labeler.kernels.outlines import paths_in
from labeler.model.image import Image, Pixels
from labeler.model.intensities import Intensity, intensity, values_at, values_inside
from labeler.model.mark_sizes import FAILED
from labeler.model.masks import Mask
from labeler.model.measures import MASKS, RegionMeasure, measure_shape, region_of
from labeler.model.outlines import bounds, contour
from labeler.model.shapes import Cuboid, FlatShape, MaskShape
from labeler.model.tiled_masks import TiledMask
from labeler.model.volume import Volume
from labeler.viewing.corner_text import slab_of
from labeler.viewing.label_inks import digit_of
from labeler.viewing.late_numbers import LATE, Lost
from labeler.viewing.mark_index import LyingMarks
from labeler.viewing.mark_size import KnownSizes
from labeler.viewing.measure_reasons import other_reason
from labeler.viewing.measure_text import intensity_text, size_text
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.reformat import Reformat, ReformatSource
from labeler.viewing.scene import Lying, Scene
from labeler.viewing.section_measures import shown_of
from labeler.viewing.viewport import CanvasMap

MOST_CAPTIONS = 64
"""Marks on the canvas that have words beside them; of more than these only the selected one has."""

MANY_PIXELS = 1 << 18
"""The values of so many are gathered in a millisecond or two."""


@dataclass(frozen=True)
class Caption:
    """Lines beside what lies in `around` (left, top, right, bottom), in overlay colour.

    The label's `digit` goes before the first: it tells labels apart where colours cannot. It is ""
    for what others drew.
    """

    digit: str
    lines: tuple[Phrase, ...]
    around: tuple[float, float, float, float]


class MarkWords:
    """What stands beside the marks of a view while there is room for it: of each its size, of the
    selected one all that is known. Kept until marks or view change."""

    def __init__(self) -> None:
        self._of: tuple[LyingMarks, CanvasMap] | None = None
        self._found: tuple[tuple[str, Caption], ...] = ()
        self._here: tuple[object, Here] | None = None
        self._sizes = KnownSizes()

    def beside(self, scene: Scene) -> tuple[tuple[str, Caption], ...]:
        """The id of each mark that has words, and these; none where too many are on the canvas."""
        here, where = scene.here, scene.where
        if not here.all:
            return ()
        if self._of is None or self._of[0] is not here or self._of[1] != where:
            shown = _on_canvas(scene)
            room = len(shown) + len(here.masks) <= MOST_CAPTIONS
            few = (*(here.all[k] for k in shown), *here.masks) if room else ()
            self._found = tuple(
                (one.mark.id, words)
                for one in few
                for words in self._caption(scene, one, scene.region(one.shape), whole=False)
            )
            # Regions that are still on their way have no words yet, or not their last ones.
            whole = len(self._found) == len(few)
            late = any(LATE in words.lines for _, words in self._found)
            self._of = (here, where) if whole and not late else None
        return self._found

    def of_selected(
        self, scene: Scene, lying: Lying, pixels: Pixels | None, *, whole: bool
    ) -> Iterable[Caption]:
        """With the values inside it, of the stored `pixels` on show, unless it is to be short."""
        mask = scene.region(lying.shape)
        here = self._told_here(scene, lying, mask, pixels) if whole else ()
        return self._caption(scene, lying, mask, here, whole=whole)

    def _caption(
        self,
        scene: Scene,
        lying: Lying,
        mask: Mask | None,
        here: tuple[Phrase, ...] = (),
        *,
        whole: bool,
    ) -> Iterable[Caption]:
        """The label's digit, what the mark measures as the list has it, and below what is told of
        it `here`. Where it is not told as a whole it is one line."""
        shape, mark = lying.shape, lying.mark
        if isinstance(shape, MASKS) and mask is None:
            return
        around = canvas_bounds(scene.where, shape, mask)
        if around is None:
            return
        size = self._sizes.of(scene.base or scene.image, mark, scene.painted, scene.late)
        lines = here if size is None else (size, *here)
        yield Caption(digit_of(scene.ink(mark.label)), lines if whole else lines[:1], around)

    def _told_here(
        self, scene: Scene, lying: Lying, mask: Mask | None, pixels: Pixels | None
    ) -> tuple[Phrase, ...]:
        """The values inside, of the frame on show; of what goes through slices or is seen in a slab
        it is said that it is no more than that, and what area it has there."""
        is_mask = isinstance(lying.shape, MASKS)
        if is_mask and mask is None:
            return ()
        image, through = scene.image, _goes_through(lying)
        told = _area_here(image, lying.shape, mask) if through and not _section(scene) else ()
        told = (*told, *self._found_here(scene, lying, mask, pixels))
        slab = slab_of(image)
        if slab is not None:
            return tuple(phrase("This slab, {kind}: {what}", kind=slab, what=one) for one in told)
        return tuple(phrase("This slice: {what}", what=one) for one in told) if through else told

    def _found_here(
        self, scene: Scene, lying: Lying, mask: Mask | None, pixels: Pixels | None
    ) -> tuple[Phrase, ...]:
        if pixels is None:
            return ()
        volume = scene.volume() if _section(scene) else None
        read = 0 if volume is None else int(volume.here.sum())
        at = ref(scene.image), scene.view.index, lying, read
        if self._here is None or self._here[0] != at:
            work = _gathering(scene, lying.shape, mask, pixels)
            if _is_large(scene, lying.shape, mask):
                found = scene.late.number(f"values/{id(self)}", at, work)
                if found is None:
                    return (LATE,)
                if found is Lost.LOST:
                    return (other_reason(FAILED),)
                self._here = at, found
            else:
                self._here = at, work()
        here = self._here[1]
        values = () if here.values is None else (intensity_text(here.values, scene.image),)
        return (*here.area, *values)


@dataclass(frozen=True)
class Here:
    """What is known of a mark on the frame on show; its area where a plane cuts it."""

    values: Intensity | None
    area: tuple[Phrase, ...] = ()


def _goes_through(lying: Lying) -> bool:
    """Whether a mark is more than what a frame shows of it."""
    shape = lying.shape
    through = isinstance(shape, MASKS) and shape.through is not UNSET
    return through or isinstance(lying.mark.shape, Cuboid)


def _section(scene: Scene) -> bool:
    """Whether a plane is on show that cuts volumes, and no slab."""
    return isinstance(scene.image, Reformat) and slab_of(scene.image) is None


def _gathering(
    scene: Scene, shape: FlatShape | MaskShape, mask: Mask | None, pixels: Pixels
) -> Callable[[], Here]:
    image, index, size = scene.image, scene.view.index, scene.size
    if isinstance(shape, MASKS) and mask is not None and _section(scene):
        content, volume = scene.painted.content(shape), scene.volume()
        if content is not None:
            return lambda: _cut_out(scene, shape, mask, content, volume)

    def gather() -> Here:
        region = region_of(shape, *size, mask)
        if region is None:
            return Here(None)
        return Here(intensity([values_inside(image, index, pixels, region)]))

    return gather


def _cut_out(
    scene: Scene, shape: MaskShape, mask: Mask, content: TiledMask, volume: Volume | None
) -> Here:
    """Of the very voxels: what is seen between them is mixed of several."""
    source, base = scene.image.source, scene.base
    assert isinstance(source, ReformatSource)
    assert base is not None
    shown = shown_of(source.lattice, source.plane(scene.view.index), content, mask)
    values = None if volume is None else intensity([values_at(base, volume, shown.voxels)])
    measure = measure_shape(scene.image, shape, mask)
    if not isinstance(measure, RegionMeasure):
        return Here(values)
    area = size_text(scene.image, replace(measure, area_mm2=shown.area_mm2))
    return Here(values, (phrase("about {area}", area=area) if shown.about else area,))


def _is_large(scene: Scene, shape: FlatShape | MaskShape, mask: Mask | None) -> bool:
    if isinstance(shape, MASKS):
        return mask is not None and mask.crop.size > MANY_PIXELS
    if contour(shape) is None:
        return False
    rows, columns = scene.size
    left, top, right, bottom = bounds(shape)
    wide, high = min(right, columns) - max(left, 0), min(bottom, rows) - max(top, 0)
    return max(wide, 0) * max(high, 0) > MANY_PIXELS


def _on_canvas(scene: Scene) -> list[int]:
    """The marks with an outline on the canvas, a few more than are told at most."""
    ends = [scene.where.to_voxel(at) for at in ((0, 0), (scene.canvas.width, scene.canvas.height))]
    (left, right), (top, bottom) = (sorted(pair) for pair in zip(*ends, strict=True))
    outlines = scene.here.outlines
    seen = outlines.marks[paths_in(outlines.paths, left, top, right, bottom)]
    return sorted(set(seen[: 4 * MOST_CAPTIONS].tolist()))


def _area_here(image: Image, shape: FlatShape | MaskShape, mask: Mask | None) -> tuple[Phrase, ...]:
    measure = measure_shape(image, shape, mask) if isinstance(shape, MASKS) else None
    if not isinstance(measure, RegionMeasure):
        return ()
    area = size_text(image, measure)
    # Seen through a slab it is a shadow, of as many pixels.
    return (area if slab_of(image) is None else phrase("about {area}", area=area),)


def drawn_caption(
    scene: Scene, ink: int, shape: FlatShape | MaskShape, mask: Mask | None
) -> Iterable[Caption]:
    """The words beside a shape that is being drawn."""
    around = canvas_bounds(scene.where, shape, mask)
    if around is not None:
        measure = measure_shape(scene.image, shape, mask)
        lines = () if measure is None else (size_text(scene.image, measure),)
        yield Caption(digit_of(ink), lines, around)


def canvas_bounds(
    where: CanvasMap, shape: FlatShape | MaskShape, mask: Mask | None
) -> tuple[float, float, float, float] | None:
    """The canvas rectangle around a mark: left, top, right, bottom; None around nothing."""
    if not isinstance(shape, MASKS):
        left, top, right, bottom = bounds(shape)
    elif mask is None or mask.count == 0:
        return None
    else:
        height, width = mask.crop.shape
        left, top = mask.left - 0.5, mask.top - 0.5
        right, bottom = left + width, top + height
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    places = [where.to_canvas(corner) for corner in corners]
    xs, ys = [p[0] for p in places], [p[1] for p in places]
    return min(xs), min(ys), max(xs), max(ys)
