"""Showing things as large as they are: how large a monitor's pixel is, and the zoom for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.model.image import Caveat, Image
from labeler.model.regions import scale_at
from labeler.viewing.layout import Layout
from labeler.viewing.viewport import ViewState, bounded

CARD_WIDTH_MM, CARD_HEIGHT_MM = 85.60, 53.98
"""A bank or identity card: ID-1 of ISO/IEC 7810."""

SMALLEST_PIXEL_NM, LARGEST_PIXEL_NM = 20_000, 2_000_000
"""From a telephone's pixel to one of a video wall."""


@dataclass(frozen=True)
class Monitor:
    """One screen as the system names it; two of one make and size differ by their serial."""

    maker: str
    model: str
    serial: str
    width: int
    height: int
    """In device pixels."""

    @property
    def key(self) -> str:
        """Under what its calibration is kept; ASCII, as all names in settings are."""
        told = "|".join((self.maker, self.model, self.serial, f"{self.width}x{self.height}"))
        return told.encode("ascii", "backslashreplace").decode("ascii")


def pixel_nm(pixels: float, length_mm: float) -> int | None:
    """How large a device pixel is, in nanometres, where `pixels` of them measure `length_mm`; None
    where no monitor has such pixels."""
    if pixels <= 0 or length_mm <= 0:
        return None
    found = round(length_mm * 1e6 / pixels)
    return found if SMALLEST_PIXEL_NM <= found <= LARGEST_PIXEL_NM else None


def mm_per_pixel(image: Image, layout: Layout, view: ViewState) -> float | None:
    """Millimetres of a voxel along the finer side, which a zoom of 1 makes one canvas pixel; None
    where they are not known. Where sizes hold in regions, of the region amid the view."""
    if not image.measurable:
        return None
    if Caveat.SPACING_REGIONAL not in image.caveats:
        return min(layout.shown_spacing_mm)
    found = scale_at(image.regions, (view.center,))
    # The voxels themselves are drawn square there.
    return None if found is None else min(found)


def life_size(voxel_mm: float, zoom: float, canvas_pixel_mm: float) -> float:
    """How many times as large as the thing it is shown."""
    return zoom * canvas_pixel_mm / voxel_mm


def at_true_size(
    view: ViewState, layout: Layout, voxel_mm: float, canvas_pixel_mm: float
) -> ViewState:
    """As large as the thing is, around the same centre."""
    return _zoomed(view, layout, voxel_mm / canvas_pixel_mm)


def pixel_for_pixel(view: ViewState, layout: Layout, ratio: float) -> ViewState:
    """One voxel along the finer side is one pixel of the monitor, of which `ratio` make one canvas
    pixel; of a slide one pixel of the finest size there is."""
    return _zoomed(view, layout, layout.finest / ratio)


def _zoomed(view: ViewState, layout: Layout, zoom: float) -> ViewState:
    return replace(view, zoom=bounded(layout, zoom), fitted=False)
