"""What readers of volume files find, and its frames in the same terms as DICOM.

A volume is an array with up to three axes in space (column, row, slice: the file's own order, the
first one fastest) and others beside them: time points, components of vectors. Each slice at each
of those is one frame. Its affine is in patient LPS mm already.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.lib.stride_tricks import as_strided

from labeler.imaging.decoding.stored import stored_type
from labeler.imaging.dicom.holding import MAX_FRAMES
from labeler.imaging.dicom.positions import Vector3
from labeler.imaging.frame_stores import DecodeError, Decoders
from labeler.imaging.frames import StoredFile, StoredFrame
from labeler.imaging.layout import MAX_FRAME_BYTES, PixelLayout
from labeler.imaging.sources.files import file_digest
from labeler.imaging.syntaxes import Syntax
from labeler.imaging.volumes.volume_faults import (
    cut_short,
    impossible_size,
    too_large,
    too_many_frames,
)
from labeler.model.affine import Vector
from labeler.model.image import ByteSource, Caveat, Pixels, SeriesInfo, Window
from labeler.model.stack import By, Division

_FREE_FRAMES = 1024
_SLACK = 16
_MAX_SPAN_BYTES = 1 << 30
_LEAST_MM, _MOST_MM = 1e-4, 1e4
_FARTHEST_MM = 1e9
_LEAST_BULK = 0.05
LPS_OF_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""Turns a map to RAS into one to LPS: the one place where that happens is each reader."""


@dataclass(frozen=True)
class Element:
    """One value as it is stored: `kind` is "u", "i" or "f" as numpy names it."""

    kind: str
    size: int
    little: bool


@dataclass(frozen=True)
class Axis:
    """`count` places along it, `step` elements apart; `by` is what an axis outside space counts."""

    count: int
    step: int
    by: By = By.TIME


@dataclass(frozen=True)
class Grid:
    """Where each element lies. `samples` are the colours of one pixel, or one.

    `others` are the axes that are not in space, the one that changes fastest first.
    """

    columns: Axis
    rows: Axis
    slices: Axis
    samples: Axis = Axis(1, 1)
    others: tuple[Axis, ...] = ()

    @property
    def parts(self) -> int:
        return math.prod(axis.count for axis in self.others)


def plain_grid(shape: tuple[int, ...], samples: int = 1, *, channels: int = 1) -> Grid:
    """Column, row, slice and then all others, the first one fastest; missing axes count one.

    `samples` values lie together at each place, of which three are shown as colours; or as many
    `channels`, which are parts of their own.
    """
    axes = []
    step = samples * channels
    for count in (*shape, *(1,) * (3 - len(shape))):
        axes.append(Axis(count, step))
        step *= count
    others = axes[3:4] + [Axis(axis.count, axis.step, By.COMPONENT) for axis in axes[4:]]
    if channels > 1:
        others.append(Axis(channels, 1, By.COMPONENT))
    return Grid(axes[0], axes[1], axes[2], Axis(min(samples, 3), 1), tuple(others))


@dataclass(frozen=True, eq=False)
class GridFrames:
    """A FrameStore over the elements of a grid; `offset` is where the first one lies."""

    source: ByteSource
    offset: int
    grid: Grid
    layout: PixelLayout

    def frame(self, number: int, decoders: Decoders) -> Pixels:  # noqa: ARG002  as FrameStore has it
        grid, native = self.grid, stored_type(self.layout)
        start, rest = 0, number
        for axis in (grid.slices, *grid.others):
            rest, at = divmod(rest, axis.count)
            start += at * axis.step
        axes: tuple[Axis, ...] = (grid.rows, grid.columns)
        if grid.samples.count > 1:
            axes = (*axes, grid.samples)
        size = native.itemsize
        length = (1 + sum((axis.count - 1) * axis.step for axis in axes)) * size
        raw = self.source.read(self.offset + start * size, length)
        if len(raw) < length:
            raise DecodeError("truncated-image", f"{len(raw)} of {length} bytes")
        wire = native.newbyteorder("<" if self.layout.little else ">")
        values = as_strided(
            np.frombuffer(raw, wire),
            tuple(axis.count for axis in axes),
            tuple(axis.step * size for axis in axes),
            writeable=False,
        )
        return np.ascontiguousarray(values, native)


@dataclass(frozen=True, eq=False)
class Volume:
    """What a header says. `source` is the file with the header, `voxels` what holds the values,
    unfolded where it is compressed.

    `affine` maps (column, row, slice) to LPS mm; None where it is not known which side is which.
    `spacing` is then all there is: along columns, rows and slices, mm, or None. `sized` is False
    where the affine's directions are known and its lengths are not. `available` is how many bytes
    there are from `offset` on, where that is known from the header already. `data` are other files
    that hold values.
    """

    source: ByteSource
    syntax: Syntax
    voxels: ByteSource
    offset: int
    element: Element
    grid: Grid
    affine: Vector | None
    spacing: tuple[float, float, float] | None
    available: int | None
    data: tuple[ByteSource, ...] = ()
    slope: float = 1.0
    intercept: float = 0.0
    windows: tuple[Window, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    modality: str = ""
    sized: bool = True

    @property
    def color(self) -> bool:
        return self.grid.samples.count == 3

    @property
    def needed(self) -> int:
        """Bytes from the first to the last element."""
        grid = self.grid
        axes = (grid.columns, grid.rows, grid.slices, grid.samples, *grid.others)
        return (1 + sum((axis.count - 1) * axis.step for axis in axes)) * self.element.size


def usable_affine(matrix: Vector) -> bool:
    """Whether a map from voxels to mm is one: finite, and its axes do not fall together."""
    if not np.isfinite(matrix).all() or np.abs(matrix).max() > _FARTHEST_MM:
        return False
    lengths = np.linalg.norm(matrix[:3, :3], axis=0)
    if not all(usable_length(length) for length in lengths):
        return False
    return abs(float(np.linalg.det(matrix[:3, :3] / lengths))) > _LEAST_BULK


def usable_length(length: float) -> bool:
    """Whether a voxel may be this long, mm."""
    return _LEAST_MM < length < _MOST_MM


def usable_spacing(values: tuple[float, ...]) -> tuple[float, float, float] | None:
    """Sizes in mm along columns, rows and slices, or None where the plane's cannot be.

    Slices without a usable distance are shown as if 1 mm apart, as DICOM's are.
    """
    if len(values) != 3 or not all(usable_length(value) for value in values[:2]):
        return None
    return values[0], values[1], values[2] if usable_length(values[2]) else 1.0


def volume_frames(volume: Volume) -> tuple[StoredFrame, ...]:
    """All frames of a volume, placed. Raises LabelerError where there is nothing to show."""
    file = _stored_file(volume)
    matrix = volume.affine
    spacing = volume.spacing
    if matrix is not None:
        columns_mm, rows_mm, slices_mm = (float(n) for n in np.linalg.norm(matrix[:3, :3], axis=0))
        spacing = columns_mm, rows_mm, slices_mm
    slices = volume.grid.slices.count
    places = [_place(matrix, k) for k in range(slices)]
    orientation = None if matrix is None else _orientation(matrix)
    return tuple(
        StoredFrame(
            file=file,
            number=part * slices + k,
            position=places[k],
            origin=places[k],
            orientation=orientation,
            spacing=(spacing[1], spacing[0]) if spacing is not None and volume.sized else None,
            projected=False,
            step_mm=None if spacing is None else spacing[2],
            slope=volume.slope,
            intercept=volume.intercept,
            windows=volume.windows,
            time=(part, 0),
            division=division,
        )
        for part, division in enumerate(_divisions(volume.grid.others))
        for k in range(slices)
    )


def _orientation(matrix: Vector) -> tuple[float, ...]:
    axes = matrix[:3, :2] / np.linalg.norm(matrix[:3, :2], axis=0)
    return tuple(float(value) for value in axes.T.ravel())


def _divisions(axes: tuple[Axis, ...]) -> Iterator[tuple[Division, ...]]:
    """What tells each part from the others, the first axis changing fastest."""
    counts = [range(axis.count) for axis in reversed(axes)]
    for places in product(*counts):
        at = zip(axes, reversed(places), strict=True)
        yield tuple(Division(axis.by, str(place + 1)) for axis, place in at if axis.count > 1)


def _place(matrix: Vector | None, k: int) -> Vector3 | None:
    if matrix is None:
        return None
    x, y, z = (float(value) for value in matrix[:3, 3] + k * matrix[:3, 2])
    return x, y, z


def _stored_file(volume: Volume) -> StoredFile:
    layout, caveats = _layout(volume), volume.caveats
    name = volume.source.name
    if volume.available is not None and volume.available < volume.needed:
        if volume.available < layout.frame_bits // 8:
            raise cut_short(name, volume.needed, volume.available)
        caveats = (*caveats, Caveat.CUT_SHORT)
    count = volume.grid.slices.count * volume.grid.parts
    if count > MAX_FRAMES:
        raise too_many_frames(name, count, MAX_FRAMES)
    _refuse_a_lie(volume, count)
    digest = _digest(volume)
    info = SeriesInfo(
        uid=digest,
        number=None,
        description=name.rsplit("/", 1)[-1],
        modality=volume.modality,
        study_uid="",
        body_part="",
        patient_age="",
        patient_sex="",
        slice_thickness_mm=None,
    )
    return StoredFile(
        source=volume.source,
        syntax=volume.syntax,
        layout=layout,
        store=GridFrames(volume.voxels, volume.offset, volume.grid, layout),
        frame_count=count,
        instance=digest,
        info=info,
        instance_number=None,
        lossy=False,
        lut=None,
        palette=None,
        kind="volume",
        also=tuple(source.name for source in volume.data),
        caveats=caveats,
    )


def _refuse_a_lie(volume: Volume, count: int) -> None:
    """A file that was cut short is still shown; one that could hold a small part of what its
    header promises would only be a flood of images without values."""
    stored = sum(source.size for source in (volume.source, *volume.data))
    if count <= _FREE_FRAMES:
        return
    if volume.available is not None and volume.needed > _SLACK * volume.available:
        raise cut_short(volume.source.name, volume.needed, volume.available)
    if count > stored:
        raise impossible_size(volume.source.name, volume.needed, stored)


def _layout(volume: Volume) -> PixelLayout:
    grid, element = volume.grid, volume.element
    bits = element.size * 8
    layout = PixelLayout(
        rows=grid.rows.count,
        columns=grid.columns.count,
        samples=grid.samples.count,
        photometric="RGB" if volume.color else "MONOCHROME2",
        planar=False,
        bits_allocated=bits,
        bits_stored=bits,
        high_bit=bits - 1,
        signed=element.kind == "i",
        floating=element.kind == "f",
        little=element.little,
        words=False,
    )
    # The span holds all that is read for one frame, values of other frames among them.
    axes = (grid.rows, grid.columns, grid.samples)
    span = (1 + sum((axis.count - 1) * axis.step for axis in axes)) * element.size
    if layout.frame_bits > MAX_FRAME_BYTES * 8 or span > _MAX_SPAN_BYTES:
        raise too_large(volume.source.name, span, MAX_FRAME_BYTES)
    return layout


def _digest(volume: Volume) -> str:
    """Of the file, or of the digests of all files that make up the volume."""
    digests = [file_digest(source) for source in (volume.source, *volume.data)]
    if len(digests) == 1:
        return digests[0]
    return hashlib.sha256("".join(digests).encode("ascii")).hexdigest()
