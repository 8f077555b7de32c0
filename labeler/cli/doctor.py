"""What is installed, missing, unsafe."""

from __future__ import annotations

import ctypes.util
import importlib
import io
import os
import platform
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PIL import Image

from labeler.app.opening import signer_command
from labeler.app.recovering import every_journal
from labeler.app.services import Services
from labeler.cli.bench import open_bench
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.mending import SHOWN, go_on, recover, told
from labeler.cli.secrets import PROFILE_VARIABLE
from labeler.cli.times import utc
from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.frame_stores import DecodeError
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import SYNTAXES
from labeler.signing.client import SignerClient
from labeler.store.keychain import system_keyring
from labeler.store.profile import Profile, in_use, is_profile, open_profile
from labeler.store.store import Store

OK, INFO, MISSING, UNSAFE, SKIPPED = "ok", "info", "missing", "unsafe", "skipped"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
LITTLE_ROOM = 1 << 30
EARLIEST = 1_767_225_600
"""2026-01-01: no computer that runs this program lives before."""
LIBRARIES = (
    "msgspec", "numpy", "imagecodecs", "opencv-python-headless", "sqlcipher3", "coincurve",
    "pycryptodome", "cryptography", "httpx2", "web3", "keyring", "PySide6-Essentials",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One check: `state` is ok, info, missing, unsafe or skipped; `do` is what helps."""

    check: str
    state: str
    detail: str
    do: str = ""


def doctor(call: Call) -> Exit:
    """Look, or mend what is named; only looking changes nothing."""
    if call.typed.recover:
        return recover(call)
    if call.typed.go_on is not None:
        return go_on(call)
    return _look(call)


def _look(call: Call) -> Exit:
    """Every check, each on its own: one that fails does not hide the others."""
    lines = [
        Line("program", OK, f"labeler {_version('labeler')}, Python {platform.python_version()}"),
        _libraries(),
        _attempt("decoders", _decoders),
        _attempt("signer", _signer),
        _window_libraries(),
        _display(call),
        _attempt("keyring", _keyring),
        _clock(),
        _room(call.root),
        *_profile(call),
    ]
    healthy = all(line.state in (OK, INFO, SKIPPED) for line in lines)
    told = [line_words(line) for line in lines]
    call.output.answer({"healthy": healthy, "checks": [asdict(line) for line in lines]}, told)
    return Exit.OK if healthy else Exit.SETUP


def line_words(line: Line) -> str:
    """As the shell shows it: what is to be done is a sentence of its own."""
    stop = "." if line.do and not line.detail.endswith(".") else ""
    return f"{line.state:<8} {line.check:<10} {line.detail}{stop} {line.do}".rstrip()


def _attempt(check: str, work: Callable[[], Line]) -> Line:
    try:
        return work()
    except LabelerError as error:
        return Line(check, MISSING, error.happened, error.do)


def _libraries() -> Line:
    found = {name: _version(name) for name in LIBRARIES}
    gone = [name for name, number in found.items() if not number]
    if gone:
        return Line("libraries", MISSING, ", ".join(gone), "Install the program again.")
    return Line("libraries", OK, ", ".join(f"{name} {number}" for name, number in found.items()))


def _decoders() -> Line:
    """A gray JPEG through a worker process, as a file's frames go."""
    gray = io.BytesIO()
    Image.new("L", (8, 8), 100).save(gray, "JPEG")
    layout = PixelLayout(
        rows=8,
        columns=8,
        samples=1,
        photometric="MONOCHROME2",
        planar=False,
        bits_allocated=8,
        bits_stored=8,
        high_bit=7,
        signed=False,
        floating=False,
        little=True,
        words=False,
    )
    try:
        with DecoderPool(1) as decoders:
            pixels = decoders.decode(SYNTAXES[JPEG_BASELINE], layout, gray.getvalue())
    except DecodeError as error:
        return Line("decoders", MISSING, f"{error.code}: {error}", "Install the program again.")
    if abs(int(pixels.mean()) - 100) > 1:
        return Line("decoders", UNSAFE, "a known picture comes out wrong", "Do not read with it.")
    return Line("decoders", OK, "a worker process decodes a JPEG")


def _signer() -> Line:
    with SignerClient(signer_command()) as signer:
        signer.state()
    return Line("signer", OK, "the signing process starts and answers")


def _window_libraries() -> Line:
    try:
        importlib.import_module("PySide6.QtWidgets")
    except ImportError as error:
        do = "Linux: install libegl1, libgl1, libxkbcommon0, libdbus-1-3 and libfontconfig1."
        return Line("window", MISSING, str(error), do)
    return Line("window", OK, "Qt and its system libraries load")


def _display(call: Call) -> Line:
    if sys.platform != "linux":
        return Line("display", OK, sys.platform)
    wayland, x11 = (call.environment.get(name) for name in ("WAYLAND_DISPLAY", "DISPLAY"))
    if wayland:
        return Line("display", OK, f"Wayland {wayland}")
    if not x11:
        return Line("display", INFO, "none: the window cannot open here, the shell can be used")
    if ctypes.util.find_library("xcb-cursor") is None:
        return Line("display", MISSING, "libxcb-cursor", "Install libxcb-cursor0.")
    return Line("display", OK, f"X11 {x11}")


def _keyring() -> Line:
    try:
        system_keyring()
    except LabelerError:
        return Line("keyring", OK, "no safe one here: profiles are protected by a passphrase")
    return Line("keyring", OK, "keeps secrets encrypted")


def _clock() -> Line:
    now = int(time.time())
    if now < EARLIEST:
        return Line("clock", UNSAFE, f"it shows {utc(now)}", "Set the clock: deadlines need it.")
    return Line("clock", OK, utc(now))


def _room(root: Path) -> Line:
    place = root
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    detail = f"{free / 2**30:.1f} GiB free"
    if free < LITTLE_ROOM:
        return Line("disk", UNSAFE, detail, "Make room: work is saved to this disk.")
    return Line("disk", OK, detail)


def _profile(call: Call) -> Iterator[Line]:
    if not is_profile(call.root):
        yield Line("profile", SKIPPED, f"none in {call.root} yet")
        return
    try:
        profile = open_profile(call.root)
    except LabelerError as error:
        yield Line("profile", UNSAFE, error.happened, error.do)
        return
    yield _protection(profile)
    yield _permissions(profile)
    if profile.is_protected and not _may_open(call):
        yield Line("database", SKIPPED, f"set {PROFILE_VARIABLE} to have it checked")
        return
    try:
        with open_bench(call) as bench:
            yield from bench.services.store.call(_database)
            yield from _journals(bench.services)
    except LabelerError as error:
        yield _unopened(error)


def _unopened(error: LabelerError) -> Line:
    """That it is open is nothing unsafe."""
    if error.code == in_use().code:
        detail = "not checked: this profile is open in another window or program"
        return Line("database", SKIPPED, detail, "Close it there to have it checked.")
    return Line("database", UNSAFE, error.happened, error.do)


def _protection(profile: Profile) -> Line:
    if profile.is_protected:
        return Line("profile", OK, f"{profile.root}, encrypted under your secret")
    return Line(
        "profile", UNSAFE, f"{profile.root} is for practice", "Protect it before real work."
    )


def _permissions(profile: Profile) -> Line:
    mode = stat.S_IMODE(profile.root.stat().st_mode)
    if os.name == "posix" and mode & 0o077:
        do = f"Type: chmod 700 {profile.root}"
        return Line("folder", UNSAFE, f"others may read it (mode {mode:o})", do)
    return Line("folder", OK, "readable by its owner alone")


def _may_open(call: Call) -> bool:
    given = PROFILE_VARIABLE in call.environment or call.typed.passphrase_fd is not None
    return given or call.is_watched()


def _database(store: Store) -> list[Line]:
    mode, durable = (
        str((store.database.row(f"PRAGMA {name}") or ("?",))[0])
        for name in ("journal_mode", "synchronous")
    )
    is_durable = (mode, durable) == ("wal", "2")
    detail = f"journal_mode {mode}, synchronous {durable}"
    settings = Line("database", OK if is_durable else UNSAFE, detail)
    found = store.incidents()
    if not found:
        return [settings, _none_noted(store.profile.aside)]
    told = "; ".join(f"{utc(one.at)} {one.code} {one.subject}" for one in found)
    return [settings, Line("incidents", UNSAFE, told, "Copies were kept aside; restore a backup.")]


def _none_noted(aside: Path) -> Line:
    """No opening found damage; a case's, found when it was read, leaves copies alone."""
    if aside.is_dir() and any(aside.iterdir()):
        return Line("incidents", INFO, f"damage was found before; copies were kept in {aside}")
    return Line("incidents", OK, "no damage is on record")


def _journals(services: Services) -> Iterator[Line]:
    found = every_journal(services)
    if found.newer:
        names = ", ".join(name[:SHOWN] for name in found.newer)
        detail = f"of a newer version of the program, not read to their end: {names}"
        yield Line("journals", INFO, detail, "Update the program to work on them.")
    elif not found.damaged:
        yield Line("journals", OK, "every one fits together")
    for case in found.damaged:
        do = f"Type: labeler doctor --go-on {case.id[:SHOWN]}, or restore a backup."
        yield Line("journals", UNSAFE, told(case), do)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
