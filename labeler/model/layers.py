"""What other files say about an image: shown over it, and never part of a Document."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from labeler.errors import LabelerError
from labeler.model.frames import FrameRef
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
class Findings:
    """Everything that the other files of a case say about one image.

    `problems` are objects that could not be shown over it, and why.
    """

    layers: tuple[Layer, ...] = ()
    problems: tuple[LabelerError, ...] = field(default=())


NO_FINDINGS = Findings()
