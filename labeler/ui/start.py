"""Opening the program: its window first, what is in it right after.

What this module imports is loaded before there is anything to see; a test lists it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication
from shiboken6 import delete, isValid

from labeler.ui.crashes import CrashHook
from labeler.ui.frame import Frame
from labeler.ui.furnishing import Furnishing, SessionFactory
from labeler.ui.icons import Icons
from labeler.ui.rail_words import FOOT, PLACES
from labeler.ui.theme import TITLE_FONT, load_fonts, load_theme, palette
from labeler.ui.turns import Turns

if TYPE_CHECKING:
    from labeler.ui.window import Window

NO_DISPLAY = 69
"""Exit code where there is nothing to show a window on (EX_UNAVAILABLE)."""


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
    version: Callable[[], str],
    arguments: tuple[str, ...] = (),
    *,
    blank: bool = False,
    at_images: bool = False,
    meet: Callable[[Window], None] | None = None,
    end: Callable[[], None] = lambda: None,
) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    `blank`: the passphrase will be asked for before anything is shown. `at_images`: Reading is
    shown first, where the session opens what was named. `meet` is given the window
    once everything is in it: the demonstration drives it from there. `end` stops what works for
    the window, which is out of sight then and still whole.
    """
    if not has_display(os.environ, sys.platform):
        print(no_display_words(), file=sys.stderr)
        return NO_DISPLAY
    application = make_application(arguments)
    crashes = CrashHook()
    crashes.install()
    translator = load_translation(application, resources / "translations", QLocale.system())
    frame, failures = make_frame(application, resources, blank=blank), list[BaseException]()

    def give_up(error: BaseException) -> None:
        failures.append(error)
        application.exit(1)

    furnishing = Furnishing(application, frame, crashes, build, resources, version, meet, at_images)
    turns = Turns(furnishing.steps(), give_up)  # a timer alone would not keep it
    frame.when_seen(turns.begin)
    frame.show()
    # A thread that computes in Python gives way to the window's after half a millisecond, not five.
    sys.setswitchinterval(0.0005)
    try:
        code = application.exec()
    finally:
        end()
        put_windows_away()
    crashes.remove()
    if translator is not None:
        application.removeTranslator(translator)
    for error in failures:
        raise error
    return code


def put_windows_away() -> None:
    """Windows end here, with all that is in them, while program and screens are whole: whoever
    still holds one holds nothing. Left to the interpreter's end they would go in any order."""
    for window in QApplication.topLevelWidgets():
        if isValid(window) and window.parentWidget() is None:
            delete(window)


def make_frame(application: QApplication, resources: Path, *, blank: bool = False) -> Frame:
    """The window in its colours, with no more than it takes to paint it for the first time."""
    theme = load_theme(resources / "themes" / "dark.json")
    load_fonts(resources / "fonts", TITLE_FONT)
    application.setPalette(palette(theme))
    icons = Icons(resources / "icons", theme, (*PLACES, *FOOT))
    return Frame(theme, icons, blank=blank)


def make_application(arguments: tuple[str, ...]) -> QApplication:
    """Named, so that the desktop groups its windows. Qt 6 is sharp at any scale by itself."""
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
