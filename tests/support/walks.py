"""Random walks of a person through a document: marks, strokes, undo, redo, jumps."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator

import msgspec
import numpy as np

from labeler.model.document import Document, Mark
from labeler.model.edit_rules import find_answer, removal
from labeler.model.edits import (
    AddMark,
    Edit,
    PaintMask,
    RemoveMark,
    ReplaceMark,
    SetAnswer,
    SetNoFinding,
    Together,
)
from labeler.model.forms import Answer
from labeler.model.frame_lists import encode_frames
from labeler.model.frames import FrameRef
from labeler.model.history import History, advance, upwards
from labeler.model.mask_blobs import encode_delta, encode_mask
from labeler.model.mask_states import painted, state_of, unpainted
from labeler.model.mask_strokes import Stroke
from labeler.model.shapes import Box, MaskRef, MaskShape, PaintedMask
from labeler.model.steps import Amend, Do, Go, Here, Redo, Step, Undo
from labeler.model.tiled_masks import TiledMask, empty

FRAME = FrameRef("1.2", "1.2.3", 0)
SIZE = (6, 40, 40)


class Walk:
    """Takes possible steps by chance; `contents` are the voxels of each painted state met."""

    def __init__(self, document: Document, seed: int, most_marks: int = 12) -> None:
        self.history = History(document)
        self.blobs: dict[str, bytes] = {}
        self.contents: dict[str, TiledMask] = {}
        self._chance = random.Random(seed)
        self._most = most_marks
        self._named = 0

    def steps(self, count: int) -> Iterator[Step]:
        """So many steps, each done here before it is given."""
        for _ in range(count):
            step = self.step(self.history)
            self.history = advance(self.history, step)
            yield step

    def step(self, history: History) -> Step:
        """One that is possible at a point of a history."""
        self.history = history
        dice = self._chance.random()
        if dice < 0.16 and self.history.can_undo:
            return Undo()
        if dice < 0.29 and self.history.can_redo:
            return Redo()
        if dice < 0.305 and self.history.at is not None:
            tip = self._chance.choice([self.history.tip, *self.history.other_tips()][:4])
            near = [node.seq for _, node in zip(range(8), upwards(tip), strict=False)]
            return Go(self._chance.choice(near) if self._chance.random() < 0.97 else 0)
        if dice < 0.32:
            return Here()
        last = self.history.at
        if dice < 0.37 and last is not None and last is self.history.tip:
            further = self._further(last.edit)
            if further is not None:
                return Amend(further)
        return Do(self._edit())

    def _further(self, edit: Edit) -> Edit | None:
        """A move goes on."""
        if not isinstance(edit, ReplaceMark) or isinstance(edit.before.shape, PaintedMask):
            return None
        x = self._chance.randrange(1, 10**6)
        old = edit.before
        return ReplaceMark(old, Mark(old.id, old.label, old.frame, Box((0, 0), (x, x))))

    def _edit(self) -> Edit:
        marks = self.history.document.marks
        dice = self._chance.random()
        if marks and (dice < 0.1 or len(marks) >= self._most):
            return removal(self.history.document, self._chance.choice(marks).id)
        if marks and dice < 0.6:
            old = self._chance.choice(marks)
            if isinstance(old.shape, PaintedMask):
                return self._stroke(old.id, old.shape)
            x = self._chance.randrange(1, 10**6)
            return ReplaceMark(old, Mark(old.id, old.label, old.frame, Box((0, 0), (x, x))))
        self._named += 1
        name, place = f"m{self._named}", self._chance.randint(0, len(marks))
        if dice < 0.8:
            return AddMark(place, Mark(name, "nodule", FRAME, Box((0, 0), (1, self._named))))
        new = unpainted(SIZE)
        return Together(
            "paint", (AddMark(place, Mark(name, "nodule", FRAME, new)), self._stroke(name, new))
        )

    def _stroke(self, name: str, before: MaskShape) -> PaintMask:
        was = self.contents.get(state_of(before), empty(SIZE))
        stroke = Stroke(was, (1.0, 1.0, 1.0))
        low = tuple(self._chance.randrange(side - 4) for side in SIZE)
        bits = np.frombuffer(self._chance.randbytes(64), np.uint8).reshape(4, 4, 4) > 100
        stroke.paint((low[0], low[1], low[2]), bits, on=self._chance.random() < 0.8)
        delta = encode_delta(was, stroke.after)
        digest = hashlib.sha256(delta).hexdigest()
        self.blobs[digest] = delta
        after = painted(before, SIZE, digest)
        self.contents[after.state] = stroke.after
        return PaintMask(name, before, after, digest)


FRAMES = encode_frames([FrameRef("1.2", f"1.2.{n}", 0) for n in range(SIZE[0])])
FRAME_LIST = hashlib.sha256(FRAMES).hexdigest()


class WideWalk(Walk):
    """All kinds of edits: answers, whole masks through slices and painted on, many at once."""

    def _edit(self) -> Edit:
        kinds = (self._say, self._mask, self._on_mask, self._all_away, self._volume)
        choice = self._chance.randrange(2 * len(kinds))
        made = kinds[choice]() if choice < len(kinds) else None
        return made or super()._edit()

    def _say(self) -> Edit:
        now = self.history.document
        if self._chance.random() < 0.4:
            return SetNoFinding(now.no_finding, not now.no_finding)
        question = self._chance.choice("ab")
        before = find_answer(now, question)
        after = Answer(question, self._chance.randrange(10**6))
        return SetAnswer(before, None if before and self._chance.random() < 0.5 else after)

    def _mask(self) -> Edit | None:
        """A whole mask, as one that was copied or read comes in."""
        content = next(iter(reversed(self.contents.values())), None)
        if content is None:
            return None
        blob = encode_mask(content)
        name = hashlib.sha256(blob).hexdigest()
        self.blobs |= {name: blob, FRAME_LIST: FRAMES}
        self.contents[name] = content
        marks = self.history.document.marks
        self._named += 1
        shape = MaskRef(name, FRAME_LIST)
        return AddMark(len(marks), Mark(f"m{self._named}", "nodule", FRAME, shape))

    def _on_mask(self) -> Edit | None:
        """A stroke on a whole mask, and what is said of it."""
        masks = [m for m in self.history.document.marks if isinstance(m.shape, MaskRef)]
        if not masks:
            return None
        mark = self._chance.choice(masks)
        assert isinstance(mark.shape, MaskRef)
        told = msgspec.structs.replace(mark, label=f"l{self._chance.randrange(10**6)}")
        stroke = self._stroke(mark.id, mark.shape)
        return Together("paint", (stroke, *self._told(mark, told, stroke)))

    def _told(self, mark: Mark, told: Mark, stroke: PaintMask) -> tuple[ReplaceMark, ...]:
        now = msgspec.structs.replace(mark, shape=stroke.after)
        return (ReplaceMark(now, msgspec.structs.replace(told, shape=stroke.after)),)

    def _all_away(self) -> Edit | None:
        marks = self.history.document.marks
        if len(marks) < 6 or self._chance.random() < 0.7:
            return None
        return Together("delete", tuple(RemoveMark(0, mark) for mark in marks))

    def _volume(self) -> Edit:
        self.blobs[FRAME_LIST] = FRAMES
        self._named += 1
        name, new = f"m{self._named}", unpainted(SIZE, FRAME_LIST)
        place = len(self.history.document.marks)
        add = AddMark(place, Mark(name, "nodule", FRAME, new))
        return Together("paint", (add, self._stroke(name, new)))
