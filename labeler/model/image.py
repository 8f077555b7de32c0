"""Pixels with everything needed to show and measure them."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from labeler.model.affine import Affine
from labeler.model.frames import FrameRef as FrameRef  # noqa: PLC0414  named here too
from labeler.model.frames import Window as Window  # noqa: PLC0414

Pixels = NDArray[Any]


class ByteSource(Protocol):
    """Random access to the bytes of one file, wherever they lie (disk, sealed package)."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int: ...

    def read(self, offset: int, length: int) -> bytes:
        """Up to `length` bytes from `offset`; fewer only at the end of the file."""
        ...


class PixelSource(Protocol):
    """Where stored values come from, one frame at a time; safe to call from any thread."""

    @property
    def shape(self) -> tuple[int, int, int]:
        """Slices, rows, columns."""
        ...

    def frame(self, index: int) -> Pixels:
        """Stored values of one slice: (rows, columns), or (rows, columns, 3) uint8 RGB.

        Raises LabelerError where this slice cannot be decoded; other slices stay readable.
        """
        ...


class Caveat(enum.StrEnum):
    """Something a reader must know before trusting a number."""

    SPACING_UNKNOWN = "spacing-unknown"
    SPACING_UNEVEN = "spacing-uneven"
    SPACING_PROJECTED = "spacing-projected"
    ORIENTATION_UNKNOWN = "orientation-unknown"
    MISSING_SLICES = "missing-slices"
    DOUBLED_SLICES = "doubled-slices"
    GANTRY_TILT = "gantry-tilt"
    LOSSY = "lossy"
    WINDOW_ESTIMATED = "window-estimated"
    MOSAIC = "mosaic"
    CUT_SHORT = "cut-short"
    PLANE_SHEARED = "plane-sheared"
    UNIT_ASSUMED = "unit-assumed"
    FORMS_DISAGREE = "forms-disagree"
    FACE = "face"

    @property
    def blocks_measuring(self) -> bool:
        """Whether millimetres in the plane would be a guess."""
        return self in (Caveat.SPACING_UNKNOWN, Caveat.MOSAIC)


@dataclass(frozen=True)
class SeriesInfo:
    """What a person calls the series by; no names of patients."""

    uid: str
    number: int | None
    description: str
    modality: str
    study_uid: str
    body_part: str
    patient_age: str
    patient_sex: str
    slice_thickness_mm: float | None
    frame_of_reference: str = ""
    """Its UID: images that share it lie in the same patient coordinates (PS3.3 C.7.4.1)."""


@dataclass(frozen=True, eq=False)
class Image:
    """One series placed in the patient; pixels arrive through `source` when asked for.

    `refs` and `instance_numbers` have one entry a slice. Rescaled value = stored * slope +
    intercept, per slice. `unit` is "HU" for rescaled CT, else "". `inverted` is MONOCHROME1.
    """

    source: PixelSource
    affine: Affine
    info: SeriesInfo
    refs: tuple[FrameRef, ...]
    instance_numbers: tuple[int | None, ...]
    slopes: tuple[float, ...]
    intercepts: tuple[float, ...]
    unit: str
    photometric: str
    inverted: bool
    windows: tuple[Window, ...]
    caveats: tuple[Caveat, ...]
    oriented: bool = True
    """Whether the affine's axes are the patient's (False: letters read "?")."""

    @property
    def is_color(self) -> bool:
        return self.photometric not in ("MONOCHROME1", "MONOCHROME2")

    @property
    def measurable(self) -> bool:
        return not any(caveat.blocks_measuring for caveat in self.caveats)
