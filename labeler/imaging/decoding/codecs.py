"""Compressed bytes to stored values. Runs only in a decoder worker: native code, strangers' bytes.

Codecs by name, as the table of transfer syntaxes lists them. Each takes the bytes and the layout
and gives an array of any integer type, which `decode_frame` then checks and fits.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from labeler.imaging.decoding.cells import WIDTHS, container
from labeler.imaging.decoding.picture_codecs import decode_picture
from labeler.imaging.decoding.recipes import PictureRecipe, SegmentRecipe, TileRecipe
from labeler.imaging.decoding.rle import decode_rle
from labeler.imaging.decoding.stored import fit_bits, from_native, stored_type, to_rgb
from labeler.imaging.decoding.tiff_codecs import decode_segment
from labeler.imaging.decoding.video import decode_strip
from labeler.imaging.layout import PixelLayout
from labeler.kernels.jpegls import decode_jpegls
from labeler.kernels.rle import decode_rle as unpack_rle
from labeler.model.image import Pixels

_END_OF_IMAGE = b"\xff\xd9"
_TAIL = 64
_YBR = ("YBR_FULL", "YBR_PARTIAL")
_YBR_WHOLE = ("YBR_FULL", "YBR_FULL_422")

Codec = Callable[[bytes, PixelLayout], Pixels]


def decode_frame(
    codecs: tuple[str, ...],
    layout: PixelLayout,
    data: bytes,
    recipe: PictureRecipe | SegmentRecipe | TileRecipe | None = None,
) -> Pixels:
    """Stored values by the recipe, or by the first codec that can; raises ValueError with what each
    one said."""
    if recipe is not None and not isinstance(recipe, TileRecipe):
        return _fitted(_by_recipe(data, layout, recipe), layout)
    stored = layout if recipe is None else replace(layout, rows=recipe.rows, columns=recipe.columns)
    failures: list[str] = []
    for name in codecs:
        try:
            if recipe is None:
                return _fitted(CODECS[name](data, stored), layout)
            return _tile(name, data, stored, layout, rgb=recipe.rgb)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001  native codecs raise what they like
            failures.append(f"{name}: {str(error)[:160] or type(error).__name__}")
    raise ValueError("; ".join(failures))


def _tile(name: str, data: bytes, stored: PixelLayout, layout: PixelLayout, *, rgb: bool) -> Pixels:
    """What of a tile lies inside the slide."""
    light = rgb and layout.samples == 3
    if light and name == "jpeg" and layout.photometric in _YBR_WHOLE:
        # The decoder's own conversion comes for nothing; ours takes longer than decoding.
        values = _jpeg_as(data, "YCBCR", "RGB")
        return _fitted(values[: layout.rows, : layout.columns], layout)
    values = _fitted(CODECS[name](data, stored)[: layout.rows, : layout.columns], layout)
    return to_rgb(values, layout) if light else values


def _by_recipe(data: bytes, layout: PixelLayout, recipe: PictureRecipe | SegmentRecipe) -> Pixels:
    if isinstance(recipe, PictureRecipe):
        return decode_picture(data, layout, recipe)
    return decode_segment(data, layout, recipe)


def _fitted(values: Pixels, layout: PixelLayout) -> Pixels:
    """Check the shape against the header, and give values the header's type and sign."""
    shape: tuple[int, ...] = (layout.rows, layout.columns)
    if layout.samples > 1:
        shape = (*shape, layout.samples)
    if values.shape != shape:
        raise ValueError(f"decoded {values.shape}, the header says {shape}")
    target = stored_type(layout)
    if values.dtype.itemsize > target.itemsize:
        bits = container(layout.bits_allocated)
        if int(values.max()) >= 1 << bits or int(values.min()) < -(1 << (bits - 1)):
            raise ValueError("decoded values do not fit the header's bits")
    return np.ascontiguousarray(fit_bits(_as_type(values, target), layout))


def _as_type(values: Pixels, target: np.dtype[Any]) -> Pixels:
    """Without a copy where only the sign is read otherwise."""
    same = values.dtype.itemsize == target.itemsize and values.dtype.isnative == target.isnative
    whole = values.dtype.kind in "iu" and target.kind in "iu"
    if same and whole and values.flags.c_contiguous:
        return values.view(target)
    return values.astype(target, copy=False)


def _jpeg(data: bytes, layout: PixelLayout) -> Pixels:
    import imagecodecs

    _check_end(data)
    if layout.samples == 1:
        return np.asarray(imagecodecs.jpeg8_decode(data))
    # Samples as the header means them: it knows better than what decoders guess.
    outside = "YCBCR" if layout.photometric.startswith(_YBR) else "RGB"
    inside = "YCBCR" if outside == "YCBCR" or _says_ybr(data) else "RGB"
    return _jpeg_as(data, inside, outside)


def _jpeg_as(data: bytes, inside: str, outside: str) -> Pixels:
    import imagecodecs

    _check_end(data)
    return np.asarray(imagecodecs.jpeg8_decode(data, colorspace=inside, outcolorspace=outside))


def _check_end(data: bytes) -> None:
    """Refuse a JPEG without its end marker: one decoder fills up what is missing with gray and
    says nothing, another takes seconds to find out."""
    if _END_OF_IMAGE not in data.rstrip(b"\0")[-_TAIL:]:
        raise ValueError("the end of the image is missing")


def _says_ybr(data: bytes) -> bool:
    """Whether the stream itself says it holds YCbCr: by an Adobe marker, else by being JFIF."""
    at = data.find(b"\xff\xee", 0, 4096)
    segment = data[at + 4 : at + 16] if at >= 0 else b""
    if segment[:5] == b"Adobe" and len(segment) == 12:
        return segment[11] == 1
    return data[6:11] == b"JFIF\0"


def _jpeg_lossless(data: bytes, _layout: PixelLayout) -> Pixels:
    import imagecodecs

    return np.asarray(imagecodecs.jpegsof3_decode(data))


def _jpeg_ls(data: bytes, layout: PixelLayout) -> Pixels:
    _check_end(data)
    if layout.samples == 1:
        values = decode_jpegls(data, layout.rows, layout.columns)
        if values is not None:
            return values
    import imagecodecs

    return np.asarray(imagecodecs.jpegls_decode(data))


def _jpeg2k(data: bytes, _layout: PixelLayout) -> Pixels:
    import imagecodecs

    return np.asarray(imagecodecs.jpeg2k_decode(data, planar=False))


def _htj2k(data: bytes, _layout: PixelLayout) -> Pixels:
    import imagecodecs

    _check_end(data)
    return np.asarray(imagecodecs.htj2k_decode(data, planar=False))


def _jpeg_xl(data: bytes, _layout: PixelLayout) -> Pixels:
    import imagecodecs

    return np.asarray(imagecodecs.jpegxl_decode(data))


def _pillow(data: bytes, layout: PixelLayout) -> Pixels:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("JPEG", "JPEG2000")) as picture:
        if picture.format == "JPEG" and layout.photometric.startswith(_YBR):
            return np.asarray(picture.convert("YCbCr"))
        return np.asarray(picture)


def _rle(data: bytes, layout: PixelLayout) -> Pixels:
    """PS3.5 annex G: one segment a byte of a sample, most significant byte first."""
    if layout.bits_allocated not in WIDTHS:
        raise ValueError(f"cells of {layout.bits_allocated} bits")
    size = layout.bits_allocated // 8
    if layout.samples == 1:
        values = unpack_rle(data, layout.rows * layout.columns, size)
        if values is not None:
            return values.reshape(layout.rows, layout.columns)
    import imagecodecs

    wire = np.dtype(f"<u{size}")
    count = layout.rows * layout.columns * layout.samples
    raw = imagecodecs.dicomrle_decode(data, wire, out=count * size)
    planes = np.frombuffer(raw, wire)[:count].reshape(layout.samples, layout.rows, layout.columns)
    return planes[0] if layout.samples == 1 else np.moveaxis(planes, 0, -1)


def _deflate(data: bytes, layout: PixelLayout) -> Pixels:
    most = (layout.frame_bits + 7) // 8
    raw = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, most)
    if len(raw) < most:
        raise ValueError(f"inflated to {len(raw)} of {most} bytes")
    return from_native(raw, layout)


def _plain(data: bytes, layout: PixelLayout) -> Pixels:
    most = (layout.frame_bits + 7) // 8
    if len(data) < most:
        raise ValueError(f"{len(data)} of {most} bytes")
    return from_native(data, layout)


CODECS: dict[str, Codec] = {
    "deflate": _deflate,
    "htj2k": _htj2k,
    "jpeg": _jpeg,
    "jpeg-lossless": _jpeg_lossless,
    "jpeg-ls": _jpeg_ls,
    "jpeg-xl": _jpeg_xl,
    "jpeg2k": _jpeg2k,
    "pillow": _pillow,
    "plain": _plain,
    "rle": _rle,
    "rle-plain": decode_rle,
    "video": decode_strip,
}
