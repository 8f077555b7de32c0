"""The program in its window: a session over one profile, furnished and put away."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from labeler.app.session import Session
from labeler.app.session_core import Surroundings
from labeler.ui import start
from labeler.ui.places.place import PlaceMaker
from labeler.ui.ports import SessionPort
from labeler.ui.reading.place import reading_place
from labeler.ui.window import Window


def open_program(
    root: Path,
    resources: Path,
    write_sample: Callable[[Path], object],
    *,
    arguments: tuple[str, ...] = (),
    meet: Callable[[Window], None] | None = None,
) -> int:
    """Open the profile in `root` in a window; returns the exit code.

    `write_sample` fills a folder with the practice case. `meet` is given the window once it is
    shown. Where the disk would not take every edit, the exit code is 1.
    """
    opened: list[Session] = []

    def build(deliver: Callable[[Callable[[], None]], None]) -> tuple[SessionPort, PlaceMaker]:
        session = Session(
            Surroundings(root, resources, deliver, write_sample, lambda: int(time.time()))
        )
        opened.append(session)
        return session, reading_place(session.reading)

    try:
        code = start.run(build, resources, version("labeler"), arguments, meet=meet)
    finally:
        lost = sum(session.close() for session in opened)
    return code or (1 if lost else 0)
