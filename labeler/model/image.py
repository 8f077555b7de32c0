"""Pixels with everything needed to show and measure them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.model.affine import Affine, Vector
from labeler.model.frame_lists import frame_list_digest
from labeler.model.frames import FrameRef as FrameRef  # noqa: PLC0414  named here too
from labeler.model.frames import Window as Window  # noqa: PLC0414
from labeler.model.overlays import Overlay
from labeler.model.regions import Region
from labeler.model.stack import PLAIN, Stack

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


@runtime_checkable
class DirectBytes(Protocol):
    """What a ByteSource may offer besides: reading into memory, without a copy in between."""

    def read_into(self, offset: int, out: memoryview) -> int:
        """Fill `out` from `offset`; how many bytes were there, fewer only at the end."""
        ...


@runtime_checkable
class KnownDigest(Protocol):
    """What a ByteSource may offer besides: what names its file, without reading it for that."""

    def sha256(self) -> str:
        """64 hexadecimal digits, or what stands for them until the file was read."""
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
    SPACING_REGIONAL = "spacing-regional"
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
    TRANSPARENCY = "transparency"
    COLOR_PROFILE = "color-profile"
    COLOR_DEPTH = "color-depth"
    RESCALE_BROKEN = "rescale-broken"
    SUV_UNKNOWN = "suv-unknown"
    OVERLAY_BROKEN = "overlay-broken"
    COLOR_LEFT_OUT = "color-left-out"
    HEADER_DISAGREES = "header-disagrees"
    REDUCED = "reduced"
    MISSING_TILES = "missing-tiles"
    TILES_APART = "tiles-apart"
    DOSE_RELATIVE = "dose-relative"

    @property
    def blocks_measuring(self) -> bool:
        """Whether millimetres in the plane would be a guess."""
        return self in (Caveat.SPACING_UNKNOWN, Caveat.MOSAIC)

    @property
    def blocks_measuring_across(self) -> bool:
        """Whether millimetres (and volumes) across slices would be a guess."""
        across = (Caveat.SPACING_UNEVEN, Caveat.MISSING_SLICES, Caveat.ORIENTATION_UNKNOWN)
        return self.blocks_measuring or self in across


class SuvGap(enum.StrEnum):
    """Why the SUV of a PET image cannot be told."""

    UNITS = "units"
    CORRECTION = "correction"
    WEIGHT = "weight"
    DOSE = "dose"
    HALF_LIFE = "half-life"
    INJECTION_TIME = "injection-time"
    SCAN_TIME = "scan-time"
    MIXED = "mixed"


@dataclass(frozen=True)
class Disagreement:
    """What a file's header says under a tag, "(0028,0004)", and what its pixels are by their own
    bytes; the pixels were `believed` where it is known that they are right."""

    tag: str
    said: str
    found: str
    believed: bool = False


class VoiFunction(enum.StrEnum):
    """The curve of a window, as files name it (PS3.3 C.11.2.1.2, C.11.2.1.3)."""

    LINEAR = "LINEAR"
    LINEAR_EXACT = "LINEAR_EXACT"
    SIGMOID = "SIGMOID"


@dataclass(frozen=True, eq=False)
class VoiLut:
    """A table from rescaled values to grey (PS3.3 C.11.2.1.1): `table[0]` is what `first` becomes,
    values beyond either end take the end's, and `top` is white."""

    name: str
    first: int
    top: int
    table: NDArray[np.uint16]

    @property
    def window(self) -> Window:
        """The range of values that the table tells apart."""
        return Window(self.first + len(self.table) / 2, float(max(1, len(self.table))))


@dataclass(frozen=True)
class Voi:
    """How the file wants its values shown, beside its windows. `names` are its windows' own, in
    their order, "" where it gives none."""

    function: VoiFunction = VoiFunction.LINEAR
    names: tuple[str, ...] = ()
    luts: tuple[VoiLut, ...] = ()


PLAIN_VOI = Voi()


@dataclass(frozen=True)
class PyramidLevel:
    """One size of a slide. `downsample` is against the largest; `spacing_um` is between rows,
    then between columns, None where it is not known. `tile` is the rows and columns of its tiles;
    those at the right and lower edge are cut to the level."""

    rows: int
    columns: int
    downsample: float
    spacing_um: tuple[float, float] | None
    tile: tuple[int, int]


@runtime_checkable
class LateCaveats(Protocol):
    """What a PixelSource may offer besides: what reading it told of it."""

    @property
    def late_caveats(self) -> tuple[Caveat, ...]:
        """As far as it was read; asking reads nothing."""
        ...


class Pyramid(Protocol):
    """A whole slide in several sizes; safe to ask from any thread."""

    @property
    def levels(self) -> tuple[PyramidLevel, ...]:
        """Largest first."""
        ...

    def region(self, level: int, row: int, column: int, rows: int, columns: int) -> Pixels:
        """Values as PixelSource gives them, from the pixel (row, column) of a level; the region
        must lie inside the level. Raises LabelerError where a tile of it cannot be decoded."""
        ...

    def tiles(
        self,
        level: int,
        places: Sequence[tuple[int, int]],
        take: Callable[[Pixels], Pixels],
    ) -> list[Pixels | LabelerError]:
        """Whole tiles by their row and column in the level's grid, read and decoded together: what
        `take` makes of each one's values, which are others right after; each that cannot be
        decoded gives its own error."""
        ...


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
    study_description: str = ""
    study_day: int | None = None
    """The proleptic Gregorian ordinal of the study's date; only differences of it are shown."""
    view: str = ""
    """How a projection was taken: "CC", "MLO", "PA" ... (View Position, or the view's code)."""
    laterality: str = ""
    """Of what comes in pairs: which side is shown, "R" or "L", or both, "B"."""
    is_partial: bool = False
    """Whether a projection is a magnified, spot or otherwise modified view (View Modifier)."""
    kernel: str = ""
    """The reconstruction kernel of a CT."""
    patient: str = ""
    """Equal for series of one person within one run of the program; it leads back to nobody."""


@dataclass(frozen=True, eq=False)
class Image:
    """One series placed in the patient; pixels arrive through `source` when asked for.

    `refs` and `instance_numbers` have one entry a slice. Rescaled value = stored * slope +
    intercept, per slice. `unit` is what rescaled values are told in ("HU", "Bq/mL", "Gy"), else "".
    `inverted`: high values are dark (MONOCHROME1, or Presentation LUT Shape INVERSE).
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
    """Whether the affine's axes are the patient's (False: letters read "?", or `sides`)."""
    voi: Voi = PLAIN_VOI
    suv_factor: float | None = None
    """SUV by body weight = rescaled value * factor; None where it is no PET or cannot be told."""
    suv_gap: SuvGap | None = None
    """What is missing for SUV in a PET image."""
    disagreements: tuple[Disagreement, ...] = ()
    """Where headers and pixels of its files do not say the same, each once."""
    overlays: tuple[Overlay, ...] = ()
    """What the file itself draws over its images."""
    frame_times_ms: tuple[float, ...] | None = None
    """When each slice was taken, from the first on, where they show one place over time."""
    frame_rate: float | None = None
    """Slices a second as the file wants them shown; None where it does not say."""
    padding: tuple[float, float] | None = None
    """Stored values from and to which are no image but padding, both inclusive."""

    stack: Stack = PLAIN
    regions: tuple[Region, ...] = ()
    """Where sizes hold, if not everywhere: then `SPACING_REGIONAL` is among the caveats."""
    magnification: float | None = None
    """Estimated, of sizes at the detector; no number is divided by it."""
    pyramid: Pyramid | None = None
    """All sizes of a slide; `source` shows one of them."""
    sides: tuple[str, str] | None = None
    """Where rows and columns lead by the file's word, as "L" and "F", where it is not `oriented`:
    it tells the letters at the edges, and no place in the patient."""
    cut_short: Mapping[int, int] = field(default_factory=dict)
    """Slices of whose rows only so many, from the first on, are in their file: what `source` gives
    for the others is no value of the patient."""

    def rows_there(self, index: int) -> int:
        """How many rows of a slice are in its file, from the first on."""
        return self.cut_short.get(index, self.source.shape[1])

    def to_patient(self, p_voxel: Vector) -> Vector:
        """Patient LPS mm of voxel coordinates, shape (..., 3): each slice where its header says.

        Between slices the way from one to the next is straight; beyond the ends the affine leads.
        """
        origins = self.stack.origins
        if len(origins) < 2:
            return self.affine.to_patient(p_voxel)
        flat = np.array(p_voxel, dtype=np.float64)
        k = flat[..., 2].copy()
        inside = np.clip(k, 0, len(origins) - 1)
        below = inside.astype(np.intp)
        above = np.minimum(below + 1, len(origins) - 1)
        places = self._places
        share = (inside - below)[..., np.newaxis]
        at = places[below] + share * (places[above] - places[below])
        flat[..., 2] = k - inside
        moved: Vector = flat @ self.affine.matrix[:3, :3].T + at
        return moved

    @cached_property
    def _places(self) -> Vector:
        """The stack's origins as an array (slices, 3): the corner of each frame asks for it."""
        return np.array(self.stack.origins, dtype=np.float64)

    @cached_property
    def frame_list(self) -> str:
        """The name of the list of its slices, as masks that go through them have it."""
        return frame_list_digest(self.refs)

    @property
    def is_volume(self) -> bool:
        """Whether its slices lie beside one another, so that a region may go through them."""
        slices = self.source.shape[0]
        return slices > 1 and self.frame_times_ms is None and self.measurable_across

    @cached_property
    def _late(self) -> LateCaveats | None:
        """Kept: to tell a protocol takes longer than all else that a frame asks of an image."""
        return self.source if isinstance(self.source, LateCaveats) else None

    @property
    def known_caveats(self) -> tuple[Caveat, ...]:
        """With those that only its pixels tell, as far as they were read."""
        late = () if self._late is None else self._late.late_caveats
        return (
            self.caveats
            if not late
            else (*self.caveats, *(caveat for caveat in late if caveat not in self.caveats))
        )

    @property
    def is_color(self) -> bool:
        return self.photometric not in ("MONOCHROME1", "MONOCHROME2")

    @property
    def measurable(self) -> bool:
        return not any(caveat.blocks_measuring for caveat in self.caveats)

    @property
    def in_patient(self) -> bool:
        """Whether a place in it is known as one in the patient: not on a slide, a projection or a
        plain picture."""
        return self.oriented and Caveat.ORIENTATION_UNKNOWN not in self.caveats

    @property
    def measurable_across(self) -> bool:
        """Whether millimetres from slice to slice are known, and the same everywhere."""
        several = self.source.shape[0] > 1 or self.sides is not None
        unplaced = several and len(set(self.stack.origins)) < 2
        return not unplaced and not any(one.blocks_measuring_across for one in self.caveats)
