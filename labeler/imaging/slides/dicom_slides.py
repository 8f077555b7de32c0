"""DICOM whole slides: tiles to levels, instances to one slide (PS3.3 C.8.12.4, C.7.6.17.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.groups import FrameGroups, frame_groups
from labeler.imaging.dicom.objects import WHOLE_SLIDES
from labeler.imaging.dicom.traits import Traits
from labeler.imaging.frame_stores import DecodeError, EncapsulatedFrames, NativeFrames, Piece
from labeler.imaging.frames import StoredFile, StoredFrame
from labeler.imaging.layout import PixelLayout
from labeler.imaging.pictures.icc import is_other_than_srgb
from labeler.imaging.pictures.picture_frames import flat_layout
from labeler.imaging.pictures.tiff_pages import MAX_SIDE
from labeler.imaging.pixels import shown_values
from labeler.imaging.slides.pyramids import Level, Slide
from labeler.imaging.slides.slide_frames import slide_frame
from labeler.imaging.slides.tiles import Tiles, cut_size
from labeler.model.image import Caveat, Pixels

_APART = {"LABEL": "label", "OVERVIEW": "macro", "THUMBNAIL": "thumbnail", "LOCALIZER": "thumbnail"}
_MAX_TILES = 1 << 22
_Grid = dict[tuple[int, int], tuple["StoredFrame", int]]
_Plane = tuple[str, float]
"""The optical path and the depth of focus that tiles belong to."""


@dataclass(frozen=True, eq=False)
class Tiled:
    """What one instance holds of a slide, by optical path and depth of focus."""

    rows: int
    columns: int
    grids: dict[_Plane, _Grid]
    concatenation: str
    role: str
    profile: bool


class DicomTiles:
    """The tiles of one size, path and depth; they may lie in several files."""

    def __init__(self, rows: int, columns: int, grid: _Grid) -> None:
        self.grid = grid
        file = next(iter(grid.values()))[0].file
        self.tile_size = file.layout.rows, file.layout.columns
        self.layout = _shown_layout(file, rows, columns)

    def joined(self, other: Tiles) -> DicomTiles:
        """With the tiles of another part of the same level."""
        theirs = other.grid if isinstance(other, DicomTiles) else {}
        return DicomTiles(self.layout.rows, self.layout.columns, theirs | self.grid)

    def piece(self, row: int, column: int) -> Piece | Pixels:
        """Tiles at the edges are often smaller than the header says."""
        frame, number = self.grid.get((row, column), (None, 0))
        if frame is None:
            raise DecodeError("truncated-image", f"tile {row}, {column} is not in the file")
        file = frame.file
        rows, columns = cut_size(self, row, column)
        if isinstance(file.store, EncapsulatedFrames):
            return file.store.tile(number, (rows, columns), rgb=_comes_as_rgb(file))
        assert isinstance(file.store, NativeFrames), "DICOM frames are one or the other"
        return file.store.values(number)[:rows, :columns]

    def shown(self, values: Pixels, row: int, column: int) -> Pixels:
        frame, _number = self.grid[row, column]
        # Values that lead somewhere (into a palette) must be ours: a worker can write to those.
        return values if _comes_as_rgb(frame.file) else shown_values(values.copy(), frame)


def _comes_as_rgb(file: StoredFile) -> bool:
    """Whether a worker turns the colours to RGB: it has them at hand, and time for it."""
    layout = file.layout
    eight = layout.samples == 3 and layout.bits_allocated == 8 and file.palette is None
    return eight and isinstance(file.store, EncapsulatedFrames)


def _shown_layout(file: StoredFile, rows: int, columns: int) -> PixelLayout:
    layout = file.layout
    if layout.samples == 3 or file.palette is not None:
        return flat_layout(rows, columns, color=True, bits=8)
    return replace(layout, rows=rows, columns=columns)


def read_tiled(dataset: Dataset, frame: StoredFrame) -> Tiled | None:
    """None where the file is no whole slide image, or its tiles do not lie in a grid."""
    file = frame.file
    if dataset.code(tags.SOP_CLASS_UID) not in WHOLE_SLIDES or file.lut or frame.lut:
        return None
    rows = _long(dataset, tags.TOTAL_PIXEL_MATRIX_ROWS)
    columns = _long(dataset, tags.TOTAL_PIXEL_MATRIX_COLUMNS)
    if not (0 < rows <= MAX_SIDE and 0 < columns <= MAX_SIDE):
        return None
    if -(-rows // file.layout.rows) * -(-columns // file.layout.columns) > _MAX_TILES:
        return None
    grids = _sparse(dataset, frame) or _full(dataset, frame, rows, columns)
    if not grids:
        return None
    words = dataset.codes(tags.IMAGE_TYPE)
    paths = dataset.items(tags.OPTICAL_PATH_SEQUENCE)
    profiles = (path.values.get(tags.ICC_PROFILE, b"") for path in paths)
    return Tiled(
        rows,
        columns,
        grids,
        concatenation=dataset.code(tags.CONCATENATION_UID),
        role=next((name for word, name in _APART.items() if word in words), ""),
        profile=any(is_other_than_srgb(profile) for profile in profiles),
    )


def _long(dataset: Dataset, tag: int) -> int:
    values = dataset.longs(tag)
    return values[0] if values else 0


def _full(dataset: Dataset, frame: StoredFrame, rows: int, columns: int) -> dict[_Plane, _Grid]:
    """TILED_FULL: by column, row, depth and path, all of them. Without this word tiles may come
    column by column too, however many they are: {}, but where there is one alone."""
    file = frame.file
    down, across = -(-rows // file.layout.rows), -(-columns // file.layout.columns)
    paths = [
        path.code(tags.OPTICAL_PATH_IDENTIFIER) or str(n)
        for n, path in enumerate(dataset.items(tags.OPTICAL_PATH_SEQUENCE))
    ] or [""]
    depths = _long(dataset, tags.TOTAL_PIXEL_MATRIX_FOCAL_PLANES) or 1
    first = _long(dataset, tags.CONCATENATION_FRAME_OFFSET_NUMBER)
    said = dataset.code(tags.DIMENSION_ORGANIZATION_TYPE) == "TILED_FULL"
    alone = file.frame_count == down * across * len(paths) * depths == 1
    if not alone and not said:
        return {}
    grids: dict[_Plane, _Grid] = defaultdict(dict)
    for number in range(file.frame_count):
        rest, column = divmod(first + number, across)
        rest, row = divmod(rest, down)
        path, depth = divmod(rest, depths)
        if path < len(paths):
            grids[paths[path], float(depth)][row, column] = frame, number
    return dict(grids)


def _sparse(dataset: Dataset, frame: StoredFrame) -> dict[_Plane, _Grid]:
    """TILED_SPARSE: each frame says where it lies; {} where one does not, or not in the grid."""
    grids: dict[_Plane, _Grid] = defaultdict(dict)
    for number, groups in enumerate(frame_groups(dataset, frame.file.frame_count)):
        place = _place(groups, frame.file.layout)
        if place is None:
            return {}
        path = groups.of(tags.OPTICAL_PATH_IDENTIFICATION_SEQUENCE)
        position = groups.of(tags.PLANE_POSITION_SLIDE_SEQUENCE)
        depth = position.decimal(tags.Z_OFFSET_IN_SLIDE_COORDINATE_SYSTEM) or 0.0
        grids[path.code(tags.OPTICAL_PATH_IDENTIFIER), depth].setdefault(place, (frame, number))
    return dict(grids)


def _place(groups: FrameGroups, layout: PixelLayout) -> tuple[int, int] | None:
    """The row and column in the grid of tiles."""
    position = groups.item(tags.PLANE_POSITION_SLIDE_SEQUENCE)
    if position is None:
        return None
    row = _long(position, tags.ROW_POSITION_IN_TOTAL_IMAGE_PIXEL_MATRIX) - 1
    column = _long(position, tags.COLUMN_POSITION_IN_TOTAL_IMAGE_PIXEL_MATRIX) - 1
    aligned = row % layout.rows == 0 and column % layout.columns == 0
    if row < 0 or column < 0 or not aligned or max(row, column) > MAX_SIDE:
        return None
    return row // layout.rows, column // layout.columns


def tiled_frames(dataset: Dataset, frames: tuple[StoredFrame, ...]) -> tuple[StoredFrame, ...]:
    """The frames of a whole slide image as one frame a path and depth; others as they are."""
    tiled = read_tiled(dataset, frames[0])
    if tiled is not None:
        return tuple(_frames(tiled, frames[0]))
    if len(frames) == 1 or dataset.code(tags.SOP_CLASS_UID) not in WHOLE_SLIDES:
        return frames
    file = frames[0].file
    apart = replace(file, caveats=(*file.caveats, Caveat.TILES_APART))
    return tuple(replace(frame, file=apart) for frame in frames)


def _frames(tiled: Tiled, first: StoredFrame) -> Iterator[StoredFrame]:
    file = first.file
    instance = tiled.concatenation or file.instance
    caveats = (Caveat.COLOR_PROFILE,) if tiled.profile else ()
    words = file.info.description, tiled.role
    made = replace(
        file,
        info=replace(file.info, description=" · ".join(word for word in words if word)),
        caveats=(*file.caveats, *caveats),
    )
    for number, ((path, depth), grid) in enumerate(sorted(tiled.grids.items())):
        tiles = DicomTiles(tiled.rows, tiled.columns, grid)
        slide = Slide((Level(tiles, first.spacing, instance, number),), role=tiled.role)
        yield replace(
            slide_frame(made, slide, first),
            traits=Traits(stack_id="/".join(word for word in (tiled.role, path) if word)),
            time=(0, round(depth * 1000)),
        )


def merge_slides(frames: Iterable[StoredFrame]) -> list[StoredFrame]:
    """Levels that lie in files of their own become one frame; everything else stays."""
    kept: list[StoredFrame] = []
    slides: dict[tuple[object, ...], list[StoredFrame]] = defaultdict(list)
    roles: dict[str, set[str]] = defaultdict(set)
    for frame in frames:
        slide, uid = frame.file.slide, frame.file.info.uid
        if slide is None:
            kept.append(frame)
            continue
        # Every picture that is apart stays apart: two labels are no levels of one another.
        alone = (frame.file.instance, frame.number) if slide.role else ()
        key = uid, alone, frame.traits.stack_id, frame.time, frame.file.layout.photometric
        slides[key].append(frame)
        roles[uid] |= {slide.role} - {""} | set(slide.associated)
    return [*kept, *(_merged(members, roles) for members in slides.values())]


def _merged(members: list[StoredFrame], roles: dict[str, set[str]]) -> StoredFrame:
    if len(members) == 1 and _slides(members)[0].role:
        return members[0]
    levels: dict[tuple[int, int], Level] = {}
    for slide in _slides(members):
        for level in slide.levels:
            size = level.layout.rows, level.layout.columns
            levels[size] = _joined(levels[size], level) if size in levels else level
    ordered = tuple(sorted(levels.values(), key=lambda level: -level.pixels))
    biggest = max(members, key=lambda frame: max(s.levels[0].pixels for s in _slides([frame])))
    first, role = biggest.file, _slides([biggest])[0].role
    associated = () if role else tuple(sorted(roles[first.info.uid]))
    siblings = (frame.file for frame in members if frame is not biggest)
    file = replace(
        first,
        lossy=any(frame.file.lossy for frame in members),
        siblings=tuple(siblings),
        caveats=tuple(dict.fromkeys(c for frame in members for c in frame.file.caveats)),
    )
    whole = slide_frame(file, Slide(ordered, associated, role), biggest)
    return replace(whole, traits=biggest.traits, time=biggest.time)


def _slides(frames: list[StoredFrame]) -> list[Slide]:
    return [frame.file.slide for frame in frames if frame.file.slide is not None]


def _joined(one: Level, other: Level) -> Level:
    """Parts of one concatenation hold tiles of one level; another file of that size is a copy."""
    if one.instance != other.instance or not isinstance(one.tiles, DicomTiles):
        return one
    return replace(one, tiles=one.tiles.joined(other.tiles))
