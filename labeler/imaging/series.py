"""Frames of many files to series: one plane, one size, one image at each position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import floor

import numpy as np

from labeler.imaging.copies import Copies, Copy, copies_of, copy_names, without_copies
from labeler.imaging.division import Part, divide, turn
from labeler.imaging.frames import Kind, StoredFrame
from labeler.imaging.geometry import Axes, axes_of, near_mm, sides_of
from labeler.model.affine import Vector
from labeler.model.image import SeriesInfo
from labeler.model.stack import Division, Double

_SAME_PLANE = 0.01
_APART = frozenset(("LOCALIZER", "MPR", "MIP", "MINIP", "REFORMATTED", "PROJECTION IMAGE", "VRT"))
"""Words of an Image Type for images that are no slices of the volume they came with."""

_MOST_OTHERS = 16
"""Of the images that share a place, so many are named: were all, each would name all others."""

_Key = tuple[object, ...]


@dataclass(frozen=True)
class SeriesHeader:
    """What a list shows of a series. A DICOM series of several planes, sizes or time points
    becomes several of these: `part` counts from 1 to `parts`, `division` says what divides them."""

    uid: str
    number: int | None
    description: str
    modality: str
    count: int
    part: int
    parts: int
    rows: int
    columns: int
    kind: Kind
    division: tuple[Division, ...] = ()


@dataclass(frozen=True, eq=False)
class Series:
    """Frames in the order they are read.

    `doubles` are places where other parts have images too, and nothing tells them apart;
    `left_out` are frames that are there once more.
    """

    header: SeriesHeader
    info: SeriesInfo
    frames: tuple[StoredFrame, ...]
    doubles: tuple[Double, ...] = ()
    left_out: tuple[Copy, ...] = ()

    @property
    def copies(self) -> tuple[str, ...]:
        """The names of the files that hold an image once more."""
        return copy_names(self.left_out)


def group_frames(frames: Iterable[StoredFrame]) -> tuple[Series, ...]:
    """Series in the order of their numbers, each one's parts after one another."""
    by_uid: dict[str, list[StoredFrame]] = defaultdict(list)
    for frame in frames:
        by_uid[frame.file.info.uid].append(frame)
    found = [part for members in by_uid.values() for part in _parts(members)]
    return tuple(sorted(found, key=lambda series: _rank(series.header)))


def _rank(header: SeriesHeader) -> tuple[bool, int, str, str, int]:
    """Files without a number in the order of their names; their UIDs are digests."""
    called = header.description if header.number is None else ""
    return header.number is None, header.number or 0, called, header.uid, header.part


@dataclass(frozen=True, eq=False)
class _Found:
    """A part that is not numbered yet."""

    frames: tuple[StoredFrame, ...]
    division: tuple[Division, ...]
    doubles: tuple[Double, ...]
    left_out: tuple[Copy, ...]


def _parts(members: list[StoredFrame]) -> list[Series]:
    found = [_stacks(alike) for alike in _split(members)]
    if len(found) > 1:
        found.sort(key=_by_size)
    flat = [stack for stacks in found for stack in stacks]
    return [
        Series(
            _header(stack, index, len(flat)),
            stack.frames[0].file.info,
            stack.frames,
            stack.doubles,
            stack.left_out,
        )
        for index, stack in enumerate(flat, 1)
    ]


def _by_size(stacks: list[_Found]) -> tuple[int, tuple[float, ...]]:
    """The most images first; of alike many, those that were acquired first."""
    frames = [frame for stack in stacks for frame in stack.frames]
    return -len(frames), min(_begun(frame) for frame in frames)


def _begun(frame: StoredFrame) -> tuple[float, ...]:
    return (frame.number,) if frame.file.kind == "volume" else turn(frame)


def _header(stack: _Found, part: int, parts: int) -> SeriesHeader:
    file = stack.frames[0].file
    return SeriesHeader(
        uid=file.info.uid,
        number=file.info.number,
        description=file.info.description,
        modality=file.info.modality,
        count=len(stack.frames),
        part=part,
        parts=parts,
        rows=file.layout.rows,
        columns=file.layout.columns,
        kind=file.kind,
        division=stack.division,
    )


def _split(members: list[StoredFrame]) -> list[list[StoredFrame]]:
    """Frames that could be slices of one volume, together."""
    groups: dict[_Key, list[StoredFrame]] = defaultdict(list)
    known: dict[_Key, list[StoredFrame]] = {}
    planes = _Planes()
    for frame in members:
        if frame.file.kind != "dicom" or frame.position is None:
            groups[_key(frame, planes)].append(frame)
            continue
        same = _sameness(frame)
        if (group := known.get(same)) is None:
            group = known[same] = groups[_key(frame, planes)]
        group.append(frame)
    return list(groups.values())


def _sameness(frame: StoredFrame) -> _Key:
    """Equal for placed frames whose keys are made of the very same values: files of one series
    that were read after one another share them."""
    file, traits = frame.file, frame.traits
    used = (file.layout, file.info, file.sides, frame.spacing, frame.regions, frame.orientation)
    return tuple(map(id, (*used, traits.stack_id, traits.image_type)))


def _key(frame: StoredFrame, planes: _Planes) -> _Key:
    file, layout = frame.file, frame.file.layout
    unplaced = frame.position is None
    return (
        layout.rows,
        layout.columns,
        layout.photometric,
        layout.bits_allocated,
        layout.signed,
        tuple(round(value, 4) for value in frame.spacing or ()),
        frame.regions,
        planes.number(frame.orientation),
        sides_of(frame),
        file.info.frame_of_reference,
        frame.traits.stack_id,
        _APART.intersection(frame.traits.image_type),
        unplaced,
        # Projections that were taken differently are no slices of one stack.
        (file.info.view, file.info.laterality, file.info.is_partial) if unplaced else (),
        # A film of its own: frames without places go on only from single images to single images.
        file.instance if unplaced and file.frame_count > 1 else "",
        # A volume says itself which of its slices belong together.
        frame.time if file.kind == "volume" else None,
    )


class _Planes:
    """Numbers orientations; those that are nearly one get one number."""

    def __init__(self) -> None:
        self._known: dict[tuple[float, ...] | None, int] = {None: -1}
        self._first: list[tuple[float, ...]] = []
        self._cells: dict[tuple[int, ...], list[int]] = defaultdict(list)

    def number(self, orientation: tuple[float, ...] | None) -> int:
        if orientation not in self._known:
            self._known[orientation] = self._near(orientation or ())
        return self._known[orientation]

    def _near(self, orientation: tuple[float, ...]) -> int:
        """The first plane that is nearly the same: it lies in a cell that touches this one."""
        near = [self._cells.get(cell, ()) for cell in product(*map(_cells_of, orientation))]
        for index in sorted(plane for planes in near for plane in planes):
            pairs = zip(orientation, self._first[index], strict=True)
            if max(abs(a - b) for a, b in pairs) < _SAME_PLANE:
                return index
        self._first.append(orientation)
        own = tuple(floor(value / (2 * _SAME_PLANE)) for value in orientation)
        self._cells[own].append(len(self._first) - 1)
        return len(self._first) - 1


def _cells_of(value: float) -> set[int]:
    """Cells twice as wide as planes may differ: what is near lies in one of two."""
    ends = value - _SAME_PLANE, value + _SAME_PLANE
    return {floor(end / (2 * _SAME_PLANE)) for end in ends}


def _stacks(frames: list[StoredFrame]) -> list[_Found]:
    """Ordered stacks with one image at each position."""
    kept, copies = _without_copies(frames)
    axes = axes_of(kept[0]) if len(kept) > 1 else None
    if axes is None or kept[0].position is None:
        return [_Found(tuple(kept), kept[0].division, (), copies_of(kept, copies))]
    where = _along(kept, axes)
    order = np.argsort(where, kind="stable")
    ordered = [kept[index] for index in order]
    apart = np.diff(where[order]) > near_mm(kept[0])
    if apart.all():
        return [_Found(tuple(ordered), kept[0].division, (), copies_of(ordered, copies))]
    places = np.concatenate([[0], np.cumsum(apart)])
    place_of = {id(frame): int(place) for frame, place in zip(ordered, places, strict=True)}
    parts = divide(kept, [place_of[id(frame)] for frame in kept])
    doubled = _doubled(parts, place_of)
    return [
        _Found(
            tuple(sorted(part.frames, key=lambda frame: place_of[id(frame)])),
            part.division or kept[0].division,
            _doubles(part, doubled, place_of),
            copies_of(part.frames, copies),
        )
        for part in parts
    ]


_Doubled = dict[tuple[tuple[Division, ...], int], list[StoredFrame]]
"""Frames that nothing tells apart, by what their parts have in common and their place."""


def _doubled(parts: Sequence[Part], place_of: dict[int, int]) -> _Doubled:
    found: _Doubled = defaultdict(list)
    for part in parts:
        if part.doubled:
            for frame in part.frames:
                found[part.division, place_of[id(frame)]].append(frame)
    return found


def _doubles(part: Part, doubled: _Doubled, place_of: dict[int, int]) -> tuple[Double, ...]:
    """Where other parts, told apart by nothing, have images too."""
    if not part.doubled:
        return ()
    found: list[Double] = []
    for at, own in enumerate(sorted(part.frames, key=lambda frame: place_of[id(frame)])):
        there = doubled[part.division, place_of[id(own)]]
        others = (one.file.instance_number for one in there if one is not own)
        if len(there) > 1:
            found.append(Double(at, tuple(islice(others, _MOST_OTHERS))))
    return tuple(found)


def _along(frames: Sequence[StoredFrame], axes: Axes) -> Vector:
    """Where each frame lies on the slice normal, mm, growing onward."""
    places = np.array([frame.position for frame in frames], dtype=np.float64)
    found: Vector = places @ axes.onward
    return found


def _without_copies(frames: list[StoredFrame]) -> tuple[list[StoredFrame], Copies]:
    """In the order of their numbers; a frame that is there twice, once."""
    kept, copies = without_copies(frames)
    return sorted(kept, key=_in_turn), copies


def _in_turn(frame: StoredFrame) -> tuple[object, ...]:
    file = frame.file
    return frame.time, file.instance_number or 0, frame.number, file.source.name
