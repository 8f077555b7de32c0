"""Whole slides: levels, tiles and sizes as OpenSlide and tifffile see them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import openslide
import pytest
import tifffile
from PIL import Image as Pillow

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.inspect import SeriesFound, inspect
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes, MemoryBytes, folder_files
from labeler.imaging.sources.gathering import gather
from labeler.model.image import ByteSource, Caveat, Image, Pixels
from labeler.model.measures import measure_shape
from labeler.model.shapes import Length
from labeler.viewing.layout import layout_of
from labeler.viewing.measure_text import measure_text

RANDOM = np.random.default_rng(11)
SVS, LEVELS, FOLDER = "wsi/small_HE.svs", "wsi/small_HE_levels.tiff", "wsi/dicom_wsi_cmu1_small"


@pytest.fixture(scope="module")
def expected(test_data: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((test_data / "expect.json").read_text())
    return found


def slides(files: list[ByteSource], decoders: DecoderPool) -> list[Image]:
    found = scan(files)
    assert not found.problems, found.problems[0].error
    assert {series.header.kind for series in found.series} == {"slide"}
    return [open_image(series, decoders) for series in found.series]


def region(image: Image, level: int, *place: int) -> Pixels:
    assert image.pyramid is not None
    return image.pyramid.region(level, *place)


def by_openslide(path: Path, level: int, row: int, column: int, rows: int, columns: int) -> Pixels:
    with openslide.OpenSlide(path) as slide:
        factor = slide.level_downsamples[level]
        corner = round(column * factor), round(row * factor)
        return np.asarray(slide.read_region(corner, level, (columns, rows)))[..., :3]


@pytest.mark.parametrize("name", [SVS, FOLDER])
def test_a_slide_is_what_was_measured(
    name: str, test_data: Path, expected: dict[str, Any], decoders: DecoderPool
) -> None:
    key = next(key for key in expected["dev"] if key.startswith(name))
    measured = expected["dev"][key]
    images = slides(folder_files(test_data / name), decoders)
    told = next(
        one
        for one in inspect(folder_files(test_data / name), decoders)
        if isinstance(one, SeriesFound) and one.associated
    )
    sizes = [[level.columns, level.rows] for level in told.levels]
    assert sizes == measured["level_dimensions"]
    for level, factor in zip(told.levels, measured["downsamples"], strict=True):
        assert level.downsample == pytest.approx(factor, abs=1e-3)
    assert told.levels[0].um_per_pixel == pytest.approx([float(um) for um in measured["mpp"]])
    assert set(told.associated) == set(measured["associated"])
    shapes = {image.source.shape[:0:-1] for image in images[1:]}
    assert shapes == {tuple(size) for size in measured["associated"].values()}
    where = measured["region"]
    shown = region(images[0], 0, where["y"], where["x"], where["h"], where["w"])
    assert shown.reshape(-1, 3).mean(axis=0) == pytest.approx(where["rgb_mean"], abs=0.5)
    assert images[0].measurable
    assert not {Caveat.REDUCED, Caveat.MISSING_TILES, Caveat.ORIENTATION_UNKNOWN} & set(
        images[0].caveats
    )


def test_every_pixel_is_as_openslide_sees_it(test_data: Path, decoders: DecoderPool) -> None:
    for name in (SVS, LEVELS):
        path = test_data / name
        image = slides([FileBytes(path)], decoders)[0]
        assert image.pyramid is not None
        for level, size in enumerate(image.pyramid.levels):
            rows, columns = min(size.rows, 300), min(size.columns, 300)
            row, column = size.rows - rows, size.columns - columns
            mine = region(image, level, row, column, rows, columns)
            if level == 0:
                theirs = by_openslide(path, level, row, column, rows, columns)
            else:
                theirs = (
                    tifffile.imread(path, series=0, level=level)
                    if name == SVS
                    else (tifffile.imread(path, key=level))
                )
                theirs = theirs[row:, column:]
            assert np.abs(mine.astype(int) - theirs).max() <= 1


def test_a_converted_slide_has_the_same_pixels(test_data: Path, decoders: DecoderPool) -> None:
    tiff = slides([FileBytes(test_data / SVS)], decoders)[0]
    dicom = slides(folder_files(test_data / FOLDER), decoders)[0]
    assert np.array_equal(tiff.source.frame(0), dicom.source.frame(0))
    line = Length((0, 0), (1_000_000, 0))
    for image in (tiff, dicom):
        measured = measure_shape(image, line)
        assert measure_text(measured, fine=True).text == "499 µm"


def test_each_level_of_a_dicom_slide(test_data: Path, decoders: DecoderPool) -> None:
    """Regions across the edges of tiles, against the same level as a slide of its own."""
    whole = slides(folder_files(test_data / FOLDER), decoders)[0]
    assert whole.pyramid is not None
    alone: dict[tuple[int, int], Image] = {}
    for file in folder_files(test_data / FOLDER):
        (image,) = slides([file], decoders)
        alone[image.source.shape[1:]] = image
    for level, size in enumerate(whole.pyramid.levels):
        pixels = alone[size.rows, size.columns].source.frame(0)
        for _ in range(3):
            row, column = RANDOM.integers(0, size.rows - 99), RANDOM.integers(0, size.columns - 99)
            mine = region(whole, level, int(row), int(column), 99, 99)
            assert np.array_equal(mine, pixels[row : row + 99, column : column + 99])


def test_tiles_without_a_word_on_their_order_are_not_put_together(
    test_data: Path, decoders: DecoderPool
) -> None:
    """This file's tiles come column by column, and as many as a grid row by row would have."""
    found = scan([FileBytes(test_data / "wsi/small_dicom.dcm")])
    image = open_image(found.series[0], decoders)
    assert not found.problems
    assert (image.pyramid, image.source.shape) == (None, (42, 500, 500))
    assert {Caveat.TILES_APART, Caveat.SPACING_UNKNOWN} <= set(image.caveats)
    assert not image.measurable
    first = image.source.frame(0).reshape(-1, 3).mean(axis=0)
    assert first == pytest.approx([202.7814, 217.9729, 215.1581], abs=1)
    assert image.source.frame(41).shape == (500, 500, 3)
    assert layout_of(image).letters == ("", "", "", "")


def test_a_sealed_package_needs_no_path(test_data: Path, decoders: DecoderPool) -> None:
    path = test_data / SVS
    image = slides([MemoryBytes("00001.svs", path.read_bytes())], decoders)[0]
    assert np.array_equal(
        region(image, 0, 700, 700, 64, 64), by_openslide(path, 0, 700, 700, 64, 64)
    )


def pyramid(path: Path, pixels: Pixels, sizes: int, *, subifds: bool = True, **how: Any) -> None:
    with tifffile.TiffWriter(path, bigtiff=True) as file:
        options = {"tile": (512, 640), "compression": "zlib"} | how
        file.write(pixels, subifds=sizes if subifds else 0, **options)
        options.pop("metadata", None)
        options.pop("description", None)
        for n in range(1, sizes + 1):
            file.write(pixels[:: 2**n, :: 2**n], subfiletype=1, metadata=None, **options)


@pytest.mark.parametrize("subifds", [True, False])
def test_of_what_is_too_large_marks_lie_on_a_smaller_level(
    tmp_path: Path, decoders: DecoderPool, subifds: bool
) -> None:
    path = tmp_path / "large.tif"
    pixels = RANDOM.integers(0, 256, (100, 90), np.uint8).repeat(64, axis=0).repeat(64, axis=1)
    resolution = {"resolution": (20_000, 10_000), "resolutionunit": "CENTIMETER"}
    pyramid(path, pixels, 2, subifds=subifds, metadata=None, **resolution)
    (image,) = slides([FileBytes(path)], decoders)
    assert image.source.shape == (1, 3200, 2880)
    assert np.array_equal(image.source.frame(0), pixels[::2, ::2])
    assert Caveat.REDUCED not in image.caveats
    assert image.affine.spacing_mm[:2] == pytest.approx((0.001, 0.002))
    assert image.pyramid is not None
    assert [level.rows for level in image.pyramid.levels] == [6400, 3200, 1600]
    assert image.pyramid.levels[0].spacing_um == pytest.approx((1.0, 0.5))
    assert np.array_equal(region(image, 0, 100, 200, 70, 150), pixels[100:170, 200:350])
    with pytest.raises(IndexError):
        region(image, 0, 6399, 0, 2, 1)


def test_one_large_size_alone_is_thinned(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "large.tif"
    pixels = RANDOM.integers(0, 256, (71, 80), np.uint8).repeat(100, axis=0).repeat(100, axis=1)
    tifffile.imwrite(path, pixels, tile=(1008, 992), compression="zlib", metadata=None)
    (image,) = slides([FileBytes(path)], decoders)
    assert np.array_equal(image.source.frame(0), pixels[::2, ::2])
    assert Caveat.REDUCED not in image.caveats


def _broken(path: Path, tiles: int | None) -> bytes:
    """The slide with the bytes of some tiles (or all) overwritten."""
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        spans = list(zip(page.dataoffsets, page.databytecounts, strict=True))
    for offset, count in spans[:tiles]:
        data[offset : offset + count] = bytes(count)
    return bytes(data)


def test_a_tile_that_cannot_be_decoded_is_a_named_gap(
    test_data: Path, decoders: DecoderPool
) -> None:
    path = test_data / SVS
    image = slides([MemoryBytes("hurt.svs", _broken(path, 1))], decoders)[0]
    assert Caveat.MISSING_TILES in image.caveats
    assert image.source.frame(0)[10, 100].tolist() == [128, 128, 128]
    assert np.array_equal(region(image, 0, 0, 240, 99, 99), by_openslide(path, 0, 0, 240, 99, 99))
    with pytest.raises(LabelerError, match=r"slide hurt\.svs cannot be decoded"):
        region(image, 0, 0, 0, 99, 99)


def test_a_slide_of_which_nothing_can_be_decoded_says_so(
    test_data: Path, decoders: DecoderPool
) -> None:
    image = slides([MemoryBytes("hurt.svs", _broken(test_data / SVS, None))], decoders)[0]
    with pytest.raises(LabelerError, match=r"slide hurt\.svs cannot be decoded"):
        image.source.frame(0)


def test_pages_of_one_size_are_no_pyramid(tmp_path: Path) -> None:
    path = tmp_path / "stack.tif"
    tifffile.imwrite(path, np.zeros((3, 64, 64), np.uint8), tile=(16, 16), photometric="minisblack")
    (series,) = scan([FileBytes(path)]).series
    assert (series.header.kind, series.header.count) == ("picture", 3)


def test_dots_an_inch_of_a_screen_are_no_microns(test_data: Path, decoders: DecoderPool) -> None:
    """Its 72 dots an inch would be 353 microns a pixel, larger than a cell by far."""
    (image,) = slides([FileBytes(test_data / LEVELS)], decoders)
    assert Caveat.SPACING_UNKNOWN in image.caveats


@pytest.mark.parametrize("compression", [33003, 33005])
def test_jpeg_2000_of_aperio(tmp_path: Path, decoders: DecoderPool, compression: int) -> None:
    path = tmp_path / "j2k.svs"
    rgb = np.kron(RANDOM.integers(0, 256, (8, 8, 3)), np.ones((32, 32, 1))).astype(np.uint8)
    tifffile.imwrite(
        path,
        rgb,
        tile=(128, 128),
        photometric="rgb",
        compression="jpeg2000",
        description="Aperio Image Library\r\n256x256|AppMag = 40|MPP = 0,2500",
        metadata=None,
    )
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        at = file.pages[0].tags[259].valueoffset
    data[at : at + 2] = compression.to_bytes(2, "little")
    image = slides([MemoryBytes("j2k.svs", bytes(data))], decoders)[0]
    assert image.affine.spacing_mm[:2] == pytest.approx((0.00025, 0.00025))
    shown = image.source.frame(0)
    if compression == 33005:
        assert np.array_equal(shown, rgb)
    else:
        light = Pillow.frombytes("YCbCr", (256, 256), rgb.tobytes()).convert("RGB")
        assert np.abs(shown.astype(int) - np.asarray(light)).max() <= 2


@pytest.mark.parametrize("name", ["small_HE.svs", "dicom_wsi_cmu1_small"])
def test_the_level_that_marks_lie_on_has_its_own_spacing(
    name: str, test_data: Path, decoders: DecoderPool
) -> None:
    """By the size of the whole slide, which all levels share."""
    (image, *_) = [
        open_image(series, decoders)
        for series in scan(gather((test_data / "wsi" / name,)).files).series
    ]
    assert image.pyramid is not None
    finest = image.pyramid.levels[0]
    assert finest.spacing_um is not None
    _, rows, columns = image.source.shape
    column_mm, row_mm, _ = image.affine.spacing_mm
    assert column_mm * columns * 1000 == pytest.approx(
        finest.spacing_um[1] * finest.columns, rel=2e-3
    )
    assert row_mm * rows * 1000 == pytest.approx(finest.spacing_um[0] * finest.rows, rel=2e-3)
