"""The reader of NRRD volumes: header and values in one file, or the values in others beside it."""

from __future__ import annotations

import math

from labeler.imaging.frames import StoredFrame
from labeler.imaging.sources.files import Beside
from labeler.imaging.syntaxes import Syntax
from labeler.imaging.volumes.detached import JoinedBytes, Piece, available, find_data, numbered
from labeler.imaging.volumes.grids import Element, Volume, volume_frames
from labeler.imaging.volumes.nrrd_header import MAGIC, NrrdHeader, read_nrrd
from labeler.imaging.volumes.nrrd_place import Arranged, arranged
from labeler.imaging.volumes.unfolding import MAX_HELD, HeldBytes, unfolded
from labeler.imaging.volumes.volume_faults import too_large
from labeler.imaging.volumes.written_numbers import read_decimals, read_hexadecimals
from labeler.model.image import ByteSource

_LINES = 1 << 16


def knows(head: bytes, name: str) -> bool:
    return head.startswith(MAGIC) or name.lower().endswith((".nrrd", ".nhdr"))


def read(source: ByteSource, head: bytes, beside: Beside) -> tuple[StoredFrame, ...]:
    """Raises LabelerError naming the header's field at fault."""
    header = read_nrrd(source, head)
    files = _files(header, beside)
    total = math.prod(header.sizes) * header.element.size
    chunk = total // max(len(files), 1)
    if chunk * max(len(files), 1) != total:
        raise header.fault("data file", f"{len(files)} names")
    element = header.element
    if header.encoding == "ascii":
        element = Element(element.kind, element.size, little=True)
    if files:
        pieces = [_piece(header, element, file, 0, chunk) for file in files]
    else:
        pieces = [_piece(header, element, source, header.end, total)]
    where = arranged(header)
    return volume_frames(_volume(source, header, files, pieces, where, element))


def _volume(
    source: ByteSource,
    header: NrrdHeader,
    files: tuple[ByteSource, ...],
    pieces: list[Piece],
    where: Arranged,
    element: Element,
) -> Volume:
    return Volume(
        source=source,
        syntax=Syntax(f"nrrd+{header.encoding}", f"NRRD, {header.encoding}", little=element.little),
        voxels=JoinedBytes(source.name, pieces),
        offset=0,
        element=element,
        grid=where.grid,
        affine=where.affine,
        spacing=where.spacing,
        available=available(pieces) if header.encoding == "raw" else None,
        data=files,
        caveats=where.caveats,
        modality=header.modality,
    )


def _files(header: NrrdHeader, beside: Beside) -> tuple[ByteSource, ...]:
    if not header.data:
        return ()
    first, *names = header.data
    if first == "LIST":
        if not names:
            raise header.fault("data file", "LIST without names")
    elif "%" in first:
        names = list(numbered(first.split(), header.name, "NRRD", "data file"))
    else:
        names = [first]
    return find_data(names, header.name, beside)


def _piece(
    header: NrrdHeader, element: Element, source: ByteSource, start: int, length: int
) -> Piece:
    """Lines are skipped before unfolding, bytes after it; -1 counts from the end of raw values."""
    start = _after_lines(source, start, header.line_skip)
    skip = header.byte_skip
    if skip < 0 and header.encoding != "raw":
        raise header.fault("byte skip", skip)
    if header.encoding == "raw":
        return Piece(source, start + skip if skip >= 0 else max(source.size - length, 0), length)
    if header.encoding in ("gzip", "bzip2"):
        inside = unfolded(source, start, skip + length, header.encoding)
        return Piece(inside, skip, length)
    if length > MAX_HELD:
        raise too_large(header.name, length, MAX_HELD)
    start += skip
    if header.encoding == "hex":
        return Piece(
            HeldBytes(source.name, length, lambda: read_hexadecimals(source, start, length)),
            0,
            length,
        )
    return Piece(
        HeldBytes(source.name, length, lambda: read_decimals(source, start, length, element)),
        0,
        length,
    )


def _after_lines(source: ByteSource, start: int, lines: int) -> int:
    """Where the line after `lines` more begins; the end of the file where there are fewer."""
    at = start
    while lines and (data := source.read(at, _LINES)):
        found = -1
        while lines and (found_next := data.find(b"\n", found + 1)) >= 0:
            found, lines = found_next, lines - 1
        at += len(data) if lines else found + 1
    return at
