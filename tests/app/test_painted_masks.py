from __future__ import annotations

import hashlib

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeler.app.painted_masks import PaintedMasks, painted_in, sealed
from labeler.model.document import Mark, empty_document, named_blobs
from labeler.model.edit_rules import removal
from labeler.model.edits import AddMark, Edit, Together
from labeler.model.frame_lists import encode_frames
from labeler.model.frames import FrameRef
from labeler.model.history import History, advance, way
from labeler.model.mask_blobs import decode_mask
from labeler.model.mask_states import unpainted
from labeler.model.shapes import MaskRef, PaintedMask
from labeler.model.steps import Do, Go, Redo, Step, Undo
from labeler.model.tiled_masks import TiledMask, empty, of_voxels
from labeler.viewing.paint_edits import stroke_edit

SIZE = (3, 20, 18)
FRAMES = tuple(FrameRef("1.2", f"1.2.{n}", 0) for n in range(3))
THROUGH = hashlib.sha256(encode_frames(FRAMES)).hexdigest()
Voxels = dict[str, bytes]


class Painter:
    """Walks a history and keeps beside it what each mark should hold, as plain arrays."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.history = History(empty_document("0" * 64))
        self.painted = PaintedMasks()
        self.blobs: dict[str, bytes] = {THROUGH: encode_frames(FRAMES)}
        self.truth: dict[int, Voxels] = {0: {}}

    def step(self, step: Step) -> None:
        before = self.history
        self.history = advance(before, step)
        self.painted.walk(*way(before.at, self.history.at))

    def do(self, edit: Edit, blobs: dict[str, bytes], voxels: Voxels) -> None:
        self.blobs |= blobs
        self.painted.keep(blobs)
        self.step(Do(edit))
        self.truth[self.history.taken] = voxels

    @property
    def stands(self) -> Voxels:
        return self.truth[self.history.at.seq if self.history.at else 0]

    def mask(self) -> TiledMask:
        return of_voxels(SIZE, (0, 0, 0), self.rng.random(SIZE) < 0.2)

    def new(self) -> None:
        name, after = f"m{self.history.taken}", self.mask()
        bare = unpainted(SIZE, THROUGH)
        stroke, blobs = stroke_edit(name, bare, empty(SIZE), after)
        add = AddMark(len(self.history.document.marks), Mark(name, "x", FRAMES[1], bare))
        self.do(Together("paint", (add, stroke)), dict(blobs), self.stands | {name: voxels(after)})

    def paint(self, mark: Mark) -> None:
        assert isinstance(mark.shape, PaintedMask)
        before, after = self.painted.content(mark.shape), self.mask()
        assert before is not None
        edit, blobs = stroke_edit(mark.id, mark.shape, before, after)
        self.do(edit, dict(blobs), self.stands | {mark.id: voxels(after)})

    def remove(self, mark: Mark) -> None:
        left = {name: held for name, held in self.stands.items() if name != mark.id}
        self.do(removal(self.history.document, mark.id), {}, left)

    def check(self, painted: PaintedMasks) -> None:
        marks = self.history.document.marks
        assert {mark.id for mark in marks} == set(self.stands)
        for mark in marks:
            assert isinstance(mark.shape, PaintedMask)
            content = painted.content(mark.shape)
            assert content is not None
            assert voxels(content) == self.stands[mark.id]


def voxels(mask: TiledMask) -> bytes:
    return mask.crop((0, 0, 0), SIZE).tobytes()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_every_mark_holds_what_its_strokes_made_wherever_one_goes(seed: int, steps: int) -> None:
    painter = Painter(seed)
    for _ in range(steps):
        marks, dice = painter.history.document.marks, painter.rng.random()
        if dice < 0.2 and painter.history.can_undo:
            painter.step(Undo())
        elif dice < 0.3 and painter.history.can_redo:
            painter.step(Redo())
        elif dice < 0.4:
            painter.step(Go(int(painter.rng.choice(list(painter.truth)))))
        elif dice < 0.5 and marks:
            painter.remove(marks[int(painter.rng.integers(len(marks)))])
        elif dice < 0.8 and marks:
            painter.paint(marks[int(painter.rng.integers(len(marks)))])
        else:
            painter.new()
        painter.check(painter.painted)
    painter.check(painted_in(painter.history, painter.blobs.__getitem__))


def test_only_what_stands_is_kept_unpacked() -> None:
    painter = Painter(1)
    painter.new()
    for _ in range(30):
        painter.paint(painter.history.document.marks[0])
    assert len(painter.painted.states) == 1
    while painter.history.can_undo:
        painter.step(Undo())
    painter.check(painter.painted)


def test_what_is_signed_names_its_voxels_and_slices() -> None:
    painter = Painter(2)
    painter.new()
    document, blobs = sealed(painter.history.document, painter.painted)
    (mark,) = document.marks
    assert isinstance(mark.shape, MaskRef)
    assert mark.shape.through == THROUGH
    assert voxels(decode_mask(blobs[mark.shape.blob])) == painter.stands[mark.id]
    assert named_blobs(document) == (mark.shape.blob, THROUGH)
    again, none = sealed(document, painter.painted)
    assert (again, none) == (document, {})


def test_a_stroke_that_is_not_at_hand_is_told() -> None:
    painter = Painter(3)
    painter.new()
    fresh = PaintedMasks()
    assert painter.history.at is not None
    edits = [painter.history.at.edit]
    (lacking,) = fresh.lacking(edits)
    with pytest.raises(ValueError, match="not at hand"):
        fresh.follow(edits[0])
    fresh.keep({lacking: painter.blobs[lacking]})
    assert fresh.lacking(edits) == ()
    shape = painter.history.document.marks[0].shape
    assert isinstance(shape, PaintedMask)
    with pytest.raises(ValueError, match="not at hand"):
        sealed(
            msgspec.structs.replace(painter.history.document),
            PaintedMasks(),
        )


def test_a_mark_that_was_removed_comes_back_after_another_of_the_same_strokes() -> None:
    """The same region filled, removed, filled again and painted on; then all of it taken back."""
    painter = Painter(3)
    after = painter.mask()
    for name in ("a", "b"):
        bare = unpainted(SIZE)
        stroke, blobs = stroke_edit(name, bare, empty(SIZE), after)
        add = AddMark(0, Mark(name, "nodule", FRAMES[0], bare))
        painter.do(Together("paint", (add, stroke)), blobs, {})
        if name == "a":
            painter.do(removal(painter.history.document, name), {}, {})
    (mark,) = painter.history.document.marks
    assert isinstance(mark.shape, PaintedMask)
    more, blobs = stroke_edit("b", mark.shape, after, painter.mask())
    painter.do(more, blobs, {})
    for _ in range(3):
        painter.step(Undo())
    (mark,) = painter.history.document.marks
    assert isinstance(mark.shape, PaintedMask)
    content = painter.painted.content(mark.shape)
    assert content is not None
    assert content.tiles == after.tiles
    painter.step(Undo())
