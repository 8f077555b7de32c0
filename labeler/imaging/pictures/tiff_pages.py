"""One directory of a TIFF, checked: how its strips or tiles lie, and what they show."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from labeler.imaging.decoding.recipes import Colors, Compression, SegmentRecipe
from labeler.imaging.frame_stores import DecodeError, Piece
from labeler.imaging.layout import PixelLayout
from labeler.imaging.pictures.icc import is_other_than_srgb
from labeler.imaging.pictures.picture_frames import flat_layout
from labeler.imaging.pictures.picture_head import BadPictureError, UnsupportedPictureError
from labeler.imaging.pictures.tiff import Page
from labeler.imaging.slides.tiles import cut_size, grid
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import Caveat, Pixels

COLUMNS, ROWS, BITS, COMPRESSION, PHOTOMETRIC = 256, 257, 258, 259, 262
_FILL_ORDER, _SAMPLES, _PLANAR = 266, 277, 284
_STRIP_OFFSETS, _ROWS_PER_STRIP, _STRIP_COUNTS = 273, 278, 279
_T4_OPTIONS, _PREDICTOR, _COLOR_MAP = 292, 317, 320
TILE_COLUMNS, TILE_ROWS, _TILE_OFFSETS, _TILE_COUNTS = 322, 323, 324, 325
_EXTRA_SAMPLES, _SAMPLE_FORMAT, _JPEG_TABLES, _SUBSAMPLING = 338, 339, 347, 530
_ICC_PROFILE = 34675
_MAX_TABLES = 1 << 16
MAX_SIDE = 1 << 22

_COMPRESSIONS: dict[int, Compression] = {
    1: "none",
    2: "ccitt-rle",
    3: "ccitt-g3",
    4: "ccitt-g4",
    5: "lzw",
    7: "jpeg",
    8: "deflate",
    32773: "packbits",
    32946: "deflate",
    33003: "jpeg2k",
    33004: "jpeg2k",
    33005: "jpeg2k",
    33007: "jpeg",
    34712: "jpeg2k",
    34925: "lzma",
    34926: "zstd",
    34927: "webp",
    50000: "zstd",
    50001: "webp",
    50002: "jpegxl",
    52546: "jpegxl",
}
_APERIO_YCBCR = 33003
_NAMED = {
    6: "the old JPEG compression of TIFF 6.0",
    32809: "ThunderScan compression",
    34676: "SGI LogLuv compression",
    34677: "SGI LogLuv compression",
    34892: "the lossy JPEG compression of DNG",
    34887: "LERC compression",
}
_LOSSY = frozenset(("jpeg", "webp"))
_COLORS: dict[int, Colors] = {
    0: "white-is-zero",
    1: "gray",
    2: "rgb",
    3: "palette",
    4: "gray",
    5: "cmyk",
    6: "ycbcr",
}
_NAMED_COLORS = {
    8: "CIE L*a*b* colours",
    9: "ICC L*a*b* colours",
    10: "ITU L*a*b* colours",
    32803: "the raw colours of a camera",
    32844: "LogL values",
    32845: "LogLuv values",
    34892: "the raw values of a camera",
}
_NUMBERS: dict[int, Literal["u", "i", "f"]] = {1: "u", 2: "i", 3: "f", 4: "u"}
_ALPHA = frozenset((1, 2))


@dataclass(frozen=True, eq=False)
class PageLayout:
    """A page that can be shown. `channels` is how many gray pictures it holds: extra samples that
    are no transparency are further channels."""

    page: Page
    layout: PixelLayout
    recipe: SegmentRecipe
    syntax: Syntax
    tiled: bool
    channels: int
    caveats: tuple[Caveat, ...]

    @property
    def segment_bytes(self) -> int:
        """What a decoder unpacks of one strip or tile."""
        recipe = self.recipe
        return recipe.rows * recipe.columns * recipe.samples * -(-recipe.bits // 8)

    @property
    def table_bytes(self) -> int:
        """What is held of the page beside its directory."""
        return len(self.recipe.tables) + len(self.recipe.palette)


def read_layout(page: Page, *, indexed: bool = False) -> PageLayout:
    """Raises BadPictureError, UnsupportedPictureError. `indexed`: a palette is not asked."""
    rows, columns = page.number(ROWS), page.number(COLUMNS)
    if not (0 < rows <= MAX_SIDE and 0 < columns <= MAX_SIDE):
        raise BadPictureError(f"page {page.index + 1} has {columns} columns and {rows} rows")
    compression, colors = _compression(page), _colors(page)
    colors = "gray" if indexed and colors == "palette" else colors
    bits, samples, number = _samples(page, colors)
    needed = {"palette": 1, "gray": 1, "white-is-zero": 1, "cmyk": 4}.get(colors, 3)
    if samples < needed:
        raise BadPictureError(f"page {page.index + 1} has {samples} samples")
    color = needed > 1 or colors == "palette"
    if color and number != "u":
        raise UnsupportedPictureError("colours that are not whole numbers")
    extra = page.numbers(_EXTRA_SAMPLES)
    alpha = samples > needed and (len(extra) == 0 or int(extra[0]) in _ALPHA or color)
    high, wide, tiled = _segments(page, rows, columns)
    layout = _shown(rows, columns, colors, color=color, bits=bits, number=number)
    recipe = _recipe(page, compression, colors, (high, wide), (samples, bits), number)
    lossy = compression in _LOSSY or page.number(COMPRESSION) in (33003, 33005)
    name = f"TIFF, {compression}"
    odd = is_other_than_srgb(page.raw(_ICC_PROFILE)) or colors == "cmyk"
    told = (
        (alpha, Caveat.TRANSPARENCY),
        (odd, Caveat.COLOR_PROFILE),
        (color and bits > 8, Caveat.COLOR_DEPTH),
    )
    return PageLayout(
        page,
        layout,
        recipe,
        Syntax(f"tiff-{compression}", name, ("segment",), lossy=lossy),
        tiled,
        channels=1 if color or alpha else samples,
        caveats=tuple(caveat for true, caveat in told if true),
    )


def _compression(page: Page) -> Compression:
    said = page.number(COMPRESSION, 1)
    if said not in _COMPRESSIONS:
        raise UnsupportedPictureError(_NAMED.get(said, f"compression {said}"))
    return _COMPRESSIONS[said]


def _colors(page: Page) -> Colors:
    said = page.number(PHOTOMETRIC, 1)
    if said not in _COLORS:
        raise UnsupportedPictureError(_NAMED_COLORS.get(said, f"colours of kind {said}"))
    if page.number(COMPRESSION) == _APERIO_YCBCR:
        return "ycbcr"
    # These decoders give light, whatever the tag says of what they were made from.
    turned = _COMPRESSIONS.get(page.number(COMPRESSION)) in ("webp", "jpegxl")
    return "rgb" if turned and said == 6 else _COLORS[said]


def _samples(page: Page, colors: Colors) -> tuple[int, int, Literal["u", "i", "f"]]:
    """Bits a sample, samples, and what numbers they are."""
    widths = page.numbers(BITS)
    if len(set(widths.tolist())) > 1:
        raise UnsupportedPictureError("samples of different widths")
    bits = int(widths[0]) if len(widths) else 1
    number = _NUMBERS.get(page.number(_SAMPLE_FORMAT, 1))
    if number is None:
        raise UnsupportedPictureError("complex numbers")
    samples = page.number(_SAMPLES, 1)
    if not 1 <= samples <= 1 << 12:
        raise BadPictureError(f"page {page.index + 1} has {samples} samples")
    usable = {"f": (16, 24, 32, 64), "i": (8, 16, 32, 64)}.get(number, (*range(1, 33), 64))
    if bits not in usable or (colors == "palette" and bits > 16):
        raise UnsupportedPictureError(f"samples of {bits} bits")
    return bits, samples, number


def _segments(page: Page, rows: int, columns: int) -> tuple[int, int, bool]:
    """Rows and columns of a strip or tile, and whether it is a tile."""
    if TILE_COLUMNS in page:
        high, wide = page.number(TILE_ROWS), page.number(TILE_COLUMNS)
        if not (0 < high <= MAX_SIDE and 0 < wide <= MAX_SIDE):
            raise BadPictureError(f"page {page.index + 1} has tiles of {wide} × {high} pixels")
        return high, wide, True
    high = page.number(_ROWS_PER_STRIP, rows)
    # No limit is written as 2**32 - 1.
    return (min(high, rows) if high > 0 else rows), columns, False


def _shown(
    rows: int, columns: int, colors: Colors, *, color: bool, bits: int, number: str
) -> PixelLayout:
    if color:
        return flat_layout(rows, columns, color=True, bits=8)
    room = next(wide for wide in (8, 16, 32, 64) if wide >= max(bits, 32 if number == "f" else 8))
    return flat_layout(
        rows,
        columns,
        color=False,
        bits=room,
        signed=number == "i",
        floating=number == "f",
        inverted=colors == "white-is-zero" and bits >= 8,
    )


def _recipe(
    page: Page,
    compression: Compression,
    colors: Colors,
    size: tuple[int, int],
    depth: tuple[int, int],
    number: Literal["u", "i", "f"],
) -> SegmentRecipe:
    subsampling = page.numbers(_SUBSAMPLING)
    across, down = (int(n) for n in subsampling[:2]) if len(subsampling) >= 2 else (2, 2)
    if across not in (1, 2, 4) or down not in (1, 2, 4):
        raise BadPictureError(f"it says its colours are subsampled {across} × {down}")
    predictor = page.number(_PREDICTOR, 1)
    if predictor not in (1, 2, 3) or (predictor == 3) > (number == "f"):
        raise UnsupportedPictureError(f"predictor {predictor}")
    return SegmentRecipe(
        compression=compression,
        colors=colors,
        rows=size[0],
        columns=size[1],
        samples=depth[0],
        first=0,
        bits=depth[1],
        number=number,
        little=page.little,
        predictor=predictor,
        reversed_bits=page.number(_FILL_ORDER, 1) == 2,
        fax_options=page.number(_T4_OPTIONS),
        subsampling=(across, down),
        planes=(),
        tables=page.raw(_JPEG_TABLES, _MAX_TABLES),
        palette=_palette(page, depth[1]) if colors == "palette" else b"",
    )


def _palette(page: Page, bits: int) -> bytes:
    values = page.numbers(_COLOR_MAP)
    if len(values) != 3 << bits:
        raise BadPictureError("its table of colours is missing or too short")
    # Some writers fill in only 8 of the 16 bits.
    spare = 8 if values.max(initial=0) > 255 else 0
    return (values.astype(np.int64) >> spare).astype(np.uint8).tobytes()


class PageTiles:
    """The strips or tiles of one page. `sample` picks one of several gray channels."""

    def __init__(self, said: PageLayout, sample: int = 0) -> None:
        self._said, self.layout, self._sample = said, said.layout, sample
        self.tile_size = said.recipe.rows, said.recipe.columns
        self._apart = said.recipe.samples > 1 and said.page.number(_PLANAR, 1) == 2
        self._known: dict[tuple[int, int], tuple[PixelLayout, SegmentRecipe]] = {}
        self._lock = threading.Lock()
        self._places: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None

    def piece(self, row: int, column: int) -> Piece:
        """Some writers leave out tiles that hold nothing; what is not there is not made up."""
        source, pieces = self._said.page.source, self._pieces(row, column)
        if not all(count > 0 for _offset, count in pieces):
            raise DecodeError("truncated-image", f"tile {row}, {column} is not in the file")
        parts = [source.read(offset, count) for offset, count in pieces]
        wanted = sum(count for _offset, count in pieces)
        data = b"".join(parts)
        if len(data) < wanted:
            raise DecodeError("truncated-image", f"{len(data)} of {wanted} bytes of a tile")
        layout, recipe = self._how(cut_size(self, row, column))
        if self._apart:
            recipe = msgspec.structs.replace(recipe, planes=tuple(len(part) for part in parts))
        return Piece(self._said.syntax, layout, data, recipe)

    def shown(self, values: Pixels, row: int, column: int) -> Pixels:  # noqa: ARG002  all alike
        return values

    def _how(self, size: tuple[int, int]) -> tuple[PixelLayout, SegmentRecipe]:
        """The same for all tiles of a size, and made once: for a field of a slide it counts."""
        if size not in self._known:
            rows, columns = size
            recipe = self._said.recipe
            # The last strip may hold fewer rows; tiles are always whole.
            high = recipe.rows if self._said.tiled else rows
            first = 0 if self._apart else self._sample
            self._known[size] = (
                replace(self.layout, rows=rows, columns=columns),
                msgspec.structs.replace(recipe, rows=high, first=first),
            )
        return self._known[size]

    def _pieces(self, row: int, column: int) -> list[tuple[int, int]]:
        """Where the bytes of a tile lie: one piece, or one a sample."""
        offsets, counts = self._table()
        down, across = grid(self)
        recipe = self._said.recipe
        planes = range(1)
        if self._apart:
            shown = self.layout.samples == 1
            planes = range(self._sample, self._sample + 1) if shown else range(recipe.samples)
        at = [plane * down * across + row * across + column for plane in planes]
        return [(int(offsets[n]), int(counts[n])) for n in at]

    def _table(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        with self._lock:
            if self._places is None:
                self._places = self._read_table()
            return self._places

    def _read_table(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        page = self._said.page
        down, across = grid(self)
        count = down * across * (self._said.recipe.samples if self._apart else 1)
        tiled = self._said.tiled
        offsets = page.numbers(_TILE_OFFSETS if tiled else _STRIP_OFFSETS).astype(np.int64)
        counts = page.numbers(_TILE_COUNTS if tiled else _STRIP_COUNTS).astype(np.int64)
        size = page.source.size
        if len(counts) == 0 and len(offsets) == count == 1:
            counts = np.array([size - offsets[0]])  # Old files of one strip.
        if len(offsets) < count or len(counts) < count:
            raise DecodeError("truncated-image", f"{len(offsets)} of {count} tiles are listed")
        if (
            (offsets < 0).any()
            or (counts < 0).any()
            or (offsets[:count] + counts[:count] > size).any()
        ):
            raise DecodeError("truncated-image", "tiles lie beyond the end of the file")
        return offsets, counts
