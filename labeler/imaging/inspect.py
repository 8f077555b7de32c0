"""What files hold, in one stable form for scripts: an object a series, an object a failed file."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from labeler.errors import LabelerError
from labeler.imaging.copies import compared, cut_names
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.frames import Kind
from labeler.imaging.reader import Scan, open_image, scan
from labeler.imaging.series import Series
from labeler.imaging.sources.files import Tick
from labeler.model.image import (
    ByteSource,
    Caveat,
    Disagreement,
    Image,
    Pixels,
    Pyramid,
    SuvGap,
    VoiFunction,
    Window,
)
from labeler.model.regions import Region
from labeler.model.stack import Division, Double, Gap

FORMAT = 1
"""Of what `labeler inspect --json` answers; grows only where a script could misread it."""
_PLACES = 6
_DIGITS = 9


class Failure(msgspec.Struct, frozen=True):
    """`tag` is the DICOM tag at fault, as (gggg,eeee), or ""; `tried` says what each decoder that
    was asked answered."""

    code: str
    message: str
    tag: str
    tried: str = ""


class Rescaled(msgspec.Struct, frozen=True):
    """Of the first slice in order; colour counts all three channels."""

    min: float
    max: float
    mean: float


class LevelFound(msgspec.Struct, frozen=True):
    """One size of a slide; `um_per_pixel` is along columns and rows, None where not known."""

    rows: int
    columns: int
    downsample: float
    um_per_pixel: tuple[float, float] | None


class SeriesFound(msgspec.Struct, frozen=True, tag_field="object", tag="series"):
    """One series. `shape` is slices, rows, columns; spacing is along columns, rows and slices, None
    where it is not known (the affine then counts voxels).

    `error` says why the first slice gave no pixels; `rescaled` is then null.
    """

    uid: str
    part: int
    number: int | None
    description: str
    files: int
    kind: Kind
    modality: str
    shape: tuple[int, int, int]
    frames: int
    transfer_syntax: str
    photometric: str
    spacing_mm: tuple[float, float, float] | None
    affine_lps: tuple[tuple[float, ...], ...]
    window: tuple[Window, ...]
    unit: str
    rescaled: Rescaled | None
    caveats: tuple[Caveat, ...]
    error: Failure | None
    division: tuple[Division, ...] = ()
    """What divides the parts of one series, and which this is."""
    gaps: tuple[Gap, ...] = ()
    """Slices that are missing: behind which, how many."""
    doubles: tuple[Double, ...] = ()
    copies: tuple[str, ...] = ()
    """Files that were there twice and are left out."""
    cut_copies: tuple[str, ...] = ()
    """Those of them that are cut short, where a whole one is shown."""
    unlike_copies: tuple[str, ...] = ()
    """Those of them that are as whole as what is shown, but hold other pixels."""
    uncompared_copies: tuple[str, ...] = ()
    """Those of them where that cannot be told, since one of both gives no pixels."""
    slice_distances_mm: tuple[float, float] | None = None
    """The smallest and the largest way from one slice to the next; null where none is known."""
    regions: tuple[Region, ...] = ()
    voi_function: VoiFunction = VoiFunction.LINEAR
    window_names: tuple[str, ...] = ()
    voi_luts: tuple[str, ...] = ()
    """Tables from values to grey, by their explanations; the first is shown."""
    inverted: bool = False
    """Whether high values are dark, by the file's own word."""
    suv_factor: float | None = None
    suv_gap: SuvGap | None = None
    disagreements: tuple[Disagreement, ...] = ()
    """Where its header and its pixels do not say the same."""
    overlays: tuple[str, ...] = ()
    """What the file draws over its images, by label or description."""
    frame_times_ms: tuple[float, ...] | None = None
    frame_rate: float | None = None
    levels: tuple[LevelFound, ...] = ()
    """Of a slide: all its sizes, the largest first; `shape` is of the one that is shown."""
    associated: tuple[str, ...] = ()
    """Of a slide: what other pictures came with it (label, macro, thumbnail)."""
    measured: Rescaled | None = None
    """In `unit`, where a file scales further than its Modality LUT: doses, real-world values."""
    sides: tuple[str, str] | None = None
    """Where rows and columns lead, of images without places in the patient (X-rays)."""


class FileFailed(msgspec.Struct, frozen=True, tag_field="object", tag="file"):
    """A file that gave no image."""

    file: str
    error: Failure


def inspect(
    files: Sequence[ByteSource], decoders: Decoders, tick: Tick = lambda _done, _total: None
) -> list[SeriesFound | FileFailed]:
    """Everything found, series first; raises nothing for a bad file."""
    return described(scan(files, tick, decoders=decoders), decoders)


def described(found: Scan, decoders: Decoders) -> list[SeriesFound | FileFailed]:
    """What a scan found, series first; of each the first slice is read."""
    series = [one for part in found.series for one in _opened(part, decoders)]
    return [*series, *(FileFailed(p.name, _failure(p.error)) for p in found.problems)]


def _opened(series: Series, decoders: Decoders) -> list[SeriesFound | FileFailed]:
    """Files that cannot be put together to an image fail one by one."""
    try:
        return [_series(series, open_image(series, decoders), decoders)]
    except LabelerError as error:
        names = dict.fromkeys(frame.file.source.name for frame in series.frames)
        return [FileFailed(name, _failure(error)) for name in names]


def _series(series: Series, image: Image, decoders: Decoders) -> SeriesFound:
    header, file = series.header, series.frames[0].file
    stored, error = _first_slice(image)
    copies = compared(series.left_out, decoders)
    beyond = series.frames[0].beyond
    measured = _rescaled(stored, image.slopes[0], image.intercepts[0])
    return SeriesFound(
        uid=header.uid,
        part=header.part,
        number=header.number,
        description=header.description,
        files=len(_names(series)),
        kind=header.kind,
        modality=header.modality,
        shape=image.source.shape,
        frames=header.count,
        transfer_syntax=file.syntax.uid,
        photometric=image.photometric,
        spacing_mm=_spacing(image),
        affine_lps=tuple(tuple(_figure(value) for value in row) for row in image.affine.matrix),
        window=image.windows,
        unit=image.unit,
        rescaled=_rescaled(stored, 1.0, 0.0) if beyond else measured,
        caveats=image.caveats,
        error=error,
        division=header.division,
        gaps=tuple(replace(gap, distance_mm=_cut(gap.distance_mm)) for gap in image.stack.gaps),
        doubles=series.doubles,
        copies=series.copies,
        cut_copies=cut_names(series.left_out),
        unlike_copies=copies.unlike,
        uncompared_copies=copies.unknown,
        slice_distances_mm=_distances(image),
        regions=image.regions,
        voi_function=image.voi.function,
        window_names=image.voi.names,
        voi_luts=tuple(lut.name for lut in image.voi.luts),
        inverted=image.inverted,
        suv_factor=image.suv_factor,
        suv_gap=image.suv_gap,
        disagreements=image.disagreements,
        overlays=tuple(overlay.label or overlay.description for overlay in image.overlays),
        frame_times_ms=image.frame_times_ms,
        frame_rate=image.frame_rate,
        levels=_levels(image.pyramid),
        associated=file.slide.associated if file.slide is not None else (),
        measured=measured if beyond else None,
        sides=image.sides,
    )


def _names(series: Series) -> set[str]:
    files = [file for frame in series.frames for file in (frame.file, *frame.file.siblings)]
    return {name for file in files for name in (file.source.name, *file.also)}


def _levels(pyramid: Pyramid | None) -> tuple[LevelFound, ...]:
    return tuple(
        LevelFound(
            level.rows,
            level.columns,
            _cut(level.downsample),
            None
            if level.spacing_um is None
            else (_cut(level.spacing_um[1]), _cut(level.spacing_um[0])),
        )
        for level in (pyramid.levels if pyramid is not None else ())
    )


def _spacing(image: Image) -> tuple[float, float, float] | None:
    """None where the affine's millimetres are made up."""
    if Caveat.SPACING_UNKNOWN in image.caveats:
        return None
    x, y, z = image.affine.spacing_mm
    return _figure(x), _figure(y), _figure(z)


def _distances(image: Image) -> tuple[float, float] | None:
    places = np.array(image.stack.origins)
    if len(places) < 2:
        return None
    apart = np.linalg.norm(np.diff(places, axis=0), axis=1)
    return _cut(apart.min()), _cut(apart.max())


def _first_slice(image: Image) -> tuple[Pixels | None, Failure | None]:
    try:
        return image.source.frame(0), None
    except LabelerError as error:
        return None, _failure(error)


def _rescaled(stored: Pixels | None, slope: float, intercept: float) -> Rescaled | None:
    """Of all finite values; summed up before they are rescaled, so that no wide copy is made."""
    if stored is None:
        return None
    finite = stored
    if stored.dtype.kind == "f" and not (usable := np.isfinite(stored)).all():
        finite = stored[usable]
    if not finite.size:
        return None
    ends = sorted(float(end) * slope + intercept for end in (finite.min(), finite.max()))
    with np.errstate(over="ignore", invalid="ignore"):
        mean = float(finite.mean(dtype=np.float64)) * slope + intercept
    if not np.isfinite((*ends, mean)).all():
        return None
    return Rescaled(*(_figure(value) for value in (*ends, mean)))


def _failure(error: LabelerError) -> Failure:
    return Failure(
        error.code, str(error), str(error.facts.get("tag", "")), str(error.facts.get("tried", ""))
    )


def _figure(value: float) -> float:
    """To six places, or to nine digits where values are too small for that."""
    digits = _DIGITS - 1 - math.floor(math.log10(abs(value))) if value else _PLACES
    return round(float(value), max(_PLACES, digits)) + 0.0


def _cut(value: float) -> float:
    """Rounded, so that the last bits of a sum do not make two runs differ; never minus zero."""
    return round(float(value), _PLACES) + 0.0
