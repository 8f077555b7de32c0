"""PNG and JPEG files: upright, named by their bytes, and never larger than is safe."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes
from labeler.model.image import Caveat, Image

RGB = np.random.default_rng(1).integers(0, 255, (6, 9, 3), np.uint8)


def opened(path: Path, decoders: DecoderPool) -> Image:
    found = scan([FileBytes(path)])
    assert not found.problems
    return open_image(found.series[0], decoders)


def test_a_png_is_a_series_of_one(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "skin.png"
    Pillow.fromarray(RGB).save(path)
    image = opened(path, decoders)
    assert np.array_equal(image.source.frame(0), RGB)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (image.info.uid, image.refs[0].instance) == (digest, digest)
    assert image.is_color
    assert set(image.caveats) == {Caveat.SPACING_UNKNOWN, Caveat.ORIENTATION_UNKNOWN}
    assert not image.measurable


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_other_kinds_of_png(tmp_path: Path, decoders: DecoderPool, mode: str) -> None:
    path = tmp_path / "one.png"
    picture = Pillow.fromarray(RGB).convert(mode)
    picture.save(path)
    values = opened(path, decoders).source.frame(0)
    gray = mode in ("1", "L", "LA")
    assert np.array_equal(values, np.asarray(picture.convert("L" if gray else "RGB")))


def test_sixteen_bits_stay(tmp_path: Path, decoders: DecoderPool) -> None:
    values = np.arange(54, dtype=np.uint16).reshape(6, 9) * 1000
    Pillow.fromarray(values).save(tmp_path / "deep.png")
    image = opened(tmp_path / "deep.png", decoders)
    assert np.array_equal(image.source.frame(0), values)
    assert image.source.frame(0).dtype == np.uint16


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_shown_upright(tmp_path: Path, decoders: DecoderPool, orientation: int) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    stored = np.zeros((16, 32), np.uint8)
    stored[:8, :16] = 255  # the upper left quarter of what is stored
    path = tmp_path / "photo.jpg"
    Pillow.fromarray(stored).save(path, exif=exif, quality=95)
    image = opened(path, decoders)
    upright = {
        1: stored,
        2: stored[:, ::-1],
        3: stored[::-1, ::-1],
        4: stored[::-1],
        5: stored.T,
        6: stored.T[:, ::-1],
        7: stored.T[::-1, ::-1],
        8: stored.T[::-1],
    }[orientation]
    assert image.source.shape[1:] == upright.shape
    assert np.abs(image.source.frame(0).astype(int) - upright).max() < 10
    assert Caveat.LOSSY in image.caveats


def _png(columns: int, rows: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31, 1)])
def test_a_bomb_is_refused_by_its_header(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_png(*size))
    (problem,) = scan([FileBytes(path)]).problems
    assert problem.error.code == "picture-too-large"
    assert f"{size[0]} × {size[1]} pixels (PNG)" in str(problem.error)


def test_a_picture_of_no_size_is_broken(tmp_path: Path) -> None:
    path = tmp_path / "nothing.png"
    path.write_bytes(_png(0, 5))
    (problem,) = scan([FileBytes(path)]).problems
    assert problem.error.code == "broken-picture"
    assert "0 columns" in str(problem.error)


def test_a_picture_with_missing_pixels_says_so(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "half.png"
    path.write_bytes(_png(100, 100))
    with pytest.raises(LabelerError) as caught:
        opened(path, decoders).source.frame(0)
    assert caught.value.code in ("undecodable-image", "truncated-image")


def test_pictures_of_the_data_set(test_data: Path, decoders: DecoderPool) -> None:
    image = opened(test_data / "image/hopper_orientation_6.jpg", decoders)
    assert image.source.frame(0).reshape(-1, 3).mean(axis=0) == pytest.approx(
        [89.675, 80.075, 95.337], abs=0.1
    )
