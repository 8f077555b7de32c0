"""Which axes of an NRRD array lie in space, and where: its "space" turned into LPS."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import mul

import numpy as np

from labeler.imaging.volumes.grids import Axis, Grid, usable_affine, usable_spacing
from labeler.imaging.volumes.nrrd_header import Direction, NrrdHeader
from labeler.model.affine import Vector
from labeler.model.image import Caveat
from labeler.model.stack import By

_SPACES = {
    "right-anterior-superior": (-1.0, -1.0, 1.0),
    "ras": (-1.0, -1.0, 1.0),
    "left-anterior-superior": (1.0, -1.0, 1.0),
    "las": (1.0, -1.0, 1.0),
    "left-posterior-superior": (1.0, 1.0, 1.0),
    "lps": (1.0, 1.0, 1.0),
}
"""What each coordinate is multiplied by to be LPS. Scanner spaces name no side of the patient."""
_UNITS_MM = {"mm": 1.0, "millimeter": 1.0, "millimeters": 1.0, "cm": 10.0, "m": 1000.0}
_UNITS_MM |= dict.fromkeys(("um", "µm", "μm", "micron", "microns"), 1e-3)
_IN_SPACE = frozenset(("domain", "space", "???", "none"))
_COLORS = {"rgb-color": 3, "3-color": 3, "rgba-color": 4, "4-color": 4}


@dataclass(frozen=True, eq=False)
class Arranged:
    """`affine` in LPS mm, None where the space names no sides; `spacing` is then all there is."""

    grid: Grid
    affine: Vector | None
    spacing: tuple[float, float, float] | None
    caveats: tuple[Caveat, ...]


def arranged(header: NrrdHeader) -> Arranged:
    """Raises LabelerError where no axis, or more than three, lie in space."""
    steps = (1, *accumulate(header.sizes, mul))
    axes = [Axis(count, step) for count, step in zip(header.sizes, steps, strict=False)]
    color = _color(header)
    inside = [at for at in _inside(header) if at != color]
    others = [at for at in range(len(axes)) if at not in inside and at != color]
    space = [axes[at] for at in inside] + [Axis(1, 0)] * (3 - len(inside))
    grid = Grid(
        columns=space[0],
        rows=space[1],
        slices=space[2],
        samples=Axis(1, 1) if color is None else Axis(3, axes[color].step),
        others=tuple(_outside(header, at, axes[at]) for at in others),
    )
    mm = _unit_mm(header)
    sides = _SPACES.get(re.sub(r"(-time|(?<=^...)t)$", "", header.space))
    vectors = [_of_space(header, at) for at in inside]
    matrix = _matrix(vectors, header.origin, sides, mm or 1.0)
    spacing = _spacing(header, inside, vectors, mm or 1.0)
    assumed = (Caveat.UNIT_ASSUMED,) if mm is None else ()
    return Arranged(grid, matrix, spacing, assumed)


def _outside(header: NrrdHeader, at: int, axis: Axis) -> Axis:
    """An axis beside space, by its kind: time, a list of volumes, or parts of a vector."""
    kind = header.kinds[at] if at < len(header.kinds) else "time"
    usual = By.DIMENSION if kind == "list" else By.COMPONENT
    return replace(axis, by=By.TIME if kind in _IN_SPACE | {"time"} else usual)


def _inside(header: NrrdHeader) -> list[int]:
    """The axes in space: those with a direction, else by their kinds the first three."""
    count = len(header.sizes)
    if header.directions:
        found = [at for at in range(count) if _of_space(header, at) is not None]
        if not 1 <= len(found) <= 3:
            raise header.fault("space directions", f"{len(found)} axes in space")
        return found
    kinds = header.kinds if len(header.kinds) == count else ("none",) * count
    found = [at for at in range(count) if kinds[at] in _IN_SPACE][:3]
    if not found:
        raise header.fault("kinds", " ".join(header.kinds))
    return found


def _of_space(header: NrrdHeader, at: int) -> Direction | None:
    """An axis' direction in space; none where it is the axis of time, or of no numbers."""
    whole = header.directions[at] if header.directions else None
    vector = None if whole is None else whole[:3]
    usable = vector is not None and all(map(math.isfinite, vector)) and any(vector)
    return vector if usable else None


def _color(header: NrrdHeader) -> int | None:
    """The axis of red, green and blue in whole bytes or pairs of them."""
    if header.element.kind != "u" or header.element.size > 2:
        return None
    for at, kind in enumerate(header.kinds[: len(header.sizes)]):
        if _COLORS.get(kind) == header.sizes[at]:
            return at
    return None


def _unit_mm(header: NrrdHeader) -> float | None:
    """Millimetres of the unit; None where one is named that is none. Where none is named, the
    field means millimetres."""
    if not header.units:
        return 1.0
    named = {unit.strip().lower() for unit in header.units if unit.strip() not in ("", "s", "ms")}
    known = {_UNITS_MM.get(unit) for unit in named}
    return known.pop() if len(known) == 1 else None


def _matrix(
    vectors: list[Direction | None],
    origin: Direction,
    sides: tuple[float, float, float] | None,
    mm: float,
) -> Vector | None:
    given = [np.array(vector) for vector in vectors if vector is not None]
    if sides is None or len(given) != len(vectors) or len(given) < 2:
        return None
    if any(vector.shape != (3,) for vector in given):
        return None
    if len(given) == 2:
        normal = np.cross(given[0], given[1])
        length = float(np.linalg.norm(normal))
        given.append(normal / (length or 1.0) / mm)
    matrix = np.eye(4)
    matrix[:3, :3] = np.stack(given, axis=1) * mm
    if len(origin) >= 3 and all(map(math.isfinite, origin[:3])):
        matrix[:3, 3] = np.array(origin[:3]) * mm
    turned = np.diag([*sides, 1.0]) @ matrix
    return turned if usable_affine(turned) else None


def _spacing(
    header: NrrdHeader, inside: list[int], vectors: list[Direction | None], mm: float
) -> tuple[float, float, float] | None:
    sizes = []
    for at, vector in zip(inside, vectors, strict=True):
        if vector is not None:
            sizes.append(math.hypot(*vector) * mm)
        elif header.spacings:
            sizes.append(abs(header.spacings[at]) * mm)
    sizes += [1.0] * (3 - len(inside))
    return usable_spacing(tuple(sizes))
