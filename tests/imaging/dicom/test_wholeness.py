"""A file that ends before its pixels do is not whole, however they are stored."""

from __future__ import annotations

from io import BytesIO

import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import JPEGLSLossless

from labeler.imaging.dicom.header import read_header
from labeler.imaging.dicom.wholeness import is_whole
from labeler.imaging.sources.files import MemoryBytes
from tests.support.studies import make_study

FILES = make_study(slices=1, size=16).files


def whole(data: bytes) -> bool:
    return is_whole(read_header(MemoryBytes("one", data)))


@pytest.mark.parametrize("data", FILES.values(), ids=["plain", "j2k", "rle", "jls"])
def test_a_byte_less_is_not_whole(data: bytes) -> None:
    assert whole(data)
    for missing in (9, 20, 100):
        assert not whole(data[:-missing])


def test_what_some_writers_leave_out_is_not_missed() -> None:
    """The delimiter at the end; a cut inside it cannot be told from that."""
    _plain, *packed = FILES.values()
    for data in packed:
        assert data.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0")
        assert whole(data[:-8])


def test_frames_that_are_not_there_are_missed() -> None:
    dataset = pydicom.dcmread(BytesIO(list(FILES.values())[3]))
    dataset.NumberOfFrames = 4
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    for frames, there in ((4, True), (3, False)):
        dataset.PixelData = encapsulate([bytes([n]) * 50 for n in range(frames)])
        out = BytesIO()
        pydicom.dcmwrite(out, dataset, enforce_file_format=True)
        assert whole(out.getvalue()) == there


def test_a_file_without_pixels_is_whole_with_its_header() -> None:
    dataset = pydicom.dcmread(BytesIO(next(iter(FILES.values()))))
    del dataset.PixelData
    dataset.ImageComments = "x" * 100
    out = BytesIO()
    pydicom.dcmwrite(out, dataset, enforce_file_format=True)
    assert whole(out.getvalue())
    assert not whole(out.getvalue()[:-1])
