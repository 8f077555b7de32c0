"""The reader of MetaImage volumes (.mha, .mhd): patient space is LPS already, as ITK writes it."""

from __future__ import annotations

import math

from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import Beside
from labeler.imaging.syntaxes import Syntax
from labeler.imaging.volumes.detached import JoinedBytes, Piece, available, find_data, numbered
from labeler.imaging.volumes.grids import Grid, Volume, plain_grid, volume_frames
from labeler.imaging.volumes.metaimage_header import (
    MetaHeader,
    looks_like_metaimage,
    read_metaimage,
)
from labeler.imaging.volumes.metaimage_place import placed
from labeler.imaging.volumes.unfolding import MAX_HELD, HeldBytes, unfolded
from labeler.imaging.volumes.volume_faults import too_large
from labeler.imaging.volumes.written_numbers import read_decimals
from labeler.model.image import ByteSource

_IN_SPACE = 3


def knows(head: bytes, name: str) -> bool:
    return name.lower().endswith((".mha", ".mhd")) or looks_like_metaimage(head)


def read(source: ByteSource, head: bytes, beside: Beside) -> tuple[StoredFrame, ...]:
    """Raises LabelerError naming the header's field at fault."""
    header = read_metaimage(source, head)
    files = _files(header, beside)
    total = math.prod(header.sizes) * header.channels * header.element.size
    count = max(len(files), 1)
    if total % count:
        raise header.fault("ElementDataFile", f"{len(files)} names")
    places = [(file, 0) for file in files] or [(source, header.end)]
    pieces = [_piece(header, file, start, total // count) for file, start in places]
    where = placed(header)
    return volume_frames(
        Volume(
            source=source,
            syntax=_syntax(header),
            voxels=JoinedBytes(source.name, pieces),
            offset=0,
            element=header.element,
            grid=_grid(header),
            affine=where.affine,
            spacing=where.spacing,
            available=available(pieces) if header.stored_plain else None,
            data=files,
            slope=header.slope,
            intercept=header.intercept,
            modality=header.modality,
        )
    )


def _grid(header: MetaHeader) -> Grid:
    """Three or four channels of bytes are colours; other channels are parts of their own."""
    color = header.channels in (3, 4) and (header.element.kind, header.element.size) == ("u", 1)
    if color:
        return plain_grid(header.sizes, header.channels)
    return plain_grid(header.sizes, channels=header.channels)


def _syntax(header: MetaHeader) -> Syntax:
    coding = "zlib" if header.compressed else "ascii" if not header.binary else "raw"
    return Syntax(f"metaimage+{coding}", f"MetaImage, {coding}", little=header.element.little)


def _files(header: MetaHeader, beside: Beside) -> tuple[ByteSource, ...]:
    said, *names = header.data
    if said == "LOCAL":
        return ()
    if said == "LIST":
        if not names:
            raise header.fault("ElementDataFile", "LIST without names")
    elif "%" in said:
        names = list(numbered(said.split(), header.name, "MetaImage", "ElementDataFile"))
    else:
        names = [said]
    return find_data(names, header.name, beside)


def _piece(header: MetaHeader, source: ByteSource, start: int, length: int) -> Piece:
    if header.compressed:
        return Piece(unfolded(source, start, length, "zlib"), 0, length)
    if not header.binary:
        if length > MAX_HELD:
            raise too_large(header.name, length, MAX_HELD)
        element = header.element
        return Piece(
            HeldBytes(source.name, length, lambda: read_decimals(source, start, length, element)),
            0,
            length,
        )
    if header.skip < 0:
        return Piece(source, max(source.size - length, 0), length)
    return Piece(source, start + header.skip, length)
