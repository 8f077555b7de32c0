"""How a frame lies on the canvas, so that every patient faces the reader the same way."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass, replace

import numpy as np

from labeler.model.affine import Vector
from labeler.model.image import Image, Pixels
from labeler.model.rasters import Place
from labeler.viewing.reformat import Reformat
from labeler.viewing.turns import UPRIGHT, Turn

OBLIQUE_LETTER = math.sin(math.radians(10))
"""A second letter joins when the direction leans more than 10 degrees towards it."""

OBLIQUE_PLANE = 0.8
"""Below this cosine to the nearest body axis a plane is called oblique."""

STRAIGHT_CUT = math.cos(math.radians(1))
"""A plane that was cut is called oblique from one degree on: it was turned on purpose."""


class Plane(enum.StrEnum):
    AXIAL = "axial"
    CORONAL = "coronal"
    SAGITTAL = "sagittal"
    OBLIQUE = "oblique"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Layout:
    """A frame's place on the canvas: first transposed, then mirrored.

    `letters` stand at the left, right, top and bottom edge. "Shown" voxels count from the
    canvas's top left: (x, y) instead of (column, row). `turn` is what the person did to the
    habit's layout; it is in all the other fields already.
    """

    rows: int
    columns: int
    spacing_mm: Place
    transposed: bool
    mirrored_x: bool
    mirrored_y: bool
    plane: Plane
    letters: tuple[str, str, str, str]
    turn: Turn = UPRIGHT
    finest: float = 1.0
    """How many pixels of the finest size there is lie along a voxel: more than one of a slide."""

    def turned(self, turn: Turn) -> Layout:
        """The same frame, turned or flipped as it is shown now."""
        placed = Turn(self.transposed, self.mirrored_x, self.mirrored_y).then(turn)
        return replace(
            self,
            transposed=placed.transposed,
            mirrored_x=placed.mirrored_x,
            mirrored_y=placed.mirrored_y,
            letters=turn.letters(self.letters),
            turn=self.turn.then(turn),
        )

    @property
    def flipped(self) -> bool:
        """Whether it shows a mirror image of what the habit shows."""
        return self.turn.flips

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height in voxels."""
        return (self.rows, self.columns) if self.transposed else (self.columns, self.rows)

    @property
    def shown_spacing_mm(self) -> Place:
        """Size of a voxel across and down the canvas."""
        column, row = self.spacing_mm
        return (row, column) if self.transposed else (column, row)

    def to_shown(self, p_voxel: Place) -> Place:
        x, y = (p_voxel[1], p_voxel[0]) if self.transposed else p_voxel
        width, height = self.shown_size
        return (width - 1 - x if self.mirrored_x else x, height - 1 - y if self.mirrored_y else y)

    def to_voxel(self, p_shown: Place) -> Place:
        width, height = self.shown_size
        x = width - 1 - p_shown[0] if self.mirrored_x else p_shown[0]
        y = height - 1 - p_shown[1] if self.mirrored_y else p_shown[1]
        return (y, x) if self.transposed else (x, y)

    def arrange(self, pixels: Pixels) -> Pixels:
        """A view of (rows, columns[, 3]) pixels as they are shown; nothing is copied."""
        turned = pixels.swapaxes(0, 1) if self.transposed else pixels
        turned = turned[:, ::-1] if self.mirrored_x else turned
        return turned[::-1] if self.mirrored_y else turned


# Directions in LPS that run to the viewer's right and down. Axial is seen from the feet.
_LEFT, _BACK, _FEET = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, -1.0)
_FACING = {
    Plane.SAGITTAL: (_BACK, _FEET),
    Plane.CORONAL: (_LEFT, _FEET),
    Plane.AXIAL: (_LEFT, _BACK),
}
_UNKNOWN, _NONE = ("?", "?", "?", "?"), ("", "", "", "")
_OPPOSITE = str.maketrans("APRLHF", "PALRFH")
MICROSCOPY = "SM"
"""Slide Microscopy: tissue on glass has no sides of a patient that could be unknown."""
_BY_AXIS = (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)


def layout_of(image: Image) -> Layout:
    """The radiologist's habit for this image's plane; as stored where orientation is unknown."""
    found = _habit(image)
    if image.pyramid is None:
        return found
    largest = image.pyramid.levels[0]
    return replace(found, finest=max(1.0, largest.columns / found.columns))


def _habit(image: Image) -> Layout:
    _, rows, columns = image.source.shape
    column_mm, row_mm, _ = image.affine.spacing_mm
    if not image.oriented:
        return Layout(
            rows=rows,
            columns=columns,
            spacing_mm=(column_mm, row_mm),
            transposed=False,
            mirrored_x=False,
            mirrored_y=False,
            plane=Plane.UNKNOWN,
            letters=_told(image),
        )
    across, down = (image.affine.matrix[:3, k] / (column_mm, row_mm)[k] for k in (0, 1))
    if isinstance(image, Reformat):
        return _as_cut(image, across, down)
    normal = np.cross(across, down)
    axis = int(np.abs(normal).argmax())
    right, low = (np.array(direction) for direction in _FACING[_BY_AXIS[axis]])
    transposed = abs(down @ right) + abs(across @ low) > abs(across @ right) + abs(down @ low)
    x, y = (down, across) if transposed else (across, down)
    mirrored_x, mirrored_y = bool(x @ right < 0), bool(y @ low < 0)
    x, y = (-x if mirrored_x else x), (-y if mirrored_y else y)
    oblique = abs(normal[axis]) < OBLIQUE_PLANE * float(np.linalg.norm(normal))
    return Layout(
        rows=rows,
        columns=columns,
        spacing_mm=(column_mm, row_mm),
        transposed=bool(transposed),
        mirrored_x=mirrored_x,
        mirrored_y=mirrored_y,
        plane=Plane.OBLIQUE if oblique else _BY_AXIS[axis],
        letters=(letters(-x), letters(x), letters(-y), letters(y)),
    )


def _as_cut(image: Reformat, right: Vector, down: Vector) -> Layout:
    """A cut is made as it is shown: it must not jump over to another habit while it is turned."""
    normal = np.abs(np.cross(right, down))
    _, rows, columns = image.source.shape
    column_mm, row_mm, _ = image.affine.spacing_mm
    return Layout(
        rows=rows,
        columns=columns,
        spacing_mm=(column_mm, row_mm),
        transposed=False,
        mirrored_x=False,
        mirrored_y=False,
        plane=_BY_AXIS[int(normal.argmax())] if normal.max() > STRAIGHT_CUT else Plane.OBLIQUE,
        letters=(letters(-right), letters(right), letters(-down), letters(down)),
    )


def _told(image: Image) -> tuple[str, str, str, str]:
    """What the file says without coordinates."""
    if image.sides is None:
        return _UNKNOWN if image.info.modality != MICROSCOPY else _NONE
    row, column = image.sides
    return row.translate(_OPPOSITE), row, column.translate(_OPPOSITE), column


def letters(direction: Vector) -> str:
    """Where a unit direction in LPS points: R L A P H F, two when it leans over 10 degrees."""
    order = sorted(range(3), key=lambda axis: -abs(direction[axis]))
    named = [("RL", "AP", "FH")[axis][int(direction[axis] > 0)] for axis in order]
    leans = abs(direction[order[1]]) > OBLIQUE_LETTER
    return "".join(named[: 2 if leans else 1])
