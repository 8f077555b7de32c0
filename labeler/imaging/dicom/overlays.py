"""Overlays of DICOM files, groups 60xx: beside the pixels or in their unused bits (PS3.3 C.9.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.header import FileHeader
from labeler.imaging.frame_stores import DecodeError, Decoders, FrameStore
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import ByteSource
from labeler.model.overlays import OverlayBits

_MOST_BITS = 1 << 28
_WHOLE_WORDS = frozenset(("rle", "deflate"))
"""Codecs that keep every bit of a word, whatever its sign says."""

Bits = NDArray[np.bool_]


class BitStore(Protocol):
    """Where the bits of an overlay lie."""

    def bits(self, number: int, decoders: Decoders) -> Bits:
        """Of the overlay's frame `number`; raises DecodeError, OSError."""
        ...


@dataclass(frozen=True, eq=False)
class StoredOverlay:
    """One group 60xx of one file. `first` is the image frame on which it begins to lie, for
    `count` frames; None where it lies on all of them."""

    group: int
    label: str
    description: str
    left: int
    top: int
    first: int | None
    count: int
    store: BitStore

    def at(self, frame: int, decoders: Decoders) -> OverlayBits | None:
        number = frame - self.first if self.first is not None else 0
        if isinstance(self.store, _PixelBit):
            return OverlayBits(self.left, self.top, self.store.bits(frame, decoders))
        if not 0 <= number < self.count:
            return None
        return OverlayBits(self.left, self.top, self.store.bits(number, decoders))


@dataclass(frozen=True, eq=False)
class _Packed:
    """Overlay Data: eight pixels a byte, the first in the lowest bit, frames without a gap."""

    source: ByteSource
    offset: int
    rows: int
    columns: int
    swapped: bool

    def bits(self, number: int, decoders: Decoders) -> Bits:  # noqa: ARG002  as BitStore has it
        first = number * self.rows * self.columns
        begin, end = first // 16 * 2, -(-(first + self.rows * self.columns) // 16) * 2
        raw = self.source.read(self.offset + begin, end - begin)
        raw += b"\0" * (len(raw) % 2)  # an odd value lacks the last half of a word
        words = np.frombuffer(raw, np.uint16)
        packed = np.frombuffer((words.byteswap() if self.swapped else words).tobytes(), np.uint8)
        bits = np.unpackbits(packed, bitorder="little")[first - begin * 8 :]
        if len(bits) < self.rows * self.columns:
            raise DecodeError("truncated-image", "the overlay is not whole")
        found: Bits = bits[: self.rows * self.columns].reshape(self.rows, self.columns) > 0
        return found


@dataclass(frozen=True, eq=False)
class _PixelBit:
    """A bit of the stored words that the image leaves unused (retired)."""

    store: FrameStore
    bit: int

    def bits(self, number: int, decoders: Decoders) -> Bits:
        words = self.store.frame(number, decoders)
        found: Bits = (np.right_shift(words, self.bit) & 1).astype(np.bool_)
        return found


def read_overlays(
    header: FileHeader,
    syntax: Syntax,
    layout: PixelLayout,
    store: Callable[[PixelLayout], FrameStore],
) -> tuple[tuple[StoredOverlay, ...], bool]:
    """The overlays of a file, and whether one of them cannot be drawn."""
    found: list[StoredOverlay] = []
    broken = False
    there = {tag >> 16 for tag in (*header.dataset.values, *header.dataset.spans)}
    for group in sorted(there.intersection(tags.OVERLAY_GROUPS)):
        bits = _bit_store(header, syntax, layout, store, group)
        broken = broken or bits is None
        if bits is not None:
            found.append(_overlay(header.dataset, group, bits))
    return tuple(found), broken


def _tag(group: int, element: int) -> int:
    return group << 16 | element


def _overlay(dataset: Dataset, group: int, store: BitStore) -> StoredOverlay:
    origin = tags.OVERLAY_ORIGIN
    raw = dataset.values.get(_tag(group, origin), b"")
    row, column = (_signed(raw[at : at + 2], dataset) for at in (0, 2))
    frames = dataset.integer(_tag(group, tags.OVERLAY_FRAMES))
    on = dataset.number(_tag(group, tags.OVERLAY_IMAGE_FRAME))
    return StoredOverlay(
        group=group,
        label=dataset.text(_tag(group, tags.OVERLAY_LABEL))[:64],
        description=dataset.text(_tag(group, tags.OVERLAY_DESCRIPTION))[:64],
        left=(1 if column is None else column) - 1,
        top=(1 if row is None else row) - 1,
        first=None if frames is None else max(1, on or 1) - 1,
        count=max(1, frames or 1),
        store=store,
    )


def _signed(raw: bytes, dataset: Dataset) -> int | None:
    if len(raw) != 2:
        return None
    return int.from_bytes(raw, "little" if dataset.little else "big", signed=True)


def _bit_store(
    header: FileHeader,
    syntax: Syntax,
    layout: PixelLayout,
    store: Callable[[PixelLayout], FrameStore],
    group: int,
) -> BitStore | None:
    """None where the overlay says too little, or something that cannot be."""
    dataset = header.dataset
    span = dataset.spans.get(_tag(group, tags.OVERLAY_DATA))
    if span is None:
        return _unused_bit(dataset, syntax, layout, store, group)
    rows = dataset.number(_tag(group, tags.OVERLAY_ROWS)) or 0
    columns = dataset.number(_tag(group, tags.OVERLAY_COLUMNS)) or 0
    frames = max(1, dataset.integer(_tag(group, tags.OVERLAY_FRAMES)) or 1)
    size = rows * columns * frames
    there = min(span.length, header.source.size - span.offset)
    if not 0 < size <= _MOST_BITS or size > there * 8:
        return None
    swapped = not dataset.little and span.vr != b"OB"
    return _Packed(header.source, span.offset, rows, columns, swapped)


def _unused_bit(
    dataset: Dataset,
    syntax: Syntax,
    layout: PixelLayout,
    store: Callable[[PixelLayout], FrameStore],
    group: int,
) -> BitStore | None:
    bit = dataset.number(_tag(group, tags.OVERLAY_BIT_POSITION))
    if bit is None or layout.samples != 1 or layout.floating or layout.bits_allocated < 8:
        return None
    image = range(layout.high_bit - layout.bits_stored + 1, layout.high_bit + 1)
    if bit in image or bit >= layout.bits_allocated or syntax.lossy:
        return None
    # Where a codec stores numbers, not words, what stands above a signed one is its sign.
    if syntax.compressed and layout.signed and not _WHOLE_WORDS & set(syntax.codecs):
        return None
    bits = layout.bits_allocated
    words = replace(layout, bits_stored=bits, high_bit=bits - 1, signed=False)
    return _PixelBit(store(words), bit)


class SeriesOverlay:
    """One group 60xx over all slices of a series: each file has its own, or none."""

    def __init__(
        self, slices: tuple[tuple[StoredOverlay | None, int], ...], decoders: Decoders
    ) -> None:
        """`slices` has the overlay and the frame's number in its file, for each slice."""
        self._slices, self._decoders = slices, decoders
        named = next(overlay for overlay, _ in slices if overlay is not None)
        self.label, self.description = named.label, named.description

    def at(self, index: int) -> OverlayBits | None:
        overlay, frame = self._slices[index]
        if overlay is None:
            return None
        try:
            return overlay.at(frame, self._decoders)
        except (DecodeError, OSError) as error:
            raise LabelerError(
                "unreadable-overlay",
                "The overlay of image {number} cannot be read.",
                safe="The image and your marks are fine.",
                do="Continue; tell whoever sent you these images.",
                number=index + 1,
                detail=str(error)[:200],
                tag=tags.spelled(_tag(overlay.group, tags.OVERLAY_DATA)),
            ) from error


def series_overlays(
    slices: tuple[tuple[tuple[StoredOverlay, ...], int], ...], decoders: Decoders
) -> tuple[SeriesOverlay, ...]:
    """`slices` has each slice's overlays and its number in its file."""
    groups = sorted({overlay.group for overlays, _ in slices for overlay in overlays})
    return tuple(
        SeriesOverlay(
            tuple(
                (next((one for one in overlays if one.group == group), None), number)
                for overlays, number in slices
            ),
            decoders,
        )
        for group in groups
    )
