"""Which frames an edit put marks on, and which of them bore one before it."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import msgspec

from labeler.app.case_pixels import CasePixels
from labeler.app.painted_masks import PaintedMasks, strokes_of
from labeler.model.document import Document, Mark
from labeler.model.edit_rules import mark_in, single_edits
from labeler.model.edits import AddMark, Edit, OneEdit, PaintMask, RemoveMark, ReplaceMark
from labeler.model.frames import FrameRef
from labeler.model.mask_blobs import changed_by
from labeler.model.mask_states import state_of
from labeler.model.measures import MASKS
from labeler.model.shapes import MaskShape
from labeler.model.tiled_masks import TiledMask


@dataclass(frozen=True, eq=False)
class Putting:
    """An edit, the document after it, what its painted marks hold then by their states, and the
    edit's strokes, packed."""

    edit: Edit
    document: Document
    contents: Mapping[str, TiledMask]
    strokes: Mapping[str, bytes]

    @cached_property
    def all_contents(self) -> Mapping[str, TiledMask]:
        """What masks held before its strokes too: one that is taken back leads there."""
        found = dict(self.contents)
        for one in reversed(single_edits(self.edit)):
            if not isinstance(one, PaintMask):
                continue
            after, stroke = found.get(state_of(one.after)), self.strokes.get(one.delta)
            if after is not None and stroke is not None and state_of(one.before) not in found:
                found[state_of(one.before)] = changed_by(after, zlib.decompress(stroke))
        return found


@dataclass
class Put:
    """Marks that came onto a frame: whether one was `begun` on it, and one is painted `through`."""

    frame: FrameRef
    marks: list[str]
    begun: bool = False
    through: bool = False


def putting_of(edit: Edit, document: Document, painted: PaintedMasks) -> Putting:
    """As it is now: strokes that follow change what a mask holds."""
    return Putting(edit, document, painted.contents(), painted.packed_strokes(strokes_of((edit,))))


def puts_marks(edit: Edit) -> bool:
    """Whether a frame may bear a mark that it did not."""
    return any(_puts(one) for one in single_edits(edit))


def frames_put_on(pixels: CasePixels, putting: Putting) -> list[Put]:
    """Each frame once, those that marks were begun on first. A stroke on a mask puts it only on
    the slices that it did not go through before."""
    found: dict[FrameRef, Put] = {}
    for one in single_edits(putting.edit):
        mark = _mark_put(one, putting.document)
        if mark is None:
            continue
        slices = _slices(pixels, mark, putting)
        if isinstance(one, PaintMask):
            before = _with_shape(mark, one.before)
            bore = set(_slices(pixels, before, putting))
            slices = (ref for ref in slices if ref not in bore and ref != mark.frame)
        else:
            _add(found, mark.frame, mark.id).begun = True
        for ref in slices:
            if ref != mark.frame:
                _add(found, ref, mark.id).through = True
    return sorted(found.values(), key=lambda put: not put.begun)


@dataclass(frozen=True, eq=False)
class Bore:
    """Frames that marks were begun on, and those that painted ones go through."""

    begun: set[FrameRef]
    through: set[FrameRef]


def frames_borne_before(pixels: CasePixels, putting: Putting) -> Bore:
    """Those that bore a mark before the edit."""
    before: dict[str, Mark | None] = {}
    for one in single_edits(putting.edit):
        match one:
            case AddMark(_, mark):
                before.setdefault(mark.id, None)
            case RemoveMark(_, mark) | ReplaceMark(mark, _):
                before.setdefault(mark.id, mark)
            case PaintMask(name, shape) if name not in before:
                after = mark_in(putting.document, name)
                before[name] = None if after is None else _with_shape(after, shape)
    untouched = [mark for mark in putting.document.marks if mark.id not in before]
    found = Bore(set(), set())
    for mark in (*untouched, *(one for one in before.values() if one is not None)):
        found.begun.add(mark.frame)
        found.through.update(_slices(pixels, mark, putting))
    return found


def _with_shape(mark: Mark, shape: MaskShape) -> Mark:
    return msgspec.structs.replace(mark, shape=shape)


def _add(found: dict[FrameRef, Put], ref: FrameRef, name: str) -> Put:
    put = found.setdefault(ref, Put(ref, []))
    if name not in put.marks:
        put.marks.append(name)
    return put


def _puts(one: OneEdit) -> bool:
    match one:
        case AddMark() | PaintMask():
            return True
        case ReplaceMark(before, after):
            return before.frame != after.frame
    return False


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


def _slices(pixels: CasePixels, mark: Mark, putting: Putting) -> Iterator[FrameRef]:
    if not isinstance(mark.shape, MASKS):
        return iter(())
    return pixels.slices(mark, putting.all_contents.get(state_of(mark.shape)))
