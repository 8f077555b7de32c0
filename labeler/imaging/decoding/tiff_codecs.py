"""Strips and tiles of a TIFF to what is shown of them. Runs only in a decoder worker."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np

from labeler.imaging.decoding.recipes import SegmentRecipe
from labeler.imaging.decoding.stored import ybr_to_rgb
from labeler.imaging.layout import PixelLayout
from labeler.model.image import Pixels

_SLACK = 64
_OF_BITS = frozenset(("none", "ccitt-rle", "ccitt-g3", "ccitt-g4", "lzw", "packbits"))
"""Compressions for which the tag FillOrder means something."""


def decode_segment(data: bytes, layout: PixelLayout, recipe: SegmentRecipe) -> Pixels:
    """The upper left `layout.rows` x `layout.columns` of a segment, in the layout's samples."""
    if recipe.planes:
        values = np.concatenate(_planes(data, recipe), axis=-1)
    else:
        values = _samples(data, recipe, recipe.samples)
    if values.shape[0] < layout.rows or values.shape[1] < layout.columns:
        raise ValueError(
            f"a tile of {values.shape[:2]}, the header says {recipe.rows, recipe.columns}"
        )
    values = values[: layout.rows, : layout.columns, recipe.first :]
    shown = _SHOWN["rgb" if _is_light(recipe) else recipe.colors](values, recipe)
    return shown[..., 0] if layout.samples == 1 else shown[..., :3]


def _is_light(recipe: SegmentRecipe) -> bool:
    """Whether the decoder turned YCbCr to RGB on its way, which takes it no time."""
    return recipe.compression == "jpeg" and recipe.colors == "ycbcr" and not recipe.planes


def _planes(data: bytes, recipe: SegmentRecipe) -> list[Pixels]:
    found, at = [], 0
    for length in recipe.planes:
        found.append(_samples(data[at : at + length], recipe, 1))
        at += length
    return found


def _samples(data: bytes, recipe: SegmentRecipe, samples: int) -> Pixels:
    """Shape (rows, columns, samples), in native types."""
    if recipe.reversed_bits and recipe.compression in _OF_BITS:
        data = _reversed(data)
    if (picture := _PICTURES.get(recipe.compression)) is not None:
        values = picture(data, recipe)
        values = values[..., np.newaxis] if values.ndim == 2 else values
        if values.shape[-1] < samples:
            raise ValueError(f"{values.shape[-1]} of {samples} samples came out")
        return values
    raw = _UNPACKERS[recipe.compression](data, recipe, _stored_bytes(recipe, samples))
    if recipe.colors == "ycbcr" and samples == 3 and recipe.subsampling != (1, 1):
        return _together(raw, recipe)
    return _unpredicted(raw, recipe, samples)


def _stored_bytes(recipe: SegmentRecipe, samples: int) -> int:
    across, down = recipe.subsampling
    if recipe.colors == "ycbcr" and samples == 3 and recipe.subsampling != (1, 1):
        blocks = -(-recipe.rows // down) * -(-recipe.columns // across)
        return blocks * (across * down + 2)
    return recipe.rows * -(-recipe.columns * samples * recipe.bits // 8)


def _reversed(data: bytes) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.bitorder_decode(data))


def _plain(data: bytes, _recipe: SegmentRecipe, _size: int) -> bytes:
    return data


def _lzw(data: bytes, _recipe: SegmentRecipe, size: int) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.lzw_decode(data, out=size))


def _packbits(data: bytes, _recipe: SegmentRecipe, size: int) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.packbits_decode(data, out=size + _SLACK))


def _deflate(data: bytes, _recipe: SegmentRecipe, size: int) -> bytes:
    return zlib.decompressobj().decompress(data, size)


def _lzma(data: bytes, _recipe: SegmentRecipe, size: int) -> bytes:
    import lzma

    return lzma.LZMADecompressor(memlimit=1 << 29).decompress(data, size)


def _zstd(data: bytes, _recipe: SegmentRecipe, size: int) -> bytes:
    import imagecodecs

    return bytes(imagecodecs.zstd_decode(data, out=size + _SLACK))


_UNPACKERS: dict[str, Callable[[bytes, SegmentRecipe, int], bytes]] = {
    "none": _plain,
    "lzw": _lzw,
    "packbits": _packbits,
    "deflate": _deflate,
    "lzma": _lzma,
    "zstd": _zstd,
}


def _unpredicted(raw: bytes, recipe: SegmentRecipe, samples: int) -> Pixels:
    width = recipe.columns * samples
    line = -(-width * recipe.bits // 8)
    if len(raw) < recipe.rows * line:
        raise ValueError(f"{len(raw)} of {recipe.rows * line} bytes came out")
    raw = raw[: recipe.rows * line]
    shape = recipe.rows, recipe.columns, samples
    if recipe.predictor == 3:
        return _float_prediction(raw, recipe, samples)
    if recipe.bits in (8, 16, 32, 64) or recipe.number == "f":
        values = _words(raw, recipe).reshape(shape)
    else:
        values = _narrow(raw, recipe, width).reshape(shape)
    if recipe.predictor == 2:
        # Sums wrap around, as differences did when they were written (TIFF 6.0 section 14).
        return np.cumsum(values, axis=1, dtype=values.dtype)
    return values


def _words(raw: bytes, recipe: SegmentRecipe) -> Pixels:
    order = "<" if recipe.little else ">"
    if recipe.bits == 24:
        import imagecodecs

        return np.asarray(imagecodecs.float24_decode(raw, byteorder="<" if recipe.little else ">"))
    wire = np.dtype(f"{order}{recipe.number}{recipe.bits // 8}")
    values = np.frombuffer(raw, wire).astype(wire.newbyteorder("="))
    return values.astype(np.float32) if recipe.number == "f" and recipe.bits == 16 else values


def _narrow(raw: bytes, recipe: SegmentRecipe, width: int) -> Pixels:
    """Samples of odd widths; each row begins at a byte."""
    lines = np.frombuffer(raw, np.uint8).reshape(recipe.rows, -1)
    if recipe.bits == 1:
        return np.unpackbits(lines, axis=1)[:, :width]
    if recipe.bits in (2, 4):
        shifts = np.arange(8 - recipe.bits, -1, -recipe.bits, dtype=np.uint8)
        parts = (lines[:, :, np.newaxis] >> shifts) & np.uint8((1 << recipe.bits) - 1)
        return parts.reshape(recipe.rows, -1)[:, :width]
    import imagecodecs

    wide = "B" if recipe.bits < 8 else "H" if recipe.bits < 16 else "I"
    return np.asarray(imagecodecs.packints_decode(raw, wide, recipe.bits, runlen=width))


def _float_prediction(raw: bytes, recipe: SegmentRecipe, samples: int) -> Pixels:
    """Bytes of a row apart, most significant first, then differences (Adobe TIFF note 3)."""
    size = recipe.bits // 8
    lines = np.frombuffer(raw, np.uint8).reshape(recipe.rows, -1, samples)
    summed = np.cumsum(lines, axis=1, dtype=np.uint8).reshape(recipe.rows, size, -1)
    values = np.ascontiguousarray(np.moveaxis(summed, 1, -1)).view(f">f{size}")[..., 0]
    native = values.astype(np.float32 if size < 4 else f"f{size}")
    return native.reshape(recipe.rows, recipe.columns, samples)


def _together(raw: bytes, recipe: SegmentRecipe) -> Pixels:
    """Blocks of several Y and one Cb, Cr to one of each a pixel (TIFF 6.0 section 21)."""
    across, down = recipe.subsampling
    high, wide = -(-recipe.rows // down), -(-recipe.columns // across)
    block = across * down
    if len(raw) < high * wide * (block + 2):
        raise ValueError(f"{len(raw)} of {high * wide * (block + 2)} bytes came out")
    units = np.frombuffer(raw, np.uint8)[: high * wide * (block + 2)].reshape(high, wide, block + 2)
    blocks = units[..., :block].reshape(high, wide, down, across)
    luma = blocks.transpose(0, 2, 1, 3).reshape(high * down, wide * across)
    blue, red = (
        np.repeat(np.repeat(units[..., block + n], down, axis=0), across, axis=1) for n in (0, 1)
    )
    return np.stack((luma, blue, red), axis=-1)[: recipe.rows, : recipe.columns]


def _jpeg(data: bytes, recipe: SegmentRecipe) -> Pixels:
    import imagecodecs

    tables = recipe.tables or None
    if recipe.samples == 1 or recipe.planes:
        return np.asarray(imagecodecs.jpeg8_decode(data, tables=tables))
    # The TIFF says what the samples are: streams without a marker of their own are guessed wrong.
    color = {"cmyk": "CMYK", "ycbcr": "YCBCR"}.get(recipe.colors, "RGB")
    out = "RGB" if _is_light(recipe) else color
    return np.asarray(
        imagecodecs.jpeg8_decode(data, tables=tables, colorspace=color, outcolorspace=out)
    )


def _jpeg2k(data: bytes, _recipe: SegmentRecipe) -> Pixels:
    import imagecodecs

    return np.asarray(imagecodecs.jpeg2k_decode(data, planar=False))


def _webp(data: bytes, _recipe: SegmentRecipe) -> Pixels:
    import imagecodecs

    return np.asarray(imagecodecs.webp_decode(data))


def _jpegxl(data: bytes, _recipe: SegmentRecipe) -> Pixels:
    import imagecodecs

    return np.asarray(imagecodecs.jpegxl_decode(data))


def _fax(data: bytes, recipe: SegmentRecipe) -> Pixels:
    """A byte a pixel, 1 where it is black."""
    import imagecodecs

    high, wide = recipe.rows, recipe.columns
    if recipe.compression == "ccitt-g4":
        return np.asarray(imagecodecs.ccittfax4_decode(data, high, wide))
    if recipe.compression == "ccitt-g3":
        options = recipe.fax_options
        return np.asarray(imagecodecs.ccittfax3_decode(data, high, wide, t4options=options))
    return np.asarray(imagecodecs.ccittrle_decode(data, high, wide))


_PICTURES: dict[str, Callable[[bytes, SegmentRecipe], Pixels]] = {
    "ccitt-rle": _fax,
    "ccitt-g3": _fax,
    "ccitt-g4": _fax,
    "jpeg": _jpeg,
    "jpeg2k": _jpeg2k,
    "webp": _webp,
    "jpegxl": _jpegxl,
}


def _gray(values: Pixels, recipe: SegmentRecipe) -> Pixels:
    """Narrow samples are spread over 8 bits, as other readers show them."""
    if recipe.bits < 8:
        return values * np.uint8(255 // ((1 << recipe.bits) - 1))
    return values


def _white_is_zero(values: Pixels, recipe: SegmentRecipe) -> Pixels:
    """Narrow samples have no meaning as numbers and are turned over; others stay as stored."""
    shown = _gray(values, recipe)
    return 255 - shown if recipe.bits < 8 else shown


def _rgb(values: Pixels, recipe: SegmentRecipe) -> Pixels:
    return _eight_bits(_gray(values, recipe), recipe)


def _palette(values: Pixels, recipe: SegmentRecipe) -> Pixels:
    table = np.frombuffer(recipe.palette, np.uint8).reshape(3, -1).T
    return table[np.minimum(values[..., 0], len(table) - 1)]


def _cmyk(values: Pixels, recipe: SegmentRecipe) -> Pixels:
    """Inks to light, without a profile: what is not covered shines through."""
    full = (1 << recipe.bits) - 1
    light = full - values[..., :4].astype(np.int64)
    return _eight_bits(light[..., :3] * light[..., 3:] // full, recipe)


def _ycbcr(values: Pixels, recipe: SegmentRecipe) -> Pixels:
    return ybr_to_rgb(np.ascontiguousarray(_eight_bits(values[..., :3], recipe)))


_SHOWN: dict[str, Callable[[Pixels, SegmentRecipe], Pixels]] = {
    "gray": _gray,
    "white-is-zero": _white_is_zero,
    "rgb": _rgb,
    "palette": _palette,
    "cmyk": _cmyk,
    "ycbcr": _ycbcr,
}


def _eight_bits(values: Pixels, recipe: SegmentRecipe) -> Pixels:
    """Colour is shown by its highest eight bits."""
    if values.dtype == np.uint8 and recipe.bits == 8:
        return values
    return (values >> max(recipe.bits - 8, 0)).astype(np.uint8)
