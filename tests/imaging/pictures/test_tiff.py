"""The walk over a TIFF's directories: what tifffile finds is found, and nothing goes too far."""

from __future__ import annotations

import io
import struct
import time
from typing import Any

import numpy as np
import pytest
import tifffile
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from labeler.imaging.pictures.tiff import MAX_PAGES, MAX_TAGS, BrokenTiffError, read_pages
from labeler.imaging.reader import scan
from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import ByteSource

RANDOM = np.random.default_rng(5)
GRAY = RANDOM.integers(0, 256, (40, 48), np.uint8)


class Watched:
    """A ByteSource that notes how much was read, and whether beyond what the file could give."""

    def __init__(self, data: bytes) -> None:
        self.name, self.size, self._data = "watched", len(data), data
        self.read_bytes, self.beyond = 0, 0

    def read(self, offset: int, length: int) -> bytes:
        assert offset >= 0
        assert length >= 0
        found = self._data[offset : offset + length]
        self.read_bytes += len(found)
        self.beyond = max(self.beyond, length - len(found))
        return found


def tiff(**how: Any) -> bytes:
    file = io.BytesIO()
    with tifffile.TiffWriter(
        file, bigtiff=how.pop("bigtiff", False), byteorder=how.pop("byteorder", "<")
    ) as out:
        subifds = how.pop("subifds", 0)
        for _ in range(how.pop("pages", 1)):
            out.write(GRAY, subifds=subifds, **how)
            for _ in range(subifds):
                out.write(GRAY[::2, ::2], subfiletype=1, **how)
    return file.getvalue()


SEEDS = (
    tiff(pages=3),
    tiff(tile=(16, 16), bigtiff=True, byteorder=">", subifds=2),
    tiff(tile=(16, 16), compression="zlib", predictor=True, description="x" * 99),
)


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_directories_are_those_that_tifffile_finds(order: str, big: bool) -> None:
    data = tiff(
        pages=2, subifds=2, bigtiff=big, byteorder=order, tile=(16, 32), description="tissue"
    )
    pages = read_pages(MemoryBytes("one.tif", data))
    assert [page.parent for page in pages] == [None, 0, 0, None, 3, 3]
    with tifffile.TiffFile(io.BytesIO(data)) as known:
        oracle = [page for top in known.pages for page in (top, *top.pages)]
    for page, true in zip(pages, oracle, strict=True):
        assert (page.number(256), page.number(257)) == (true.imagewidth, true.imagelength)
        assert page.numbers(324).tolist() == list(true.dataoffsets)
        assert page.numbers(325).tolist() == list(true.databytecounts)
        assert page.real(282) == pytest.approx(true.resolution[0])
    assert pages[0].text(270) == "tissue"


def test_a_ring_of_pages_ends() -> None:
    data = bytearray(tiff(pages=2))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as known:
        first, second = (page.offset for page in known.pages)
    (count,) = struct.unpack_from("<H", data, second)
    struct.pack_into("<I", data, second + 2 + count * 12, first)
    with pytest.raises(BrokenTiffError, match="ring"):
        read_pages(MemoryBytes("ring.tif", bytes(data)))


def test_pages_have_an_end() -> None:
    """Directories of one tag each, as many as fit."""
    page = 18
    links = [8 + page * (n + 1) for n in range(MAX_PAGES + 1)]
    data = b"II*\0\x08\0\0\0" + b"".join(
        struct.pack("<HHHIII", 1, 256, 3, 1, 5, link) for link in links
    )
    with pytest.raises(BrokenTiffError, match="more than"):
        read_pages(MemoryBytes("many.tif", data))


def test_a_tag_beyond_the_end_is_not_read() -> None:
    entry = struct.pack("<HHII", 273, 4, 0xFFFFFFF0, 8)
    source = Watched(b"II*\0\x08\0\0\0\1\0" + entry + bytes(4))
    (page,) = read_pages(source)
    assert page.numbers(273).size == 0
    assert page.number(273, 7) == 7
    assert source.beyond < 16


@settings(max_examples=150)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8))),
    st.one_of(st.none(), st.floats(0, 1)),
)
@example(SEEDS[0], [], 0.5)
def test_changed_bytes_do_no_harm(
    seed: bytes, changes: list[tuple[float, bytes]], cut: float | None
) -> None:
    data = bytearray(seed)
    for where, what in changes:
        at = int(where * len(data))
        data[at : at + len(what)] = what
    changed = bytes(data[: None if cut is None else int(cut * len(data))])
    source = Watched(changed)
    begun = time.monotonic()
    try:
        for page in read_pages(source):
            for tag in page.entries:
                page.numbers(tag)
                page.text(tag)
    except BrokenTiffError:
        pass
    assert time.monotonic() - begun < 2
    # Only a list of tags is asked for before it is known whether it is all there.
    assert source.beyond <= MAX_TAGS * 20 + 8


def _picture(format: str, **how: Any) -> bytes:  # noqa: A002
    file = io.BytesIO()
    exif = Pillow.Exif()
    exif[315] = "Jane Doe"
    Pillow.fromarray(np.stack((GRAY, GRAY, GRAY), axis=-1)).save(file, format, exif=exif, **how)
    return file.getvalue()


PICTURES = (
    *SEEDS,
    _picture("PNG"),
    _picture("JPEG"),
    _picture("WEBP"),
    _picture("GIF"),
    _picture("BMP"),
    _picture("PPM"),
    _picture("JPEG2000"),
)


@settings(max_examples=200)
@given(
    st.sampled_from(PICTURES),
    st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=6
    ),
    st.one_of(st.none(), st.floats(0, 1)),
)
def test_changed_headers_of_pictures_do_no_harm(
    seed: bytes, changes: list[tuple[float, bytes]], cut: float | None
) -> None:
    data = bytearray(seed)
    for where, what in changes:
        # Headers are short: most changes should fall into them.
        at = int(where**3 * len(data))
        data[at : at + len(what)] = what
    source: ByteSource = MemoryBytes(
        "one", bytes(data[: None if cut is None else int(cut * len(data))])
    )
    begun = time.monotonic()
    found = scan([source])
    assert time.monotonic() - begun < 2
    assert found.series or found.problems
