"""Where slices are kept once they are read: in one volume, or one by one."""

from __future__ import annotations

from collections import deque
from typing import Protocol

from labeler.errors import LabelerError
from labeler.model.image import Pixels, PixelSource
from labeler.model.volume import Later, SliceKind, SliceSource, Volume, empty_volume

FrameAnswer = Pixels | LabelerError


class Shelf(Protocol):
    """`read` is for the threads that read, the rest for the one that shows."""

    def read(self, index: int) -> FrameAnswer: ...
    def put(self, index: int, answer: FrameAnswer) -> None: ...
    def get(self, index: int) -> FrameAnswer | None: ...
    def drop(self, index: int) -> None: ...

    @property
    def has_later(self) -> bool:
        """Whether `do_later` has something to do."""

    def do_later(self) -> None:
        """A piece of what reading left for when all is read; for a thread that reads."""


class WholeShelf:
    """All slices in one array; what is given out are views into it."""

    def __init__(self, source: SliceSource, kind: SliceKind) -> None:
        self._source = source
        self._errors: dict[int, LabelerError] = {}
        self._later: deque[Later] = deque()
        self.volume: Volume = empty_volume(source.shape[0], kind)

    def read(self, index: int) -> FrameAnswer:
        view: Pixels = self.volume.values[index]
        try:
            later = self._source.read_into(index, view)
        except LabelerError as error:
            view[...] = 0
            return error
        if later is not None:
            self._later.append(later)
        return view

    def put(self, index: int, answer: FrameAnswer) -> None:
        if isinstance(answer, LabelerError):
            self._errors[index] = answer
            self.volume.failed[index] = True
        else:
            self.volume.here[index] = True

    def get(self, index: int) -> FrameAnswer | None:
        if self.volume.here[index]:
            view: Pixels = self.volume.values[index]
            return view
        return self._errors.get(index)

    def drop(self, index: int) -> None:
        raise RuntimeError(f"slice {index} of a whole volume is never let go of alone")

    @property
    def has_later(self) -> bool:
        return bool(self._later)

    def do_later(self) -> None:
        try:
            piece = self._later.popleft()
        except IndexError:  # another thread was at the last one
            return
        piece()


class LooseShelf:
    """Slices of their own, of a series that is larger than its room or not of one kind."""

    def __init__(self, source: PixelSource) -> None:
        self._source = source
        self._frames: dict[int, FrameAnswer] = {}

    def read(self, index: int) -> FrameAnswer:
        try:
            return self._source.frame(index)
        except LabelerError as error:
            return error

    def put(self, index: int, answer: FrameAnswer) -> None:
        self._frames[index] = answer

    def get(self, index: int) -> FrameAnswer | None:
        return self._frames.get(index)

    def drop(self, index: int) -> None:
        self._frames.pop(index, None)

    @property
    def has_later(self) -> bool:
        return False

    def do_later(self) -> None:
        """Frames of their own are kept where they are decoded."""
