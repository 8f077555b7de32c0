"""Whole picture files to their values. Runs only in a decoder worker: headers were bounded."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from labeler.imaging.decoding.recipes import LOSSLESS_JPEG, PictureRecipe
from labeler.imaging.decoding.stored import stored_type
from labeler.imaging.dicom.orientation import SIDEWAYS, turned
from labeler.imaging.layout import PixelLayout
from labeler.imaging.pictures.plain_heads import anymap_numbers
from labeler.model.image import Pixels

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_BAND = 256
_HEAD = 4096
_FORMATS = ("BMP", "GIF", "JPEG", "JPEG2000", "PNG", "WEBP")
_STREAM, _END_OF_STREAM = b"\xff\x4f\xff\x51", b"\xff\xd9"


class CutShortError(Exception):
    """The bytes end before the picture does."""


def decode_picture(data: bytes, layout: PixelLayout, recipe: PictureRecipe) -> Pixels:
    """Upright, gray as stored or 8-bit RGB; what is transparent is shown as if it were solid."""
    if recipe.format == "PNM":
        return _anymap(data, layout)
    if recipe.format == "JPEG 2000" and data.rfind(_END_OF_STREAM) < data.find(_STREAM):
        # Decoders fill up what is missing and say nothing.
        raise CutShortError("the end of the codestream is missing")
    deep = (layout.samples == 1 and layout.bits_allocated > 8) or recipe.format == LOSSLESS_JPEG
    values = _deep(data, layout, recipe) if deep else _by_pillow(data, layout, recipe)
    return turned(values, recipe.orientation)


def _deep(data: bytes, layout: PixelLayout, recipe: PictureRecipe) -> Pixels:
    """Gray of more than 8 bits, which pillow shows in 8, and what pillow does not read."""
    import imagecodecs

    decoders = {
        "PNG": imagecodecs.png_decode,
        "JPEG": imagecodecs.jpeg8_decode,
        "JPEG 2000": imagecodecs.jpeg2k_decode,
        LOSSLESS_JPEG: imagecodecs.jpegsof3_decode,
    }
    values = np.asarray(decoders[recipe.format](data))
    return values[..., 0] if layout.samples == 1 and values.ndim == 3 else values


def _by_pillow(data: bytes, layout: PixelLayout, recipe: PictureRecipe) -> Pixels:
    """Copied out in bands: large pictures are held twice, not four times."""
    from PIL import Image

    # The header was measured before; pillow's own bound is below what fits.
    Image.MAX_IMAGE_PIXELS = None
    rows, columns = layout.rows, layout.columns
    if recipe.orientation in SIDEWAYS:
        rows, columns = columns, rows
    shape = (rows, columns, 3)[: 3 if layout.samples == 3 else 2]
    values = np.empty(shape, stored_type(layout))
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        if picture.size != (columns, rows):
            raise ValueError(f"a picture of {picture.size}, the header says {columns, rows}")
        if recipe.frame:
            picture.seek(recipe.frame)
        _load(picture)
        for top in range(0, rows, _BAND):
            bottom = min(top + _BAND, rows)
            band = picture.crop((0, top, columns, bottom))
            values[top:bottom] = np.asarray(band.convert("RGB" if layout.samples == 3 else "L"))
    return values


def _load(picture: Picture) -> None:
    try:
        picture.load()
    except OSError as error:
        if "truncated" in str(error):
            raise CutShortError(str(error)) from error
        raise


def _anymap(data: bytes, layout: PixelLayout) -> Pixels:
    """Netpbm: values as they are written; bitmaps are 0 and 255, colour is spread over 8 bits."""
    kind, numbers, begin = anymap_numbers(data[:_HEAD])
    shape = (layout.rows, layout.columns, 3)[: 3 if layout.samples == 3 else 2]
    count = int(np.prod(shape))
    if kind == 4:
        line = -(-layout.columns // 8)
        raw = _whole(data[begin:], line * layout.rows)
        bits = np.unpackbits(np.frombuffer(raw, np.uint8).reshape(layout.rows, line), axis=1)
        return np.where(bits[:, : layout.columns], np.uint8(0), np.uint8(255))
    if kind == 1:
        digits = np.frombuffer(data[begin:], np.uint8)
        digits = digits[(digits == ord("0")) | (digits == ord("1"))]
        if len(digits) < count:
            raise CutShortError(f"{len(digits)} of {count} values")
        return np.where(digits[:count].reshape(shape) == ord("1"), np.uint8(0), np.uint8(255))
    values = _numbers(data, begin, kind, count, deep=numbers[2] > 255).reshape(shape)
    if values.max(initial=0) > numbers[2]:
        raise ValueError(f"a value above the highest, {numbers[2]}")
    if layout.samples == 1:
        return values
    return (values.astype(np.uint32) * 255 // numbers[2]).astype(np.uint8)


def _numbers(data: bytes, begin: int, kind: int, count: int, *, deep: bool) -> Pixels:
    if kind in (5, 6):
        raw = _whole(data[begin:], count * (2 if deep else 1))
        return np.frombuffer(raw, ">u2" if deep else np.uint8).astype("u2" if deep else "u1")
    words = data[begin:].split(None, count)
    if len(words) < count:
        raise CutShortError(f"{len(words)} of {count} values")
    return np.array(words[:count]).astype(np.int64).astype("u2" if deep else "u1")


def _whole(data: bytes, count: int) -> bytes:
    if len(data) < count:
        raise CutShortError(f"{len(data)} of {count} bytes")
    return data[:count]
