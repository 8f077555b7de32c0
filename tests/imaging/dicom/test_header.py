"""The walk over elements, against pydicom on real files and against broken bytes."""

from __future__ import annotations

import contextlib
import warnings
from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset as PydicomDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.header import looks_like_dicom, read_header, top_elements
from labeler.imaging.frame_stores import DecodeError
from labeler.imaging.layout import PixelLayout
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import FileBytes, MemoryBytes, folder_files
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import Pixels
from tests.support.dicom_files import slice_dataset

TEXTS = (tags.MODALITY, tags.SOP_INSTANCE_UID, tags.SERIES_INSTANCE_UID, tags.WINDOW_CENTER)
NUMBERS = (tags.ROWS, tags.COLUMNS, tags.BITS_ALLOCATED, tags.BITS_STORED, tags.HIGH_BIT)


class BrokenDecoders:
    """Every compressed frame is broken."""

    def decode(self, syntax: Syntax, layout: PixelLayout, data: bytes) -> Pixels:
        raise DecodeError("undecodable-image", f"{syntax.name} {layout.rows} {len(data)}")


def test_headers_of_real_files_read_as_pydicom_reads_them(test_data: Path) -> None:
    compared = 0
    for source in folder_files(test_data / "dicom"):
        if not looks_like_dicom(source.read(0, 256)) or "broken_odd" in source.name:
            continue
        mine = read_header(source)
        path = test_data / "dicom" / source.name
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = pydicom.dcmread(path, stop_before_pixels=True, force=True)
            for tag in TEXTS:
                value = theirs[tag].value if tag in theirs else None
                several = value is not None and theirs[tag].VM > 1
                said = "\\".join(map(str, value)) if several else str(value or "")
                assert mine.dataset.code(tag) == said, (source.name, tags.spelled(tag))
            for tag in NUMBERS:
                value = theirs[tag].value if tag in theirs else None
                assert mine.dataset.number(tag) == value, (source.name, tags.spelled(tag))
            for tag in tags.SEQUENCES:
                count = len(theirs[tag].value) if tag in theirs else 0
                assert len(mine.dataset.items(tag)) == count, (source.name, tags.spelled(tag))
            description = " ".join(str(theirs.get("SeriesDescription", "") or "").split())
            assert mine.dataset.text(tags.SERIES_DESCRIPTION) == description
        compared += 1
    assert compared > 400


@cache
def written(syntax: str, *, nested: bool = False) -> bytes:
    dataset = slice_dataset(np.arange(16, dtype=np.uint16).reshape(4, 4), syntax=syntax)
    if nested:
        inner = PydicomDataset()
        inner.ImagePositionPatient = [1, 2, 3]
        outer = PydicomDataset()
        outer.PlanePositionSequence = Sequence([inner])
        dataset.PerFrameFunctionalGroupsSequence = Sequence([outer])
        dataset["PerFrameFunctionalGroupsSequence"].is_undefined_length = True
        outer.is_undefined_length_sequence_item = True
        dataset.NumberOfFrames = 1
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


SYNTAXES = (ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("nested", [False, True])
def test_each_encoding_gives_the_same_image(syntax: str, nested: bool) -> None:
    found = scan([MemoryBytes("one", written(syntax, nested=nested))])
    assert not found.problems
    image = open_image(found.series[0], BrokenDecoders())
    assert image.source.frame(0).tolist() == np.arange(16).reshape(4, 4).tolist()
    assert image.source.frame(0).dtype == np.uint16
    assert image.affine.matrix[:3, 3].tolist() == ([1, 2, 3] if nested else [0, 0, 0])


def test_a_file_without_its_meta_group_is_read() -> None:
    whole = written(ImplicitVRLittleEndian)
    body = whole[whole.index(b"\x08\0\x16\0") :]
    found = scan([MemoryBytes("bare", body)])
    assert not found.problems
    assert open_image(found.series[0], BrokenDecoders()).source.shape == (1, 4, 4)


def test_an_unknown_syntax_is_named() -> None:
    data = written(ExplicitVRLittleEndian).replace(
        b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.9.9\0"
    )
    error = scan([MemoryBytes("one", data)]).problems[0].error
    assert error.code == "unknown-syntax"
    assert error.facts["syntax"] == "1.2.840.10008.1.9.9"


def test_sequences_nested_without_end_stop_somewhere() -> None:
    deep = b"\x00\x52\x30\x92SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 5000
    data = written(ExplicitVRLittleEndian)
    at = data.index(b"\x28\0\x02\0")
    found = scan([MemoryBytes("deep", data[:at] + deep)])
    assert [problem.error.code for problem in found.problems] == ["endless-header"]


@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_broken_bytes_give_only_errors_of_ours(data: st.DataObject) -> None:
    """Whatever is cut or flipped: an image, or a LabelerError."""
    syntax = data.draw(st.sampled_from(SYNTAXES))
    raw = bytearray(written(syntax, nested=data.draw(st.booleans())))
    for _ in range(data.draw(st.integers(1, 8))):
        raw[data.draw(st.integers(132, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(100, len(raw)))]
    found = scan([MemoryBytes("odd", bytes(raw))])
    for series in found.series:
        image = open_image(series, BrokenDecoders())
        for k in range(min(image.source.shape[0], 3)):
            with contextlib.suppress(LabelerError):
                image.source.frame(k)
    for problem in found.problems:
        assert str(problem.error)


@settings(deadline=None, max_examples=100)
@given(noise=st.binary(max_size=600), preamble=st.booleans())
def test_noise_is_not_an_image(noise: bytes, preamble: bool) -> None:
    head = b"\0" * 128 + b"DICM" if preamble else b""
    found = scan([MemoryBytes("noise", head + noise)])
    assert len(found.problems) + len(found.series) >= 1


def test_top_elements_are_what_pydicom_finds(test_data: Path) -> None:
    for name in ("transfer_syntax/CT_small.dcm", "multiframe/emri_small_big_endian.dcm"):
        path = test_data / "dicom" / name
        header = read_header(FileBytes(path))
        found = [element.tag for element in top_elements(header)]
        said = pydicom.dcmread(path)
        wanted = [int(tag) for tag in said.keys() if int(tag) < tags.PIXEL_DATA]  # noqa: SIM118
        assert [tag for tag in found if tag & 0xFFFF] == wanted
        ends = [element.end for element in top_elements(header)]
        starts = [element.at for element in top_elements(header)]
        assert starts[1:] == ends[:-1]


@pytest.mark.parametrize("length", [int.from_bytes(vr, "little") for vr in (b"DA", b"LT", b"FD")])
def test_the_length_of_an_item_may_spell_a_vr(length: int) -> None:
    """Items carry no VR: 16708 bytes are as good a length as any."""
    dataset = slice_dataset(np.zeros((4, 4), np.uint16))
    code = PydicomDataset()
    code.CodeValue, code.LongCodeValue = "51185008", "x" * (length - 28)
    dataset.AnatomicRegionSequence = Sequence([code])
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    data = out.getvalue()
    assert b"\xfe\xff\x00\xe0" + length.to_bytes(4, "little") in data
    header = read_header(MemoryBytes("x", data))
    found = header.dataset.item(tags.ANATOMIC_REGION_SEQUENCE)
    assert found.code(tags.CODE_VALUE) == "51185008"
    assert header.dataset.number(tags.ROWS) == 4
