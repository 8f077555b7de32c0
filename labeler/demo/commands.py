"""`labeler demo`: the whole job once, beside a marketplace of its own; nothing of yours is used."""

from __future__ import annotations

import argparse
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.demo.beside import Beside, Ready, Said, Trouble, Word
from labeler.demo.phantom import load_truth, write_phantom
from labeler.demo.reviewer import Told
from labeler.demo.world import Plan, program
from labeler.errors import LabelerError
from labeler.model.paths import resources_root

if TYPE_CHECKING:
    from labeler.ui.window import Window

OK, FAILED, NOT_STARTED, INTERRUPTED = 0, 1, 3, 130
HEADLESS = "offscreen"
SAMPLE_SLICES, SAMPLE_SIZE = 60, 256
PROOF = "case-1.labeler"


def main(argv: Sequence[str]) -> int:
    """Run `labeler demo`; the exit code."""
    typed = _parser().parse_args(argv)
    by_hands = typed.hands or not _has_display()
    output = Path(typed.output)
    images = "" if typed.folder is None else str(Path(typed.folder).absolute())
    try:
        with Beside(Plan(images, typed.slices, typed.size), _hear) as beside:
            ready = beside.ready()
            code = _by_hands(ready, output) if by_hands else _by_person(ready)
            identity = ready.identity
    except LabelerError as error:
        print(f"{error.happened}\n{error.safe}\n{error.do}", file=sys.stderr)
        return NOT_STARTED
    except KeyboardInterrupt:
        return INTERRUPTED
    if code == OK and by_hands:
        # The marketplace and its chain are gone by now: the proof stands alone.
        return _verify(output / PROOF, identity)
    return code


def _parser() -> argparse.ArgumentParser:
    text = "Do the whole job once: a case, marks, a signature, a payment, a proof."
    parser = argparse.ArgumentParser("labeler demo", description=text)
    parser.add_argument("folder", nargs="?", metavar="FOLDER", help="your own DICOM folder")
    parser.add_argument("--output", default="demo-output", metavar="DIR", help="for the pictures")
    parser.add_argument("--hands", action="store_true", help="let the program's own hands do it")
    parser.add_argument("--slices", type=int, default=120, help="of the sample CT")
    parser.add_argument("--size", type=int, default=512, help="of its slices, in pixels")
    return parser


def _has_display() -> bool:
    """Whether a person can see a window here."""
    if os.environ.get("QT_QPA_PLATFORM", "") in (HEADLESS, "minimal"):
        return False
    if not sys.platform.startswith(("linux", "freebsd")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _hear(word: Word) -> None:
    """What happens beside the window, one line each."""
    match word:
        case Said(text):
            _say(text)
        case Told(case=case, accepted=accepted, reason=reason, quality=quality, compared=compared):
            found = f", Dice {quality / 1_000_000:.2f} against the truth" if compared else ""
            _say(f"the reviewer: {case} {'accepted' if accepted else 'rejected, ' + reason}{found}")
            if not accepted:
                _say("To try again, close the window and type: labeler demo")
        case Trouble(happened=happened, do=do):
            _say(f"the reviewer cannot go on: {happened} {do}")
        case Ready():
            pass


def _say(line: str) -> None:
    print(line, flush=True)


def _by_person(ready: Ready) -> int:
    """Open the window and leave the job to whoever sits before it."""
    _say(f"The marketplace: {ready.url}")
    _say(f"Its fingerprint: {ready.identity}")
    _say("Choose Connect: the address is filled in. Then download, read, sign, claim.")
    return _open(ready, lambda window: window.suggest_marketplace(ready.url))


def _by_hands(ready: Ready, output: Path) -> int:
    """The same through the same widgets, without a person."""
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", HEADLESS)
    from PySide6.QtCore import QTimer

    from labeler.demo.hands import Gallery, Hands, Stuck, quiet_platform
    from labeler.demo.journey import Errand, Journey
    from labeler.ui.frame import USUAL

    quiet_platform()
    gallery = Gallery(output)
    truth = load_truth(Path(ready.truth)) if ready.truth else None
    proof = output.absolute() / PROOF
    proof.unlink(missing_ok=True)
    errand = Errand(ready.url, ready.identity, truth, secrets.token_urlsafe(12), proof)
    stuck: list[str] = []

    def meet(window: Window) -> None:
        hands = Hands(window, gallery)
        if not _has_display():
            # No screen of any size stands behind the pictures.
            window.window().resize(*USUAL)

        def walk() -> None:
            try:
                Journey(hands, errand, _say).walk()
            except Stuck as error:
                stuck.append(str(error))
                gallery.keep(window, "stuck")
            finally:
                window.window().close()

        QTimer.singleShot(0, walk)

    code = _open(ready, meet)
    for words in stuck:
        print(f"stuck: {words}; the last picture in {output} shows it", file=sys.stderr)
    return FAILED if stuck else code


def _open(ready: Ready, meet: Callable[[Window], None]) -> int:
    from labeler.ui.binding import load_qt

    load_qt()
    from labeler.ui.program import open_program

    # Ctrl+C in the terminal ends all: the world sees this process go, and tidies up.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    profile = Path(ready.folder) / "profile"
    return open_program(profile, resources_root(), _write_sample, meet=meet)


def _write_sample(folder: Path) -> object:
    return write_phantom(folder, slices=SAMPLE_SLICES, size=SAMPLE_SIZE)


def _verify(proof: Path, identity: str) -> int:
    """`labeler verify` in a process of its own."""
    began = time.monotonic()
    command = (*program(), "verify", str(proof), "--trust", identity)
    found = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if found.returncode != 0:
        print(found.stdout + found.stderr, file=sys.stderr)
        return FAILED
    seconds = time.monotonic() - began
    _say(f"last step: verified the proof with the marketplace and chain gone ({seconds:.1f} s)")
    return OK
