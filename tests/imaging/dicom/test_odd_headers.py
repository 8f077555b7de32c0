"""Headers as they are really sent: against the rules, yet readable."""

from __future__ import annotations

import struct
import time
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeler.errors import LabelerError
from labeler.imaging.dicom import tags
from labeler.imaging.dicom.dataset import Dataset
from labeler.imaging.dicom.header import looks_like_dicom, read_header
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import Image
from tests.support.dicom_files import NoDecoders, slice_dataset

PIXELS = np.arange(16, dtype="<u2").reshape(4, 4)
EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
_LONG = ("OB", "OW", "SQ", "UN", "UT", "OF", "OD")


def element(
    tag: int, vr: str, value: bytes, *, length: int | None = None, order: str = "<"
) -> bytes:
    """One explicit element; VR "" is implicit."""
    head = struct.pack(f"{order}HH", tag >> 16, tag & 0xFFFF)
    size = len(value) if length is None else length
    if not vr:
        return head + struct.pack(f"{order}I", size) + value
    if vr in _LONG:
        return head + vr.encode() + b"\0\0" + struct.pack(f"{order}I", size) + value
    return head + vr.encode() + struct.pack(f"{order}H", size) + value


def item(value: bytes, *, length: int | None = None) -> bytes:
    return element(0xFFFEE000, "", value, length=length)


DESCRIBED = {
    tags.SOP_INSTANCE_UID: ("UI", b"1.2.3\0"),
    tags.MODALITY: ("CS", b"MR"),
    tags.STUDY_INSTANCE_UID: ("UI", b"1.2.5\0"),
    tags.SERIES_INSTANCE_UID: ("UI", b"1.2.4\0"),
    tags.IMAGE_POSITION_PATIENT: ("DS", b"1\\2\\3 "),
    tags.IMAGE_ORIENTATION_PATIENT: ("DS", b"1\\0\\0\\0\\1\\0 "),
    tags.SAMPLES_PER_PIXEL: ("US", b"\1\0"),
    tags.PHOTOMETRIC_INTERPRETATION: ("CS", b"MONOCHROME2 "),
    tags.ROWS: ("US", b"\4\0"),
    tags.COLUMNS: ("US", b"\4\0"),
    tags.PIXEL_SPACING: ("DS", b"0.5\\0.5 "),
    tags.BITS_ALLOCATED: ("US", b"\x10\0"),
    tags.BITS_STORED: ("US", b"\x10\0"),
    tags.HIGH_BIT: ("US", b"\x0f\0"),
    tags.PIXEL_REPRESENTATION: ("US", b"\0\0"),
}
ROWS_ELEMENT = element(tags.ROWS, *DESCRIBED[tags.ROWS])
PIXEL_ELEMENT = element(tags.PIXEL_DATA, "OW", PIXELS.tobytes())


def body(**changed: tuple[str, bytes]) -> bytes:
    """A small explicit dataset; `changed` has other VRs and values by the names of tags."""
    described = DESCRIBED | {getattr(tags, name): value for name, value in changed.items()}
    made = [element(tag, *described[tag]) for tag in sorted(described)]
    return b"".join(made) + PIXEL_ELEMENT


def part10(dataset: bytes, syntax: str = EXPLICIT) -> bytes:
    meta = element(tags.TRANSFER_SYNTAX_UID, "UI", syntax.encode() + b"\0" * (len(syntax) % 2))
    length = element(0x00020000, "UL", struct.pack("<I", len(meta)))
    return b"\0" * 128 + b"DICM" + length + meta + dataset


def with_extra(extra: bytes, *, before: bytes = ROWS_ELEMENT) -> bytes:
    """The small dataset with something strange before one of its elements."""
    whole = body()
    at = whole.index(before)
    return part10(whole[:at] + extra + whole[at:])


def opened(data: bytes) -> Image:
    found = scan([MemoryBytes("odd", data)])
    assert not found.problems, str(found.problems[0].error)
    return open_image(found.series[0], NoDecoders())


def refused(data: bytes) -> LabelerError:
    return scan([MemoryBytes("odd", data)]).problems[0].error


def assert_whole(data: bytes) -> None:
    image = opened(data)
    assert np.array_equal(image.source.frame(0), PIXELS)
    assert image.affine.matrix[:3, 3].tolist() == [1, 2, 3]
    assert image.affine.spacing_mm[:2] == (0.5, 0.5)


def implicit_body() -> bytes:
    made = [element(tag, "", DESCRIBED[tag][1]) for tag in sorted(DESCRIBED)]
    return b"".join(made) + element(tags.PIXEL_DATA, "", PIXELS.tobytes())


def big_body() -> bytes:
    def turned(tag: int) -> bytes:
        vr, value = DESCRIBED[tag]
        return element(tag, vr, value[::-1] if vr == "US" else value, order=">")

    pixels = element(tags.PIXEL_DATA, "OW", PIXELS.astype(">u2").tobytes(), order=">")
    return b"".join(turned(tag) for tag in sorted(DESCRIBED)) + pixels


BODIES = {EXPLICIT: body(), IMPLICIT: implicit_body(), BIG: big_body()}


@pytest.mark.parametrize("said", [EXPLICIT, IMPLICIT, BIG, "1.2.840.10008.1.2.1.99"])
@pytest.mark.parametrize("meant", BODIES)
def test_the_bytes_decide_where_the_transfer_syntax_lies(said: str, meant: str) -> None:
    assert_whole(part10(BODIES[meant], said))


@pytest.mark.parametrize("meant", BODIES)
def test_without_preamble_meta_or_transfer_syntax(meant: str) -> None:
    assert_whole(BODIES[meant])
    no_syntax = element(0x00020002, "UI", b"1.2\0")
    assert_whole(b"\0" * 128 + b"DICM" + no_syntax + BODIES[meant])
    assert_whole(no_syntax + BODIES[meant])


def test_meta_groups_that_are_wrong_themselves() -> None:
    syntax = element(tags.TRANSFER_SYNTAX_UID, "UI", EXPLICIT.encode() + b"\0")
    for length in (0, 7, 4_000_000_000):
        wrong = element(0x00020000, "UL", struct.pack("<I", length))
        assert_whole(b"\0" * 128 + b"DICM" + wrong + syntax + body())
    implicit = element(tags.TRANSFER_SYNTAX_UID, "", EXPLICIT.encode() + b"\0")
    assert_whole(b"\0" * 128 + b"DICM" + implicit + body())
    big = element(tags.TRANSFER_SYNTAX_UID, "UI", BIG.encode() + b"\0", order=">")
    assert_whole(b"\0" * 128 + b"DICM" + big + big_body())
    assert_whole(b"\xef\xbb\xbf" + part10(body()))


def test_a_message_of_the_network_with_its_command_group() -> None:
    command = element(0x00000000, "", struct.pack("<I", 10))
    command += element(0x00000100, "", b"\1\0")
    assert_whole(command + body())


@pytest.mark.parametrize(
    ("vr", "value"),
    [
        ("IS", b"4 "),
        ("DS", b"4 "),
        ("UL", b"\4\0\0\0"),
        ("SL", b"\4\0\0\0"),
        ("SS", b"\4\0"),
        ("UN", b"\4\0"),
        ("LO", b"4 "),
    ],
)
def test_sizes_with_another_vr(vr: str, value: bytes) -> None:
    assert_whole(part10(body(ROWS=(vr, value), COLUMNS=(vr, value))))


@pytest.mark.parametrize(
    ("vr", "value"),
    [
        ("FD", struct.pack("<2d", 0.5, 0.5)),
        ("FL", struct.pack("<2f", 0.5, 0.5)),
        ("LO", b"0.5\\0.5 "),
        ("DS", b"0,5\\0,5 "),
        ("DS", b" 0.5 \\ 0.5 \0"),
        ("DS", b"+0.5\\5e-1"),
        ("UN", b"0.5\\0.5 "),
    ],
)
def test_decimals_with_another_vr_or_another_spelling(vr: str, value: bytes) -> None:
    assert_whole(part10(body(PIXEL_SPACING=(vr, value))))


def test_decimals_in_single_floats_do_not_grow_digits() -> None:
    data = part10(body(PIXEL_SPACING=("FL", struct.pack("<2f", 0.1, 0.7))))
    header = read_header(MemoryBytes("odd", data))
    assert header.dataset.decimals(tags.PIXEL_SPACING) == (0.1, 0.7)


ICON = element(
    0x00880200,
    "SQ",
    item(
        element(tags.ROWS, "US", b"\x09\0")
        + element(tags.PIXEL_DATA, "OB", b"", length=0xFFFFFFFF)
        + item(b"")
        + item(b"\xff\xd8 whatever, of odd length, that is no element")
        + element(0xFFFEE0DD, "", b""),
        length=0xFFFFFFFF,
    )
    + element(0xFFFEE00D, "", b"")
    + element(0xFFFEE0DD, "", b""),
    length=0xFFFFFFFF,
)
ENDLESS = 0xFFFFFFFF
END_ITEM, END_SEQUENCE = element(0xFFFEE00D, "", b""), element(0xFFFEE0DD, "", b"")
STRANGE = {
    "private sequence": element(
        0x00091001,
        "SQ",
        item(element(0x00091002, "LO", b"x "), length=ENDLESS) + END_ITEM + END_SEQUENCE,
        length=ENDLESS,
    ),
    "unknown with implicit items": element(
        0x00091001,
        "UN",
        item(element(0x00091002, "", b"abcd"), length=ENDLESS) + END_ITEM + END_SEQUENCE,
        length=ENDLESS,
    ),
    "unknown with explicit items": element(
        0x00091001,
        "UN",
        item(element(0x00091002, "OB", b"abcd"), length=ENDLESS) + END_ITEM + END_SEQUENCE,
        length=ENDLESS,
    ),
    "an icon of fragments": ICON,
    "question marks for a VR": element(0x00091001, "??", b"abcd"),
    "spaces for a VR": element(0x00091001, "  ", b"abcd"),
    "a VR that is none": element(0x00091001, "ZZ", b"abcd"),
    "no VR at all": element(0x00091001, "", b"abcd"),
    "a long VR that is none": b"\x09\0\1\x10QQ\0\0" + struct.pack("<I", 4) + b"abcd",
    "a short VR with a long length": b"\x09\0\1\x10DS\0\0"
    + struct.pack("<I", 70_000)
    + b"1\\" * 35_000,
    "an odd length": element(0x00091001, "LO", b"abc"),
    "nothing": element(0x00091001, "LO", b""),
    "a group length": element(0x00280000, "UL", b"\xff\xff\xff\xff"),
    "a group that comes late": element(0x7FDF1010, "LO", b"abcd"),
    "an element twice": element(tags.COLUMNS, "US", b"\4\0"),
    "trailing padding inside": element(0xFFFCFFFC, "OB", b"\0" * 20),
}


@pytest.mark.parametrize("name", STRANGE)
def test_strange_elements_are_stepped_over(name: str) -> None:
    assert_whole(with_extra(STRANGE[name]))
    assert_whole(with_extra(STRANGE[name], before=PIXEL_ELEMENT))


def test_pixels_before_what_describes_them() -> None:
    described = body().removesuffix(PIXEL_ELEMENT)
    at = described.index(element(tags.SAMPLES_PER_PIXEL, "US", b"\1\0"))
    assert_whole(part10(described[:at] + PIXEL_ELEMENT + described[at:]))


def test_junk_behind_the_pixels() -> None:
    for junk in (b"\0" * 999, b"<html>", element(0xFFFCFFFC, "OB", bytes(50)), b"\xff" * 7):
        assert_whole(part10(body() + junk))


def test_padding_is_no_cut() -> None:
    described = body().removesuffix(PIXEL_ELEMENT)
    error = refused(part10(described + bytes(500)))
    assert (error.code, error.facts["tag"]) == ("no-pixels", "(7FE0,0010)")


def test_where_a_header_is_cut_is_named() -> None:
    whole = part10(body())
    error = refused(whole[: whole.index(ROWS_ELEMENT) + 9])
    assert (error.code, error.facts["tag"]) == ("truncated-file", "(0028,0010)")


def test_a_million_empty_items_weigh_nothing_and_are_named() -> None:
    items = item(b"") * 1_000_000
    sequence = element(tags.PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, "SQ", items)
    began = time.perf_counter()
    error = refused(part10(body().replace(PIXEL_ELEMENT, sequence + PIXEL_ELEMENT)))
    assert (error.code, error.facts["tag"]) == ("endless-header", "(5200,9230)")
    private = element(0x00091001, "SQ", items)
    assert_whole(with_extra(private))
    assert time.perf_counter() - began < 10


def test_a_header_without_end_is_named() -> None:
    error = refused(with_extra(element(0x00091001, "LO", b"") * 2_100_000))
    assert (error.code, error.facts["tag"]) == ("endless-header", "(0009,1001)")


def test_text_begins_without_a_byte_order_mark() -> None:
    described = body(SERIES_DESCRIPTION=("LO", b"\xef\xbb\xbfKopf "))
    header = read_header(MemoryBytes("odd", part10(described)))
    assert header.dataset.text(tags.SERIES_DESCRIPTION) == "Kopf"


@given(raw=st.binary(max_size=12), little=st.booleans())
def test_numbers_never_fail(raw: bytes, little: bool) -> None:
    dataset = Dataset({tags.ROWS: raw}, little=little)
    number, whole = dataset.number(tags.ROWS), dataset.integer(tags.ROWS)
    assert number is None or 0 <= number < 1 << 16
    assert whole is None or isinstance(whole, int)
    assert all(np.isfinite(dataset.decimals(tags.ROWS)))


def test_a_whole_file_of_pydicom_still_reads() -> None:
    buffer = BytesIO()
    slice_dataset(PIXELS).save_as(buffer, enforce_file_format=True)
    assert looks_like_dicom(buffer.getvalue()[:132])
    assert np.array_equal(opened(buffer.getvalue()).source.frame(0), PIXELS)
