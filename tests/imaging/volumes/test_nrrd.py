"""NRRD: axes in space in any order, every encoding, values in other files."""

from __future__ import annotations

import bz2
import gzip
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.imaging.reader import scan
from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import Caveat
from labeler.model.stack import By, Division
from tests.support.volumes import (
    opened,
    opened_bytes,
    problem_of,
    stacked,
    voxel_to_patient,
)

NAMES = {
    "i1": "signed char",
    "u1": "uint8_t",
    "i2": "short",
    "u2": "unsigned short",
    "i4": "int",
    "u4": "uint32",
    "i8": "long long int",
    "u8": "ulonglong",
    "f4": "float",
    "f8": "double",
}
TO_LPS = {
    "right-anterior-superior": (-1, -1, 1),
    "RAS": (-1, -1, 1),
    "left-anterior-superior": (1, -1, 1),
    "LPS": (1, 1, 1),
    "left-posterior-superior-time": (1, 1, 1),
}


def header(values: NDArray[Any], encoding: str = "raw", **fields: str) -> bytes:
    """`values` are indexed as the axes are named: the first one fastest in the file."""
    usual = {
        "type": NAMES[values.dtype.str[1:]],
        "dimension": str(values.ndim),
        "sizes": " ".join(map(str, values.shape)),
        "encoding": encoding,
        "endian": "big" if values.dtype.str[0] == ">" else "little",
    }
    said = usual | {name.replace("_", " "): value for name, value in fields.items()}
    lines = [f"{name}: {value}" for name, value in said.items() if value]
    return "\n".join(["NRRD0005", "# a comment: with colon", "key:=value", *lines]).encode()


def plain(values: NDArray[Any]) -> bytes:
    return values.tobytes(order="F")


def encoded(values: NDArray[Any], encoding: str) -> bytes:
    data = plain(values)
    match encoding:
        case "gzip":
            return gzip.compress(data)
        case "bzip2":
            return bz2.compress(data)
        case "hex":
            digits = data.hex().encode()
            return b"\n".join(digits[at : at + 70] for at in range(0, len(digits), 70))
        case "ascii":
            return b"\n".join(str(value).encode() for value in values.ravel(order="F"))
    return data


def written(values: NDArray[Any], encoding: str = "raw", **fields: str) -> bytes:
    return header(values, encoding, **fields) + b"\n\n" + encoded(values, encoding)


def vectors(matrix: NDArray[np.float64], before: int = 0, after: int = 0) -> dict[str, str]:
    words = ["none"] * before + [f"({x!r},{y!r},{z!r})" for x, y, z in matrix[:3, :3].T.tolist()]
    x, y, z = matrix[:3, 3].tolist()
    return {
        "space_directions": " ".join(words + ["none"] * after),
        "space_origin": f"({x!r},{y!r},{z!r})",
    }


@given(
    turn=st.lists(st.floats(-1, 1), min_size=9, max_size=9),
    space=st.sampled_from(sorted(TO_LPS)[:4]),
    before=st.integers(0, 1),
    after=st.integers(0, 1),
    kind=st.sampled_from(sorted(NAMES)),
    order=st.sampled_from("<>"),
    encoding=st.sampled_from(("raw", "gzip", "bzip2", "hex", "ascii")),
)
@settings(max_examples=150, deadline=None)
def test_axes_stand_where_their_directions_say(
    turn: list[float], space: str, before: int, after: int, kind: str, order: str, encoding: str
) -> None:
    matrix = np.eye(4)
    matrix[:3, :3] = np.linalg.qr(np.reshape(turn, (3, 3)) + 2 * np.eye(3))[0] * (2, 0.7, 1.5)
    matrix[:3, 3] = (10, -20, 30)
    shape = ((3,) * before) + (4, 5, 6) + ((2,) * after)
    values = np.random.default_rng(5).integers(0, 120, shape).astype(order + kind)
    data = written(values, encoding, space=space, **vectors(matrix, before, after))
    images = opened_bytes("a.nrrd", data)
    apart = values.reshape((3**before, 4, 5, 6, 2**after))
    wanted = [apart[first, ..., last] for last in range(2**after) for first in range(3**before)]
    assert len(images) == len(wanted)
    to_lps = np.diag([*TO_LPS[space], 1.0])
    for image, part in zip(images, wanted, strict=True):
        assert np.array_equal(stacked(image), part)
        assert np.allclose(voxel_to_patient(image), to_lps @ matrix, atol=1e-9)


def test_an_axis_between_others_is_no_space() -> None:
    values = np.arange(120, dtype="<i4").reshape(2, 3, 4, 5)
    fields = {"space_directions": "(1,0,0) (0,1,0) none (0,0,1)", "kinds": "space space list space"}
    found = scan([MemoryBytes("a.nrrd", written(values, space="LPS", **fields))]).series
    assert [one.header.division for one in found] == [
        (Division(By.DIMENSION, str(part)),) for part in (1, 2, 3, 4)
    ]
    images = opened_bytes("a.nrrd", written(values, space="LPS", **fields))
    for part, image in enumerate(images):
        assert np.array_equal(stacked(image), values[:, :, part])


def test_time_in_space_is_a_part() -> None:
    values = np.arange(48, dtype="<i2").reshape(2, 3, 4, 2)
    directions = "(1,0,0,0) (0,1,0,0) (0,0,1,0) (0,0,0,2)"
    data = written(values, space="left-posterior-superior-time", space_directions=directions)
    first, second = opened_bytes("a.nrrd", data)
    assert np.array_equal(stacked(second), values[..., 1])
    assert first.oriented


def test_colours_are_an_axis_of_their_kind() -> None:
    values = np.random.default_rng(1).integers(0, 255, (3, 4, 5, 6), np.uint8)
    (image,) = opened_bytes("a.nrrd", written(values, kinds="RGB-color space space space"))
    assert image.photometric == "RGB"
    assert np.array_equal(stacked(image), np.moveaxis(values, 0, 3))


@pytest.mark.parametrize("space", ["scanner-xyz", "3D-right-handed", ""])
def test_a_space_that_names_no_side_tells_none(space: str) -> None:
    values = np.zeros((2, 3, 4), "<i2")
    directions = "(2,0,0) (0,3,0) (0,0,4)" if space else ""
    spacings = "" if space else "2 3 4"
    data = written(values, space=space, space_directions=directions, spacings=spacings)
    (image,) = opened_bytes("a.nrrd", data)
    assert not image.oriented
    assert Caveat.ORIENTATION_UNKNOWN in image.caveats
    assert image.affine.spacing_mm == (2, 3, 4)


def test_without_sizes_nothing_is_measured() -> None:
    (image,) = opened_bytes("a.nrrd", written(np.zeros((2, 3, 4), "<i2")))
    assert Caveat.SPACING_UNKNOWN in image.caveats
    assert not image.measurable


@pytest.mark.parametrize(("unit", "mm"), [('"mm"', 1), ('"um"', 1e-3), ('"pixel"', None)])
def test_units(unit: str, mm: float | None) -> None:
    values = np.zeros((2, 3, 4), "<i2")
    fields = vectors(np.diag([2.0, 2, 2, 1])) | {"space_units": " ".join([unit] * 3)}
    (image,) = opened_bytes("a.nrrd", written(values, space="LPS", **fields))
    assert image.affine.spacing_mm == pytest.approx((2 * (mm or 1),) * 3)
    assert (Caveat.UNIT_ASSUMED in image.caveats) is (mm is None)


VALUES = np.random.default_rng(3).integers(0, 999, (4, 5, 6)).astype("<i2")


@pytest.mark.parametrize("encoding", ["raw", "gzip", "bzip2", "hex", "ascii"])
def test_values_in_a_file_beside(encoding: str) -> None:
    head = header(VALUES, encoding, data_file="a.values")
    files = [MemoryBytes("x/a.nhdr", head), MemoryBytes("x/a.values", encoded(VALUES, encoding))]
    (image,) = opened(files)
    assert np.array_equal(stacked(image), VALUES)


@pytest.mark.parametrize("said", ["LIST", "s%02d.raw 1 6 1", "s%02d.raw 6 1 -1"])
@pytest.mark.parametrize("encoding", ["raw", "gzip"])
def test_values_in_many_files(said: str, encoding: str) -> None:
    names = [f"s{number:02d}.raw" for number in range(1, 7)]
    slices = {
        name: MemoryBytes(name, encoded(VALUES[..., at], encoding)) for at, name in enumerate(names)
    }
    head = header(VALUES, encoding) + f"\ndata file: {said}\n".encode()
    if said == "LIST":
        head += "\n".join(names).encode()
    (image,) = opened([MemoryBytes("a.nhdr", head), *slices.values()])
    backwards = VALUES[..., ::-1] if "-1" in said else VALUES
    assert np.array_equal(stacked(image), backwards)


@pytest.mark.parametrize("said", ["../a.raw", "/etc/passwd", "C:\\a.raw", "gone.raw"])
def test_a_file_elsewhere_is_named_and_not_opened(said: str) -> None:
    error = problem_of(MemoryBytes("x/a.nhdr", header(VALUES, data_file=said))).error
    assert (error.code, error.facts["wanted"]) == ("missing-data-file", said)


def test_lines_and_bytes_are_skipped() -> None:
    junk = b"one\ntwo\n???"
    data = MemoryBytes("a.raw", junk + plain(VALUES))
    head = header(VALUES, data_file="a.raw", line_skip="2", byte_skip="3")
    (image,) = opened([MemoryBytes("a.nhdr", head), data])
    assert np.array_equal(stacked(image), VALUES)
    head = header(VALUES, data_file="a.raw", byte_skip="-1")
    (image,) = opened([MemoryBytes("a.nhdr", head), data])
    assert np.array_equal(stacked(image), VALUES)
    packed = MemoryBytes("a.gz", b"one\n" + gzip.compress(b"???" + plain(VALUES)))
    head = header(VALUES, "gzip", data_file="a.gz", line_skip="1", byte_skip="3")
    (image,) = opened([MemoryBytes("a.nhdr", head), packed])
    assert np.array_equal(stacked(image), VALUES)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"type": "block"}, "type"),
        ({"dimension": "99"}, "dimension"),
        ({"sizes": "4 5"}, "sizes"),
        ({"sizes": "4 5 -6"}, "sizes"),
        ({"sizes": "4 5 x"}, "sizes"),
        ({"encoding": "rot13"}, "encoding"),
        ({"endian": ""}, "endian"),
        ({"space_directions": "(1,0,0) (0,1,0)"}, "space directions"),
        ({"space_directions": "none none none"}, "space directions"),
        ({"spacings": "1 a 2"}, "spacings"),
        ({"byte_skip": "-7"}, "byte skip"),
        ({"kinds": "list list list"}, "kinds"),
        ({"data_file": "s%n.raw 1 6 1"}, "data file"),
        ({"data_file": "s%03d.raw 1 99999999 1"}, "data file"),
    ],
)
def test_a_broken_header_names_its_field(fields: dict[str, str], named: str) -> None:
    error = problem_of(MemoryBytes("a.nrrd", written(VALUES, **fields))).error
    assert error.code == "bad-header"
    assert f"field {named} " in str(error)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-of-its-kind"),
        (b"NRRD0004\ntype: short", "truncated-file"),
        (written(VALUES)[:150], "truncated-file"),
        (written(VALUES, "gzip", sizes="4000 5000 6000"), "too-large"),
        (written(VALUES, "gzip", sizes="400 500 600"), "impossible-size"),
        (written(VALUES, "bzip2", sizes="4000 5000 60"), "too-large"),
        (written(VALUES, "hex", sizes="4000 5000 60"), "too-large"),
        (written(VALUES, sizes="400000 500000 1"), "too-large"),
    ],
)
def test_what_cannot_be_shown_says_why(data: bytes, code: str) -> None:
    assert problem_of(MemoryBytes("a.nrrd", data)).error.code == code


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("hex", b"0g" * 240),
        ("ascii", b"12 x " * 120),
        ("ascii", b"99999 " * 120),
        ("ascii", b"1" * 1000),
        ("bzip2", b"no such thing"),
        ("gzip", b"no such thing"),
    ],
)
def test_values_that_are_none_are_an_error_of_the_image(encoding: str, data: bytes) -> None:
    (image,) = opened_bytes("a.nrrd", header(VALUES, encoding) + b"\n\n" + data)
    with pytest.raises(Exception, match="cannot be decoded"):
        image.source.frame(0)
