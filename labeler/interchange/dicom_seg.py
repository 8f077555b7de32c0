"""DICOM segmentations (PS3.3 C.8.20): binary, fractional and label map, as masks over an image."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.frame_stores import DecodeError, Decoders
from labeler.imaging.frames import StoredFrame
from labeler.imaging.reader import Tick
from labeler.imaging.readers import read_file
from labeler.interchange.colors import from_cielab
from labeler.interchange.dicom_item import Item, read_object
from labeler.interchange.resample import Grid, Patch, Planes, step_mm
from labeler.interchange.slices import Slices, not_here, other_space
from labeler.model.frames import FrameRef
from labeler.model.image import ByteSource, Pixels
from labeler.model.layers import NO_FINDINGS, Color, Findings, Layer, LayerCaveat, LayerKind
from labeler.model.masks import Mask, cropped, union

MAX_VOXELS = 1 << 31
"""Of one segmentation, over all its frames."""


@dataclass(frozen=True)
class _Segment:
    number: int
    label: str
    meaning: str
    color: Color | None


@dataclass(frozen=True, eq=False)
class _Plane:
    """One frame: its segment (0 where the values say it), what it was made from, where it lies."""

    frame: StoredFrame
    segment: int
    sources: tuple[tuple[str, tuple[int, ...]], ...]
    grid: Grid | None


@dataclass(eq=False)
class _Drawn:
    """What was found of one segment so far."""

    figures: dict[FrameRef, Mask] = field(default_factory=dict)
    voxels: int = 0
    resampled: bool = False
    unplaced: set[str] = field(default_factory=set)

    def add(self, ref: FrameRef, mask: Mask) -> None:
        if mask.count:
            known = self.figures.get(ref)
            self.figures[ref] = mask if known is None else union(known, mask)


def read_segmentation(
    source: ByteSource, slices: Slices, decoders: Decoders, tick: Tick
) -> Findings:
    """One layer a segment; none where it speaks about another image of the case.

    Raises LabelerError where it cannot be shown over this image.
    """
    item = read_object(source)
    if item.integer("TotalPixelMatrixColumns") or "TILED" in item.text("DimensionOrganizationType"):
        raise _tiled(source.name)
    frames = read_file(source, lambda _name: None)
    _check_size(source.name, frames)
    planes = _planes(item, frames)
    space = item.text("FrameOfReferenceUID")
    if slices.elsewhere(_named(item, planes), space) and not _same_space(item, slices):
        return NO_FINDINGS
    work = _Work(item, slices, decoders, tick)
    work.run(planes)
    layers = tuple(
        _layer(source.name, segment, work.drawn.get(segment.number, _Drawn()), work)
        for segment in _segments(item)
    )
    if not any(layer.figures for layer in layers) and work.voxels:
        _refuse(item, slices, planes)
    return Findings(layers)


def _refuse(item: Item, slices: Slices, planes: Sequence[_Plane]) -> NoReturn:
    """Why nothing of a segmentation that has voxels is in this image."""
    missing = slices.absent(_named(item, planes))
    space = item.text("FrameOfReferenceUID")
    if not _same_space(item, slices):
        raise other_space(item.name, space, slices.frame_of_reference, missing)
    raise not_here(item.name, missing)


def _same_space(item: Item, slices: Slices) -> bool:
    space = item.text("FrameOfReferenceUID")
    return slices.oriented and bool(space) and space == slices.frame_of_reference


class _Work:
    """One reading of one segmentation."""

    def __init__(self, item: Item, slices: Slices, decoders: Decoders, tick: Tick) -> None:
        self._item, self._slices, self._decoders, self._tick = item, slices, decoders, tick
        self.type = item.text("SegmentationType")
        self._most = item.integer("MaximumFractionalValue") or 255
        self._same_space = _same_space(item, slices)
        self.drawn: dict[int, _Drawn] = {}
        self.voxel_mm3: float | None = None
        self.voxels = 0

    def run(self, planes: Sequence[_Plane]) -> None:
        grids = [plane.grid for plane in planes if plane.grid is not None]
        if grids and len(grids) == len(planes) and all(grids[0].parallel(grid) for grid in grids):
            file = planes[0].frame.file
            thick = step_mm(grids, planes[0].frame.step_mm) or file.info.slice_thickness_mm
            area = float(np.linalg.norm(np.cross(grids[0].right, grids[0].down)))
            self.voxel_mm3 = area * thick if thick else None
        elsewhere: dict[int, list[tuple[_Plane, Pixels]]] = {}
        for done, plane in enumerate(planes):
            self._tick(done, len(planes))
            values = self._values(plane)
            self._count(plane, values)
            k = self._own_slice(plane)
            if k is not None:
                self._draw(plane.segment, k, Patch(0, 0, values))
            elif plane.grid is not None and self._same_space:
                elsewhere.setdefault(plane.segment, []).append((plane, values))
            else:
                self._of(plane.segment).unplaced.update(uid for uid, _ in plane.sources)
        for segment, members in elsewhere.items():
            self._resample(segment, members)
        self._tick(len(planes), len(planes))

    def _of(self, segment: int) -> _Drawn:
        return self.drawn.setdefault(segment, _Drawn())

    def _values(self, plane: _Plane) -> Pixels:
        """Stored labels, or 1 where the segment is."""
        try:
            stored = plane.frame.file.store.frame(plane.frame.number, self._decoders)
        except DecodeError as error:
            raise _undecodable(self._item.name, plane.frame.number, error) from error
        if self.type == "LABELMAP":
            return stored
        if self.type == "FRACTIONAL":
            return np.asarray(stored.astype(np.int64) * 2 >= self._most, dtype=np.uint8)
        return np.asarray(stored != 0, dtype=np.uint8)

    def _count(self, plane: _Plane, values: Pixels) -> None:
        for segment, inside in _split(plane.segment, values):
            count = int(np.count_nonzero(inside))
            self._of(segment).voxels += count
            self.voxels += count

    def _own_slice(self, plane: _Plane) -> int | None:
        """The slice with the same voxels: where geometry says so, else by what it was made from."""
        slices, layout = self._slices, plane.frame.file.layout
        grid = plane.grid
        placed = None
        if grid is not None and slices.oriented:
            place = grid.origin, grid.right, grid.down
            placed = slices.same_grid(*place, grid.rows, grid.columns)
        if grid is not None and self._same_space:
            return placed
        sources = [k for uid, numbers in plane.sources for k in slices.named(uid, numbers)]
        fits = (layout.rows, layout.columns) == (slices.rows, slices.columns)
        if len(sources) != 1 or not fits:
            return None
        agrees = grid is None or not slices.oriented or placed == sources[0]
        return sources[0] if agrees else None

    def _draw(self, segment: int, k: int, patch: Patch) -> None:
        size = self._slices.rows, self._slices.columns
        for number, inside in _split(segment, patch.values):
            bits = np.asarray(inside, dtype=np.bool_)
            self._of(number).add(self._slices.refs[k], cropped(*size, patch.top, patch.left, bits))

    def _resample(self, segment: int, members: list[tuple[_Plane, Pixels]]) -> None:
        """Look the planes up for each slice; planes that are not parallel, one after another."""
        while members:
            first = members[0][0].grid
            assert first is not None, "only placed frames are looked up"
            alike: list[tuple[_Plane, Pixels]] = []
            others: list[tuple[_Plane, Pixels]] = []
            for one in members:
                is_alike = one[0].grid is not None and one[0].grid.parallel(first)
                (alike if is_alike else others).append(one)
            members = others
            grids = [plane.grid for plane, _ in alike if plane.grid is not None]
            thick = step_mm(grids, alike[0][0].frame.step_mm) or self._thickness(alike[0][0])
            planes = Planes(grids, np.stack([values for _, values in alike]), thick)
            for k in range(len(self._slices.refs)):
                self._tick(k, len(self._slices.refs))
                found = planes.on(self._slices, k)
                if found is not None:
                    self._draw(segment, k, found)
            for number in {n for _, values in alike for n, _ in _split(segment, values)}:
                self._of(number).resampled = True

    def _thickness(self, plane: _Plane) -> float:
        return plane.frame.file.info.slice_thickness_mm or self._slices.spaced_mm


def _split(segment: int, values: Pixels) -> Iterable[tuple[int, Pixels]]:
    """The segments in a frame's values and where each is."""
    if segment:
        yield segment, values != 0
        return
    for label in np.unique(values):
        if label:
            yield int(label), values == label


def _planes(item: Item, frames: tuple[StoredFrame, ...]) -> list[_Plane]:
    shared = item.item("SharedFunctionalGroupsSequence")
    own = item.items("PerFrameFunctionalGroupsSequence")
    label_map = item.text("SegmentationType") == "LABELMAP"
    found = []
    for frame in frames:
        groups = [own[frame.number]] if frame.number < len(own) else []
        groups += [shared] if shared is not None else []
        segment = 0 if label_map else _segment_of(groups)
        found.append(_Plane(frame, segment, _sources(groups), _grid(frame)))
    return found


def _segment_of(groups: Sequence[Item]) -> int:
    for group in groups:
        said = group.item("SegmentIdentificationSequence")
        number = said.integer("ReferencedSegmentNumber") if said is not None else None
        if number:
            return number
    return 1


def _sources(groups: Sequence[Item]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """What a frame was made from: instances, and their frames counted from 1 (none means all)."""
    for group in groups:
        made = [
            (image.text("ReferencedSOPInstanceUID"), image.integers("ReferencedFrameNumber"))
            for derivation in group.items("DerivationImageSequence")
            for image in derivation.items("SourceImageSequence")
        ]
        if made:
            return tuple(dict.fromkeys(made))
    return ()


def _grid(frame: StoredFrame) -> Grid | None:
    if frame.position is None or frame.orientation is None or frame.spacing is None:
        return None
    rows_mm, columns_mm = frame.spacing
    return Grid(
        origin=np.array(frame.position),
        right=np.array(frame.orientation[:3]) * columns_mm,
        down=np.array(frame.orientation[3:]) * rows_mm,
        rows=frame.file.layout.rows,
        columns=frame.file.layout.columns,
    )


def _named(item: Item, planes: Sequence[_Plane]) -> set[str]:
    """Every instance the segmentation says it was made from."""
    listed = [
        instance.text("ReferencedSOPInstanceUID")
        for series in item.items("ReferencedSeriesSequence")
        for instance in series.items("ReferencedInstanceSequence")
    ]
    return {*listed, *(uid for plane in planes for uid, _ in plane.sources)} - {""}


def _segments(item: Item) -> list[_Segment]:
    """As the file lists them; the background of a label map is none."""
    found = []
    for segment in item.items("SegmentSequence"):
        number = segment.integer("SegmentNumber") or 0
        if number:
            meaning = segment.code("SegmentedPropertyTypeCodeSequence")
            color = from_cielab(segment.integers("RecommendedDisplayCIELabValue"))
            label = segment.text("SegmentLabel")
            found.append(_Segment(number, label, meaning.meaning if meaning else "", color))
    return found


def _layer(name: str, segment: _Segment, drawn: _Drawn, work: _Work) -> Layer:
    caveats = [LayerCaveat.RESAMPLED] if drawn.resampled else []
    caveats += [LayerCaveat.FRACTIONAL] if work.type == "FRACTIONAL" else []
    return Layer(
        key=f"{name}/{segment.number}",
        kind=LayerKind.SEGMENTATION,
        source=name,
        name=segment.label,
        number=segment.number,
        meaning=segment.meaning,
        color=segment.color,
        figures={ref: (mask,) for ref, mask in drawn.figures.items()},
        caveats=tuple(caveats),
        missing=len(drawn.unplaced),
        volume_mm3=_volume(drawn, work),
    )


def _volume(drawn: _Drawn, work: _Work) -> float | None:
    """On the segmentation's own grid, where it says how far apart its planes lie."""
    return None if work.voxel_mm3 is None else drawn.voxels * work.voxel_mm3


def _check_size(name: str, frames: tuple[StoredFrame, ...]) -> None:
    layout = frames[0].file.layout
    if layout.rows * layout.columns * len(frames) > MAX_VOXELS:
        raise LabelerError(
            "object-too-large",
            "{name} is not shown over its images: it holds {count} frames of {rows} x {columns}.",
            safe="The images and your marks are fine.",
            do="Ask the sender for a smaller segmentation.",
            name=name,
            count=len(frames),
            rows=layout.rows,
            columns=layout.columns,
        )


def _tiled(name: str) -> LabelerError:
    return LabelerError(
        "tiled-segmentation",
        "{name} is a segmentation of a slide in tiles, which is not shown over its image.",
        safe="The images and your marks are fine.",
        do="Nothing to do: tiled segmentations cannot be shown yet.",
        name=name,
        tag="(0048,0006)",
    )


def _undecodable(name: str, number: int, error: DecodeError) -> LabelerError:
    return LabelerError(
        "broken-object",
        "{name} is not shown over its images: its frame {number} cannot be decoded.",
        safe="The images and your marks are fine.",
        do="Ask the sender for the file again.",
        name=name,
        number=number + 1,
        tag="(7FE0,0010)",
        detail=str(error)[:200],
    )
