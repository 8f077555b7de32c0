"""What other files say about an image: shown over it, and never part of a Document."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from labeler.errors import LabelerError
from labeler.model.affine import Vector
from labeler.model.frames import FrameRef, Window
from labeler.model.image import Pixels, VoiLut
from labeler.model.masks import Mask
from labeler.model.rasters import Place

Color = tuple[int, int, int]
"""sRGB, 0 to 255."""


class LayerKind(enum.StrEnum):
    """The DICOM object a layer comes from."""

    SEGMENTATION = "segmentation"
    REPORT = "report"
    PRESENTATION = "presentation"
    STRUCTURES = "structures"
    DOSE = "dose"


class LayerCaveat(enum.StrEnum):
    """Something a reader must know before trusting a layer."""

    RESAMPLED = "resampled"
    """Its grid is not the image's: each voxel shows the nearest one of the layer."""
    FRACTIONAL = "fractional"
    """It held shares from 0 to 1: shown is where at least half of a voxel belongs to it."""
    OFF_PLANE = "off-plane"
    """Parts of it lie in no slice of this image, and are not shown."""
    RELATIVE_DOSE = "relative-dose"
    """Its values are shares of a dose that the file does not tell, not Gy."""
    UNSUPPORTED = "unsupported"
    """The file asks for more than is shown: rotation, other lookup tables, compound graphics."""


@dataclass(frozen=True)
class Measured:
    """A value as a report states it: `name` "Length", `unit` "mm" (UCUM)."""

    name: str
    value: float
    unit: str


@dataclass(frozen=True)
class Path:
    """Lines through points in voxels (column, row); one point is a place of its own."""

    points: tuple[Place, ...]
    closed: bool
    filled: bool = False


@dataclass(frozen=True)
class Text:
    """Words a file puts at a place in voxels (column, row)."""

    lines: tuple[str, ...]
    at: Place


Figure = Mask | Path | Text
"""What a layer draws on one frame."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One segment, region, group of measurements or layer of graphics, over one image.

    `number` is the segment's or ROI's own. `meaning` is a coded concept in words, such as "Liver".
    `missing` counts images it speaks about that are not in this image. `volume_mm3` is what its
    own voxels fill, on its own grid; None where it has none.
    """

    key: str
    kind: LayerKind
    source: str
    name: str
    number: int
    meaning: str
    color: Color | None
    figures: Mapping[FrameRef, tuple[Figure, ...]]
    measured: tuple[Measured, ...] = ()
    caveats: tuple[LayerCaveat, ...] = ()
    missing: int = 0
    volume_mm3: float | None = None

    @property
    def title(self) -> str:
        """What a list calls it."""
        return self.name or self.meaning or self.source


@dataclass(frozen=True, eq=False)
class Presentation:
    """How a presentation state wants the image shown (PS3.3 C.11).

    `windows` are by frame, and so are `luts`, which go before them; `inverted` says that high
    values are dark; `shut` are voxels to be covered. Its graphics are layers of their own, named
    in `layers` by their keys.
    """

    key: str
    source: str
    name: str
    windows: Mapping[FrameRef, Window]
    inverted: bool
    shut: Mapping[FrameRef, Mask]
    layers: tuple[str, ...]
    caveats: tuple[LayerCaveat, ...] = ()
    luts: Mapping[FrameRef, VoiLut] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Dose:
    """A dose grid (PS3.3 C.8.8.3): values (planes, rows, columns) float32 in `unit`.

    `origin` is the centre of its first voxel, LPS mm; `right` and `down` lead to the next column
    and row, `normal` is of length 1, and `offsets` (planes,) grow along it, mm.
    """

    key: str
    source: str
    name: str
    unit: str
    values: Pixels
    origin: Vector
    right: Vector
    down: Vector
    normal: Vector
    offsets: Vector
    caveats: tuple[LayerCaveat, ...] = ()

    @property
    def maximum(self) -> float:
        return float(self.values.max())

    def at(self, p_patient: Vector) -> Vector:
        """Dose at patient points (..., 3), linear between voxels; NaN outside the grid."""
        away = p_patient - self.origin
        column = away @ self.right / float(self.right @ self.right)
        row = away @ self.down / float(self.down @ self.down)
        planes, rows, columns = self.values.shape
        height = away @ self.normal
        index = np.arange(planes, dtype=np.float64)
        plane = np.interp(height, self.offsets, index) if planes > 1 else np.zeros_like(height)
        near = 1e-3
        thin = np.abs(height - self.offsets[0]) <= near if planes == 1 else True
        inside = (
            (column >= -near) & (column <= columns - 1 + near)
            & (row >= -near) & (row <= rows - 1 + near)
            & (height >= self.offsets[0] - near) & (height <= self.offsets[-1] + near)
            & thin
        )  # fmt: skip
        found = _linear(self.values, (plane, row, column))
        return np.asarray(np.where(inside, found, np.nan), dtype=np.float64)


def _linear(values: Pixels, where: tuple[Vector, Vector, Vector]) -> Vector:
    """Values between voxels; places outside are held to the edge."""
    low, share = [], []
    for axis, exact in enumerate(where):
        held = np.clip(exact, 0, values.shape[axis] - 1)
        begin = np.minimum(held.astype(np.int64), max(0, values.shape[axis] - 2))
        low.append(begin)
        share.append(held - begin)
    total = np.zeros(np.shape(where[0]), dtype=np.float64)
    for corner in range(8):
        up = [corner >> axis & 1 for axis in range(3)]
        at = tuple(np.minimum(low[axis] + up[axis], values.shape[axis] - 1) for axis in range(3))
        parts = [share[axis] if up[axis] else 1 - share[axis] for axis in range(3)]
        total += parts[0] * parts[1] * parts[2] * values[at]
    return total


@dataclass(frozen=True, eq=False)
class Findings:
    """Everything that the other files of a case say about one image.

    `problems` are objects that could not be shown over it, and why.
    """

    layers: tuple[Layer, ...] = ()
    presentations: tuple[Presentation, ...] = ()
    doses: tuple[Dose, ...] = ()
    problems: tuple[LabelerError, ...] = ()

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            self.layers + other.layers,
            self.presentations + other.presentations,
            self.doses + other.doses,
            self.problems + other.problems,
        )

    def __bool__(self) -> bool:
        return bool(self.layers or self.presentations or self.doses or self.problems)


NO_FINDINGS = Findings()
