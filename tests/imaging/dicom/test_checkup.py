"""Faults of form, each put into a sound file: found by name, mended in a copy, nothing made up."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, JPEGLSLossless

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.dicom.checkup import check_up
from labeler.imaging.dicom.repair import repaired
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import MemoryBytes, folder_files
from labeler.model.image import Pixels
from tests.support.dicom_files import slice_dataset

VALUES = np.arange(48, dtype=np.int16).reshape(6, 8)
Harm = Callable[[bytes], bytes]


def written(dataset: FileDataset) -> bytes:
    out = BytesIO()
    dataset.save_as(out, enforce_file_format=True)
    return out.getvalue()


def sound(syntax: str = ExplicitVRLittleEndian) -> bytes:
    return written(slice_dataset(VALUES, syntax=syntax))


def compressed(frames: int = 1) -> bytes:
    dataset = slice_dataset(VALUES)
    dataset.file_meta.TransferSyntaxUID = JPEGLSLossless
    coded = [bytes(imagecodecs.jpegls_encode(VALUES.view(np.uint16) + n)) for n in range(frames)]
    dataset.NumberOfFrames = frames
    dataset.PixelRepresentation = 0
    dataset.PixelData = encapsulate(coded)
    return written(dataset)


def shown(data: bytes, decoders: DecoderPool) -> Pixels:
    found = scan([MemoryBytes("a", data)])
    assert not found.problems
    return open_image(found.series[0], decoders).source.frame(0)


def meta_end(data: bytes) -> int:
    return 144 + int(struct.unpack("<I", data[140:144])[0])


def without_preamble(data: bytes) -> bytes:
    return data[132:]


def without_meta(data: bytes) -> bytes:
    return data[meta_end(data) :]


def with_wrong_meta_length(data: bytes) -> bytes:
    return data[:140] + struct.pack("<I", 7) + data[144:]


def with_the_name_of_another_syntax(data: bytes) -> bytes:
    said = b"1.2.840.10008.1.2.1\0"
    assert said in data[:400]
    return data.replace(said, b"1.2.840.10008.1.2\0\0\0", 1)


def with_an_odd_value(data: bytes) -> bytes:
    was = b"\x08\0\x60\0CS\x02\0CT"
    assert was in data
    return data.replace(was, b"\x08\0\x60\0CS\x03\0CT ", 1)


def with_rows_as_text(data: bytes) -> bytes:
    was = b"\x28\0\x10\0US\x02\0\x06\0"
    assert was in data
    return data.replace(was, b"\x28\0\x10\0IS\x02\x006 ", 1)


HARMS: list[tuple[Harm, str, str]] = [
    (without_preamble, "no-preamble", ""),
    (without_meta, "no-transfer-syntax", "(0002,0010)"),
    (with_wrong_meta_length, "wrong-meta-length", "(0002,0000)"),
    (with_the_name_of_another_syntax, "wrong-transfer-syntax", "(0002,0010)"),
    (with_an_odd_value, "odd-length", "(0008,0060)"),
]


def test_a_sound_file_has_no_ailments() -> None:
    for data in (sound(), sound(ExplicitVRBigEndian), compressed(), compressed(3)):
        assert check_up(MemoryBytes("a", data)) == ()
    assert check_up(MemoryBytes("a", b"hello")) == ()


@pytest.mark.parametrize(("harm", "code", "tag"), HARMS)
def test_a_fault_is_named_and_mended_in_a_copy(
    harm: Harm, code: str, tag: str, decoders: DecoderPool
) -> None:
    source = MemoryBytes("a", harm(sound()))
    ailments = check_up(source)
    assert (code, tag) in [(one.code, one.tag) for one in ailments]
    found, repair = next(one.words for one in ailments if one.code == code)
    assert found
    assert repair
    copy = repaired(source, ailments, decoders)
    assert check_up(MemoryBytes("a", copy)) == ()
    assert np.array_equal(shown(copy, decoders), VALUES)
    theirs = pydicom.dcmread(BytesIO(copy))
    assert np.array_equal(theirs.pixel_array, VALUES)
    # Behind the meta information nothing but the fault itself has changed.
    rest = copy[meta_end(copy) :]
    assert rest == sound()[meta_end(sound()) :] or code == "odd-length"


def test_rows_as_text_become_a_number(decoders: DecoderPool) -> None:
    source = MemoryBytes("a", with_rows_as_text(sound()))
    (ailment,) = check_up(source)
    assert (ailment.code, ailment.tag) == ("wrong-type", "(0028,0010)")
    assert ailment.words[0] == "Tag (0028,0010) is of type IS, not US."
    copy = repaired(source, [ailment], decoders)
    assert pydicom.dcmread(BytesIO(copy)).Rows == 6


def test_a_missing_delimiter_is_added(decoders: DecoderPool) -> None:
    whole = compressed(3)
    assert whole[-8:] == b"\xfe\xff\xdd\xe0\0\0\0\0"
    source = MemoryBytes("a", whole[:-8])
    (ailment,) = check_up(source)
    assert ailment.code == "no-final-delimiter"
    assert repaired(source, [ailment], decoders) == whole


def test_a_wrong_offset_table_is_emptied(decoders: DecoderPool) -> None:
    whole = compressed(3)
    table = whole.index(b"\xfe\xff\x00\xe0\x0c\0\0\0") + 8
    source = MemoryBytes("a", whole[: table + 4] + b"\x07\0\0\0" + whole[table + 8 :])
    (ailment,) = check_up(source)
    assert ailment.code == "wrong-offset-table"
    copy = repaired(source, [ailment], decoders)
    assert pydicom.dcmread(BytesIO(copy)).NumberOfFrames == 3
    assert np.array_equal(shown(copy, decoders), VALUES)


def test_what_would_change_the_image_is_refused(decoders: DecoderPool) -> None:
    source = MemoryBytes("a", without_preamble(sound()))
    (ailment,) = check_up(source)
    at = source.size - 4
    worse = ailment.splices[0].__class__(at, 1, b"\x7f")
    harmful = type(ailment)("x", "", "found", "repair", (), (*ailment.splices, worse))
    with pytest.raises(LabelerError, match="not repaired") as caught:
        repaired(source, [harmful], decoders)
    assert caught.value.code == "not-repaired"


def test_every_real_file_is_checked_and_every_safe_repair_holds(
    test_data: Path, decoders: DecoderPool
) -> None:
    codes = {}
    for source in folder_files(test_data / "dicom/broken_odd"):
        ailments = check_up(source)
        if any(one.splices for one in ailments):
            copy = repaired(source, ailments, decoders)
            assert [one.code for one in check_up(MemoryBytes("a", copy)) if one.splices] == []
            pydicom.dcmread(BytesIO(copy))
        codes[source.name] = [one.code for one in ailments]
    assert codes["OT-PAL-8-face.dcm"] == ["no-preamble", "no-transfer-syntax"]
    assert codes["no_meta_group_length.dcm"] == ["wrong-meta-length"]
    assert codes["emri_small_jpeg_2k_lossless_too_short.dcm"] == ["no-final-delimiter"]


def test_a_value_as_long_as_can_be_told_gets_no_byte_more() -> None:
    """Its length has 16 bits: with another byte it would be zero."""
    long = struct.pack("<HH2sH", 0x0009, 0x1001, b"LO", 0xFFFF) + b"a" * 0xFFFF
    data = sound()
    at = data.index(b"\x10\0\x10\0PN")
    (odd,) = [one for one in check_up(MemoryBytes("a", data[:at] + long + data[at:])) if
              one.code == "odd-length"]  # fmt: skip
    assert odd.splices == ()
    assert odd.words[1] == ""
