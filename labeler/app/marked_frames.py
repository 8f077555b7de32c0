"""The frames that bear marks, by digests of their stored values: remembered and compared.

Only of one's own files, where a name says nothing of the pixels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
import numpy as np

from labeler.app.cases import Case, series_id
from labeler.app.painted_masks import PaintedMasks
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.imaging.frame_stores import Decoders
from labeler.imaging.reader import refs_of
from labeler.imaging.series import Series
from labeler.model.document import Document, Mark
from labeler.model.edit_rules import mark_in, single_edits
from labeler.model.edits import AddMark, Edit, OneEdit, PaintMask, ReplaceMark
from labeler.model.form_rules import number_ranges
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.model.measures import MASKS
from labeler.model.shapes import Shape
from labeler.model.tiled_masks import TiledMask
from labeler.model.words import Digest
from labeler.store.store import Store

LARGEST = 1 << 26
"""Pixels of a frame that is decoded for this; the shown level of a larger slide is not."""

MOST = 512
"""Frames of a case that are remembered, so that an opening decodes no more."""


class MarkedFrame(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`through`: no mark was begun on it, but a painted one goes through it."""

    frame: FrameRef
    through: bool
    pixels: Digest


@dataclass(frozen=True, eq=False)
class Step:
    """An edit, the document after it, and what its painted marks hold."""

    edit: Edit
    document: Document
    contents: Mapping[Shape, TiledMask]


def step_of(edit: Edit, document: Document, painted: PaintedMasks) -> Step:
    """As it is now: strokes that follow change what a mask holds."""
    contents: dict[Shape, TiledMask] = {}
    for one in single_edits(edit):
        shape = None
        match one:
            case AddMark(_, mark) | ReplaceMark(_, mark):
                shape = mark.shape
            case PaintMask(_, _, after):
                shape = after
        content = painted.content(shape) if isinstance(shape, MASKS) else None
        if shape is not None and content is not None:
            contents[shape] = content
    return Step(edit, document, contents)


def puts_marks(edit: Edit) -> bool:
    """Whether a frame may bear a mark that bore none."""
    return any(_puts(one) for one in single_edits(edit))


def _puts(one: OneEdit) -> bool:
    match one:
        case AddMark() | PaintMask():
            return True
        case ReplaceMark(before, after):
            return before.frame != after.frame
    return False


@dataclass(eq=False)
class CasePixels:
    """Stored values of the frames of a case by their names; used by one thread at a time."""

    case: Case
    decoders: Decoders
    images: dict[str, Image] = field(default_factory=dict)
    """Those that are open, by their tiles; others are opened when they are asked for."""
    seen: set[FrameRef] = field(default_factory=set)
    """Frames that were remembered since the case was opened."""

    @cached_property
    def _places(self) -> dict[FrameRef, tuple[Series, int]]:
        return {
            ref: (series, index)
            for series in self.case.scan.series
            for index, ref in enumerate(refs_of(series))
        }

    def digest(self, ref: FrameRef) -> Digest | None:
        """None where it is not here, cannot be read, or is too large."""
        if ref not in self._places:
            return None
        series, index = self._places[ref]
        try:
            source = self._image(series).source
            _slices, rows, columns = source.shape
            if rows * columns > LARGEST:
                return None
            values = np.ascontiguousarray(source.frame(index))
        except LabelerError:
            return None  # that it cannot be read is told where it is shown
        told = hashlib.sha256(repr((values.shape, values.dtype.str)).encode())
        told.update(values.data)
        return told.hexdigest()

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

    def _image(self, series: Series) -> Image:
        name = series_id(series)
        if name not in self.images:
            self.images[name] = self.case.open_series(name, self.decoders)
        return self.images[name]


def pixels_of(services: Services, case: Case, image: Image) -> CasePixels:
    """Of a case whose first series is open as `image`."""
    images = {series_id(case.opened): image}
    return CasePixels(case, services.decoders_of(case.kept_as), images)


def remember_frames(services: Services, pixels: CasePixels, step: Step, tick: Tick) -> None:
    """Those that marks were put on: as they are now where no other mark is on them, else as they
    were before where that is known."""
    fresh = {ref: through for ref, through in _frames_of(pixels, step) if ref not in pixels.seen}
    if not fresh:
        return
    case_id = pixels.case.id
    known = {one.frame for one in _remembered(services, case_id)}
    found: dict[FrameRef, MarkedFrame] = {}
    for done, (ref, through) in enumerate(fresh.items()):
        tick(done, len(fresh))
        pixels.seen.add(ref)
        if ref in known and (through or _bore_marks(step.document, ref)):
            continue
        digest = pixels.digest(ref) if len(known) + len(found) < MOST else None
        if digest is not None:
            found[ref] = MarkedFrame(ref, through, digest)
    if found:
        services.store.call(lambda store: _merge(store, case_id, found))


def frames_that_differ(
    services: Services,
    pixels: CasePixels,
    marks: Iterable[tuple[FrameRef, bool]],
    tick: Tick,
) -> tuple[FrameRef, ...]:
    """Of the frames that bear `marks` (frame, whether painted) those that are others now."""
    remembered = _remembered(services, pixels.case.id)
    if not remembered:
        return ()
    begun: set[FrameRef] = set()
    painted: set[str] = set()
    for ref, is_painted in marks:
        begun.add(ref)
        if is_painted:
            painted.add(ref.series)
    asked = [
        one
        for one in remembered
        if one.frame in begun or (one.through and one.frame.series in painted)
    ]
    shown = pixels.case.opened.header.uid
    asked.sort(key=lambda one: one.frame.series != shown)
    found = []
    for done, one in enumerate(asked):
        tick(done, len(asked))
        now = pixels.digest(one.frame)
        if now is not None and now != one.pixels:
            found.append(one.frame)
    return tuple(found)


def _frames_of(pixels: CasePixels, step: Step) -> Iterator[tuple[FrameRef, bool]]:
    """Each with whether a mark only goes through it."""
    for one in single_edits(step.edit):
        mark = _mark_put(one, step.document)
        if mark is None:
            continue
        yield mark.frame, False
        if isinstance(mark.shape, MASKS):
            content = step.contents.get(mark.shape)
            yield from ((ref, ref != mark.frame) for ref in pixels.slices(mark, content))


def _mark_put(one: OneEdit, document: Document) -> Mark | None:
    """The mark that comes onto a frame."""
    match one:
        case AddMark(_, mark):
            return mark
        case ReplaceMark(_, after) if _puts(one):
            return after
        case PaintMask(name):
            return mark_in(document, name)
    return None


def _bore_marks(document: Document, ref: FrameRef) -> bool:
    return sum(mark.frame == ref for mark in document.marks) > 1


def _merge(store: Store, case_id: str, found: Mapping[FrameRef, MarkedFrame]) -> None:
    before = store.settings.get(_setting(case_id), tuple[MarkedFrame, ...], ())
    kept = tuple(one for one in before if one.frame not in found)
    store.settings.put(_setting(case_id), (*kept, *found.values()))


def _remembered(services: Services, case_id: str) -> tuple[MarkedFrame, ...]:
    name = _setting(case_id)
    return services.store.call(lambda store: store.settings.get(name, tuple[MarkedFrame, ...], ()))


def _setting(case_id: str) -> str:
    return f"marked-frames/{case_id}"
