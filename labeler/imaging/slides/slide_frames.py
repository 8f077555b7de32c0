"""A slide in the terms of all families: one frame, which is what is shown of it."""

from __future__ import annotations

from dataclasses import replace

from labeler.imaging.frames import StoredFile, StoredFrame
from labeler.imaging.slides.pyramids import ShownLevel, Slide


def slide_frame(file: StoredFile, slide: Slide, like: StoredFrame) -> StoredFrame:
    """`file` says whose it is, `like` how values are rescaled. Marks name the level they lie on."""
    level = slide.levels[slide.shown]
    shown = replace(
        file,
        layout=slide.layout,
        store=ShownLevel(slide),
        frame_count=1,
        instance=level.instance,
        lut=None,
        palette=None,
        mosaic=False,
        overlays=(),
        kind="slide",
        slide=slide,
    )
    return replace(
        like,
        file=shown,
        number=level.number,
        position=None,
        origin=None,
        orientation=None,
        spacing=slide.spacing_mm,
        projected=False,
    )
