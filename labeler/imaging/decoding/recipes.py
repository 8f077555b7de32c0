"""What a decoder worker must know of a compressed piece beyond its shape: part of a request."""

from __future__ import annotations

from typing import Literal

import msgspec

Compression = Literal[
    "none",
    "ccitt-rle",
    "ccitt-g3",
    "ccitt-g4",
    "lzw",
    "jpeg",
    "deflate",
    "packbits",
    "jpeg2k",
    "lzma",
    "zstd",
    "webp",
    "jpegxl",
]
LOSSLESS_JPEG = "Lossless JPEG"
Colors = Literal["gray", "white-is-zero", "rgb", "palette", "cmyk", "ycbcr"]


class PictureRecipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="picture"):
    """A whole picture file of `format`; `frame` counts the pictures of an animation."""

    format: str
    frame: int
    orientation: int


class SegmentRecipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="segment"):
    """A strip or tile of a TIFF (TIFF 6.0), `rows` x `columns` as it is stored.

    Where samples lie apart, the body holds one compressed plane after another, as long as
    `planes` says. `first` is the first sample that is shown. `number` is "u", "i" or "f".
    `palette` holds red, green and blue of all indices, a byte each.
    """

    compression: Compression
    colors: Colors
    rows: int
    columns: int
    samples: int
    first: int
    bits: int
    number: Literal["u", "i", "f"]
    little: bool
    predictor: int
    reversed_bits: bool
    fax_options: int
    subsampling: tuple[int, int]
    planes: tuple[int, ...]
    tables: bytes
    palette: bytes


class TileRecipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="tile"):
    """A frame of a transfer syntax that is a tile of `rows` x `columns`. The layout is what of it
    lies inside the slide: tiles at an edge may hold no more than that. `rgb`: colours come back as
    they are shown."""

    rows: int
    columns: int
    rgb: bool = False


class RegionRecipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="region"):
    """A region of a file that OpenSlide opens by its `path`, as the system spells it: of the
    layout's size, from `row` and `column` of a level; or all of the `associated` picture."""

    path: bytes
    level: int
    row: int
    column: int
    associated: str = ""


Recipe = PictureRecipe | SegmentRecipe | TileRecipe | RegionRecipe
