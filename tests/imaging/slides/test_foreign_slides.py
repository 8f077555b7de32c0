"""Slides that OpenSlide reads in a decoder worker: forced against our own reader, and by hand."""

from __future__ import annotations

import io
import json
import sys
import time
import zipfile
from collections.abc import Callable
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
from labeler.imaging.reader import Scan, open_image, scan
from labeler.imaging.series import group_frames
from labeler.imaging.slides.foreign_slides import ForeignSlide, foreign_frames
from labeler.imaging.sources.files import FileBytes, MemoryBytes, folder_files
from labeler.imaging.sources.gathering import gather
from labeler.model.image import ByteSource, Caveat, Image, Pixels
from tests.support.foreign_slides import (
    Colors,
    jpeg,
    light,
    tissue,
    write_leica,
    write_mirax,
    write_ndpi,
    write_philips,
    write_trestle,
    write_ventana,
    write_vms,
    write_vmu,
    write_zeiss,
)

PIXELS = tissue(256, 384)


def seen(files: list[ByteSource], decoders: DecoderPool | None) -> Scan:
    return scan(files, decoders=decoders)


def opened(path: Path, decoders: DecoderPool) -> dict[str, Image]:
    """The images of a file or a folder by their roles; "" is the tissue."""
    found = seen(folder_files(path), decoders)
    assert not found.problems, found.problems[0].error
    assert {series.header.kind for series in found.series} == {"slide"}
    roles = [series.frames[0].file.slide for series in found.series]
    return {
        slide.role: open_image(series, decoders)
        for slide, series in zip(roles, found.series, strict=True)
        if slide is not None
    }


def zipped(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, data)
    return out.getvalue()


def refusal(source: ByteSource, decoders: DecoderPool | None) -> LabelerError:
    (problem,) = seen([source], decoders).problems
    return problem.error


def forced(path: Path, decoders: DecoderPool) -> list[Image]:
    """A slide that we read ourselves, handed to OpenSlide all the same."""
    vendor = openslide.OpenSlide.detect_format(path)
    frames = foreign_frames(ForeignSlide(FileBytes(path), "somebody", str(vendor)), decoders)
    return [open_image(series, decoders) for series in group_frames(list(frames))]


def part(image: Image, level: int, *place: int) -> Pixels:
    assert image.pyramid is not None
    return image.pyramid.region(level, *place).astype(int)


@pytest.mark.parametrize("name", ["small_HE.svs", "small_HE_levels.tiff", "dicom_wsi_cmu1_small"])
def test_openslide_and_our_own_reader_agree(
    name: str, test_data: Path, decoders: DecoderPool
) -> None:
    path = test_data / "wsi" / name
    ours = [open_image(series, decoders) for series in scan(folder_files(path)).series]
    # The largest level names all others of a DICOM slide.
    file = path if path.is_file() else max(path.iterdir(), key=lambda one: one.stat().st_size)
    theirs = forced(file, decoders)
    by_size = {image.source.shape: image for image in theirs}
    assert len(theirs) == len(ours)
    for mine in ours:
        other = by_size[mine.source.shape]
        assert mine.pyramid is not None
        assert other.pyramid is not None
        for one, two in zip(mine.pyramid.levels, other.pyramid.levels, strict=True):
            assert (one.rows, one.columns) == (two.rows, two.columns)
            # Of DICOM we take what each level says of itself, which is rounded, and the sizes of
            # labels, which OpenSlide does not tell.
            assert two.spacing_um is None or one.spacing_um == pytest.approx(
                two.spacing_um, rel=0.005
            )
        assert other.measurable == (other is theirs[0] and mine.measurable)
        rows, columns = mine.source.shape[1:]
        place = rows // 3, columns // 3, rows // 2, columns // 2
        assert np.abs(part(mine, 0, *place) - part(other, 0, *place)).max() <= 1


def test_openslide_sees_what_was_measured(test_data: Path, decoders: DecoderPool) -> None:
    expected = json.loads((test_data / "expect.json").read_text())["dev"]["wsi/small_HE.svs"]
    image = forced(test_data / "wsi/small_HE.svs", decoders)[0]
    where = expected["region"]
    shown = part(image, 0, where["y"], where["x"], where["h"], where["w"])
    assert shown.reshape(-1, 3).mean(axis=0) == pytest.approx(where["rgb_mean"], abs=0.5)
    assert Caveat.LOSSY in image.caveats


Writer = Callable[[Path, Colors], None]


@pytest.mark.parametrize(
    ("name", "write", "levels", "spacing_um", "roles"),
    [
        ("a.ndpi", write_ndpi, 5, (1.0, 0.5), {"", "macro"}),
        ("a.tif", write_trestle, 2, (0.5, 0.5), {""}),
        ("a.tiff", write_philips, 2, (0.5, 0.5), {""}),
        ("a.scn", write_leica, 2, (0.5, 0.5), {""}),
        ("a.bif", write_ventana, 2, (0.5, 0.5), {"", "macro"}),
        ("a.czi", write_zeiss, 2, (0.5, 0.25), {"", "label"}),
    ],
)
def test_a_slide_of_a_maker_opens(
    tmp_path: Path,
    decoders: DecoderPool,
    name: str,
    write: Writer,
    levels: int,
    spacing_um: tuple[float, float],
    roles: set[str],
) -> None:
    write(tmp_path / name, PIXELS)
    found = opened(tmp_path, decoders)
    assert set(found) == roles
    image = found[""]
    assert image.pyramid is not None
    assert len(image.pyramid.levels) == levels
    assert image.pyramid.levels[0].spacing_um == pytest.approx(spacing_um)
    assert np.abs(part(image, 0, 17, 33, 200, 300) - PIXELS[17:217, 33:333]).max() <= 4
    half = image.pyramid.levels[1]
    assert half.downsample == pytest.approx(2)
    assert np.abs(part(image, 1, 10, 20, 90, 90) - PIXELS[20:200:2, 40:220:2]).max() <= 8
    assert image.measurable


def test_a_mirax_slide_opens_with_its_folder(tmp_path: Path, decoders: DecoderPool) -> None:
    """Its tiles lie in other files, and one was never scanned."""
    write_mirax(tmp_path, PIXELS, 64, left_out=(7,))
    (image,) = opened(tmp_path, decoders).values()
    shown = image.source.frame(0)
    expected = PIXELS.copy()
    expected[64:128, 64:128] = 200
    assert np.array_equal(shown, expected)
    assert image.affine.spacing_mm[:2] == pytest.approx((0.00025, 0.0005))
    (told,) = inspect(folder_files(tmp_path), decoders)
    assert isinstance(told, SeriesFound)
    assert (told.files, told.kind, told.transfer_syntax) == (4, "slide", "openslide")


def test_a_wrong_file_hides_no_image(tmp_path: Path, decoders: DecoderPool) -> None:
    (tmp_path / "study.mrxs").write_text("nothing")
    (tmp_path / "study").mkdir()
    (tmp_path / "study/b.jpg").write_bytes(jpeg(PIXELS))
    (tmp_path / "c.vms").write_text("[Other]\nPicture=c.jpg\n")
    (tmp_path / "c.jpg").write_bytes(jpeg(PIXELS[:100]))
    found = seen(folder_files(tmp_path), decoders)
    names = {one.frames[0].file.source.name for one in found.series}
    assert names == {"study/b.jpg", "c.jpg"}


def test_a_mirax_slide_without_its_folder_says_so(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "a.mrxs"
    path.write_bytes(jpeg(PIXELS))
    error = refusal(FileBytes(path), decoders)
    assert error.code == "broken-slide"
    assert "3DHISTECH (MIRAX)" in error.happened
    assert str(tmp_path) not in str(error)


def test_of_a_slide_that_is_refused_no_part_is_shown_as_a_picture(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    write_mirax(tmp_path, PIXELS, 64)
    write_vms(tmp_path, PIXELS)
    (tmp_path / "b.jpg").write_bytes(jpeg(PIXELS))
    (tmp_path / "a/Slidedat.ini").write_text("[GENERAL]")
    (tmp_path / "a_map.jpg").write_bytes(b"")
    for how, code in ((decoders, "broken-slide"), (None, "slide-not-on-disk")):
        found = seen(folder_files(tmp_path), how)
        codes = {problem.name: problem.error.code for problem in found.problems}
        assert codes == {"a.mrxs": code, "a.vms": code}
        assert [one.frames[0].file.source.name for one in found.series] == ["b.jpg"]


def test_pictures_that_a_slide_is_made_of_are_no_images(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    write_vms(tmp_path, PIXELS)
    (tmp_path / "other.jpg").write_bytes(jpeg(PIXELS))
    found = seen(folder_files(tmp_path), decoders)
    kinds = [(one.header.kind, one.frames[0].file.source.name) for one in found.series]
    assert sorted(kinds) == [("picture", "other.jpg"), ("slide", "a.vms"), ("slide", "a.vms")]
    (tmp_path / "other.jpg").unlink()
    image = opened(tmp_path, decoders)[""]
    data = (tmp_path / "a_0.jpg").read_bytes()
    assert np.abs(part(image, 0, 0, 0, 256, 384) - light(data)).max() <= 1
    assert image.affine.spacing_mm[:2] == pytest.approx((0.0005, 0.0005))


def test_a_raw_slide_opens_with_its_files(tmp_path: Path, decoders: DecoderPool) -> None:
    write_vmu(tmp_path, PIXELS)
    found = opened(tmp_path, decoders)
    assert set(found) == {"", "macro"}
    assert np.array_equal(found[""].source.frame(0), PIXELS)


def test_a_compression_that_openslide_lacks_is_named(tmp_path: Path, decoders: DecoderPool) -> None:
    write_zeiss(tmp_path / "a.czi", PIXELS, compression=4)
    error = refusal(FileBytes(tmp_path / "a.czi"), decoders)
    assert error.code == "broken-slide"
    assert "JPEG XR compression is not supported" in error.happened


def test_a_slide_in_an_archive_or_a_task_is_refused_by_name(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    write_ndpi(tmp_path / "a.ndpi", PIXELS)
    data = (tmp_path / "a.ndpi").read_bytes()
    for source in (MemoryBytes("a.ndpi", data), MemoryBytes("b.zip", zipped("a.ndpi", data))):
        error = refusal(source, decoders)
        assert error.code == "slide-not-on-disk"
        assert "Hamamatsu (NDPI)" in error.happened
    # Whoever posts a task reads as its expert will, from no path.
    assert refusal(FileBytes(tmp_path / "a.ndpi"), None).code == "slide-not-on-disk"


@pytest.mark.parametrize(
    ("name", "tag", "maker"),
    [
        ("a.bin", (65420, 4, 1, 1, True), "Hamamatsu (NDPI)"),
        (
            "a.scn",
            (270, 2, 0, "<scn xmlns='http://www.leica-microsystems.com/scn/'/>", True),
            "Leica (SCN)",
        ),
        ("a.bif", (700, 1, 13, b"<iScan x='1'/>"[:13], True), "Ventana (BIF)"),
    ],
)
def test_a_tiff_that_is_only_called_a_slide_is_named(
    tmp_path: Path,
    decoders: DecoderPool,
    name: str,
    tag: tuple[int, int, int, Any, bool],
    maker: str,
) -> None:
    """The tag of a maker, and nothing else of the format: never shown as if it were another's."""
    path = tmp_path / name
    pixels = np.zeros((32, 32), np.uint8)
    tifffile.imwrite(path, pixels, tile=(16, 16), extratags=[tag], software=None, metadata=None)
    assert maker in refusal(FileBytes(path), None).happened
    error = refusal(FileBytes(path), decoders)
    assert error.code == "broken-slide"
    assert maker in error.happened


@pytest.mark.parametrize("name", ["a.mrxs", "a.ndpi", "a.vms", "a.vmu", "a.czi", "a.svslide"])
@pytest.mark.parametrize(
    "data", [b"", b"[General]\n=\n\n" + b"a.mrxs=a.mrxs\n" * 99, b"\xff\xd8\xff\xe0" + bytes(200)]
)
def test_what_is_only_called_a_slide_is_named(
    tmp_path: Path, decoders: DecoderPool, name: str, data: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = refusal(FileBytes(path), decoders)
    assert error.code == "broken-slide"
    assert name in error.happened
    assert str(tmp_path) not in str(error)


def test_olympus_is_read_by_nobody_here(decoders: DecoderPool) -> None:
    error = refusal(MemoryBytes("a.vsi", bytes(200)), decoders)
    assert error.code == "unsupported-slide"


def test_a_slide_that_is_cut_short(tmp_path: Path, decoders: DecoderPool) -> None:
    """Anywhere: refused by name, or shown with gaps that are named; never in silence."""
    write_trestle(tmp_path / "whole.tif", PIXELS)
    data = (tmp_path / "whole.tif").read_bytes()
    path = tmp_path / "cut.tif"
    begin = time.monotonic()
    for share in (0.1, 0.5, 0.9, 0.99):
        path.write_bytes(data[: int(len(data) * share)])
        found = seen([FileBytes(path)], decoders)
        for problem in found.problems:
            assert "cut.tif" in problem.error.happened
        for series in found.series:
            image = open_image(series, decoders)
            with pytest.raises(LabelerError, match=r"cut\.tif"):
                image.source.frame(0)
    assert time.monotonic() - begin < 5


def test_a_tile_that_cannot_be_decoded_is_a_gap(tmp_path: Path, decoders: DecoderPool) -> None:
    path = tmp_path / "a.tif"
    write_trestle(path, tissue(1024, 1024))
    with tifffile.TiffFile(path) as file:
        offset, count = file.pages[0].dataoffsets[0], file.pages[0].databytecounts[0]
    data = bytearray(path.read_bytes())
    data[offset : offset + count] = bytes(count)
    path.write_bytes(data)
    image = opened(tmp_path, decoders)[""]
    assert Caveat.MISSING_TILES in image.caveats
    assert image.source.frame(0)[10, 100].tolist() == [128, 128, 128]
    whole = np.abs(part(image, 0, 600, 600, 400, 400) - tissue(1024, 1024)[600:1000, 600:1000])
    assert whole.max() <= 8


def test_marks_of_a_larger_slide_lie_on_a_smaller_level(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    side = 512
    pixels = np.full((9 * side, 8 * side, 3), 90, np.uint8)
    write_mirax(tmp_path, pixels, side)
    image = opened(tmp_path, decoders)[""]
    assert Caveat.REDUCED not in image.caveats
    assert image.source.shape == (1, 2304, 2048)
    assert image.affine.spacing_mm[:2] == pytest.approx((0.0005, 0.001))


DYING = """
import os, sys
from labeler.imaging.decoding import open_slides
from labeler.imaging.decoding.decoder_worker import main
def fault(self, path): {fault}
open_slides.OpenSlides.describe = fault
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("os.abort()", "decoder-died"),
        ("import time; time.sleep(60)", "decoder-hung"),
        ("raise MemoryError", "decoder-bloated"),
    ],
)
def test_a_worker_that_fails_costs_one_message(tmp_path: Path, fault: str, code: str) -> None:
    """The next file is decoded by a new worker."""
    write_ndpi(tmp_path / "a.ndpi", PIXELS)
    Pillow.fromarray(PIXELS).save(tmp_path / "b.png")
    command = (sys.executable, "-c", DYING.format(fault=fault))
    # A new worker must start within the same bound, on a busy machine too.
    seconds = 4.0 if code == "decoder-hung" else 60.0
    with DecoderPool(1, command, seconds=seconds) as pool:
        found = scan(gather((tmp_path,)).files, decoders=pool)
        assert [problem.error.code for problem in found.problems] == [code]
        assert "a.ndpi" in found.problems[0].error.happened
        (series,) = found.series
        assert np.array_equal(open_image(series, pool).source.frame(0), PIXELS)


def test_names_that_are_no_text_open_too(tmp_path: Path, decoders: DecoderPool) -> None:
    folder = tmp_path / "\udcff é"
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this disk wants names that are text")
    write_mirax(folder, PIXELS, 64)
    assert np.array_equal(opened(folder, decoders)[""].source.frame(0), PIXELS)
