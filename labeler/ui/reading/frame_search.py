"""Finds the slice of a name in a case whose series are not all open."""

from __future__ import annotations

from collections.abc import Callable

from labeler.app.open_case import OpenCase
from labeler.model.frames import FrameRef
from labeler.model.image import Image
from labeler.ui.reading.ports import ReadingPort


def parts_of(case: OpenCase, series: str) -> tuple[str, ...]:
    """The tiles of one series: it may have been split into parts, named "series/part"."""
    uids = (tile.uid for tile in case.series)
    return tuple(uid for uid in uids if uid == series or uid.startswith(f"{series}/"))


class FrameSearch:
    """`show` gets the tile, its Image and the slice; a later search ends an earlier one."""

    def __init__(self, port: ReadingPort, show: Callable[[str, Image, int], None]) -> None:
        self._port, self._show = port, show
        self._begun = 0

    def begin(self, case: OpenCase, frame: FrameRef, but: str) -> None:
        """Look into the parts of its series, `but` for a tile that has it not."""
        self._begun += 1
        others = (part for part in parts_of(case, frame.series) if part != but)
        self._look_in(frame, tuple(others), self._begun)

    def _look_in(self, frame: FrameRef, parts: tuple[str, ...], search: int) -> None:
        """One part after the other."""
        if not parts:
            return

        def arrived(image: Image) -> None:
            if search != self._begun:
                return
            if frame in image.refs:
                self._show(parts[0], image, image.refs.index(frame))
            else:
                self._look_in(frame, parts[1:], search)

        self._port.series.request_image(parts[0], arrived)
