"""What every reader gives: files and their frames, in the same terms for all families."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from labeler.imaging.dicom.luts import Lut, Palette
from labeler.imaging.dicom.overlays import StoredOverlay
from labeler.imaging.dicom.positions import Vector3
from labeler.imaging.dicom.sides import Sides
from labeler.imaging.dicom.suv import PetFacts
from labeler.imaging.dicom.traits import Traits
from labeler.imaging.frame_stores import FrameStore
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import PLAIN_VOI, ByteSource, Caveat, Disagreement, SeriesInfo, Voi, Window
from labeler.model.layers import LayerKind
from labeler.model.regions import Region
from labeler.model.stack import Division

if TYPE_CHECKING:
    from labeler.imaging.slides.pyramids import Slide

_NO_TRAITS = Traits()

Kind = Literal["dicom", "picture", "volume", "slide"]
"""The families of files, as the shell names them."""


@dataclass(frozen=True, eq=False)
class StoredFile:
    """What all frames of one file share. `info` names no patient."""

    source: ByteSource
    syntax: Syntax
    layout: PixelLayout
    store: FrameStore
    frame_count: int
    instance: str
    info: SeriesInfo
    instance_number: int | None
    lossy: bool
    lut: Lut | None
    palette: Palette | None
    mosaic: bool = False
    """Whether one image holds many slices side by side, as Siemens scanners write them."""
    kind: Kind = "dicom"
    also: tuple[str, ...] = ()
    """Names of other files that hold parts of this one: they are no images of their own."""
    dimension_pointers: tuple[int, ...] = ()
    """Tags that the frames' `traits.dimensions` count, in their order."""
    caveats: tuple[Caveat, ...] = ()
    """What the header alone makes doubtful."""
    disagreements: tuple[Disagreement, ...] = ()
    layer: LayerKind | None = None
    """What it shows over other images, where it is a segmentation or a dose."""
    pet: PetFacts | None = None
    padding: tuple[int, int] | None = None
    """Stored values from and to which are padding (PS3.3 C.7.5.1.1.2)."""
    overlays: tuple[StoredOverlay, ...] = ()
    frame_rate: float | None = None
    inverse: bool = False
    """Whether high values are dark (PS3.3 C.7.6.3.1.2, C.8.11.1 Presentation LUT Shape)."""
    slide: Slide | None = None
    """All sizes, where the one frame is what is shown of a slide."""
    siblings: tuple[StoredFile, ...] = ()
    """Of a slide in several files: the others, each with a header of its own."""
    sides: Sides | None = None
    """Where rows and columns lead, of frames without an orientation in coordinates."""


@dataclass(frozen=True, eq=False)
class StoredFrame:
    """One frame and its geometry: LPS mm, spacing (between rows, between columns) in mm.

    `position` is None where frames of a file share one, so that it cannot sort them; `origin`
    is then still where the first pixel lies. `projected` says the spacing is at the detector.
    """

    file: StoredFile
    number: int
    position: Vector3 | None
    origin: Vector3 | None
    orientation: tuple[float, ...] | None
    spacing: tuple[float, float] | None
    projected: bool
    step_mm: float | None
    slope: float
    intercept: float
    windows: tuple[Window, ...]
    time: tuple[int, int]
    traits: Traits = _NO_TRAITS
    aspect: float = 1.0
    """A pixel's height over its width, where `spacing` is unknown."""
    magnification: float | None = None
    regions: tuple[Region, ...] = ()
    unit: str = ""
    lut: Lut | None = None
    """Where real-world values are told as a table for this frame."""
    voi: Voi = PLAIN_VOI
    caveats: tuple[Caveat, ...] = ()
    """What makes this frame's values doubtful."""
    time_ms: float | None = None
    """Since the first frame of its file."""
    division: tuple[Division, ...] = ()
    """Which part of its file this is, where the file says so itself (volumes of four axes)."""
    beyond: bool = False
    """Whether slope and intercept go beyond the Modality LUT: to a dose, to real-world values."""
