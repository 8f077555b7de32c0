"""What the painted marks of a document hold, as its history is walked."""

from __future__ import annotations

import hashlib
import zlib
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping

import msgspec

from labeler.model.document import Document
from labeler.model.edit_rules import inverse, single_edits
from labeler.model.edits import AddMark, Edit, PaintMask, RemoveMark, ReplaceMark
from labeler.model.foretold import Foretold, pack
from labeler.model.history import History, Node, upwards
from labeler.model.mask_blobs import (
    DELTA,
    MASK,
    changed_by,
    decode_delta,
    decode_mask,
    encode_mask,
)
from labeler.model.mask_states import NOTHING_PAINTED, state_of
from labeler.model.masks import Mask
from labeler.model.measures import MASKS
from labeler.model.shapes import MaskRef, MaskShape, PaintedMask, Shape
from labeler.model.tiled_masks import TiledMask, empty

_REGIONS = 64
"""Slices that are kept ready to be drawn."""


class PaintedMasks:
    """The content of each state that stands in the document, and the strokes that lead on.

    A state that was painted over is let go of: the stroke leads back to it. Strokes are kept
    packed; `lacking` tells which ones have to be fetched before a walk.
    """

    def __init__(self) -> None:
        self._contents: dict[str, TiledMask] = {}
        self._uses: Counter[str] = Counter()
        self._strokes: dict[str, bytes] = {}
        self._fetched: set[str] = set()
        self._whole: set[str] = set()
        self._regions: OrderedDict[tuple[str, int], Mask] = OrderedDict()
        self._foretold: Foretold | None = None

    def copy(self) -> PaintedMasks:
        """Another that is walked by itself from here; what both hold is shared."""
        other = PaintedMasks()
        other._contents.update(self._contents)
        other._uses.update(self._uses)
        other._strokes.update(self._strokes)
        other._fetched.update(self._fetched)
        other._whole.update(self._whole)
        return other

    def keep(self, blobs: Mapping[str, bytes]) -> None:
        """Blobs by their digest: strokes, and masks that are whole."""
        known = self._foretold.strokes if self._foretold else {}
        new = {name: blob for name, blob in blobs.items() if name not in known}
        self._strokes.update(packed(new))
        self._strokes.update((name, known[name]) for name in blobs.keys() & known.keys())
        for name, blob in blobs.items():
            if blob.startswith(MASK) and name not in self._contents:
                self._contents[name] = decode_mask(blob)
                self._whole.add(name)

    def foretell(self, told: Foretold) -> None:
        """An edit comes next that was worked out beforehand: nothing of it is worked out again."""
        self._foretold = told

    def lend(self, strokes: Mapping[str, bytes]) -> None:
        """Strokes as `packed` gives them, which can be had again."""
        self._strokes.update(strokes)
        self._fetched.update(strokes)

    def give_back(self, needed: Iterable[str]) -> None:
        """Let go of what was lent and is not among those that are needed now."""
        for name in self._fetched.difference(needed):
            del self._strokes[name]
        self._fetched.intersection_update(needed)

    def standing(self) -> tuple[dict[str, TiledMask], tuple[str, ...]]:
        """What is kept of states that strokes made, and the names of masks that were whole."""
        made = {state: mask for state, mask in self._contents.items() if state not in self._whole}
        return made, tuple(sorted(self._whole))

    def stand(self, document: Document, contents: Mapping[str, TiledMask]) -> None:
        """Begin with a document whose strokes are not looked at; `contents` are `standing`'s.

        ValueError where they lack a mark of it.
        """
        self._contents.update(contents)
        self._uses.update(contents.keys())  # held for marks that are gone
        for mark in document.marks:
            self._use(mark.shape)
            if isinstance(mark.shape, PaintedMask):
                content = self.content(mark.shape)
                if content is None or content.size != mark.shape.size:
                    raise ValueError(f"what mark {mark.id} holds is not among them")

    @property
    def states(self) -> tuple[str, ...]:
        """The states whose voxels are kept."""
        return tuple(self._contents)

    def contents(self) -> dict[str, TiledMask]:
        """All that is kept now, by its states: for another thread."""
        return dict(self._contents)

    def packed_strokes(self, names: Iterable[str]) -> dict[str, bytes]:
        """Those among strokes that are kept, as `packed` gives them."""
        return {name: self._strokes[name] for name in names if name in self._strokes}

    def lacking(self, edits: Iterable[Edit]) -> tuple[str, ...]:
        """Digests of the strokes that these edits name and that are not kept."""
        return self.not_kept(strokes_of(edits))

    def not_kept(self, strokes: Iterable[str]) -> tuple[str, ...]:
        """Those among strokes that would have to be fetched."""
        return tuple(name for name in strokes if name not in self._strokes)

    def walk(self, back: Iterable[Node], forth: Iterable[Node]) -> None:
        """Take edits back, then do others, in order."""
        for node in back:
            self.follow(inverse(node.edit))
        for node in forth:
            self.follow(node.edit)

    def follow(self, edit: Edit) -> None:
        """An edit is done, or the inverse of one: contents change as the document does."""
        for one in single_edits(edit):
            match one:
                case PaintMask():
                    self._paint(one)
                case AddMark(_, mark):
                    self._use(mark.shape)
                case ReplaceMark(before, after) if before.shape != after.shape:
                    self._use(after.shape)
                case _:
                    pass
        self._foretold = None

    def content(self, shape: MaskShape) -> TiledMask | None:
        """All voxels of a mask; None where it is not known."""
        if isinstance(shape, PaintedMask) and shape.state == NOTHING_PAINTED:
            return empty(shape.size)
        return self._contents.get(state_of(shape))

    def change(self, edit: Edit, mark_id: str) -> TiledMask | None:
        """The voxels that an edit turned over in a mark; None where it paints nothing on it, or the
        stroke is not at hand."""
        for one in single_edits(edit):
            if isinstance(one, PaintMask) and one.mark == mark_id:
                stroke = self._strokes.get(one.delta)
                return None if stroke is None else decode_delta(zlib.decompress(stroke))
        return None

    def region(self, shape: MaskShape, index: int) -> Mask | None:
        """One slice of a mask that goes through several, else the one it has."""
        at = 0 if shape.through is msgspec.UNSET else index
        key = state_of(shape), at
        if key in self._regions:
            self._regions.move_to_end(key)
            return self._regions[key]
        content = self.content(shape)
        if content is None or not 0 <= at < content.size[0]:
            return None
        return self._show(key, content.region(at))

    def _show(self, key: tuple[str, int], region: Mask) -> Mask:
        if len(self._regions) >= _REGIONS:
            self._regions.popitem(last=False)
        self._regions[key] = region
        return region

    def _paint(self, edit: PaintMask) -> None:
        before, stroke = self.content(edit.before), self._strokes.get(edit.delta)
        if before is None or stroke is None:
            raise ValueError(f"the strokes of mark {edit.mark} are not at hand")
        after = state_of(edit.after)
        if after not in self._contents and after != NOTHING_PAINTED:
            self._contents[after] = self._painted(after, before, stroke)
        self._uses[after] += 1
        self._uses[state_of(edit.before)] -= 1
        if self._uses[state_of(edit.before)] <= 0:
            self._forget(edit.before)

    def _painted(self, state: str, before: TiledMask, stroke: bytes) -> TiledMask:
        told = self._foretold
        if told is None or state not in told.contents:
            return changed_by(before, zlib.decompress(stroke))
        for key, region in told.regions.items():
            if key[0] == state:
                self._show(key, region)
        return told.contents[state]

    def _forget(self, shape: MaskShape) -> None:
        """A mask that was whole from the first stays: no stroke makes it."""
        if isinstance(shape, PaintedMask):
            self._contents.pop(shape.state, None)
            self._uses.pop(shape.state, None)

    def _use(self, shape: Shape) -> None:
        """A mark that goes is not counted off: taking that back brings no strokes, so that its
        content stays, also where another mark of the same strokes is painted on."""
        if isinstance(shape, MASKS):
            self._uses[state_of(shape)] += 1


def strokes_of(edits: Iterable[Edit]) -> tuple[str, ...]:
    """Digests of the strokes that edits name, each once."""
    single = (one for edit in edits for one in single_edits(edit))
    return tuple(dict.fromkeys(one.delta for one in single if isinstance(one, PaintMask)))


def packed(blobs: Mapping[str, bytes]) -> dict[str, bytes]:
    """The strokes among blobs, as they are kept in memory."""
    strokes = {name: blob for name, blob in blobs.items() if blob.startswith(DELTA)}
    return {name: pack(blob) for name, blob in strokes.items()}


def is_about_paint(edit: Edit) -> bool:
    """Whether an edit, done or taken back, changes what painted marks hold, or which there are."""
    for one in single_edits(edit):
        match one:
            case PaintMask():
                return True
            case AddMark(_, mark) | RemoveMark(_, mark):
                if isinstance(mark.shape, MASKS):
                    return True
            case ReplaceMark(before, after):
                if isinstance(before.shape, MASKS) or isinstance(after.shape, MASKS):
                    return True
            case _:
                pass
    return False


def whole_masks(document: Document, edits: Iterable[Edit]) -> tuple[str, ...]:
    """Digests of the mask blobs that a document and edits name: masks that no stroke made."""
    shapes = [mark.shape for mark in document.marks]
    for edit in edits:
        for one in single_edits(edit):
            match one:
                case AddMark(_, mark) | RemoveMark(_, mark):
                    shapes.append(mark.shape)
                case ReplaceMark(before, after):
                    shapes += (before.shape, after.shape)
                case PaintMask(_, was, now):
                    shapes += (was, now)
                case _:
                    pass
    return tuple(dict.fromkeys(s.blob for s in shapes if isinstance(s, MaskRef)))


def painted_in(history: History, read: Callable[[str], bytes]) -> PaintedMasks:
    """What stands in a document, and every stroke of its history; `read` gives a blob."""
    edits = [node.edit for node in _every_node(history)]
    painted = PaintedMasks()
    names = (*whole_masks(history.document, edits), *painted.lacking(edits))
    painted.keep({name: read(name) for name in names})
    painted.walk((), reversed(tuple(upwards(history.at))))
    return painted


def sealed(document: Document, painted: PaintedMasks) -> tuple[Document, dict[str, bytes]]:
    """The document as it is signed: each painted mark names its voxels, in blobs by digest."""
    blobs: dict[str, bytes] = {}
    marks = []
    for mark in document.marks:
        shape: Shape = mark.shape
        if isinstance(shape, PaintedMask):
            content = painted.content(shape)
            if content is None:
                raise ValueError(f"the strokes of mark {mark.id} are not at hand")
            blob = encode_mask(content)
            name = hashlib.sha256(blob).hexdigest()
            blobs[name] = blob
            shape = MaskRef(name, shape.through)
        marks.append(msgspec.structs.replace(mark, shape=shape))
    return msgspec.structs.replace(document, marks=tuple(marks)), blobs


def _every_node(history: History) -> tuple[Node, ...]:
    """Of all branches, each once."""
    found: dict[int, Node] = {}
    for tip in (history.tip, *history.other_tips()):
        for node in upwards(tip):
            if node.seq in found:
                break
            found[node.seq] = node
    return tuple(found.values())
