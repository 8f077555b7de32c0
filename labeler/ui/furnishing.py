"""What happens between the first picture and the first key: the program is loaded and built.

Everything here runs on the GUI thread in small turns; between them the window can be moved,
resized and closed. Imports stand inside the steps, since this module is loaded before the picture.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from labeler.ui.crashes import CrashHook
from labeler.ui.frame import Frame
from labeler.ui.theme import TITLE_FONT, load_fonts

if TYPE_CHECKING:
    from labeler.ui.look import Look
    from labeler.ui.places.place import PlaceMaker
    from labeler.ui.ports import SessionPort
    from labeler.ui.window import Window

    Built = tuple[SessionPort, PlaceMaker]

SessionFactory = Callable[[Callable[[Callable[[], None]], None]], "Built"]
"""Builds the session around `deliver`, which runs a call on the GUI thread."""

FOR_THE_SESSION = ("msgspec", "numpy", "labeler.app.session_core", "labeler.app.session")
FOR_THE_WINDOW = ("labeler.ui.look", "labeler.ui.actions", "labeler.ui.window")
FOR_WORK = ("labeler.ui.places.work",)
FOR_READING = (
    "labeler.viewing.outline",
    "labeler.viewing.select_tool",
    "labeler.ui.reading.view_painter",
    "labeler.ui.reading.viewport",
    "labeler.ui.reading.findings",
    "labeler.ui.reading.place",
)
FOR_LATER = (
    *FOR_WORK,
    "labeler.ui.places.outbox",
    "labeler.ui.places.earnings",
    "labeler.ui.dialogs.files",
    "labeler.ui.dialogs.first_run",
    "labeler.ui.dialogs.palette",
    "labeler.ui.dialogs.settings",
    "labeler.ui.dialogs.key",
    "labeler.ui.dialogs.signing",
    "labeler.ui.dialogs.unlock",
    "labeler.ui.dialogs.connect",
    "labeler.ui.dialogs.tags",
    "labeler.ui.dialogs.instructions",
    "labeler.ui.dialogs.shortcuts",
    "labeler.ui.dialogs.about",
)
"""Loaded one a turn; what is for later, or for a place that is not shown first, when the person is
working already."""
FIRST_LOOK_MS = 150
"""Left to the first picture of the first place, and to the first key."""
FIRST_SLICE_MS = 400
"""Left to the headers of a study, and to its first slice. What is loaded after it comes sooner
where the person asks for it: too much costs nobody anything, too little is taken from the slice."""


@dataclass(frozen=True)
class Furnishing:
    """Loads the program, builds the session, and puts the window into its frame."""

    application: QApplication
    frame: Frame
    crashes: CrashHook
    build: SessionFactory
    resources: Path
    version: Callable[[], str]
    meet: Callable[[Window], None] | None
    at_images: bool = False
    """Whether images were named at the start: then they are what is shown first."""

    def steps(self) -> Iterator[int]:
        """One step a turn. The profile opens on its own threads while the window is built."""
        yield from _load(FOR_THE_SESSION)
        session, reading = self._session()
        yield from _load(FOR_THE_WINDOW)
        look = self._look()
        yield 0
        yield from _load(FOR_READING if self.at_images else FOR_WORK)
        window = self._window(look, session, reading)
        yield 0
        self._put_in(window, look)
        window.begin(at_images=self.at_images)
        if self.meet is not None:
            self.meet(window)
        yield FIRST_SLICE_MS if self.at_images else FIRST_LOOK_MS
        if self.at_images:
            session.read_screens()
        yield from _load(FOR_READING)
        yield from _load(FOR_LATER)
        yield from window.make_places()
        gc.freeze()  # what there is now stays until the end: it need not be looked through
        _search_in_this_thread(self.frame)

    def _session(self) -> Built:
        from labeler.ui.relay import Relay

        return self.build(Relay().deliver)

    def _look(self) -> Look:
        from labeler.ui.icons import Icons
        from labeler.ui.look import Look, prime

        load_fonts(self.resources / "fonts", but=TITLE_FONT)
        theme = self.frame.theme
        look = Look(theme, Icons(self.resources / "icons", theme))
        prime(self.application, look)
        return look

    def _window(self, look: Look, session: SessionPort, reading: PlaceMaker) -> Window:
        import random
        import time

        from labeler.ui.window import Surroundings, Window

        chance = random.SystemRandom()
        around = Surroundings(lambda: int(time.time()), chance, self.version)
        return Window(look, session, reading, around, "reading" if self.at_images else "work")

    def _put_in(self, window: Window, look: Look) -> None:
        from labeler.ui.look import dress

        self.frame.furnish(window)
        dress(self.application, look)
        window.show()
        self.crashes.watch(window, look)


def _search_in_this_thread(frame: Frame) -> None:
    from labeler.ui.leftovers import YoungSearch

    YoungSearch(frame)


def _load(names: tuple[str, ...]) -> Iterator[int]:
    for name in names:
        import_module(name)
        yield 0
