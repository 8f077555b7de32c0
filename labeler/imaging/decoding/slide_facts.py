"""What a decoder worker tells of a slide that OpenSlide reads: part of a reply."""

from __future__ import annotations

import msgspec


class PictureFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One level, or one picture that came with the slide, and then with its `name`."""

    rows: int
    columns: int
    name: str = ""


class SlideFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`levels` in OpenSlide's order. `um_per_pixel` is of the first one, between rows and then
    between columns. `hash` names the slide by what it holds, or is empty."""

    vendor: str
    levels: tuple[PictureFacts, ...]
    associated: tuple[PictureFacts, ...]
    um_per_pixel: tuple[float, float] | None
    hash: str
    other_than_srgb: bool
