"""The reader of NIfTI-1, NIfTI-2 and Analyze 7.5 volumes: one file or a pair, plain or gzipped."""

from __future__ import annotations

import math

from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import Beside
from labeler.imaging.syntaxes import Syntax
from labeler.imaging.volumes.grids import Element, Grid, Volume, plain_grid, volume_frames
from labeler.imaging.volumes.nifti_header import HEADER_BYTES, NiftiHeader, is_header, read_nifti
from labeler.imaging.volumes.nifti_place import Placed, placed
from labeler.imaging.volumes.unfolding import GZIP_MAGIC, peek_gzip, unfolded
from labeler.imaging.volumes.volume_faults import (
    header_missing,
    missing_data,
    not_of_kind,
    unsupported,
)
from labeler.model.image import ByteSource, Caveat, Window

_SINGLE = (".nii", ".nii.gz")
_HEADERS = (".hdr", ".hdr.gz")
_VALUES = (".img", ".img.gz")
_ELEMENTS = {
    2: ("u", 1),
    4: ("i", 2),
    8: ("i", 4),
    16: ("f", 4),
    64: ("f", 8),
    128: ("u", 1),
    256: ("i", 1),
    512: ("u", 2),
    768: ("u", 4),
    1024: ("i", 8),
    1280: ("u", 8),
    2304: ("u", 1),
}
_SAMPLES = {128: 3, 2304: 4}
_REFUSED = {
    1: "one-bit values",
    32: "complex numbers (complex64)",
    1536: "128-bit floating-point numbers (float128)",
    1792: "complex numbers (complex128)",
    2048: "complex numbers (complex256)",
}
_CIFTI = range(3000, 3100)


def knows(head: bytes, name: str) -> bool:
    """By the magic, wherever it lies, or by the name."""
    lower = name.lower()
    named = lower.endswith((*_SINGLE, *_HEADERS, *_VALUES))
    return named or is_header(_plain(head), lower.endswith(_HEADERS))


def _plain(head: bytes) -> bytes:
    return peek_gzip(head, HEADER_BYTES) or head[:HEADER_BYTES]


def read(source: ByteSource, head: bytes, beside: Beside) -> tuple[StoredFrame, ...]:
    """Raises LabelerError naming the header's field at fault."""
    plain, lower = _plain(head), source.name.lower()
    if not is_header(plain, analyze=lower.endswith(_HEADERS)):
        if lower.endswith(_VALUES):
            raise header_missing(source.name, _swapped(source.name, _VALUES, _HEADERS)[0])
        raise not_of_kind(source.name, "NIfTI", "sizeof_hdr (348 or 540) with its magic")
    header = read_nifti(plain, source.name)
    if header.intent in _CIFTI:
        raise unsupported(source.name, f"CIFTI-2 data of brain surfaces (intent {header.intent})")
    if header.datatype in _REFUSED:
        raise unsupported(source.name, _REFUSED[header.datatype])
    if header.datatype not in _ELEMENTS:
        raise header.fault("datatype", header.datatype)
    return volume_frames(_volume(source, head, header, beside))


def _volume(source: ByteSource, head: bytes, header: NiftiHeader, beside: Beside) -> Volume:
    kind, size = _ELEMENTS[header.datatype]
    samples = _SAMPLES.get(header.datatype, 1)
    grid = plain_grid(header.shape, samples)
    values = source if header.single else _values(source, beside)
    gzipped = (head if values is source else values.read(0, 2)).startswith(GZIP_MAGIC)
    needed = math.prod(header.shape) * samples * size
    offset, available = header.offset, None
    voxels = values
    if gzipped:
        voxels = unfolded(values, 0, offset + needed, "gzip")
    else:
        available = max(values.size - offset, 0)
    where = placed(header)
    return Volume(
        source=source,
        syntax=_syntax(header, gzipped=gzipped),
        voxels=voxels,
        offset=offset,
        element=Element(kind, size, header.little),
        grid=grid,
        affine=where.affine,
        spacing=where.spacing,
        available=available,
        data=() if values is source else (values,),
        slope=1.0 if samples > 1 else header.slope,
        intercept=0.0 if samples > 1 else header.intercept,
        windows=_windows(header, grid),
        caveats=_caveats(where),
        sized=where.sized,
    )


def _values(source: ByteSource, beside: Beside) -> ByteSource:
    """The other half of a pair; raises LabelerError where it is not there."""
    names = _swapped(source.name, (*_HEADERS, *_SINGLE), _VALUES)
    for name in names:
        found = beside(name.rsplit("/", 1)[-1])
        if found is not None:
            return found
    raise missing_data(source.name, names[0].rsplit("/", 1)[-1])


def _swapped(name: str, old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """The name with each other ending, one compressed as itself first, in its own case too."""
    lower = name.lower()
    ending = next((one for one in sorted(old, key=len, reverse=True) if lower.endswith(one)), "")
    stem = name[: len(name) - len(ending)] if ending else name
    packed = ending.endswith(".gz")
    ordered = sorted(new, key=lambda one: one.endswith(".gz") != packed)
    if ending and name.endswith(ending.upper()):
        ordered = [one.upper() for one in ordered] + ordered
    return [stem + one for one in ordered]


def _syntax(header: NiftiHeader, *, gzipped: bool) -> Syntax:
    pair = "" if header.single or header.version == 0 else "-pair"
    family = "analyze" if header.version == 0 else f"nifti{header.version}"
    called = "Analyze 7.5" if header.version == 0 else f"NIfTI-{header.version}"
    if gzipped:
        return Syntax(f"{family}{pair}+gzip", f"{called}, gzip", little=header.little)
    return Syntax(f"{family}{pair}", called, little=header.little)


def _windows(header: NiftiHeader, grid: Grid) -> tuple[Window, ...]:
    """What the header asks to be shown (cal_min to cal_max), in rescaled values."""
    low, high = header.shown
    usable = math.isfinite(low) and math.isfinite(high) and high > low
    if not usable or grid.samples.count > 1:
        return ()
    return (Window(center=(low + high) / 2, width=high - low),)


def _caveats(where: Placed) -> tuple[Caveat, ...]:
    told = (
        (where.unit_assumed, Caveat.UNIT_ASSUMED),
        (where.forms_disagree, Caveat.FORMS_DISAGREE),
    )
    return tuple(caveat for said, caveat in told if said)
