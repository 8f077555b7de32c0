"""Views of one orientation that are zoomed, moved and windowed together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.model.image import Image
from labeler.model.rasters import Place
from labeler.viewing.crosshair import frame_of, in_slice, place_in
from labeler.viewing.layout import Layout
from labeler.viewing.viewport import Canvas, ViewState, fit


@dataclass(frozen=True, eq=False)
class Sight:
    """What a viewport shows and how."""

    image: Image
    layout: Layout
    view: ViewState
    canvas: Canvas


def same_way(one: Sight, other: Sight) -> bool:
    """Whether both are seen from the same side, the same way up; unknown sides are not."""
    letters = one.layout.letters
    return letters == other.layout.letters and "?" not in letters and any(letters)


def along(leader: Sight, before: ViewState, follower: Sight) -> ViewState:
    """How the follower is seen beside a leader that was seen `before` in another way.

    As large in millimetres and around the same place: of the patient where both share a Frame of
    Reference, else as far from the middle of the image. A fitted leader has fitted followers. The
    window goes along where both had the same one, of the same unit.
    """
    view, led = follower.view, leader.view
    if led.fitted:
        view = fit(view, follower.layout, follower.canvas)
    elif (led.zoom, led.center) != (before.zoom, before.center):
        view = replace(view, zoom=_zoom(leader, follower), center=_center(leader, follower))
        view = replace(view, fitted=False)
    units = leader.image.unit == follower.image.unit
    was = before.window, before.lut, before.inverted
    if units and was == (view.window, view.lut, view.inverted):
        view = replace(view, window=led.window, lut=led.lut, inverted=led.inverted)
    return view


def aligned(leader: Sight, follower: Sight) -> ViewState:
    """The same at the moment when views are tied; each keeps its window."""
    if leader.view.fitted:
        return fit(follower.view, follower.layout, follower.canvas)
    zoom, center = _zoom(leader, follower), _center(leader, follower)
    return replace(follower.view, zoom=zoom, center=center, fitted=False)


def _zoom(leader: Sight, follower: Sight) -> float:
    """Canvas pixels a voxel along its finer side, at the leader's canvas pixels a millimetre."""
    finer = min(follower.layout.spacing_mm) / min(leader.layout.spacing_mm)
    return leader.view.zoom * finer


def _center(leader: Sight, follower: Sight) -> Place:
    one, other = leader.image, follower.image
    if one.oriented and other.oriented and frame_of(one) == frame_of(other):
        place = place_in(one, leader.view.index, leader.view.center)
        return in_slice(other, follower.view.index, place)
    x, y = leader.layout.to_shown(leader.view.center)
    (width, height), (x_mm, y_mm) = leader.layout.shown_size, leader.layout.shown_spacing_mm
    off_mm = (x - (width - 1) / 2) * x_mm, (y - (height - 1) / 2) * y_mm
    (wide, high), (across, down) = follower.layout.shown_size, follower.layout.shown_spacing_mm
    shown = (wide - 1) / 2 + off_mm[0] / across, (high - 1) / 2 + off_mm[1] / down
    return follower.layout.to_voxel(shown)
