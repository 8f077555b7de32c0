"""Drawings that files lay over their own images, one bit a pixel (PS3.3 C.9.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class OverlayBits:
    """What an overlay covers on one slice: `bits` (rows, columns), the first at voxel (`left`,
    `top`), which may lie beside the image."""

    left: int
    top: int
    bits: NDArray[np.bool_]


class Overlay(Protocol):
    """One overlay of a series. Its words and its bits may name a person."""

    @property
    def label(self) -> str: ...

    @property
    def description(self) -> str: ...

    def at(self, index: int) -> OverlayBits | None:
        """What lies over one slice; None where nothing does. Reads the file; any thread may ask.

        Raises LabelerError where it cannot be read.
        """
        ...
