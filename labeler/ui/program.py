"""The program in its window: a session over one profile, furnished and put away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.store.glance import asks_for_a_secret
from labeler.ui import start

if TYPE_CHECKING:
    from labeler.app.session import Session
    from labeler.ui.furnishing import Built
    from labeler.ui.places.place import Place, Stage
    from labeler.ui.window import Window


def open_program(
    root: Path,
    resources: Path,
    write_sample: Callable[[Path], object],
    *,
    arguments: tuple[str, ...] = (),
    images: tuple[Path, ...] = (),
    form: str = "",
    meet: Callable[[Window], None] | None = None,
) -> int:
    """Open the profile in `root` in a window; returns the exit code.

    `images` are opened as if they were dropped on it, and asked about by `form` if one is named; of
    a locked profile, once it is unlocked.
    `write_sample` fills a folder with the practice case. `meet` is given the window once
    everything is in it. Where the disk would not take every edit, the exit code is 1.
    """
    opened: list[Session] = []
    lost: list[int] = []

    def build(deliver: Callable[[Callable[[], None]], None]) -> Built:
        import time

        from labeler.app.session import Session
        from labeler.app.session_core import Surroundings
        from labeler.steady import steady_s

        session = Session(
            Surroundings(
                root,
                resources,
                deliver,
                write_sample,
                lambda: int(time.time()),
                steady=steady_s,
                images_first=bool(images),
            )
        )
        opened.append(session)
        if images:
            session.open_paths(images, form)

        def reading(stage: Stage) -> Place:
            from labeler.ui.reading.place import reading_place

            return reading_place(session.reading)(stage)

        return session, reading

    code = start.run(
        build,
        resources,
        _version,
        arguments,
        blank=asks_for_a_secret(root),
        at_images=bool(images),
        meet=meet,
        end=lambda: lost.extend(session.close() for session in opened),
    )
    return code or (1 if any(lost) else 0)


def _version() -> str:
    from importlib.metadata import version

    return version("labeler")
