"""TIFF pictures of every kind that is written: what tifffile and pillow read is what is shown."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.model.image import Caveat, Image, Pixels

RANDOM = np.random.default_rng(7)
RGB = RANDOM.integers(0, 256, (37, 53, 3), np.uint8)
GRAY = RANDOM.integers(0, 1 << 16, (37, 53), np.uint16)
SMOOTH = np.add.outer(np.arange(48), np.arange(64)).astype(np.uint8)


def opened(path: Path, decoders: DecoderPool) -> Image:
    found = scan([FileBytes(path)])
    assert not found.problems
    (series,) = found.series
    return open_image(series, decoders)


def written(tmp_path: Path, decoders: DecoderPool, values: Pixels, **how: Any) -> Image:
    path = tmp_path / "one.tif"
    tifffile.imwrite(path, values, **how)
    return opened(path, decoders)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "f2", "f4", "f8"])
def test_gray_stays_as_stored(tmp_path: Path, decoders: DecoderPool, kind: str, order: str) -> None:
    values = (RANDOM.random((11, 7)) * 100).astype(kind)
    image = written(tmp_path, decoders, values, byteorder=order, photometric="minisblack")
    shown = image.source.frame(0)
    assert np.array_equal(shown, values)
    assert shown.dtype == ("f4" if kind == "f2" else kind)
    assert Caveat.SPACING_UNKNOWN in image.caveats
    assert not image.measurable


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("tile", [None, (16, 32)])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize(
    ("compression", "predictor"),
    [(None, False), ("lzw", True), ("zlib", True), ("packbits", False), ("zstd", True)],
)
def test_colour_in_strips_and_tiles(
    tmp_path: Path,
    decoders: DecoderPool,
    compression: str | None,
    predictor: bool,
    planar: str,
    tile: tuple[int, int] | None,
    big: bool,
) -> None:
    values = RGB if planar == "contig" else np.moveaxis(RGB, -1, 0)
    image = written(
        tmp_path,
        decoders,
        values,
        photometric="rgb",
        planarconfig=planar,
        tile=tile,
        compression=compression,
        predictor=predictor,
        rowsperstrip=None if tile else 10,
        bigtiff=big,
    )
    assert np.array_equal(image.source.frame(0), RGB)
    assert Caveat.LOSSY not in image.caveats


@pytest.mark.parametrize("compression", ["lzw", "deflate", "lzma", "zstd"])
@pytest.mark.parametrize("kind", ["u2", "f4", "f8"])
def test_predictors(tmp_path: Path, decoders: DecoderPool, compression: str, kind: str) -> None:
    values = GRAY.astype(kind)
    image = written(
        tmp_path, decoders, values, compression=compression, predictor=True, tile=(16, 16)
    )
    assert np.array_equal(image.source.frame(0), values)


@pytest.mark.parametrize("compression", ["jpeg", "jpeg2000", "webp", "jpegxl"])
def test_tiles_that_are_pictures_themselves(
    tmp_path: Path, decoders: DecoderPool, compression: str
) -> None:
    values = np.stack((SMOOTH, SMOOTH[::-1], SMOOTH[:, ::-1]), axis=-1)
    path = tmp_path / "one.tif"
    tifffile.imwrite(path, values, photometric="rgb", compression=compression, tile=(32, 32))
    image = opened(path, decoders)
    assert np.abs(image.source.frame(0).astype(int) - tifffile.imread(path)).max() <= 1
    assert (Caveat.LOSSY in image.caveats) == (compression in ("jpeg", "webp"))


@pytest.mark.parametrize("bits", [1, 2, 4, 10, 12, 14])
def test_samples_of_odd_widths(tmp_path: Path, decoders: DecoderPool, bits: int) -> None:
    values = RANDOM.integers(0, 1 << bits, (13, 19)).astype("u2" if bits > 8 else "u1")
    if bits == 1:
        image = written(tmp_path, decoders, values.astype(bool), photometric="minisblack")
    else:
        image = written(tmp_path, decoders, values, bitspersample=bits, photometric="minisblack")
    scale = 255 // ((1 << bits) - 1) if bits < 8 else 1
    assert np.array_equal(image.source.frame(0), values * scale)


@pytest.mark.parametrize("packing", ["group3", "group4", "tiff_ccitt", "packbits", "raw"])
def test_black_and_white(tmp_path: Path, decoders: DecoderPool, packing: str) -> None:
    path = tmp_path / "fax.tif"
    values = np.kron(RANDOM.integers(0, 2, (9, 8)), np.ones((4, 4))).astype(bool)
    Pillow.fromarray(values).save(path, compression=packing)
    assert np.array_equal(opened(path, decoders).source.frame(0), values * 255)


def test_where_white_is_zero(tmp_path: Path, decoders: DecoderPool) -> None:
    image = written(tmp_path, decoders, GRAY, photometric="miniswhite")
    assert np.array_equal(image.source.frame(0), GRAY)
    assert image.inverted


@pytest.mark.parametrize("kind", ["u1", "u2"])
def test_palettes(tmp_path: Path, decoders: DecoderPool, kind: str) -> None:
    table = RANDOM.integers(0, 1 << 16, (3, 256 if kind == "u1" else 1 << 16)).astype(np.uint16)
    values = RANDOM.integers(0, table.shape[1], (9, 9)).astype(kind)
    image = written(tmp_path, decoders, values, photometric="palette", colormap=table)
    assert np.array_equal(image.source.frame(0), np.moveaxis(table[:, values] >> 8, 0, -1))


def test_inks(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "inks.tif"
    Pillow.fromarray(RGB).convert("CMYK").save(path)
    image = opened(path, decoders)
    assert np.array_equal(image.source.frame(0), RGB)
    assert Caveat.COLOR_PROFILE in image.caveats


@pytest.mark.parametrize("subsampling", [(1, 1), (2, 1), (2, 2)])
def test_jpeg_in_ycbcr(tmp_path: Path, decoders: DecoderPool, subsampling: tuple[int, int]) -> None:
    path = tmp_path / "one.tif"
    values = np.stack((SMOOTH, SMOOTH // 2, SMOOTH // 3), axis=-1)
    tifffile.imwrite(path, values, photometric="ycbcr", compression="jpeg", subsampling=subsampling)
    with Pillow.open(path) as picture:
        wanted = np.asarray(picture.convert("RGB")).astype(int)
    assert np.abs(opened(path, decoders).source.frame(0) - wanted).max() <= 2


def test_ycbcr_without_jpeg(tmp_path: Path, decoders: DecoderPool) -> None:
    """As libtiff reads it: four Y, one Cb, one Cr for two by two pixels."""
    path = tmp_path / "ycc.tif"
    luma, blue, red = np.full((4, 6), 120, np.uint8), np.uint8(90), np.uint8(200)
    luma[0, 0] = 30
    blocks = luma.reshape(2, 2, 3, 2).transpose(0, 2, 1, 3).reshape(2, 3, 4)
    pair = np.broadcast_to(np.array([blue, red]), (2, 3, 2))
    data = np.concatenate((blocks, pair), axis=-1).astype(np.uint8).tobytes()
    packed = zlib.compress(data)
    path.write_bytes(little_tiff(packed, {256: 6, 257: 4, 258: 8, 259: 8, 262: 6, 277: 3}))
    with Pillow.open(path) as picture:
        wanted = np.asarray(picture.convert("RGB")).astype(int)
    assert np.abs(opened(path, decoders).source.frame(0) - wanted).max() <= 2


def little_tiff(data: bytes, tags: dict[int, int]) -> bytes:
    """One strip after the header, then its directory; all values are whole numbers."""
    tags = {**tags, 273: 8, 279: len(data), 278: tags[257]}
    entries = b"".join(
        tag.to_bytes(2, "little")
        + b"\4\0"
        + (1).to_bytes(4, "little")
        + value.to_bytes(4, "little")
        for tag, value in sorted(tags.items())
    )
    head = b"II*\0" + (8 + len(data)).to_bytes(4, "little")
    return head + data + len(tags).to_bytes(2, "little") + entries + bytes(4)


def test_sixteen_bit_colour_shows_its_highest_eight(tmp_path: Path, decoders: DecoderPool) -> None:
    values = RANDOM.integers(0, 1 << 16, (9, 9, 3)).astype(np.uint16)
    image = written(tmp_path, decoders, values, photometric="rgb")
    assert np.array_equal(image.source.frame(0), values >> 8)
    assert Caveat.COLOR_DEPTH in image.caveats


@pytest.mark.parametrize("samples", [2, 4])
def test_transparency_is_shown_as_if_solid(
    tmp_path: Path, decoders: DecoderPool, samples: int
) -> None:
    values = RANDOM.integers(0, 256, (9, 9, samples)).astype(np.uint8)
    image = written(
        tmp_path,
        decoders,
        values,
        photometric="rgb" if samples == 4 else "minisblack",
        extrasamples=["unassalpha"],
        planarconfig="contig",
    )
    wanted = values[..., :3] if samples == 4 else values[..., 0]
    assert np.array_equal(image.source.frame(0), wanted)
    assert Caveat.TRANSPARENCY in image.caveats


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_channels_are_frames(tmp_path: Path, decoders: DecoderPool, planar: str) -> None:
    values = RANDOM.integers(0, 1 << 16, (9, 8, 5)).astype(np.uint16)
    image = written(
        tmp_path,
        decoders,
        values if planar == "contig" else np.moveaxis(values, -1, 0),
        photometric="minisblack",
        planarconfig=planar,
        extrasamples=["unspecified"] * 4,
    )
    assert image.source.shape == (5, 9, 8)
    for channel in range(5):
        assert np.array_equal(image.source.frame(channel), values[..., channel])


def test_pages_are_frames(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "pages.tif"
    with tifffile.TiffWriter(path) as file:
        for value in (1, 2, 3):
            file.write(np.full((4, 5), value, np.uint8))
        file.write(np.full((9, 5), 4, np.uint8))
    found = scan([FileBytes(path)])
    assert [series.header.count for series in found.series] == [3, 1]
    image = open_image(found.series[0], decoders)
    assert [int(image.source.frame(k)[0, 0]) for k in range(3)] == [1, 2, 3]
    assert [ref.frame for ref in image.refs] == [0, 1, 2]
    assert open_image(found.series[1], decoders).refs[0].frame == 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_shown_upright(tmp_path: Path, decoders: DecoderPool, orientation: int) -> None:
    values = np.arange(20, dtype=np.uint8).reshape(4, 5)
    tag = (274, 3, 1, orientation, True)
    image = written(tmp_path, decoders, values, extratags=[tag], rowsperstrip=2)
    upright = {
        1: values,
        2: values[:, ::-1],
        3: values[::-1, ::-1],
        4: values[::-1],
        5: values.T,
        6: values.T[:, ::-1],
        7: values.T[::-1, ::-1],
        8: values.T[::-1],
    }[orientation]
    assert image.source.shape[1:] == upright.shape
    assert np.array_equal(image.source.frame(0), upright)


def test_a_truncated_tiff_is_named(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "cut.tif"
    tifffile.imwrite(path, GRAY)
    whole = path.read_bytes()
    # tifffile writes the directory first: the end of the pixels is missing.
    (series,) = scan([MemoryBytes("cut.tif", whole[:-100])]).series
    with pytest.raises(LabelerError) as caught:
        open_image(series, decoders).source.frame(0)
    assert caught.value.code == "truncated-image"


@pytest.mark.parametrize(
    ("changed", "code", "says"),
    [
        ({256: 1 << 20, 257: 1 << 20}, "picture-too-large", "1048576 × 1048576"),
        ({256: 0}, "broken-picture", "0 columns"),
        ({259: 6}, "unsupported-picture", "the old JPEG compression"),
        ({259: 12345}, "unsupported-picture", "compression 12345"),
        ({262: 8}, "unsupported-picture", "L*a*b*"),
        ({339: 5}, "unsupported-picture", "complex numbers"),
        ({258: 77}, "unsupported-picture", "77 bits"),
    ],
)
def test_what_is_wrong_is_named(changed: dict[int, int], code: str, says: str) -> None:
    tags = {256: 4, 257: 4, 258: 8, 259: 1, 262: 1, 277: 1, 278: 4} | changed
    (problem,) = scan([MemoryBytes("one.tif", little_tiff(bytes(16), tags))]).problems
    assert problem.error.code == code
    assert says in str(problem.error)
    assert "TIFF" in str(problem.error)


def test_a_strip_that_was_left_out_is_not_made_up(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "sparse.tif"
    tifffile.imwrite(path, GRAY, rowsperstrip=10, metadata=None)
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        counts = file.pages[0].tags[279]
        size = 2 if counts.dtype == 3 else 4
        at = counts.valueoffset
    data[at : at + size] = bytes(size)
    (series,) = scan([MemoryBytes("sparse.tif", bytes(data))]).series
    with pytest.raises(LabelerError) as caught:
        open_image(series, decoders).source.frame(0)
    assert caught.value.code == "truncated-image"
