"""Headers of other families as words: fields of volumes, tags of TIFFs; a refusal for the rest."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.imaging.listing import list_header
from labeler.imaging.sources.files import FileBytes, MemoryBytes


def _tiff() -> bytes:
    """One directory: width 3, a description."""
    text = b"Slide of somebody\0"
    entries = struct.pack("<HHII", 256, 4, 1, 3) + struct.pack("<HHII", 270, 2, len(text), 38)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 2) + entries + bytes(4) + text


def test_a_tiff_is_listed_by_directories() -> None:
    listing = list_header(MemoryBytes("one.tif", _tiff()))
    told = [(one.depth, one.tag, one.name, one.value) for one in listing.entries]
    assert told == [
        (0, "", "Directory 0", ""),
        (1, "256", "ImageWidth", "3"),
        (1, "270", "ImageDescription", "Slide of somebody"),
    ]
    assert [one.names_person for one in listing.entries] == [False, False, True]


def test_a_broken_tiff_says_so() -> None:
    with pytest.raises(LabelerError) as refused:
        list_header(MemoryBytes("one.tif", b"II*\0" + struct.pack("<I", 8) + b"\2\0"))
    assert refused.value.code == "broken-tiff"


def test_a_picture_without_elements_says_so() -> None:
    with pytest.raises(LabelerError) as refused:
        list_header(MemoryBytes("one.png", b"\x89PNG\r\n\x1a\n" + bytes(200)))
    assert refused.value.code == "no-header"


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("volume/CT_pitch.nii.gz", "shape", "(175, 248, 58)"),
        ("volume/deform2x2x2_ras.nrrd", "sizes", "(3, 2, 2, 2)"),
    ],
)
def test_volumes_tell_their_fields(test_data: Path, name: str, field: str, value: str) -> None:
    (path,) = test_data.glob(f"**/{Path(name).name}")
    told = {one.keyword: one.value for one in list_header(FileBytes(path)).entries}
    assert told[field] == value
