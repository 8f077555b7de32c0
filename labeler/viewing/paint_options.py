"""How the paint tools paint: what the bar of options says."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Where(enum.Enum):
    """Which voxels may be painted."""

    EVERYWHERE = "everywhere"
    INSIDE = "inside"
    OUTSIDE = "outside"


class Cutting(enum.Enum):
    """What scissors do with the label inside the line that is drawn."""

    FILL = "fill"
    ERASE = "erase"
    KEEP = "keep"


@dataclass(frozen=True)
class PaintOptions:
    """`ball`: the brush is a ball in mm, through slices. `where` speaks of the label `of`, "" of
    all other labels. `alone`: what is painted is taken out of all other marks. `low` to `high` is
    the range of the threshold, of rescaled values (`value_scale.py` tells them). `tolerance` is
    how far from the value under the pointer flooding goes, as a share of the window's width;
    `stain_tolerance` is that of stained tissue in colour, where each cell differs from the next.
    `deep`: flooding and scissors go through all slices. `step_mm` is how far a mask is grown,
    shrunk or smoothed, `least_ml` what a part of it has to hold to stay.
    """

    ball: bool = False
    where: Where = Where.EVERYWHERE
    of: str = ""
    alone: bool = False
    low: float = 0.0
    high: float = 0.0
    tolerance: float = 0.1
    stain_tolerance: float = 0.3
    deep: bool = False
    cutting: Cutting = Cutting.ERASE
    step_mm: float = 1.0
    least_ml: float = 0.1


PLAIN = PaintOptions()
