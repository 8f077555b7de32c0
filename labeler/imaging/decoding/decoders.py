"""Decoder workers: processes that may crash, hang or swell without taking the program along."""

from __future__ import annotations

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import msgspec

from labeler.imaging.decoding.batches import as_values, decode_round, stored_bytes
from labeler.imaging.decoding.recipes import Recipe
from labeler.imaging.decoding.slide_facts import SlideFacts
from labeler.imaging.decoding.wire import Batch, Describe, Reply, Request
from labeler.imaging.decoding.worker_process import Worker, worker_command
from labeler.imaging.frame_stores import DecodeError, Piece
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import Pixels

MEMORY_MIB = 3072
SECONDS = 60.0

T = TypeVar("T")


class _Seat:
    """A place for one worker: started when first asked, replaced after it failed."""

    def __init__(self, command: Sequence[str], seconds: float) -> None:
        self._command = command
        self._seconds = seconds
        self._lock = threading.Lock()
        self._worker: Worker | None = None
        self._due: float | None = None
        self._hung = False
        self._closed = False

    def ask(self, request: Request | Describe, data: bytes, max_body: int) -> tuple[Reply, bytes]:
        return self._asked(lambda worker: worker.ask(request, data, max_body))

    def ask_into(
        self, request: Request, data: bytes | memoryview, out: memoryview
    ) -> tuple[Reply, int]:
        return self._asked(lambda worker: worker.ask_into(request, data, out))

    def _asked(self, exchange: Callable[[Worker], tuple[Reply, T]]) -> tuple[Reply, T]:
        worker = self._seated()
        try:
            reply, body = exchange(worker)
        except DecodeError as error:
            raise self._lost(error) from error
        with self._lock:
            self._due, late = None, self._hung
        if late or reply.failure == "decoder-bloated":
            self._leave()
        return reply, body

    def ask_all(
        self, batch: Batch, data: bytes, sizes: Sequence[int]
    ) -> Iterator[tuple[Reply, memoryview]]:
        """The first step asks; each further one gives an answer, and its body of so many bytes at
        most, which is another's at the next. One that is not given is the last, and raises
        DecodeError."""
        worker, usable = self._seated(), False
        try:
            where = worker.places(sizes)
            worker.tell(msgspec.structs.replace(batch, places=where), data)
            yield Reply(), memoryview(b"")
            bloated = False
            for size, place in zip(sizes, where or [None] * len(sizes), strict=True):
                with self._lock:
                    self._due = time.monotonic() + self._seconds
                reply, body = worker.hear_piece(worker.room(size), place)
                bloated = bloated or reply.failure == "decoder-bloated"
                yield reply, body
            with self._lock:
                self._due = None
                usable = not self._hung and not bloated
        except DecodeError as error:
            raise self._lost(error) from error
        finally:
            # Answers that nobody took would be taken for those to the next question.
            if not usable:
                self._leave()

    def _lost(self, error: DecodeError) -> DecodeError:
        """The worker is finished: what is to be told of it."""
        self._leave()
        return DecodeError("decoder-hung", str(error)) if self._hung else error

    def check(self) -> None:
        """Kill a worker that is past its time: whoever waits for it then learns so."""
        with self._lock:
            due = self._due
            if due is not None and self._worker is not None and time.monotonic() > due:
                self._hung = True
                self._worker.kill()

    def _seated(self) -> Worker:
        with self._lock:
            if self._closed:
                raise DecodeError("decoder-died", "the program is closing")
            if self._worker is None:
                try:
                    self._worker = Worker(self._command)
                except OSError as error:
                    raise DecodeError("decoder-died", str(error)) from error
            self._hung = False
            self._due = time.monotonic() + self._seconds
            return self._worker

    def _leave(self) -> None:
        with self._lock:
            worker, self._worker, self._due = self._worker, None, None
        if worker is not None:
            worker.close()

    def interrupt(self) -> None:
        """From any thread: nothing is decoded here any more, what is under way fails."""
        with self._lock:
            self._closed = True
            if self._worker is not None:
                self._worker.kill()

    def close(self) -> None:
        self._leave()


class DecoderPool:
    """Up to `count` workers, started when first needed; `decode` may be called from any thread.

    `command` starts a worker; its memory bound in MiB is added to it, and on Linux the number of
    the memory that batches come back in. Frames come through pipes:
    docs/adr/0014-frames-through-pipes.md has the figures.
    """

    def __init__(
        self,
        count: int,
        command: Sequence[str] | None = None,
        *,
        seconds: float = SECONDS,
        memory_mib: int = MEMORY_MIB,
    ) -> None:
        full = (*(command or worker_command()), str(memory_mib))
        self._all = tuple(_Seat(full, seconds) for _ in range(max(count, 1)))
        # Last in, first out: one thread keeps using one warm worker.
        self._free: queue.LifoQueue[_Seat] = queue.LifoQueue()
        for seat in self._all:
            self._free.put(seat)
        # One thread watches all workers: a timer for each frame costs more than an RLE frame.
        self._pause = min(seconds / 4, 1.0)
        self._closing = threading.Event()
        self._watch = threading.Thread(target=self._look, name="decoders", daemon=True)
        self._watching = threading.Lock()

    def _look(self) -> None:
        while not self._closing.wait(self._pause):
            for seat in self._all:
                seat.check()

    def _watched(self) -> None:
        with self._watching:
            if self._watch.ident is None and not self._closing.is_set():
                self._watch.start()

    def decode(
        self, syntax: Syntax, layout: PixelLayout, data: bytes, recipe: Recipe | None = None
    ) -> Pixels:
        """Stored values of one frame; raises DecodeError."""
        size = stored_bytes(layout)
        _, body = self._asked(Request(syntax.codecs, layout, recipe), data, size)
        return as_values(body, layout)

    def decode_into(
        self, syntax: Syntax, layout: PixelLayout, data: bytes | memoryview, out: Pixels
    ) -> None:
        """As `decode`, into contiguous memory of that type; raises DecodeError, and may then have
        written a part."""
        view = out.data.cast("B")
        request = Request(syntax.codecs, layout)
        _, count = self._exchange(lambda seat: seat.ask_into(request, data, view))
        if count != len(view):
            raise DecodeError("undecodable-image", f"{count} of {len(view)} bytes came back")

    def decode_all(
        self, pieces: Sequence[Piece], take: Callable[[int, Pixels], T]
    ) -> list[T | DecodeError]:
        """As `decode` does with each, all workers together; see `Decoders`."""
        self._watched()
        found: dict[int, T | DecodeError] = {}
        left = list(range(len(pieces)))
        while left:
            seats = self._seats(-(-len(left) // 2))
            try:
                left = decode_round(seats, pieces, left, found, take)
            finally:
                for seat in seats:
                    self._free.put(seat)
        return [found[n] for n in range(len(pieces))]

    def _seats(self, most: int) -> list[_Seat]:
        """At least one, waited for; others as they are free."""
        seats = [self._free.get()]
        with contextlib.suppress(queue.Empty):
            while len(seats) < most:
                seats.append(self._free.get_nowait())
        return seats

    def describe(self, path: Path) -> SlideFacts:
        """What OpenSlide finds in a file on the disk; raises DecodeError."""
        reply, _ = self._asked(Describe(os.fsencode(path.absolute())), b"", 0)
        if reply.slide is None:
            raise DecodeError("undecodable-image", "nothing was said of the slide")
        return reply.slide

    def _asked(self, request: Request | Describe, data: bytes, size: int) -> tuple[Reply, bytes]:
        return self._exchange(lambda seat: seat.ask(request, data, size))

    def _exchange(self, ask: Callable[[_Seat], tuple[Reply, T]]) -> tuple[Reply, T]:
        self._watched()
        seat = self._free.get()
        try:
            reply, body = ask(seat)
        finally:
            self._free.put(seat)
        if reply.failure:
            raise DecodeError(reply.failure, reply.detail)
        return reply, body

    def close(self) -> None:
        """End all workers; a frame under way fails."""
        with self._watching:
            self._closing.set()
        for seat in self._all:
            seat.interrupt()
        for _ in self._all:
            self._free.get().close()
        for seat in self._all:
            self._free.put(seat)
        if self._watch.ident is not None:
            self._watch.join()

    def __enter__(self) -> DecoderPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
