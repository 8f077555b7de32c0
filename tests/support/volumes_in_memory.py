"""Volumes of images that are in memory already."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from labeler.model.affine import Affine, Vector
from labeler.model.image import Image, Pixels
from labeler.model.stack import Gap, Point3, Stack
from labeler.model.volume import Volume
from tests.support.images import axial, image_of

FRAME = "1.2.840.9"


def volume_of(image: Image) -> Volume:
    """Everything is here."""
    count = image.source.shape[0]
    values = np.ascontiguousarray([image.source.frame(n) for n in range(count)])
    return Volume(values, np.ones(count, bool), np.zeros(count, bool))


def ramp(
    shape: tuple[int, int, int] = (12, 20, 30), *, matrix: Vector | None = None
) -> tuple[Image, Volume]:
    """A stack in which each voxel holds 2 x + 3 y + 5 z of its own place in the patient (mm), so
    that any plane through it is known. Stored values are floats, without a rescale."""
    matrix = axial((1.0, 1.0, 2.0)) if matrix is None else matrix
    return placed(
        matrix, [tuple(matrix[:3, 3] + matrix[:3, 2] * k) for k in range(shape[0])], shape
    )


def placed(
    matrix: Vector, origins: list[Point3], shape: tuple[int, int, int], gaps: tuple[Gap, ...] = ()
) -> tuple[Image, Volume]:
    """The same of slices that each have a place."""
    empty = image_of(np.zeros(shape, np.float32), matrix=matrix, slope=1.0, intercept=0.0, unit="")
    info = replace(empty.info, frame_of_reference=FRAME)
    told = tuple(tuple(float(part) for part in one) for one in origins)
    stack = Stack(origins=told, gaps=gaps)  # type: ignore[arg-type]
    image = replace(empty, affine=Affine(matrix), stack=stack, info=info)
    values = np.stack([truth(places_of(image, k)) for k in range(shape[0])]).astype(np.float32)
    full = replace(image, source=_Array(values))
    return full, volume_of(full)


def places_of(image: Image, index: int) -> Vector:
    """Where each pixel of a slice lies, (rows, columns, 3)."""
    _, rows, columns = image.source.shape
    r, c = np.mgrid[:rows, :columns].astype(np.float64)
    return image.to_patient(np.stack([c, r, np.full(r.shape, float(index))], axis=-1))


def truth(p_patient: Vector) -> Pixels:
    """What a ramp holds at a place."""
    told: Pixels = p_patient @ np.array([2.0, 3.0, 5.0])
    return told


class _Array:
    def __init__(self, stored: Pixels) -> None:
        self._stored = stored

    @property
    def shape(self) -> tuple[int, int, int]:
        slices, rows, columns = self._stored.shape[:3]
        return slices, rows, columns

    def frame(self, index: int) -> Pixels:
        return self._stored[index]
