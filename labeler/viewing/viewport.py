"""What one view shows, and how looking around changes it. Nothing here is undone or saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.model.frames import Window
from labeler.model.image import Image, VoiLut
from labeler.model.rasters import Place
from labeler.viewing.layout import Layout

MIN_ZOOM, MAX_ZOOM = 0.01, 64.0
LEAST_OF_FIT = 0.25
"""A hand shrinks an image to this share of a fitted one's side, so that it is never lost."""

WINDOW_GAIN = 0.005
"""Share of the width at press that one canvas pixel of a window drag is worth."""

STACK_SHARE = 0.8
"""Share of the view's height over which a drag runs through the whole stack."""


@dataclass(frozen=True)
class Canvas:
    """The size of a view in canvas pixels."""

    width: float
    height: float


@dataclass(frozen=True)
class ViewState:
    """`zoom` is canvas pixels per voxel along the finer side; `center` the voxel amid the canvas.

    A `fitted` view stays fitted when the canvas changes its size.
    """

    index: int
    window: Window
    zoom: float = 1.0
    center: Place = (0.0, 0.0)
    fitted: bool = True
    inverted: bool = False
    lut: int | VoiLut | None = None
    """Which of the image's own tables is shown in the window's place."""

    smooth: bool = True
    """Beyond 1:1: between the voxels, or each voxel as it is."""


@dataclass(frozen=True)
class CanvasMap:
    """Voxels to canvas pixels and back.

    `left`, `top` are the canvas coordinates of the image's upper left edge (not of a voxel's
    centre); `scale_x`, `scale_y` canvas pixels per shown voxel.
    """

    layout: Layout
    left: float
    top: float
    scale_x: float
    scale_y: float

    def to_canvas(self, p_voxel: Place) -> Place:
        x, y = self.layout.to_shown(p_voxel)
        return self.left + (x + 0.5) * self.scale_x, self.top + (y + 0.5) * self.scale_y

    def to_voxel(self, p_canvas: Place) -> Place:
        x = (p_canvas[0] - self.left) / self.scale_x - 0.5
        y = (p_canvas[1] - self.top) / self.scale_y - 0.5
        return self.layout.to_voxel((x, y))

    @property
    def affine(self) -> tuple[float, float, float, float, float, float]:
        """x = a column + b row + c and y = d column + e row + f, in canvas pixels."""
        (c, f), right, below = (self.to_canvas(at) for at in ((0, 0), (1, 0), (0, 1)))
        return right[0] - c, below[0] - c, c, right[1] - f, below[1] - f, f

    @property
    def pixels_per_mm(self) -> float:
        """Canvas pixels per millimetre; the same in both directions."""
        return self.scale_x / self.layout.shown_spacing_mm[0]


def canvas_map(layout: Layout, view: ViewState, canvas: Canvas) -> CanvasMap:
    """The map of a view.

    A shrunken image begins on a whole canvas pixel, so that averaging needs no second resampling.
    """
    scale_x, scale_y = _scales(layout, view.zoom)
    x, y = layout.to_shown(view.center)
    left = canvas.width / 2 - (x + 0.5) * scale_x
    top = canvas.height / 2 - (y + 0.5) * scale_y
    left = float(round(left)) if scale_x < 1 else left
    top = float(round(top)) if scale_y < 1 else top
    return CanvasMap(layout, left, top, scale_x, scale_y)


def _scales(layout: Layout, zoom: float) -> tuple[float, float]:
    x_mm, y_mm = layout.shown_spacing_mm
    fine = min(x_mm, y_mm)
    return zoom * x_mm / fine, zoom * y_mm / fine


def _fitting(layout: Layout, canvas: Canvas) -> float:
    """The zoom at which the whole image is as large as the canvas allows."""
    width, height = layout.shown_size
    scale_x, scale_y = _scales(layout, 1.0)
    return min(canvas.width / (width * scale_x), canvas.height / (height * scale_y))


def fit(view: ViewState, layout: Layout, canvas: Canvas) -> ViewState:
    """The whole image, as large as the canvas allows."""
    zoom = bounded(layout, _fitting(layout, canvas))
    middle = (layout.columns - 1) / 2, (layout.rows - 1) / 2
    return replace(view, zoom=zoom, center=middle, fitted=True)


def resized(view: ViewState, layout: Layout, canvas: Canvas) -> ViewState:
    """The same view on a canvas of another size."""
    return fit(view, layout, canvas) if view.fitted else view


def zoom_at(
    view: ViewState, layout: Layout, canvas: Canvas, p_canvas: Place, factor: float
) -> ViewState:
    """Closer or further; the voxel under the cursor stays there.

    Further ends at a quarter of a fitted view, of a smaller image at 1:1.
    """
    least = min(view.zoom, 1.0, LEAST_OF_FIT * _fitting(layout, canvas))
    zoom = bounded(layout, max(least, view.zoom * factor))
    before = canvas_map(layout, view, canvas).to_voxel(p_canvas)
    scale_x, scale_y = _scales(layout, zoom)
    x, y = layout.to_shown(before)
    middle = (
        x - (p_canvas[0] - canvas.width / 2) / scale_x,
        y - (p_canvas[1] - canvas.height / 2) / scale_y,
    )
    return replace(view, zoom=zoom, center=layout.to_voxel(middle), fitted=False)


def pan(view: ViewState, layout: Layout, by: Place) -> ViewState:
    """The image moved by canvas pixels."""
    scale_x, scale_y = _scales(layout, view.zoom)
    x, y = layout.to_shown(view.center)
    center = layout.to_voxel((x - by[0] / scale_x, y - by[1] / scale_y))
    return replace(view, center=center, fitted=False)


def scroll(view: ViewState, steps: int, slices: int) -> ViewState:
    """Another slice; positive steps run down the list of slices, which ends at both ends."""
    return go_to(view, view.index + steps, slices)


def go_to(view: ViewState, index: int, slices: int) -> ViewState:
    """The slice at `index`, or the nearest there is."""
    return replace(view, index=max(0, min(slices - 1, index)))


def drag_scroll(view: ViewState, down: float, slices: int, canvas: Canvas) -> ViewState:
    """From the view at press: the whole stack lies within 80 % of the view's height."""
    return scroll(view, round(down / (STACK_SHARE * canvas.height) * (slices - 1)), slices)


def drag_window(view: ViewState, by: Place, narrowest: float = 1.0) -> ViewState:
    """From the view at press: right is wider, up is brighter. A table makes way for a window."""
    gain = WINDOW_GAIN * view.window.width
    width = max(narrowest, view.window.width + by[0] * gain)
    return with_window(view, Window(view.window.center + by[1] * gain, width))


def drag_zoom(
    view: ViewState, layout: Layout, canvas: Canvas, press: Place, down: float
) -> ViewState:
    """From the view at press: upwards is closer, a hundred pixels double or halve."""
    return zoom_at(view, layout, canvas, press, 2.0 ** (-down / 100))


def with_window(view: ViewState, window: Window, lut: int | VoiLut | None = None) -> ViewState:
    """Another window, or with `lut` one of the image's own tables by its number, or a table of
    another file; the window is then its range."""
    return replace(view, window=window, lut=lut)


def table_of(image: Image, view: ViewState) -> VoiLut | None:
    """The table that makes grey of this view's values, where one does."""
    if isinstance(view.lut, int):
        return image.voi.luts[view.lut] if view.lut < len(image.voi.luts) else None
    return view.lut


def invert(view: ViewState) -> ViewState:
    return replace(view, inverted=not view.inverted)


def soften(view: ViewState) -> ViewState:
    """Between the voxels, or each voxel as it is: the other way than now."""
    return replace(view, smooth=not view.smooth)


def bounded(layout: Layout, zoom: float) -> float:
    """A zoom within its bounds; of a slide the finest pixels can be looked at as others are."""
    return max(MIN_ZOOM, min(MAX_ZOOM * layout.finest, zoom))
