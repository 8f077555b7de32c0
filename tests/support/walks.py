"""Random walks of a person through a document: marks, strokes, undo, redo, jumps."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator

import numpy as np

from labeler.model.document import Document, Mark
from labeler.model.edit_rules import removal
from labeler.model.edits import AddMark, Edit, PaintMask, ReplaceMark, Together
from labeler.model.frames import FrameRef
from labeler.model.history import History, advance, upwards
from labeler.model.mask_blobs import encode_delta
from labeler.model.mask_states import painted, unpainted
from labeler.model.mask_strokes import Stroke
from labeler.model.shapes import Box, PaintedMask
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

    def _stroke(self, name: str, before: PaintedMask) -> PaintMask:
        was = self.contents.get(before.state, empty(SIZE))
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
