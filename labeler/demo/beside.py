"""The world in a process of its own, so that the window stays smooth and nothing outlives it."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from labeler.demo.reviewer import Told
from labeler.demo.world import Plan, build_world, end, program
from labeler.errors import LabelerError
from labeler.model.paths import resources_root

READY_S = 120.0
END_S = 20.0


class Said(msgspec.Struct, frozen=True, tag="said"):
    text: str


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Where everything is; `truth` names a file, or is "" where the truth is not known."""

    url: str
    identity: str
    cases: int
    folder: str
    truth: str


class Trouble(msgspec.Struct, frozen=True, tag="trouble"):
    """An error of ours, in words; `fatal` where the world could not be built."""

    code: str
    happened: str
    safe: str
    do: str
    fatal: bool = False


Word = Said | Ready | Told | Trouble
"""What the world says, one JSON line each."""


def main(argv: Sequence[str]) -> int:
    """The child: builds the world of `argv` (a Plan as JSON), and ends when its stdin ends."""
    plan = msgspec.json.decode(argv[0], type=Plan)
    # Asked to end while it is still being built, it tidies up as well.
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    turn = threading.Lock()

    def speak(word: Word) -> None:
        with turn:
            sys.stdout.buffer.write(msgspec.json.encode(word) + b"\n")
            sys.stdout.buffer.flush()

    # The profile lies in here too; its last files may still be closing.
    with (
        suppress(KeyboardInterrupt, BrokenPipeError),
        tempfile.TemporaryDirectory(prefix="labeler-demo-", ignore_cleanup_errors=True) as place,
    ):
        try:
            _live(Path(place), plan, speak)
        except LabelerError as error:
            speak(_trouble(error, fatal=True))
            return 1
    return 0


def _live(folder: Path, plan: Plan, speak: Callable[[Word], None]) -> None:
    world = build_world(
        folder,
        resources_root(),
        plan,
        lambda text: speak(Said(text)),
        speak,
        lambda error: speak(_trouble(error)),
    )
    with world as built:
        truth = ""
        if built.truth is not None:
            truth = str(folder / "truth.json")
            built.truth.save(Path(truth))
        speak(Ready(built.url, built.identity, built.posted.items, str(folder), truth))
        sys.stdin.buffer.read()


def _trouble(error: LabelerError, *, fatal: bool = False) -> Trouble:
    return Trouble(error.code, error.happened, error.safe, error.do, fatal)


class Beside:
    """The parent's side: starts the world, passes on what it says, ends it.

    `hear` gets everything but Ready, from a thread. The world ends with this process, however
    this process ends.
    """

    def __init__(self, plan: Plan, hear: Callable[[Word], None]) -> None:
        self._hear = hear
        self._answers: queue.Queue[Word | None] = queue.Queue()
        self._is_ready = False
        command = (*program(), "--internal", "world", msgspec.json.encode(plan).decode())
        self._process = subprocess.Popen(  # noqa: S603  this program itself
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Ctrl+C reaches this process alone, which then ends the world in order.
            start_new_session=True,
        )
        self._listener = threading.Thread(target=self._listen, name="world", daemon=True)
        self._listener.start()

    def ready(self) -> Ready:
        """Wait until all is there. Raises LabelerError with the world's own reason."""
        try:
            word = self._answers.get(timeout=READY_S)
        except queue.Empty:
            word = None
        if isinstance(word, Ready):
            self._is_ready = True
            return word
        if isinstance(word, Trouble):
            told = {"what": word.happened, "kept": word.safe, "advice": word.do}
            raise LabelerError(word.code, "{what}", safe="{kept}", do="{advice}", **told)
        raise LabelerError(
            "demo-not-started",
            "The demonstration could not be started.",
            safe="Nothing of yours was touched.",
            do="Start it again; what it said is above.",
        )

    def close(self) -> None:
        """End the world, also one that is still being built."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        if not self._is_ready:
            self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            end(self._process)
        self._listener.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                word: Word = msgspec.json.decode(line, type=Word)
                if isinstance(word, Ready) or (isinstance(word, Trouble) and word.fatal):
                    self._answers.put(word)
                else:
                    self._hear(word)
        self._answers.put(None)
