"""How a frame is named and shown; free of pixels, so that a process without numpy can read it."""

from __future__ import annotations

import msgspec


class FrameRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One frame of one stored object, named so that a stranger finds it again.

    `instance` is the SOP Instance UID, or the file's SHA-256 where there is none; `frame` counts
    from 0 inside it.
    """

    series: str
    instance: str
    frame: int


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Center and width of the shown range, in rescaled units (DICOM PS3.3 C.11.2.1.2)."""

    center: float
    width: float
