"""Small files made to cost much: time, memory and answers stay in proportion to what is there."""

from __future__ import annotations

import io
import struct
import tarfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset

from labeler.errors import LabelerError
from labeler.imaging.dicom.encapsulated import index_frames
from labeler.imaging.frames import StoredFrame
from labeler.imaging.inspect import inspect
from labeler.imaging.pictures.tiff import BrokenTiffError, read_pages
from labeler.imaging.problems import FileProblem
from labeler.imaging.reader import scan
from labeler.imaging.series import group_frames
from labeler.imaging.slides.ome import BrokenOmeError, read_ome
from labeler.imaging.sources.files import MemoryBytes
from labeler.imaging.sources.litter import sort_out
from tests.support.dicom_files import NoDecoders, slice_dataset

PIXELS = np.zeros((2, 2), np.int16)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    started = time.process_time()
    yield
    assert time.process_time() - started < seconds


def written(dataset: FileDataset) -> MemoryBytes:
    out = io.BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return MemoryBytes("a.dcm", out.getvalue())


# --- archives -------------------------------------------------------------------------------------


@pytest.mark.timeout(10)
@pytest.mark.parametrize("size", [b"-0000001000\0", b"-1024      \0", b"1_0        \0"])
def test_a_tar_whose_sizes_lead_backwards_ends(size: bytes) -> None:
    """The walk would meet the same folder again and again."""
    info = tarfile.TarInfo("folder")
    info.type = tarfile.DIRTYPE
    header = bytearray(info.tobuf(tarfile.USTAR_FORMAT))
    header[124:136] = size
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    found = scan([MemoryBytes("a.tar", bytes(header) * 3 + bytes(1024))])
    assert [problem.error.code for problem in found.problems] == ["archive-broken"]


# --- DICOM ----------------------------------------------------------------------------------------


def frames_of(count: int, **change: object) -> tuple[StoredFrame, ...]:
    """One file of `count` frames at one place, each with the type and plane that `change` gives."""
    dataset = slice_dataset(PIXELS)
    dataset.NumberOfFrames = count
    dataset.PixelData = bytes(dataset.PixelData) * count
    turned, typed = bool(change.get("turned")), bool(change.get("typed"))
    groups = []
    for n in range(count):
        position, plane, kind, group = Dataset(), Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, 0]
        across = 1 + 0.011 * n if turned else 1
        plane.ImageOrientationPatient = [across, 0, 0, 0, 1, 0]
        kind.FrameType = ["DERIVED", "PRIMARY", f"K{n}" if typed else "K"]
        group.PlanePositionSequence, group.PlaneOrientationSequence = [position], [plane]
        group.CTImageFrameTypeSequence = [kind]
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = groups
    found = scan([written(dataset)])
    assert not found.problems
    return tuple(frame for series in found.series for frame in series.frames)


def cost(count: int, **change: object) -> float:
    frames = frames_of(count, **change)
    assert len(frames) == count
    started = time.process_time()
    group_frames(frames)
    return time.process_time() - started


@pytest.mark.parametrize("change", ["", "turned", "typed"])
def test_grouping_costs_in_proportion_to_the_frames(change: str) -> None:
    """Not by their square: a file may have a hundred thousand of them."""
    assert cost(2500, **{change: True}) < 1


def test_a_number_that_no_script_could_hold_is_not_told() -> None:
    dataset = slice_dataset(PIXELS)
    dataset.SeriesNumber = dataset.InstanceNumber = "1"
    data = written(dataset).read(0, 1 << 20).replace(
        b"\x20\0\x11\0IS\x02\x001 ", b"\x20\0\x11\0IS\x06\x001E300 "
    ).replace(b"\x20\0\x13\0IS\x02\x001 ", b"\x20\0\x13\0IS\x06\x001E300 ")  # fmt: skip
    (found,) = inspect([MemoryBytes("a.dcm", data)], NoDecoders())
    assert msgspec.json.decode(msgspec.json.encode(found))["number"] is None


class Counted(MemoryBytes):
    """Counts how often it is read: each time a file is opened."""

    reads = 0

    def read(self, offset: int, length: int) -> bytes:
        self.reads += 1
        return super().read(offset, length)


def test_very_many_fragments_are_read_together() -> None:
    item = b"\xfe\xff\x00\xe0" + struct.pack("<I", 4) + b"\0\1\2\3"
    source = Counted("a", item * 20_000)
    index_frames(source, 0, 2, b"", b"\xff\xd8")
    assert source.reads < 1000


@pytest.mark.parametrize("length", [4, 20_000])
@pytest.mark.parametrize("deflated", [False, True])
def test_elements_of_no_known_type_cost_no_look_at_the_disk_each(
    length: int, deflated: bool
) -> None:
    known = struct.pack("<HH2sH", 9, 0x1002, b"LO", 2) + b"ab"
    odd = struct.pack("<HH2sH", 9, 0x1001, b"??", length) + bytes(length)
    data = known + (odd + known) * (20_000 if length < 10 else 6000)
    if deflated:
        squeeze = zlib.compressobj(1, wbits=-zlib.MAX_WBITS)
        data = squeeze.compress(data) + squeeze.flush()
    syntax = b"1.2.840.10008.1.2.1.99" if deflated else b"1.2.840.10008.1.2.1\0"
    meta = b"\2\0\x10\0UI" + struct.pack("<H", len(syntax)) + syntax
    source = Counted("a.dcm", bytes(128) + b"DICM" + meta + data)
    with within(5):
        (problem,) = scan([source]).problems
    assert problem.error.code == ("no-pixels" if length < 10 else "endless-header")
    assert source.reads < 20_000


# --- TIFF -----------------------------------------------------------------------------------------


def overlapping(pages: int, tags: int) -> bytes:
    """Directories that lie over one another, twelve bytes apart, each named by one tag."""
    begin = 26 + 4 * pages
    head = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHII", 1, 330, 4, pages, 26) + bytes(4)
    offsets = struct.pack(f"<{pages}I", *(begin + 12 * n for n in range(pages)))
    entries = (struct.pack("<HHIHH", 1000 + n % 60_000, 3, 1, 0, tags) for n in range(pages + tags))
    return head + offsets + struct.pack("<H", tags) + b"".join(entries) + bytes(16)


def test_directories_over_one_another_are_not_read_without_end() -> None:
    data = overlapping(4000, 4000)
    with within(5), pytest.raises(BrokenTiffError, match="tags"):
        read_pages(MemoryBytes("a.tif", data))


def tiff_page(tags: dict[int, tuple[int, int, int]], after: int) -> bytes:
    entries = b"".join(struct.pack("<HHII", tag, *said) for tag, said in sorted(tags.items()))
    return struct.pack("<H", len(tags)) + entries + struct.pack("<I", after)


def many_pages(count: int, tags: dict[int, tuple[int, int, int]], rest: bytes) -> MemoryBytes:
    """`count` pages with the same tags, which may name what is in `rest`, at byte 8."""
    size, begin = 6 + 12 * len(tags), 8 + len(rest)
    pages = (tiff_page(tags, begin + size * (n + 1) if n + 1 < count else 0) for n in range(count))
    return MemoryBytes("a.tif", b"II*\0" + struct.pack("<I", begin) + rest + b"".join(pages))


PLAIN = {256: (4, 1, 1), 257: (4, 1, 1), 258: (3, 1, 8), 259: (3, 1, 1), 273: (4, 1, 8)}
PLAIN |= {279: (4, 1, 1)}


def test_pages_of_very_many_channels_are_refused() -> None:
    channels = PLAIN | {262: (3, 1, 1), 277: (3, 1, 4096), 338: (3, 2, 0)}
    with within(5):
        (problem,) = scan([many_pages(500, channels, b"\0" * 8)]).problems
    assert problem.error.code == "broken-picture"


def test_pages_that_share_a_large_table_of_colours_are_refused() -> None:
    table = PLAIN | {258: (3, 1, 16), 262: (3, 1, 3), 320: (3, 3 << 16, 8)}
    with within(5):
        (problem,) = scan([many_pages(2000, table, bytes(6 << 16))]).problems
    assert problem.error.code == "broken-picture"


def test_planes_that_are_told_again_and_again_are_refused() -> None:
    again = '<TiffData IFD="0" PlaneCount="900"/>' * 3000
    xml = (
        '<OME><Image><Pixels SizeX="4" SizeY="4" SizeZ="900" SizeC="1" SizeT="1">'
        f"{again}</Pixels></Image></OME>"
    )
    with within(5), pytest.raises(BrokenOmeError, match="planes"):
        read_ome(xml, 1000)


def test_a_film_of_more_pictures_than_are_shown_is_refused_not_cut() -> None:
    picture = b"," + struct.pack("<4HB", 0, 0, 1, 1, 0) + b"\2\2\x44\1\0"
    head = b"GIF89a" + struct.pack("<2H3B", 1, 1, 0x80, 0, 0) + bytes(6)
    (problem,) = scan([MemoryBytes("a.gif", head + picture * 10_001 + b";")]).problems
    assert (problem.error.code, "10001" in str(problem.error)) == ("broken-picture", True)


# --- folders --------------------------------------------------------------------------------------


def test_litter_of_large_folders_is_sorted_out_at_once() -> None:
    error = LabelerError("not-an-image", "{name} is none.", safe="", do="", name="a")
    problems = [FileProblem(f"{n}.js" if n % 2 else f"{n}.txt", error) for n in range(20_000)]
    with within(1):
        litter, left = sort_out(problems)
    assert (len(litter), len(left)) == (10_000, 10_000)
