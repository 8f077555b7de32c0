"""The bytes of a NIfTI or Analyze header to its fields (nifti1.h, nifti2.h, Analyze 7.5)."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

from labeler.errors import LabelerError
from labeler.imaging.volumes.volume_faults import bad_field, cut_short

HEADER_BYTES = 544
"""The longest header, with the four bytes after it that announce extensions."""
_SIZES = {348: 1, 540: 2}
_MAGICS = {b"n+1\0": True, b"ni1\0": False, b"n+2\0": True, b"ni2\0": False}
_LEAST_OFFSET = {1: 348, 2: 540}
_USUAL_OFFSET = {1: 352, 2: 544}
_MOST_OFFSET = 1 << 62

Four = tuple[float, float, float, float]


@dataclass(frozen=True)
class NiftiHeader:
    """`version` is 0 for Analyze. `single` says the values lie in the same file, at `offset`.

    `shape` has each axis, the first one fastest. `shown` is cal_min and cal_max.
    """

    name: str
    version: int
    little: bool
    single: bool
    shape: tuple[int, ...]
    datatype: int
    intent: int
    offset: int
    pixdim: tuple[float, ...]
    slope: float
    intercept: float
    shown: tuple[float, float]
    unit: int
    qform_code: int
    sform_code: int
    quaternion: tuple[float, float, float]
    qoffset: tuple[float, float, float]
    sform: tuple[Four, Four, Four]

    def fault(self, field: str, value: object) -> LabelerError:
        return bad_field(self.name, _family(self.version), field, value)


def _family(version: int) -> str:
    return f"NIfTI-{version}" if version else "Analyze"


def is_header(head: bytes, analyze: bool) -> bool:
    """Whether a header begins with its own size and holds its magic.

    Analyze has no magic: it is only looked for where `analyze` says that the name is right.
    """
    version, _little = _begins(head)
    if version == 0:
        return False
    return _magic(head, version) in _MAGICS or (analyze and version == 1)


def _begins(head: bytes) -> tuple[int, bool]:
    """1 or 2 and whether it is little-endian; 0 where the first number is no header's size."""
    for order in ("<", ">"):
        if len(head) >= 4 and (found := _SIZES.get(struct.unpack_from(f"{order}i", head)[0])):
            return found, order == "<"
    return 0, True


def _magic(head: bytes, version: int) -> bytes:
    return head[344:348] if version == 1 else head[4:8]


def read_nifti(head: bytes, name: str) -> NiftiHeader:
    """The header that `head` begins with; raises LabelerError naming the field at fault."""
    layout, little = _begins(head)
    size = 348 if layout == 1 else 540
    if len(head) < size:
        raise cut_short(name, size, len(head))
    read = _Fields(head, "<" if little else ">")
    magic = _magic(head, layout)
    version = layout if magic in _MAGICS else 0
    fields = _first(read, version) if layout == 1 else _second(read)
    single = _MAGICS.get(magic, False)
    family = _family(version)
    return NiftiHeader(
        name=name,
        version=version,
        little=little,
        single=single,
        shape=_shape(fields.dim, name, family),
        datatype=fields.datatype,
        intent=fields.intent,
        offset=_offset(fields.offset, version if single else 0, name, family),
        pixdim=fields.pixdim,
        slope=_slope(fields.scale),
        intercept=_intercept(fields.scale, name, family),
        shown=fields.shown,
        unit=fields.units & 7,
        qform_code=fields.codes[0],
        sform_code=fields.codes[1],
        quaternion=(fields.turn[0], fields.turn[1], fields.turn[2]),
        qoffset=(fields.turn[3], fields.turn[4], fields.turn[5]),
        sform=(_four(fields.rows, 0), _four(fields.rows, 4), _four(fields.rows, 8)),
    )


@dataclass(frozen=True)
class _Fields:
    head: bytes
    order: str

    def whole(self, at: int, code: str, count: int = 1) -> tuple[int, ...]:
        return struct.unpack_from(f"{self.order}{count}{code}", self.head, at)

    def real(self, at: int, code: str, count: int = 1) -> tuple[float, ...]:
        return struct.unpack_from(f"{self.order}{count}{code}", self.head, at)


@dataclass(frozen=True)
class _Raw:
    """What both versions say, at other places and in other sizes."""

    dim: tuple[int, ...]
    datatype: int
    intent: int
    pixdim: tuple[float, ...]
    offset: float
    scale: tuple[float, ...]
    shown: tuple[float, float]
    units: int
    codes: tuple[int, ...]
    turn: tuple[float, ...]
    rows: tuple[float, ...]


def _first(read: _Fields, version: int) -> _Raw:
    """348 bytes; Analyze shares what comes before the orientation, and the SPM scale."""
    nifti = version == 1
    high, low = read.real(124, "f", 2)
    return _Raw(
        dim=read.whole(40, "h", 8),
        datatype=read.whole(70, "h")[0],
        intent=read.whole(68, "h")[0] if nifti else 0,
        pixdim=read.real(76, "f", 8),
        offset=read.real(108, "f")[0],
        scale=read.real(112, "f", 2),
        shown=(low, high),
        units=read.whole(123, "B")[0] if nifti else 2,
        codes=read.whole(252, "h", 2) if nifti else (0, 0),
        turn=read.real(256, "f", 6),
        rows=read.real(280, "f", 12),
    )


def _second(read: _Fields) -> _Raw:
    high, low = read.real(192, "d", 2)
    return _Raw(
        dim=read.whole(16, "q", 8),
        datatype=read.whole(12, "h")[0],
        intent=read.whole(504, "i")[0],
        pixdim=read.real(104, "d", 8),
        offset=read.whole(168, "q")[0],
        scale=read.real(176, "d", 2),
        shown=(low, high),
        units=read.whole(500, "i")[0],
        codes=read.whole(344, "i", 2),
        turn=read.real(352, "d", 6),
        rows=read.real(400, "d", 12),
    )


def _shape(dim: tuple[int, ...], name: str, family: str) -> tuple[int, ...]:
    if not 1 <= dim[0] <= 7:
        raise bad_field(name, family, "dim[0]", dim[0])
    for axis in range(1, dim[0] + 1):
        # Beyond space a zero is how some writers say "none".
        if dim[axis] < (1 if axis <= 3 else 0):
            raise bad_field(name, family, f"dim[{axis}]", dim[axis])
    return tuple(max(count, 1) for count in dim[1 : dim[0] + 1])


def _offset(said: float, version: int, name: str, family: str) -> int:
    """Where values begin; `version` is 0 where they lie in a file of their own."""
    if not math.isfinite(said) or not -_MOST_OFFSET < said < _MOST_OFFSET:
        raise bad_field(name, family, "vox_offset", said)
    offset = int(said)
    if version == 0:
        return max(offset, 0)
    if offset == 0:
        return _USUAL_OFFSET[version]
    if offset < _LEAST_OFFSET[version]:
        raise bad_field(name, family, "vox_offset", offset)
    return offset


def _slope(scale: tuple[float, ...]) -> float:
    """No slope, or a slope of zero, says that values are as they are stored (nifti1.h)."""
    return scale[0] if math.isfinite(scale[0]) and scale[0] != 0 else 1.0


def _intercept(scale: tuple[float, ...], name: str, family: str) -> float:
    if not math.isfinite(scale[0]) or scale[0] == 0:
        return 0.0
    if not math.isfinite(scale[1]):
        raise bad_field(name, family, "scl_inter", scale[1])
    return scale[1]


def _four(values: tuple[float, ...], at: int) -> Four:
    return values[at], values[at + 1], values[at + 2], values[at + 3]
