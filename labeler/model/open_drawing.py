"""What was being drawn when its case was put down, kept until the case is opened again."""

from __future__ import annotations

import msgspec

from labeler.model.frames import FrameRef
from labeler.model.shapes import Point


class OpenDrawing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Points of a `tool`, too few for a mark. Those set `on_plane` lie on a cut that is made anew
    each time: they are told, and cannot be gone on with."""

    tool: str
    frame: FrameRef
    points: tuple[Point, ...]
    on_plane: bool = False
