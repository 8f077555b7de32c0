"""Frames of many files to series: one plane, one size, one image at each position."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from labeler.imaging.frames import Kind, StoredFrame
from labeler.imaging.geometry import along, axes_of, near_mm
from labeler.model.image import SeriesInfo

_SAME_PLANE = 0.01
_Key = tuple[object, ...]


@dataclass(frozen=True)
class SeriesHeader:
    """What a list shows of a series. A DICOM series of several planes, sizes or time points
    becomes several of these: `part` counts from 1 to `parts`."""

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


@dataclass(frozen=True, eq=False)
class Series:
    """Frames in the order they are read. `doubled`: other parts have images at the same places."""

    header: SeriesHeader
    info: SeriesInfo
    frames: tuple[StoredFrame, ...]
    doubled: bool


def group_frames(frames: Iterable[StoredFrame]) -> tuple[Series, ...]:
    """Series in the order of their numbers, each one's parts after one another."""
    by_uid: dict[str, list[StoredFrame]] = defaultdict(list)
    for frame in frames:
        by_uid[frame.file.info.uid].append(frame)
    found = [part for members in by_uid.values() for part in _parts(members)]
    return tuple(sorted(found, key=lambda series: _rank(series.header)))


def _rank(header: SeriesHeader) -> tuple[bool, int, str, int]:
    return header.number is None, header.number or 0, header.uid, header.part


def _parts(members: list[StoredFrame]) -> list[Series]:
    groups: list[tuple[tuple[StoredFrame, ...], bool]] = []
    for alike in _split(members):
        layers, doubled = _layers(alike)
        groups += [(layer, doubled) for layer in layers]
    groups.sort(key=lambda group: -len(group[0]))
    return [
        Series(_header(frames, index + 1, len(groups)), frames[0].file.info, frames, doubled)
        for index, (frames, doubled) in enumerate(groups)
    ]


def _header(frames: tuple[StoredFrame, ...], part: int, parts: int) -> SeriesHeader:
    file = frames[0].file
    return SeriesHeader(
        uid=file.info.uid,
        number=file.info.number,
        description=file.info.description,
        modality=file.info.modality,
        count=len(frames),
        part=part,
        parts=parts,
        rows=file.layout.rows,
        columns=file.layout.columns,
        kind=file.kind,
    )


def _split(members: list[StoredFrame]) -> list[list[StoredFrame]]:
    """Frames that could be slices of one volume, together."""
    groups: dict[_Key, list[StoredFrame]] = defaultdict(list)
    planes: list[tuple[float, ...]] = []
    for frame in members:
        groups[_key(frame, planes)].append(frame)
    return list(groups.values())


def _key(frame: StoredFrame, planes: list[tuple[float, ...]]) -> _Key:
    layout = frame.file.layout
    spacing = tuple(round(value, 4) for value in frame.spacing or ())
    plane = None if frame.orientation is None else _plane(frame.orientation, planes)
    return (
        layout.rows,
        layout.columns,
        layout.photometric,
        layout.bits_allocated,
        layout.signed,
        spacing,
        plane,
        frame.position is None,
        # A volume says itself which of its slices belong together.
        frame.time if frame.file.kind == "volume" else None,
    )


def _plane(orientation: tuple[float, ...], planes: list[tuple[float, ...]]) -> int:
    """The number of the plane this orientation belongs to; a new one where none is near."""
    for index, plane in enumerate(planes):
        if max(abs(a - b) for a, b in zip(orientation, plane, strict=True)) < _SAME_PLANE:
            return index
    planes.append(orientation)
    return len(planes) - 1


def _layers(frames: list[StoredFrame]) -> tuple[list[tuple[StoredFrame, ...]], bool]:
    """Ordered stacks with one image at each position, and whether there was more than one.

    Images that share a position are told apart by time, then by their numbers: the first of each
    position make the first stack. Where a whole file is there twice, the copy is left out.
    """
    unique = {(frame.file.instance, frame.number): frame for frame in frames}
    copied = len(unique) < len(frames)
    kept = sorted(unique.values(), key=_turn)
    axes = axes_of(kept[0])
    if axes is None or kept[0].position is None:
        return [tuple(kept)], copied
    where = np.array([along(frame, axes) for frame in kept])
    order = np.argsort(where, kind="stable")
    layers: dict[int, list[StoredFrame]] = defaultdict(list)
    begin, near = 0, near_mm(kept[0])
    for at in range(1, len(order) + 1):
        if at == len(order) or where[order[at]] - where[order[at - 1]] > near:
            for rank, index in enumerate(sorted(order[begin:at])):
                layers[rank].append(kept[index])
            begin = at
    return [tuple(layer) for layer in layers.values()], copied or len(layers) > 1


def _turn(frame: StoredFrame) -> tuple[tuple[int, int], int, int, str]:
    return frame.time, frame.file.instance_number or 0, frame.number, frame.file.source.name
