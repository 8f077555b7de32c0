"""How the slices of an Image follow one another: where some are missing, or lie twice."""

from __future__ import annotations

import enum
from dataclasses import dataclass

Point3 = tuple[float, float, float]
"""A place in the patient, LPS mm."""


@dataclass(frozen=True)
class Gap:
    """Slices are missing behind slice `after`: how many, and how far the next one is."""

    after: int
    missing: int
    distance_mm: float


@dataclass(frozen=True)
class Double:
    """Other images lie where slice `at` lies, and nothing in their headers tells why.

    `others` are the Instance Numbers of at most 16 of them, None where a header has none.
    """

    at: int
    others: tuple[int | None, ...]


class By(enum.StrEnum):
    """What tells images at one place apart."""

    IMAGE_TYPE = "image-type"
    B_VALUE = "b-value"
    DIRECTION = "direction"
    ECHO = "echo"
    INVERSION = "inversion"
    PHASE = "phase"
    TIME = "time"
    DIMENSION = "dimension"
    ACQUISITION = "acquisition"
    CONTENT_TIME = "content-time"
    COMPONENT = "component"


@dataclass(frozen=True)
class Division:
    """Which part of its series an Image is: by what, and which one, as "1000" or "3"."""

    by: By
    value: str


@dataclass(frozen=True)
class Stack:
    """What is known of an Image's slices beside their order.

    `origins` is where each slice's first pixel lies: the truth, where an affine with its one step
    is only a mean. It is empty where headers do not say. `copies` counts files that were there
    twice and are shown once. `division` tells this part of its series from the others.
    """

    origins: tuple[Point3, ...] = ()
    gaps: tuple[Gap, ...] = ()
    doubles: tuple[Double, ...] = ()
    copies: int = 0
    division: tuple[Division, ...] = ()

    @property
    def missing(self) -> int:
        """How many slices are missing in all."""
        return sum(gap.missing for gap in self.gaps)


PLAIN = Stack()
"""Nothing is known of the slices but their order."""
