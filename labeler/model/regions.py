"""Parts of a picture with their own scale, as ultrasound machines draw them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Region:
    """A rectangle of pixels, edges included (PS3.3 C.8.5.5).

    `spacing_mm` is the size of a pixel along columns and rows; None where lengths have no meaning
    there: spectra, motion over time, curves. `above` says it is drawn over other regions.
    """

    left: int
    top: int
    right: int
    bottom: int
    spacing_mm: tuple[float, float] | None
    above: bool = False

    def holds(self, column: float, row: float) -> bool:
        """Whether a place in voxels lies inside, half a pixel of edge included."""
        across = self.left - 0.5 <= column <= self.right + 0.5
        return across and self.top - 0.5 <= row <= self.bottom + 0.5

    @property
    def area(self) -> int:
        return (self.right - self.left + 1) * (self.bottom - self.top + 1)


def scale_at(
    regions: tuple[Region, ...], places: tuple[tuple[float, float], ...]
) -> tuple[float, float] | None:
    """The one pixel size, mm, that holds at all places (column, row); None where none does.

    All places must lie in one region with a scale, and none in what is drawn over it with another.
    """
    for region in regions:
        scale = region.spacing_mm
        if scale is None or not all(region.holds(*place) for place in places):
            continue
        over = (other for other in regions if other.above or not region.above)
        hidden = any(
            other.spacing_mm != scale and any(other.holds(*place) for place in places)
            for other in over
            if other is not region
        )
        if not hidden:
            return scale
    return None
