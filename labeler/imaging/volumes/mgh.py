"""The reader of FreeSurfer volumes (.mgh, .mgz): big-endian, with a center in scanner RAS."""

from __future__ import annotations

import math
import struct

import numpy as np

from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import Beside
from labeler.imaging.syntaxes import Syntax
from labeler.imaging.volumes.grids import (
    LPS_OF_RAS,
    Element,
    Volume,
    plain_grid,
    usable_affine,
    volume_frames,
)
from labeler.imaging.volumes.unfolding import GZIP_MAGIC, peek_gzip, unfolded
from labeler.imaging.volumes.volume_faults import bad_field, cut_short, not_of_kind
from labeler.model.affine import Vector
from labeler.model.image import ByteSource

_NAMES = (".mgh", ".mgz", ".mgh.gz")
_VALUES = 284
_HEAD = struct.Struct(">7ih15f")
_ELEMENTS = {0: ("u", 1), 1: ("i", 4), 3: ("f", 4), 4: ("i", 2), 10: ("u", 2)}
_MOST_SIZE = 1 << 20


def knows(head: bytes, name: str) -> bool:  # noqa: ARG001  its first number is only a 1
    return name.lower().endswith(_NAMES)


def read(
    source: ByteSource,
    head: bytes,
    beside: Beside,  # noqa: ARG001  such a file is whole
) -> tuple[StoredFrame, ...]:
    """Raises LabelerError naming the header's field at fault."""
    packed = head.startswith(GZIP_MAGIC)
    plain = peek_gzip(head, _VALUES) if packed else head[:_VALUES]
    if len(plain) < _HEAD.size:
        raise cut_short(source.name, _VALUES, len(plain))
    version, *sizes, kind, _freedom, good, _x, _y, _z = _HEAD.unpack_from(plain)[:11]
    if version != 1:
        raise not_of_kind(source.name, "MGH", "version 1")
    for axis, size in zip(("width", "height", "depth", "nframes"), sizes, strict=True):
        if not 1 <= size <= _MOST_SIZE:
            raise bad_field(source.name, "MGH", axis, size)
    if kind not in _ELEMENTS:
        raise bad_field(source.name, "MGH", "type", kind)
    element = Element(*_ELEMENTS[kind], little=False)
    needed = math.prod(sizes) * element.size
    affine = _affine(_HEAD.unpack_from(plain)[8:], sizes) if good == 1 else None
    return volume_frames(
        Volume(
            source=source,
            syntax=Syntax("mgh+gzip", "MGH, gzip") if packed else Syntax("mgh", "MGH"),
            voxels=unfolded(source, 0, _VALUES + needed, "gzip") if packed else source,
            offset=_VALUES,
            element=element,
            grid=plain_grid(tuple(sizes)),
            affine=affine,
            spacing=None,
            available=None if packed else max(source.size - _VALUES, 0),
            modality="MR",
        )
    )


def _affine(numbers: tuple[float, ...], sizes: list[int]) -> Vector | None:
    """Voxel sizes, the direction of each axis, and the center: the place of voxel size / 2."""
    matrix = np.eye(4)
    matrix[:3, :3] = np.array(numbers[3:12]).reshape(3, 3).T * np.array(numbers[:3])
    middle = np.array([size / 2 for size in sizes[:3]])
    matrix[:3, 3] = np.array(numbers[12:15]) - matrix[:3, :3] @ middle
    turned = LPS_OF_RAS @ matrix
    return turned if usable_affine(turned) else None
