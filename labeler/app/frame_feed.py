"""Slices of an open series: the wanted one first, then on in the direction of travel."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from labeler.app.haste import Haste
from labeler.app.reading_plan import ReadingPlan
from labeler.app.slice_memory import SliceMemory
from labeler.app.slice_shelves import FrameAnswer as FrameAnswer  # noqa: PLC0414  named here too
from labeler.app.slice_shelves import LooseShelf, Shelf, WholeShelf
from labeler.errors import LabelerError
from labeler.model.image import PixelSource
from labeler.model.volume import SliceSource, Volume

Deliver = Callable[[int, FrameAnswer], None]
Arrived = Callable[[Sequence[int]], None]
"""Told which slices have arrived or failed."""

BATCH_SECONDS = 0.02
"""A batch ends after so long: slices come in such steps, and others wait for a thread so long."""
UNKNOWN_VOXEL_BYTES = 8
"""Of series whose slices differ: the widest there are."""


@dataclass(frozen=True, eq=False)
class Hold:
    """What is kept from a claim on the memory until it is let go of."""

    shelf: Shelf
    plan: ReadingPlan


@dataclass(eq=False)
class Batch:
    """Slices that are read at a time, and for what: None where it was let go of before. `reading`
    is the one that was begun last."""

    hold: Hold | None = None
    reading: int | None = None
    read: list[tuple[int, FrameAnswer]] = field(default_factory=list)


class RunBatch(Protocol):
    """Runs the first on another thread and the second on the main thread once it is through; where
    it broke off, the third."""

    def __call__(
        self, fetch: Callable[[], None], done: Callable[[None], None], lost: Callable[[], None]
    ) -> None: ...


class FrameFeed:
    """Keeps the slices of a series as far as the memory allows; lives on the main thread.

    Where all fit they lie in one volume. A failed slice is kept as its error, so that it is told
    and not tried for ever. While it is `on_screen` nothing is let go of for others.
    """

    def __init__(
        self,
        source: PixelSource,
        run: RunBatch,
        memory: SliceMemory,
        haste: Haste,
        *,
        at_once: int = 2,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._source, self._run, self._memory, self._haste = source, run, memory, haste
        self._at_once, self._clock = at_once, clock
        self._kind = source.kind if isinstance(source, SliceSource) else None
        unknown = math.prod(source.shape[1:]) * UNKNOWN_VOXEL_BYTES
        self._slice_bytes = max(unknown if self._kind is None else self._kind.nbytes, 1)
        self._hold: Hold | None = None
        self._waiting: dict[object, tuple[int, Deliver]] = {}
        self._listeners: dict[object, Arrived] = {}
        self._busy = 0
        self._failed: set[int] = set()
        self._closed = self._tripped = False
        """`_tripped` over a mistake of ours: nothing is read ahead until somebody asks again."""
        self.on_screen = True

    def close(self) -> None:
        """Drop everything; answers under way are ignored, and nothing more is fetched."""
        self._closed = True
        self._listeners.clear()
        self._waiting.clear()
        self._memory.release(self)
        self.let_go()

    def volume(self) -> Volume | None:
        """All slices in one array, which fills; None where they do not fit, or are not alike.

        It is another one after the series was off the screen and had to make room."""
        if self._closed:
            return None
        self._tripped = False
        hold = self._held()
        self._go_on()
        return hold.shelf.volume if isinstance(hold.shelf, WholeShelf) else None

    @property
    def volume_at_hand(self) -> Volume | None:
        """The array of all slices as far as it is here; nothing is asked for."""
        shelf = None if self._hold is None else self._hold.shelf
        return shelf.volume if isinstance(shelf, WholeShelf) else None

    def listen(self, who: object, arrived: Arrived | None) -> None:
        """Tell somebody from now on what has arrived, some at a time; None: no more."""
        self._listeners.pop(who, None)
        if arrived is not None:
            self._listeners[who] = arrived

    def get(self, index: int) -> FrameAnswer | None:
        """A slice that is here, or how it failed."""
        return None if self._hold is None else self._hold.shelf.get(index)

    @property
    def failed(self) -> AbstractSet[int]:
        """Slices that could not be read or decoded when they were tried last."""
        return self._failed

    def request(self, index: int, deliver: Deliver, viewer: object = None) -> None:
        """Deliver a slice, at once where it is here; then fetch on in its direction.

        Of several requests of one `viewer` the last is answered: the person has scrolled on.
        """
        if self._closed:
            return
        self._tripped = False
        hold = self._held()
        answer = hold.shelf.get(index)
        self._waiting.pop(viewer, None)
        hold.plan.want(index, tuple(wanted for wanted, _ in self._waiting.values()))
        if answer is None:
            self._waiting[viewer] = index, deliver
        else:
            deliver(index, answer)
        self._go_on()

    # --- as a Holder --------------------------------------------------------------------------

    @property
    def is_shown(self) -> bool:
        """Whether somebody looks at it, or is about to."""
        return self.on_screen or bool(self._waiting)

    @property
    def is_whole(self) -> bool:
        return self._hold is not None and isinstance(self._hold.shelf, WholeShelf)

    def let_go(self) -> None:
        if self._hold is not None:
            self._hold.plan.close()
        self._hold = None
        self._haste.waits(self, waiting=False)

    def shrink(self, room_bytes: int) -> int:
        room = max(1, room_bytes // self._slice_bytes)
        if self._hold is not None and not self.is_whole:
            self._hold.plan.hold(room)
        return room * self._slice_bytes

    # --- inside -------------------------------------------------------------------------------

    def _held(self) -> Hold:
        count = self._source.shape[0]
        all_bytes = count * self._slice_bytes
        if self._hold is not None:
            if self.is_whole or self._kind is None or not self._memory.fits(self, all_bytes):
                self._memory.touch(self)
                return self._hold
            self._hold.plan.close()
        room = self._memory.claim(self, all_bytes, self._slice_bytes) // self._slice_bytes
        source = self._source
        shelf: Shelf = LooseShelf(source)
        if room >= count and isinstance(source, SliceSource) and self._kind is not None:
            shelf = WholeShelf(source, self._kind)
        self._hold = Hold(shelf, ReadingPlan(count, room, shelf.drop))
        return self._hold

    def _go_on(self) -> None:
        self._haste.waits(self, waiting=bool(self._waiting))
        if self._hold is None and self._waiting:
            # It was let go of while somebody waited: a lower limit counts at once.
            first, *others = [index for index, _ in self._waiting.values()]
            self._held().plan.want(first, tuple(others))
        while (hold := self._hold) is not None and self._is_idle(hold):
            self._busy += 1
            batch = Batch()
            read, arrived = partial(self._read, batch), partial(self._arrived, batch)
            self._run(read, arrived, partial(self._lost, batch))
        if hold is not None and self._busy == 0 and hold.shelf.has_later:
            self._busy += 1
            self._run(partial(self._do_later, hold), self._through, self._broke_off)

    def _is_idle(self, hold: Hold) -> bool:
        """Whether a thread should read more; of what is not shown only what is waited for."""
        wanted = bool(self._waiting) or (self.on_screen and not self._tripped)
        return wanted and self._busy < self._at_once and hold.plan.has_left()

    def _read(self, batch: Batch) -> None:
        """On a thread that reads: some slices, or the wanted one alone to have it there at once."""
        hold, began = self._hold, self._clock()
        batch.hold = hold
        self._haste.stand_back()
        while hold is not None and (index := hold.plan.take()) is not None:
            batch.reading = index
            batch.read.append((index, hold.shelf.read(index)))
            late = self._clock() - began > BATCH_SECONDS
            if late or index == hold.plan.wanted or self._haste.asks(self):
                break
            self._haste.stand_back()

    def _do_later(self, hold: Hold) -> None:
        """On a thread that reads, once nothing is read: what can wait, a little at a time."""
        began = self._clock()
        while hold is self._hold and hold.shelf.has_later:
            self._haste.stand_back()
            hold.shelf.do_later()
            if self._clock() - began > BATCH_SECONDS or self._waiting or self._haste.asks(self):
                return

    def _through(self, _done: None = None) -> None:
        self._busy -= 1
        self._go_on()

    def _broke_off(self) -> None:
        """A mistake of ours: what is left of it is done after the next slice."""
        self._busy -= 1

    def _arrived(self, batch: Batch, _through: None = None) -> None:
        self._busy -= 1
        hold = batch.hold
        if hold is not None and hold is self._hold:
            for index, answer in batch.read:
                hold.shelf.put(index, answer)
                hold.plan.arrived(index)
                if isinstance(answer, LabelerError):
                    self._failed.add(index)
                else:
                    self._failed.discard(index)
            self._tell(batch.read)
        self._go_on()

    def _lost(self, batch: Batch) -> None:
        """A mistake of ours broke off a batch: what it had read counts, and nobody waits any more
        for the slice it was at. That one is read again when somebody asks for it."""
        if batch.hold is not None and batch.reading is not None:
            batch.hold.plan.lost(batch.reading)
        at = batch.reading
        for viewer in [one for one, (wanted, _) in self._waiting.items() if wanted == at]:
            del self._waiting[viewer]
        self._tripped = True
        self._arrived(batch)

    def _tell(self, read: Sequence[tuple[int, FrameAnswer]]) -> None:
        for index, answer in read:
            for viewer in [one for one, (wanted, _) in self._waiting.items() if wanted == index]:
                _, deliver = self._waiting.pop(viewer)
                deliver(index, answer)
        for told in tuple(self._listeners.values()) if read else ():
            told([index for index, _ in read])
