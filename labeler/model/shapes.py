"""Geometry of one mark on one frame, in 1/1000 voxel as (column, row)."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from labeler.model.words import Digest, Millivoxel

Point = tuple[Millivoxel, Millivoxel]


class Length(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="length"):
    start: Point
    end: Point


class Box(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="box"):
    """Axis-aligned in voxel space; `low` is the corner of least column and row."""

    low: Point
    high: Point


class Polygon(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="polygon"):
    """Closed; the last point joins the first."""

    points: Annotated[tuple[Point, ...], Meta(min_length=3, max_length=4096)]


class MaskRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="mask"):
    """A painted region; its voxels are the run-length blob that `blob` names (docs/formats.md)."""

    blob: Digest


Shape = Length | Box | Polygon | MaskRef
