"""One decoder worker: its process, its pipes, and the memory it shares with the program."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TypeVar

import msgspec

from labeler.imaging.decoding.shared import make_shared, places
from labeler.imaging.decoding.wire import (
    Batch,
    Describe,
    Reply,
    Request,
    receive,
    receive_into,
    send,
)
from labeler.imaging.frame_stores import DecodeError

if sys.platform == "linux":
    import fcntl

PIPE_BYTES = 1 << 20
"""What a pipe should hold where the system can be told: a CT slice goes through in one piece."""

T = TypeVar("T")


def worker_command() -> tuple[str, ...]:
    """How this program starts itself as a decoder, from source or frozen."""
    package = () if getattr(sys, "frozen", False) else ("-m", "labeler")
    return (sys.executable, *package, "--internal", "decode")


_KEPT = str(32 << 20)


def _bare_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without anything of ours (passphrases travel there), one thread each."""
    kept = {name: value for name, value in environment.items() if not name.startswith("LABELER_")}
    # glibc would give the memory of each frame back to the system, and take new pages for the next.
    kept |= {"MALLOC_MMAP_THRESHOLD_": _KEPT, "MALLOC_TRIM_THRESHOLD_": _KEPT}
    return kept | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _widen(pipe: int) -> None:
    """Fewer turns between the two sides. Linux alone can; a limit of the person's is respected."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


class Worker:
    """One child process and its pipes; used by one thread at a time, killed by any."""

    def __init__(self, command: Sequence[str]) -> None:
        self._shared, self._room = make_shared(), bytearray()
        inherited = () if self._shared is None else (self._shared.fd,)
        try:
            self._process = subprocess.Popen(  # noqa: S603  our own program, no shell
                [*command, *map(str, inherited)],
                pass_fds=inherited,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_bare_environment(os.environ),
            )
        except OSError:
            self._forget_shared()
            raise
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                _widen(stream.fileno())

    def ask(self, request: Request | Describe, data: bytes, max_body: int) -> tuple[Reply, bytes]:
        """Raises DecodeError "decoder-died"; the worker is then finished."""
        self.tell(request, data)
        return self.hear(max_body)

    def ask_into(
        self, request: Request, data: bytes | memoryview, out: memoryview
    ) -> tuple[Reply, int]:
        """As `ask`, the answer's body into `out`; how long it was."""
        where = self.places([len(out)])
        if not where:
            self.tell(request, data)
            return self.hear_into(out)
        self.tell(Batch((request,), (len(data),), where), data)
        reply, body = self.hear_piece(out, where[0])
        if reply.placed:
            out[: len(body)] = body
        return reply, len(body)

    def tell(self, request: Request | Batch | Describe, data: bytes | memoryview) -> None:
        """Ask without waiting. Raises DecodeError as `ask` does."""
        assert self._process.stdin is not None, "opened with a pipe"
        try:
            send(self._process.stdin, request, data)
        except OSError as error:
            raise self._over(str(error)) from error

    def hear(self, max_body: int) -> tuple[Reply, bytes]:
        """The next answer. Raises DecodeError as `ask` does."""
        return self._heard(lambda stream: receive(stream, max_body))

    def hear_into(self, out: memoryview) -> tuple[Reply, int]:
        """The next answer, its body into `out`. Raises DecodeError as `ask` does."""
        return self._heard(lambda stream: receive_into(stream, out))

    def hear_piece(self, room: memoryview, place: int | None) -> tuple[Reply, memoryview]:
        """The next answer, and its body where it lies until the one after: in that `place` of the
        shared memory where it has one, else in the `room`. Raises DecodeError as `ask` does."""
        reply, count = self.hear_into(room)
        if self._shared is None or place is None or reply.placed != len(room):
            return reply, room[:count]
        return reply, self._shared.at(place, len(room))

    def room(self, size: int) -> memoryview:
        """The same memory each time, which what comes through the pipe goes to."""
        self._room = self._room if len(self._room) >= size else bytearray(size)
        return memoryview(self._room)[:size]

    def places(self, sizes: Sequence[int]) -> tuple[int, ...]:
        """Where in the shared memory answers of those lengths go; none where they do not fit."""
        return () if self._shared is None else places(sizes)

    def _heard(self, listen: Callable[[IO[bytes]], tuple[bytes, T] | None]) -> tuple[Reply, T]:
        assert self._process.stdout is not None, "opened with a pipe"
        try:
            message = listen(self._process.stdout)
            reply = None if message is None else msgspec.json.decode(message[0], type=Reply)
        except (OSError, ValueError) as error:
            raise self._over(str(error)) from error
        if message is None or reply is None:
            raise self._over("no answer")
        return reply, message[1]

    def _over(self, detail: str) -> DecodeError:
        self.close()
        return DecodeError("decoder-died", f"{detail}; exit {self._process.returncode}")

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        self.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()
        self._process.wait()
        self._forget_shared()

    def _forget_shared(self) -> None:
        if self._shared is not None:
            self._shared.close()
            self._shared = None
