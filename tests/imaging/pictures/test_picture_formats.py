"""Each format of pictures, written by other programs: depth, colour, frames and what is named."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageCms, PngImagePlugin

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes, MemoryBytes
from labeler.model.image import Caveat, Image, Window

RANDOM = np.random.default_rng(3)
RGB = RANDOM.integers(0, 256, (21, 34, 3), np.uint8)
DEEP = RANDOM.integers(0, 1 << 16, (21, 34), np.uint16)
COLOURS = {Caveat.COLOR_PROFILE, Caveat.COLOR_DEPTH, Caveat.TRANSPARENCY}


def opened(data: bytes | Path, decoders: DecoderPool) -> Image:
    source = FileBytes(data) if isinstance(data, Path) else MemoryBytes("one", data)
    found = scan([source])
    assert not found.problems, found.problems[0].error
    (series,) = found.series
    return open_image(series, decoders)


def refused(data: bytes) -> LabelerError:
    (problem,) = scan([MemoryBytes("one", data)]).problems
    return problem.error


@pytest.mark.parametrize("packed", [True, False])
def test_webp(tmp_path: Path, decoders: DecoderPool, packed: bool) -> None:
    path = tmp_path / "one.webp"
    Pillow.fromarray(RGB).save(path, lossless=packed)
    image = opened(path, decoders)
    with Pillow.open(path) as picture:
        assert np.array_equal(image.source.frame(0), np.asarray(picture.convert("RGB")))
    assert (Caveat.LOSSY in image.caveats) != packed
    assert not COLOURS & set(image.caveats)


def test_an_animation_is_frames(tmp_path: Path, decoders: DecoderPool) -> None:
    pictures = [Pillow.new("RGB", (20, 10), color) for color in ("red", "blue", "lime")]
    for name in ("moving.webp", "moving.gif"):
        path = tmp_path / name
        pictures[0].save(path, save_all=True, append_images=pictures[1:], lossless=True)
        image = opened(path, decoders)
        assert image.source.shape == (3, 10, 20)
        shown = [tuple(image.source.frame(k)[0, 0].tolist()) for k in range(3)]
        assert shown == [(255, 0, 0), (0, 0, 255), (0, 255, 0)]


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_gray_jpeg_2000(decoders: DecoderPool, bits: int) -> None:
    values = (DEEP >> (16 - bits)).astype(np.uint8 if bits == 8 else np.uint16)
    for codec in ("jp2", "j2k"):
        data = imagecodecs.jpeg2k_encode(
            values, level=0, reversible=True, codecformat=codec, bitspersample=bits
        )
        image = opened(bytes(data), decoders)
        assert np.array_equal(image.source.frame(0), values)
        assert Caveat.LOSSY not in image.caveats


def test_signed_jpeg_2000(decoders: DecoderPool) -> None:
    values = (DEEP.astype(np.int32) - 40_000).clip(-32768, 32767).astype(np.int16)
    data = imagecodecs.jpeg2k_encode(values, level=0, reversible=True, codecformat="jp2")
    assert np.array_equal(opened(bytes(data), decoders).source.frame(0), values)


def test_jpeg_2000_in_colour(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "one.jp2"
    Pillow.fromarray(RGB).save(path, irreversible=False)
    assert np.array_equal(opened(path, decoders).source.frame(0), RGB)
    data = path.read_bytes()
    (series,) = scan([MemoryBytes("cut", data[: len(data) // 2])]).series
    with pytest.raises(LabelerError) as caught:
        open_image(series, decoders).source.frame(0)
    assert caught.value.code == "truncated-image"
    lossy = tmp_path / "lossy.jp2"
    Pillow.fromarray(RGB).save(lossy, irreversible=True, quality_layers=[30])
    assert Caveat.LOSSY in opened(lossy, decoders).caveats


@pytest.mark.parametrize("kind", [b"P2", b"P5"])
@pytest.mark.parametrize("white", [15, 255, 4095, 65535])
def test_graymaps_keep_their_values(decoders: DecoderPool, kind: bytes, white: int) -> None:
    values = (DEEP.astype(int) * white // 65535).astype(np.uint16 if white > 255 else np.uint8)
    head = kind + b"\n# made by hand\n34 21\n%d\n" % white
    if kind == b"P2":
        data = head + b" ".join(b"%d" % value for value in values.ravel())
    else:
        data = head + values.astype(">u2" if white > 255 else "u1").tobytes()
    image = opened(data, decoders)
    assert np.array_equal(image.source.frame(0), values)
    if white == 15:
        assert image.windows == (Window(8.0, 16.0),)


@pytest.mark.parametrize("kind", [b"P3", b"P6"])
def test_pixmaps(decoders: DecoderPool, kind: bytes) -> None:
    body = b" ".join(b"%d" % v for v in RGB.ravel()) if kind == b"P3" else RGB.tobytes()
    image = opened(kind + b" 34 21 255 " + body, decoders)
    assert np.array_equal(image.source.frame(0), RGB)


@pytest.mark.parametrize(("kind", "body"), [(b"P1", b"0 1 10\n"), (b"P4", b"\x40\x80")])
def test_bitmaps_are_black_where_they_say_one(
    decoders: DecoderPool, kind: bytes, body: bytes
) -> None:
    image = opened(kind + b"\n2 2\n" + body, decoders)
    assert image.source.frame(0).tolist() == [[255, 0], [0, 255]]


@pytest.mark.parametrize("body", [b"P5 34 21 255 " + bytes(99), b"P2 4 4 255 1 2 3", b"P4 9 9 \0"])
def test_an_anymap_that_is_cut_says_so(decoders: DecoderPool, body: bytes) -> None:
    (series,) = scan([MemoryBytes("one.pgm", body)]).series
    with pytest.raises(LabelerError, match=r"not whole.*one\.pgm"):
        open_image(series, decoders).source.frame(0)


def test_bmp(tmp_path: Path, decoders: DecoderPool) -> None:
    Pillow.fromarray(RGB).save(tmp_path / "one.bmp")
    assert np.array_equal(opened(tmp_path / "one.bmp", decoders).source.frame(0), RGB)


def test_png_of_sixteen_bits(decoders: DecoderPool) -> None:
    pair = np.stack((DEEP, DEEP[::-1]), axis=-1)
    image = opened(bytes(imagecodecs.png_encode(pair)), decoders)
    assert np.array_equal(image.source.frame(0), DEEP)
    assert Caveat.TRANSPARENCY in image.caveats
    color = np.stack((DEEP, DEEP[::-1], DEEP[:, ::-1]), axis=-1)
    image = opened(bytes(imagecodecs.png_encode(color)), decoders)
    assert np.array_equal(image.source.frame(0), color >> 8)
    assert COLOURS & set(image.caveats) == {Caveat.COLOR_DEPTH}


@pytest.mark.parametrize("bits", [8, 12])
def test_jpeg_of_more_bits(decoders: DecoderPool, bits: int) -> None:
    ramp = np.add.outer(np.arange(40), np.arange(50)) * ((1 << bits) // 100)
    values = ramp.astype(np.uint8 if bits == 8 else np.uint16)
    data = bytes(imagecodecs.jpeg8_encode(values, level=98, bitspersample=bits))
    image = opened(data, decoders)
    assert np.abs(image.source.frame(0).astype(int) - values).max() <= (1 << bits) // 100
    assert image.source.frame(0).dtype == values.dtype


@pytest.mark.parametrize("bits", [8, 16])
def test_lossless_jpeg_is_not_called_lossy(decoders: DecoderPool, bits: int) -> None:
    values = (DEEP >> (16 - bits)).astype(np.uint8 if bits == 8 else np.uint16)
    image = opened(bytes(imagecodecs.ljpeg_encode(values)), decoders)
    assert np.array_equal(image.source.frame(0), values)
    assert Caveat.LOSSY not in image.caveats


def test_jpeg_in_steps_and_in_inks(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "one.jpg"
    for mode, how in (("RGB", {"progressive": True}), ("CMYK", {})):
        Pillow.fromarray(RGB).convert(mode).save(path, quality=95, **how)
        image = opened(path, decoders)
        with Pillow.open(path) as picture:
            assert np.array_equal(image.source.frame(0), np.asarray(picture.convert("RGB")))
        assert (Caveat.COLOR_PROFILE in image.caveats) == (mode == "CMYK")


def test_a_jpeg_that_is_cut_says_so(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "one.jpg"
    Pillow.fromarray(RGB).save(path)
    data = path.read_bytes()
    (series,) = scan([MemoryBytes("one.jpg", data[:-200])]).series
    with pytest.raises(LabelerError, match=r"not whole.*one\.jpg"):
        open_image(series, decoders).source.frame(0)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
@pytest.mark.parametrize("space", ["sRGB", "LAB"])
def test_colours_of_another_space_are_named(
    tmp_path: Path, decoders: DecoderPool, suffix: str, space: str
) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile(space))
    path = tmp_path / f"one.{suffix}"
    Pillow.fromarray(RGB).save(path, icc_profile=profile.tobytes())
    image = opened(path, decoders)
    assert (Caveat.COLOR_PROFILE in image.caveats) == (space == "LAB")


def test_a_gamma_is_named_and_not_applied(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "one.png"
    for gamma, named in ((45455, False), (100_000, True)):
        chunks = PngImagePlugin.PngInfo()
        chunks.add(b"gAMA", gamma.to_bytes(4, "big"))
        Pillow.fromarray(RGB).save(path, pnginfo=chunks)
        image = opened(path, decoders)
        assert np.array_equal(image.source.frame(0), RGB)
        assert (Caveat.COLOR_PROFILE in image.caveats) == named


def test_pixels_an_inch_are_no_patient_millimetres(tmp_path: Path, decoders: DecoderPool) -> None:
    for suffix in ("png", "jpg", "tif", "bmp"):
        path = tmp_path / f"one.{suffix}"
        Pillow.fromarray(RGB).save(path, dpi=(300, 300))
        image = opened(path, decoders)
        assert Caveat.SPACING_UNKNOWN in image.caveats
        assert not image.measurable


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG file that cannot be read: its header is missing"),
        (b"\xff\xd8\xff\xe0\0\4ab", "JPEG file that cannot be read: its frame header is missing"),
        (b"RIFF\4\0\0\0WEBP", "WebP file that cannot be read: it says no size"),
        (b"GIF89a", "GIF file that cannot be read"),
        (b"BM" + bytes(12) + b"\x28\0\0\0", "BMP file that cannot be read"),
        (b"P5 x", "PNM file that cannot be read: its header says no size"),
        (b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000 file that cannot be read: it holds no codestream"),
        (b"II*\0\x08\0\0\0", "TIFF file that cannot be read: it ends before page 1 begins"),
    ],
)
def test_a_broken_header_is_named(data: bytes, says: str) -> None:
    error = refused(data)
    assert error.code == "broken-picture"
    assert says in str(error)


@pytest.mark.parametrize(
    "data",
    [
        b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\xff\xff\xff\xff\xff\xff",
        b"P5 60000 60000 65535 ",
        b"BM" + bytes(12) + b"\x28\0\0\0\x60\xea\0\0\x60\xea\0\0\1\0\x18\0" + bytes(24),
        b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0\2\2\0\0;",
    ],
)
def test_a_bomb_is_refused_by_size(data: bytes) -> None:
    error = refused(data)
    assert error.code == "picture-too-large"
    assert " × " in str(error)
