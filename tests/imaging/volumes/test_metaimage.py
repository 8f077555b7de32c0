"""MetaImage: placed as ITK places it, with values inside, beside, compressed or written."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import Caveat
from tests.support.volumes import (
    opened,
    opened_bytes,
    problem_of,
    stacked,
    voxel_to_patient,
)

NAMES = {
    "i1": "MET_CHAR",
    "u1": "MET_UCHAR",
    "i2": "MET_SHORT",
    "u2": "MET_USHORT",
    "i4": "MET_LONG",
    "u4": "MET_UINT",
    "i8": "MET_LONG_LONG",
    "u8": "MET_ULONG_LONG",
    "f4": "MET_FLOAT",
    "f8": "MET_DOUBLE",
}
VALUES = np.random.default_rng(3).integers(0, 999, (4, 5, 6)).astype("<i2")


def header(values: NDArray[Any], **fields: str) -> bytes:
    usual = {
        "ObjectType": "Image",
        "NDims": str(values.ndim),
        "BinaryData": "True",
        "BinaryDataByteOrderMSB": str(values.dtype.str[0] == ">"),
        "CompressedData": "False",
        "TransformMatrix": " ".join(str(n) for n in np.eye(values.ndim).ravel()),
        "Offset": " ".join("0" * values.ndim),
        "CenterOfRotation": " ".join("9" * values.ndim),
        "ElementSpacing": " ".join("1" * values.ndim),
        "DimSize": " ".join(map(str, values.shape)),
        "ElementType": NAMES[values.dtype.str[1:]],
        "ElementDataFile": "LOCAL",
    }
    said = usual | fields
    said["ElementDataFile"] = said.pop("ElementDataFile")  # always the last one
    return "".join(f"{key} = {value}\n" for key, value in said.items() if value).encode()


def plain(values: NDArray[Any]) -> bytes:
    return values.tobytes(order="F")


@given(
    turn=st.lists(st.floats(-1, 1), min_size=9, max_size=9),
    kind=st.sampled_from(sorted(NAMES)),
    order=st.sampled_from("<>"),
    packed=st.booleans(),
)
@settings(max_examples=80, deadline=None)
def test_rows_of_the_matrix_are_the_axes(
    turn: list[float], kind: str, order: str, packed: bool
) -> None:
    rows = np.linalg.qr(np.reshape(turn, (3, 3)) + 2 * np.eye(3))[0]
    values = VALUES.astype(order + kind)
    fields = {
        "TransformMatrix": " ".join(repr(n) for n in rows.ravel().tolist()),
        "ElementSpacing": "0.5 2 3",
        "Offset": "-10 20 30.5",
        "CompressedData": str(packed),
    }
    data = zlib.compress(plain(values)) if packed else plain(values)
    (image,) = opened_bytes("a.mha", header(values, **fields) + data)
    wanted = np.eye(4)
    wanted[:3, :3] = rows.T * (0.5, 2, 3)
    wanted[:3, 3] = (-10, 20, 30.5)
    assert np.allclose(voxel_to_patient(image), wanted, atol=1e-9)
    assert np.array_equal(stacked(image), values)


def test_without_a_matrix_the_named_sides_count() -> None:
    fields = {"TransformMatrix": "", "AnatomicalOrientation": "ASL"}
    (image,) = opened_bytes("a.mha", header(VALUES, **fields) + plain(VALUES))
    assert np.allclose(voxel_to_patient(image)[:3, :3].T, [[0, 1, 0], [0, 0, -1], [-1, 0, 0]])
    fields["AnatomicalOrientation"] = "???"
    (image,) = opened_bytes("a.mha", header(VALUES, **fields) + plain(VALUES))
    assert not image.oriented


def test_without_a_spacing_nothing_is_measured() -> None:
    (image,) = opened_bytes("a.mha", header(VALUES, ElementSpacing="") + plain(VALUES))
    assert Caveat.SPACING_UNKNOWN in image.caveats
    assert not image.measurable


@pytest.mark.parametrize("channels", [2, 3, 4])
@pytest.mark.parametrize("kind", ["u1", "f4"])
def test_channels_are_colours_or_parts(channels: int, kind: str) -> None:
    values = np.random.default_rng(1).integers(0, 255, (channels, 4, 5, 6)).astype(kind)
    head = header(values[0], ElementNumberOfChannels=str(channels))
    images = opened_bytes("a.mha", head + plain(values))
    if kind == "u1" and channels > 2:
        (image,) = images
        assert np.array_equal(stacked(image), np.moveaxis(values[:3], 0, 3))
    else:
        assert len(images) == channels
        assert all(
            np.array_equal(stacked(im), part) for im, part in zip(images, values, strict=True)
        )


def test_a_fourth_axis_is_time() -> None:
    values = np.arange(120, dtype="<i2").reshape(2, 3, 4, 5)
    images = opened_bytes("a.mha", header(values) + plain(values))
    for part, image in enumerate(images):
        assert np.array_equal(stacked(image), values[..., part])
        assert image.oriented


def test_two_axes_are_one_slice() -> None:
    values = VALUES[..., 0]
    (image,) = opened_bytes("a.mha", header(values) + plain(values))
    assert np.array_equal(image.source.frame(0), values.T)


def test_written_numbers() -> None:
    words = " ".join(str(value) for value in VALUES.ravel(order="F"))
    (image,) = opened_bytes("a.mha", header(VALUES, BinaryData="False") + words.encode())
    assert np.array_equal(stacked(image), VALUES)


@pytest.mark.parametrize("said", ["a.raw", "LIST", "s%d.raw 1 6 1"])
@pytest.mark.parametrize("packed", [False, True])
def test_values_beside(said: str, packed: bool) -> None:
    names = ["a.raw"] if said == "a.raw" else [f"s{number}.raw" for number in range(1, 7)]
    parts = [VALUES] if said == "a.raw" else [VALUES[..., at] for at in range(6)]
    head = header(VALUES, ElementDataFile=said, CompressedData=str(packed))
    if said == "LIST":
        head += "\n".join(names).encode()
    data = [zlib.compress(plain(part)) if packed else plain(part) for part in parts]
    files = [MemoryBytes(name, each) for name, each in zip(names, data, strict=True)]
    (image,) = opened([MemoryBytes("a.mhd", head), *files])
    assert np.array_equal(stacked(image), VALUES)


@pytest.mark.parametrize(("skip", "junk"), [("-1", 77), ("16", 16)])
def test_a_header_of_the_data_file_is_skipped(skip: str, junk: int) -> None:
    head = header(VALUES, ElementDataFile="a.raw", HeaderSize=skip)
    files = [MemoryBytes("a.mhd", head), MemoryBytes("a.raw", bytes(junk) + plain(VALUES))]
    (image,) = opened(files)
    assert np.array_equal(stacked(image), VALUES)


def test_half_of_it_names_the_other_half() -> None:
    error = problem_of(MemoryBytes("a.mhd", header(VALUES, ElementDataFile="a.raw"))).error
    assert (error.code, error.facts["wanted"]) == ("missing-data-file", "a.raw")
    error = problem_of(MemoryBytes("a.raw", plain(VALUES))).error
    assert error.code == "missing-header-file"
    assert ".mhd" in str(error)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"NDims": "0"}, "NDims"),
        ({"DimSize": "4 5"}, "DimSize"),
        ({"DimSize": "4 5 0"}, "DimSize"),
        ({"ElementType": "MET_STRING"}, "ElementType"),
        ({"ElementSpacing": "1 1"}, "ElementSpacing"),
        ({"TransformMatrix": "1 0 0"}, "TransformMatrix"),
        ({"Offset": "a b c"}, "Offset"),
        ({"HeaderSize": "-2"}, "HeaderSize"),
        ({"ElementDataFile": ""}, "ElementDataFile"),
        ({"ElementNumberOfChannels": "-3"}, "ElementNumberOfChannels"),
    ],
)
def test_a_broken_header_names_its_field(fields: dict[str, str], named: str) -> None:
    error = problem_of(MemoryBytes("a.mha", header(VALUES, **fields) + plain(VALUES))).error
    assert error.code == "bad-header"
    assert f"field {named} " in str(error)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-of-its-kind"),
        (b"words\n" * 99, "not-of-its-kind"),
        (header(VALUES, ObjectType="Mesh"), "unsupported-volume"),
        (header(VALUES) + plain(VALUES)[:30], "truncated-file"),
        (header(VALUES, DimSize="3000 3000 3000", CompressedData="True"), "too-large"),
        (header(VALUES, DimSize="300 300 300", CompressedData="True"), "impossible-size"),
    ],
)
def test_what_cannot_be_shown_says_why(data: bytes, code: str) -> None:
    assert problem_of(MemoryBytes("a.mha", data)).error.code == code
