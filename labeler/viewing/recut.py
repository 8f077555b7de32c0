"""How a series that is cut anew goes on being looked at."""

from __future__ import annotations

from dataclasses import replace

from labeler.model.image import Image
from labeler.viewing.crosshair import in_slice, place_in
from labeler.viewing.layout import Layout, layout_of
from labeler.viewing.reformat import Reformat
from labeler.viewing.viewport import ViewState


def carried_over(
    view: ViewState, layout: Layout, before: Image, image: Reformat, index: int
) -> tuple[Layout, ViewState]:
    """Another cut, turned as the last one was, as large in mm, with the same place amid it."""
    now = layout_of(image).turned(layout.turn)
    amid = place_in(before, view.index, view.center)
    zoom = view.zoom * min(now.spacing_mm) / min(before.affine.spacing_mm[:2])
    return now, replace(view, index=index, zoom=zoom, center=in_slice(image, index, amid))
