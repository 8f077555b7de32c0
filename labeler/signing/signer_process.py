"""The process that holds the key: `python -m labeler --internal sign`.

Frames of canonical JSON come in on standard input and answers go out on standard output. There is
nothing secret in its arguments or environment. It ends when standard input ends.
"""

from __future__ import annotations

import argparse
import os
import queue
import secrets
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import BinaryIO

from labeler.errors import LabelerError
from labeler.model.paths import resources_root
from labeler.proof import codec
from labeler.signing.framing import MAX_FRAME_BYTES, PipeBroken, read_frame, write_frame
from labeler.signing.hardening import harden
from labeler.signing.keystore import DEFAULT_SCRYPT_N
from labeler.signing.mnemonic import load_words
from labeler.signing.requests import Answer, Ask, Lock, Problem, Reply, Status
from labeler.signing.signer import Signer
from labeler.steady import steady_s


def main(argv: Sequence[str]) -> int:
    """Serve one client until its pipe closes; the exit code of the process."""
    parser = argparse.ArgumentParser(prog="labeler --internal sign")
    parser.add_argument("--scrypt-n", type=int, default=DEFAULT_SCRYPT_N)
    options = parser.parse_args(argv)
    harden()
    incoming, outgoing = _take_pipes()
    signer = Signer(
        load_words(resources_root() / "bip39" / "english.txt"),
        random=secrets.token_bytes,
        now_s=lambda: int(time.time()),
        scrypt_n=options.scrypt_n,
    )
    try:
        serve(signer, incoming, outgoing, clock_s=steady_s)
    except (PipeBroken, BrokenPipeError):
        return 1
    finally:
        signer.lock()
    return 0


def serve(
    signer: Signer, incoming: BinaryIO, outgoing: BinaryIO, *, clock_s: Callable[[], float]
) -> None:
    """Answer every frame in turn; lock the key when nothing was asked for its idle time."""
    frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_read_all, args=(incoming, frames), daemon=True).start()
    deadline: float | None = None
    while True:
        try:
            wait_s = None if deadline is None else max(0.0, deadline - clock_s())
            frame = frames.get(timeout=wait_s)
        except queue.Empty:
            signer.lock()
            deadline = None
            continue
        if frame is None:
            return
        # A machine that slept did not wait above, but its time passed.
        if deadline is not None and clock_s() >= deadline:
            signer.lock()
        answer, keeps_open = answer_frame(signer, frame)
        if signer.idle_ms is None:
            deadline = None
        elif keeps_open or deadline is None:
            deadline = clock_s() + signer.idle_ms / 1000
        write_frame(outgoing, codec.encode(Reply(answer)))


def answer_frame(signer: Signer, frame: bytes) -> tuple[Answer, bool]:
    """The answer, and whether the question was a sign of life (asking for the status is none)."""
    request = None
    try:
        request = codec.decode(frame, Ask, max_bytes=MAX_FRAME_BYTES).request
        answer = signer.answer(request)
    except LabelerError as error:
        happened, safe, do = error.templates
        answer = Problem(error.code, happened, safe, do, error.facts)
    except Exception as error:  # noqa: BLE001  an error's text may hold a secret: only its type leaves
        signer.lock()
        answer = _failed(type(error).__name__)
    return answer, not isinstance(request, Status | Lock | None)


def _failed(kind: str) -> Problem:
    return Problem(
        "signer-failed",
        "The signer met an error it does not know ({kind}) and locked itself.",
        "Nothing was signed, and your work is saved.",
        "Unlock the key and try again; if it happens again, report it.",
        {"kind": kind},
    )


def _read_all(incoming: BinaryIO, frames: queue.SimpleQueue[bytes | None]) -> None:
    try:
        while (frame := read_frame(incoming)) is not None:
            frames.put(frame)
    except (PipeBroken, OSError):
        pass  # the other side broke off: the same end as any other
    finally:
        frames.put(None)


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Our own handles of the two pipes, so that no library can print into the answers."""
    incoming, outgoing = os.dup(sys.stdin.fileno()), os.dup(sys.stdout.fileno())
    if sys.platform == "win32":
        import msvcrt

        for handle in (incoming, outgoing):
            msvcrt.setmode(handle, os.O_BINARY)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    return os.fdopen(incoming, "rb"), os.fdopen(outgoing, "wb")
