"""How mammograms hang: breasts side by side, chest walls touching, all at one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from labeler.model.image import SeriesInfo
from labeler.model.rasters import Place
from labeler.viewing.hanging import begins
from labeler.viewing.layout import Layout
from labeler.viewing.viewport import Canvas, ViewState, canvas_map, fit

Wall = Literal["left", "right"]
Sides = tuple[str, str]
"""Where rows and columns lead, as "A" and "F" (Patient Orientation, PS3.3 C.7.6.1.1.1)."""

_OPPOSITE = str.maketrans("APRLHF", "PALRFH")
_DOWN = {("CC", "R"): "L", ("CC", "L"): "R"}
"""A craniocaudal view has the outer half of the breast above; all others have the feet below."""


MAMMOGRAPHY = "MG"
_PROJECTIONS = frozenset(("CR", "DX", "RG"))
_BREAST = ("breast", "mamm", "brust")
_VIEWS = frozenset(("CC", "MLO"))
"""Of the views of a breast those that no other part is taken in."""


def shows_breast(info: SeriesInfo) -> bool:
    """Whether it is a mammogram, also one on film or on another plate: the part that was examined
    decides, and only where it is not told what the descriptions say."""
    if info.modality not in _PROJECTIONS or info.view in _VIEWS:
        return info.modality == MAMMOGRAPHY or info.modality in _PROJECTIONS
    told = (info.body_part,) if info.body_part else (info.description, info.study_description)
    return any(begins(text, _BREAST) for text in told)


_BREAST_VIEWS = _VIEWS | {"ML", "LM", "LMO", "XCC", "XCCL", "XCCM", "FB", "SIO", "ISO", "AT", "CV"}


def view_name(view: str, laterality: str) -> str:
    """How a projection was taken, as it is called: "RCC" of a breast, "R PA" of what else comes
    in pairs; "" where the file does not say."""
    between = "" if view in _BREAST_VIEWS or not laterality else " "
    return f"{laterality}{between}{view}" if view else ""


def usual_wall(laterality: str) -> Wall | None:
    """The right breast hangs at the left with its chest wall to the right, and the left one the
    other way round."""
    return {"R": "right", "L": "left"}.get(laterality)  # type: ignore[return-value]


def hung_layout(
    layout: Layout, sides: Sides | None, wall: Wall, view: str, laterality: str
) -> Layout:
    """The layout that puts the chest wall at that edge and the right end up.

    As it is where the file does not say which way the image lies: the usual one is right then.
    """
    if sides is None:
        return layout
    across, down = sides
    transposed = across[0] not in "AP" and down[0] in "AP"
    if transposed:
        across, down = down, across
    if across[0] not in "AP":
        return layout
    mirrored_x = (across[0] == "A") == (wall == "right")
    low = _DOWN.get((view, laterality), "F")
    mirrored_y = down[0] == low.translate(_OPPOSITE)
    across = across.translate(_OPPOSITE) if mirrored_x else across
    down = down.translate(_OPPOSITE) if mirrored_y else down
    return replace(
        layout,
        transposed=transposed,
        mirrored_x=mirrored_x,
        mirrored_y=mirrored_y,
        letters=(across.translate(_OPPOSITE), across, down.translate(_OPPOSITE), down),
    )


def size_mm(layout: Layout) -> Place:
    """Width and height of an image as it is shown."""
    (columns, rows), (x_mm, y_mm) = layout.shown_size, layout.shown_spacing_mm
    return columns * x_mm, rows * y_mm


def common_scale(shown: Sequence[tuple[Layout, Canvas]]) -> float:
    """The largest number of canvas pixels per millimetre at which all of them fit."""
    scales = []
    for layout, canvas in shown:
        width, height = size_mm(layout)
        scales += [canvas.width / width, canvas.height / height]
    return min(scales)


def at_scale(
    view: ViewState, layout: Layout, canvas: Canvas, pixels_per_mm: float, wall: Wall | None
) -> ViewState:
    """The view at that scale, its chest wall against an edge of the canvas (None: amid it)."""
    fitted = fit(view, layout, canvas)
    zoom = pixels_per_mm * min(layout.shown_spacing_mm)
    view = replace(fitted, zoom=zoom)
    if wall is None:
        return view
    where = canvas_map(layout, view, canvas)
    width = layout.shown_size[0] * where.scale_x
    edge = -where.left if wall == "left" else canvas.width - (where.left + width)
    x, y = layout.to_shown(view.center)
    return replace(view, center=layout.to_voxel((x - edge / where.scale_x, y)))
