"""Digests of a case's frames, of their stored values and of where they lie, and what its painted
marks go through."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from labeler.app.cases import Case, series_id
from labeler.app.services import Services
from labeler.errors import LabelerError
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.frames import StoredFrame
from labeler.imaging.reader import refs_of
from labeler.imaging.series import Series
from labeler.model.document import Mark
from labeler.model.form_rules import number_ranges
from labeler.model.frames import FrameRef
from labeler.model.image import Image, Pixels
from labeler.model.tiled_masks import TiledMask
from labeler.model.volume import Volume
from labeler.model.words import Digest
from labeler.proof.codec import digest, encode

Use = Callable[[], AbstractContextManager[None]]
"""The files of a case stay open inside; raises Cancelled once the case was put away."""

LARGEST = 1 << 26
"""Pixels of a frame that is decoded for this; the shown level of a larger slide is not."""


def _nothing_at_hand(_tile: str) -> Volume | None:
    return None


@dataclass(eq=False)
class CasePixels:
    """Frames of a case by their names, each read once; two threads that ask for one at the same
    moment both read it. What is `settled` is of one thread at a time."""

    case: Case
    decoders: Decoders
    images: dict[str, Image] = field(default_factory=dict)
    """Those that are open, by their tiles; others are opened when they are asked for."""
    use: Use = nullcontext
    at_hand: Callable[[str], Volume | None] = _nothing_at_hand
    """The slices of a tile that are in memory; asked before any is decoded."""
    settled: set[tuple[FrameRef, bool]] = field(default_factory=set)
    """Frames where a mark put now, on them or (True) through them, changes nothing any more in
    what is remembered."""
    _digests: dict[FrameRef, Digest | None] = field(default_factory=dict)
    _lie: dict[FrameRef, Digest] = field(default_factory=dict)

    @cached_property
    def _places(self) -> dict[FrameRef, tuple[Series, int]]:
        return {
            ref: (series, index)
            for series in self.case.scan.series
            for index, ref in enumerate(refs_of(series))
        }

    def digest(self, ref: FrameRef) -> Digest | None:
        """None where it is not here, cannot be read, or is too large."""
        if ref not in self._digests:
            self._digests[ref] = self._read(ref)
        return self._digests[ref]

    def place(self, ref: FrameRef) -> Digest | None:
        """Of where it lies in the patient, and what its values are worth; None where it is not
        here."""
        if ref not in self._places:
            return None
        if ref not in self._lie:
            series, index = self._places[ref]
            self._lie[ref] = digest(encode(place_of(series.frames[index])))
        return self._lie[ref]

    def may_differ(self, ref: FrameRef, before: Digest) -> bool:
        """Whether it is another than `before`, or is here and was not read yet."""
        if ref not in self._digests:
            return ref in self._places
        return self._digests[ref] not in (None, before)

    def slices(self, mark: Mark, content: TiledMask | None) -> Iterator[FrameRef]:
        """Those that a painted mark goes through, as far as its grid is that of its series."""
        if content is None or mark.frame not in self._places:
            return
        refs = refs_of(self._places[mark.frame][0])
        if len(refs) == content.size[0]:
            yield from (refs[index] for index in np.flatnonzero(content.slice_counts).tolist())

    def words(self, frames: Iterable[FrameRef]) -> str:
        """The numbers of images as the screen has them, of several series each with its own."""
        found: dict[str, tuple[Series, list[int]]] = {}
        for ref in frames:
            series, index = self._places[ref]
            number = series.frames[index].file.instance_number
            told = found.setdefault(series_id(series), (series, []))
            told[1].append(index + 1 if number is None else number)
        if len(self.case.scan.series) == 1:
            return "; ".join(number_ranges(numbers) for _, numbers in found.values())
        return "; ".join(
            f"{number_ranges(numbers)} (Se {series.header.number or series.header.description})"
            for series, numbers in found.values()
        )

    def _read(self, ref: FrameRef) -> Digest | None:
        if ref not in self._places:
            return None
        try:
            with self.use():
                values = self._values(*self._places[ref])
        except LabelerError:
            return None  # that it cannot be read is told where it is shown
        if values is None:
            return None
        told = hashlib.sha256(repr((values.shape, values.dtype.str)).encode())
        told.update(values.data)
        return told.hexdigest()

    def _values(self, series: Series, index: int) -> Pixels | None:
        source = self._image(series).source
        _slices, rows, columns = source.shape
        if rows * columns > LARGEST:
            return None
        volume = self.at_hand(series_id(series))
        is_here = volume is not None and bool(volume.here[index])
        values = volume.values[index] if volume is not None and is_here else source.frame(index)
        found: Pixels = np.ascontiguousarray(values)
        return found

    def _image(self, series: Series) -> Image:
        name = series_id(series)
        if name not in self.images:
            self.images[name] = self.case.open_series(name, self.decoders)
        return self.images[name]


def pixels_of(services: Services, case: Case, image: Image, use: Use = nullcontext) -> CasePixels:
    """Of a case whose first series is open as `image`."""
    images = {series_id(case.opened): image}
    return CasePixels(case, services.decoders_of(case.kept_as), images, use)


def place_of(frame: StoredFrame) -> tuple[tuple[int, ...] | None, ...]:
    """Where a frame lies, in 1/1000 mm and directions in 1e-6, and its rescale."""
    return (
        _whole(frame.origin, 1e3),
        _whole(frame.orientation, 1e6),
        _whole(frame.spacing, 1e3),
        _whole((frame.slope, frame.intercept), 1e6),
    )


def _whole(values: Iterable[float] | None, parts: float) -> tuple[int, ...] | None:
    return None if values is None else tuple(round(float(value) * parts) for value in values)
