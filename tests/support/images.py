"""Small images made in memory, with real geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from labeler.model.affine import Affine, Vector
from labeler.model.frames import FrameRef, Window
from labeler.model.image import Caveat, Image, Pixels, SeriesInfo


@dataclass(frozen=True, eq=False)
class ArraySource:
    """Stored values that are in memory already."""

    stored: Pixels

    @property
    def shape(self) -> tuple[int, int, int]:
        slices, rows, columns = self.stored.shape[:3]
        return slices, rows, columns

    def frame(self, index: int) -> Pixels:
        return self.stored[index]


def axial(spacing_mm: tuple[float, float, float] = (0.7, 0.7, 5.0)) -> Vector:
    """Columns run to the patient's left, rows to the back, slices footwards (head first)."""
    column, row, slice_ = spacing_mm
    matrix = np.diag([column, row, -slice_, 1.0])
    matrix[:3, 3] = (-60.0, -80.0, 120.0)
    return matrix


def image_of(
    stored: Pixels,
    *,
    matrix: Vector | None = None,
    caveats: tuple[Caveat, ...] = (),
    photometric: str = "MONOCHROME2",
    slope: float = 1.0,
    intercept: float = -1024.0,
    unit: str = "HU",
    modality: str = "CT",
    oriented: bool = True,
    windows: tuple[Window, ...] = (Window(-600, 1500),),
) -> Image:
    """An Image over an array (slices, rows, columns[, 3])."""
    slices = stored.shape[0]
    info = SeriesInfo(
        uid="1.2.3",
        number=3,
        description="Chest 1.0 B70",
        modality=modality,
        study_uid="1.2",
        body_part="CHEST",
        patient_age="064Y",
        patient_sex="F",
        slice_thickness_mm=1.0,
    )
    return Image(
        source=ArraySource(stored),
        affine=Affine(axial() if matrix is None else matrix),
        info=info,
        refs=tuple(FrameRef("1.2.3", f"1.2.3.{i}", 0) for i in range(slices)),
        instance_numbers=tuple(range(1, slices + 1)),
        slopes=(slope,) * slices,
        intercepts=(intercept,) * slices,
        unit=unit,
        photometric=photometric,
        inverted=photometric == "MONOCHROME1",
        windows=windows,
        caveats=caveats,
        oriented=oriented,
    )
