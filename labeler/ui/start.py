"""Opening the program in a window."""

from __future__ import annotations

import os
import random
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLocale, Qt, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from labeler.ui.dialogs.crash import CrashDialog
from labeler.ui.look import Look, dress, load_look, prime
from labeler.ui.places.place import PlaceMaker
from labeler.ui.ports import SessionPort
from labeler.ui.relay import Relay
from labeler.ui.window import Surroundings, Window

NO_DISPLAY = 69
"""Exit code where there is nothing to show a window on (EX_UNAVAILABLE)."""

SessionFactory = Callable[[Callable[[Callable[[], None]], None]], tuple[SessionPort, PlaceMaker]]
"""Builds the session around `deliver`, which runs a call on the GUI thread."""


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Whether Qt will find a screen; without one it would abort the whole process."""
    if not platform.startswith(("linux", "freebsd")):
        return True
    return any(environment.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def no_display_words() -> str:
    """Said in a terminal, before Qt and its translations are there."""
    return (
        "There is no display here, so no window can be opened.\n"
        "Nothing was changed.\n"
        "Log in with a desktop, or use the commands: labeler --help."
    )


def run(
    build: SessionFactory,
    resources: Path,
    version: str,
    arguments: tuple[str, ...] = (),
    *,
    meet: Callable[[Window], None] | None = None,
) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    `meet` is given the window once it is shown: the demonstration drives it from there.
    """
    if not has_display(os.environ, sys.platform):
        print(no_display_words(), file=sys.stderr)
        return NO_DISPLAY
    application = make_application(arguments)
    crashes = CrashHook()
    crashes.install()
    look = load_look(resources, reduced_motion=False)
    prime(application, look)
    translator = load_translation(application, resources / "translations", QLocale.system())
    relay = Relay()
    session, reading = build(relay.deliver)
    chance = random.SystemRandom()
    window = Window(look, session, reading, Surroundings(lambda: int(time.time()), chance, version))
    dress(application, look)
    crashes.watch(window, look)
    window.show()
    window.begin()
    if meet is not None:
        meet(window)
    code = application.exec()
    crashes.remove()
    if translator is not None:
        application.removeTranslator(translator)
    return code


def make_application(arguments: tuple[str, ...]) -> QApplication:
    """Sharp at any scale; named, so that the desktop groups its windows."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication(["labeler", *arguments])
    application.setApplicationName("Labeler")
    application.setDesktopFileName("labeler")
    return application


def load_translation(
    application: QApplication, folder: Path, locale: QLocale
) -> QTranslator | None:
    """Install the words of the person's language, where there are any."""
    translator = QTranslator(application)
    if not translator.load(locale, "labeler", "_", str(folder)):
        return None
    application.installTranslator(translator)
    return translator


class CrashHook:
    """Shows what was not foreseen, once at a time, and lets the program go on."""

    def __init__(self) -> None:
        self._window: Window | None = None
        self._look: Look | None = None
        self._showing = False
        self._before = sys.excepthook

    def install(self) -> None:
        """Before the first widget: an exception in a slot ends up here."""
        sys.excepthook = self._caught

    def watch(self, window: Window, look: Look) -> None:
        """From now on there is a window to say it in."""
        self._window, self._look = window, look

    def remove(self) -> None:
        sys.excepthook = self._before

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._before(kind, error, trace)
        if self._window is None or self._look is None or self._showing:
            return
        self._showing = True
        # Without the error's own message: it may name a file, and a file a patient.
        report = "".join((*traceback.format_tb(trace), kind.__qualname__))
        dialog = CrashDialog(self._window, self._look, report, QApplication.quit)
        dialog.finished.connect(self._told)
        dialog.open()

    def _told(self, _result: int) -> None:
        self._showing = False
