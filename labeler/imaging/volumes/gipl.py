"""The reader of GIPL volumes (.gipl, .gipl.gz): big-endian, with a size and no sure orientation."""

from __future__ import annotations

import math
import struct

from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import Beside
from labeler.imaging.syntaxes import Syntax
from labeler.imaging.volumes.grids import Element, Volume, plain_grid, usable_spacing, volume_frames
from labeler.imaging.volumes.unfolding import GZIP_MAGIC, peek_gzip, unfolded
from labeler.imaging.volumes.volume_faults import bad_field, not_of_kind, unsupported
from labeler.model.image import ByteSource

_VALUES = 256
_MAGICS = (b"\xef\xff\xe9\xb0", b"\x2a\xe3\x89\xb8")
_ELEMENTS = {
    7: ("i", 1),
    8: ("u", 1),
    15: ("i", 2),
    16: ("u", 2),
    31: ("u", 4),
    32: ("i", 4),
    64: ("f", 4),
    65: ("f", 8),
}
_COMPLEX = range(144, 208)


def _plain(head: bytes) -> bytes:
    return peek_gzip(head, _VALUES) if head.startswith(GZIP_MAGIC) else head[:_VALUES]


def knows(head: bytes, name: str) -> bool:
    named = name.lower().endswith((".gipl", ".gipl.gz"))
    return named or _plain(head)[252:] in _MAGICS


def read(
    source: ByteSource,
    head: bytes,
    beside: Beside,  # noqa: ARG001  such a file is whole
) -> tuple[StoredFrame, ...]:
    """Raises LabelerError naming the header's field at fault."""
    plain, packed = _plain(head), head.startswith(GZIP_MAGIC)
    if plain[252:] not in _MAGICS:
        raise not_of_kind(source.name, "GIPL", "its magic number at byte 252")
    *dims, kind = struct.unpack_from(">5H", plain)
    sizes = struct.unpack_from(">3f", plain, 10)
    if kind == 1 or kind in _COMPLEX:
        raise unsupported(source.name, "one-bit values" if kind == 1 else "complex numbers")
    if kind not in _ELEMENTS:
        raise bad_field(source.name, "GIPL", "image type", kind)
    shape = (*dims[:2], *(max(count, 1) for count in dims[2:]))
    if not all(shape):
        raise bad_field(source.name, "GIPL", "dimensions", dims[:2])
    element = Element(*_ELEMENTS[kind], little=False)
    needed = math.prod(shape) * element.size
    return volume_frames(
        Volume(
            source=source,
            syntax=Syntax("gipl+gzip", "GIPL, gzip") if packed else Syntax("gipl", "GIPL"),
            voxels=unfolded(source, 0, _VALUES + needed, "gzip") if packed else source,
            offset=_VALUES,
            element=element,
            grid=plain_grid(shape),
            affine=None,
            spacing=usable_spacing(tuple(float(size) for size in sizes)),
            available=None if packed else max(source.size - _VALUES, 0),
        )
    )
