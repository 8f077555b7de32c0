"""NIfTI and Analyze: places and values as nibabel sees them; a broken header names its field."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import MemoryBytes, folder_files
from labeler.model.image import Caveat, Window
from tests.support.dicom_files import NoDecoders
from tests.support.volumes import (
    RAS_TO_LPS,
    opened,
    opened_bytes,
    opened_path,
    problem_of,
    stacked,
    voxel_to_patient,
)

TYPES = ("u1", "i1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")
Matrix = NDArray[np.float64]


@st.composite
def maps(draw: st.DrawFn) -> Matrix:
    """Any order of axes, any side, any turn, with sheared slices."""
    turn = np.linalg.qr(
        np.array(draw(st.lists(st.floats(-1, 1), min_size=9, max_size=9))).reshape(3, 3)
        + 2 * np.eye(3)
    )[0]
    order = list(draw(st.permutations(range(3))))
    sides = np.diag(draw(st.lists(st.sampled_from([-1.0, 1.0]), min_size=3, max_size=3)))
    sizes = np.diag(draw(st.lists(st.floats(0.3, 5), min_size=3, max_size=3)))
    matrix = np.eye(4)
    matrix[:3, :3] = turn[:, order] @ sides @ sizes
    matrix[:3, 2] += draw(st.floats(-0.3, 0.3)) * matrix[:3, 0]
    matrix[:3, 3] = draw(st.lists(st.floats(-300, 300), min_size=3, max_size=3))
    return matrix


def written(
    values: NDArray[Any],
    matrix: Matrix | None,
    *,
    version: int = 1,
    order: str = "<",
    **fields: Any,
) -> bytes:
    """One file by nibabel; `fields` are set in its header as they are."""
    kind = nibabel.Nifti1Image if version == 1 else nibabel.Nifti2Image
    header = kind.header_class(endianness=order)
    header.set_data_dtype(values.dtype.newbyteorder(order))
    image = kind(values, None, header)
    if matrix is not None:
        image.set_sform(matrix, 2)
        image.set_qform(None, 0)
    plain = image.to_bytes()
    head = kind.header_class(plain[: kind.header_class.sizeof_hdr], endianness=order, check=False)
    offset = int(head["vox_offset"])
    for name, value in fields.items():
        head[name] = value
    return bytes(head.binaryblock) + plain[len(head.binaryblock) : offset] + plain[offset:]


@given(
    matrix=maps(),
    shape=st.tuples(*(st.integers(2, 5),) * 3, st.integers(1, 3), st.integers(1, 2)),
    kind=st.sampled_from(TYPES),
    order=st.sampled_from("<>"),
    version=st.sampled_from((1, 2)),
    scale=st.sampled_from([(0.0, 0.0), (2.5, -7.0), (1e-8, 0.0), (-1.0, 3.0)]),
    packed=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_every_voxel_lies_and_counts_as_nibabel_says(
    matrix: Matrix,
    shape: tuple[int, ...],
    kind: str,
    order: str,
    version: int,
    scale: tuple[float, float],
    packed: bool,
) -> None:
    values = np.random.default_rng(1).integers(0, 120, shape).astype(kind)
    slope, intercept = scale
    data = written(
        values, matrix, version=version, order=order, scl_slope=slope, scl_inter=intercept
    )
    oracle = (nibabel.Nifti1Image if version == 1 else nibabel.Nifti2Image).from_bytes(data)
    images = opened_bytes("a.nii.gz", gzip.compress(data)) if packed else opened_bytes("a", data)
    parts = shape[3] * shape[4]
    assert len(images) == parts
    wanted = np.asarray(oracle.dataobj, np.float64).reshape((*shape[:3], parts), order="F")
    for part, image in enumerate(images):
        assert np.allclose(voxel_to_patient(image), RAS_TO_LPS @ oracle.affine, atol=1e-4)
        assert np.allclose(stacked(image), wanted[..., part], rtol=1e-6, atol=0)
        assert {ref.frame // shape[2] for ref in image.refs} == {part}
        assert Caveat.DOUBLED_SLICES not in image.caveats


@given(matrix=maps(), qfac=st.sampled_from([-1.0, 1.0, 0.0]))
@settings(max_examples=60, deadline=None)
def test_a_qform_turns_as_nibabel_turns_it(matrix: Matrix, qfac: float) -> None:
    values = np.zeros((2, 3, 4), np.int16)
    image = nibabel.Nifti1Image(values, None)
    image.set_qform(matrix, 1, strip_shears=True)
    image.set_sform(None, 0)
    image.header["pixdim"][0] = qfac or image.header["pixdim"][0]
    oracle = nibabel.Nifti1Image.from_bytes(image.to_bytes())
    (found,) = opened_bytes("a.nii", image.to_bytes())
    assert np.allclose(voxel_to_patient(found), RAS_TO_LPS @ oracle.affine, atol=1e-3)
    assert found.oriented


@pytest.mark.parametrize(("unit", "mm"), [("meter", 1000.0), ("mm", 1.0), ("micron", 1e-3)])
def test_a_unit_of_length_is_turned_into_millimetres(unit: str, mm: float) -> None:
    image = nibabel.Nifti1Image(np.zeros((3, 4, 5), np.uint8), np.diag([2.0, 3.0, 4.0, 1.0]))
    image.header.set_xyzt_units(unit)
    image.set_sform(np.diag([2.0, 3.0, 4.0, 1.0]), 1)
    (found,) = opened_bytes("a.nii", image.to_bytes())
    assert found.affine.spacing_mm == pytest.approx((2 * mm, 3 * mm, 4 * mm))
    assert found.source.shape == (5, 4, 3)
    assert Caveat.UNIT_ASSUMED not in found.caveats


def test_no_unit_is_millimetres_and_said() -> None:
    (found,) = opened_bytes("a.nii", written(np.zeros((2, 2, 2), "i2"), np.eye(4)))
    assert found.affine.spacing_mm == (1, 1, 1)
    assert Caveat.UNIT_ASSUMED in found.caveats


def test_without_a_form_no_side_is_told() -> None:
    data = written(np.zeros((2, 3, 4), "i2"), None, pixdim=[1, 2, 3, 4, 0, 0, 0, 0])
    (found,) = opened_bytes("a.nii", data)
    assert not found.oriented
    assert Caveat.ORIENTATION_UNKNOWN in found.caveats
    assert found.affine.spacing_mm == (2, 3, 4)


@pytest.mark.parametrize("pixdim", [(0.0, 3.0), (np.nan, 3.0)])
def test_a_size_of_nothing_blocks_measuring(pixdim: tuple[float, float]) -> None:
    sizes = [1, *pixdim, 4, 0, 0, 0, 0]
    data = written(np.zeros((2, 3, 4), "i2"), None, pixdim=sizes, qform_code=1)
    (found,) = opened_bytes("a.nii", data)
    assert found.oriented
    assert Caveat.SPACING_UNKNOWN in found.caveats
    assert not found.measurable


def test_a_negative_size_is_as_large() -> None:
    data = written(np.zeros((2, 3, 4), "i2"), None, pixdim=[1, -2, 3, 4, 0, 0, 0, 0], qform_code=1)
    (found,) = opened_bytes("a.nii", data)
    assert found.affine.spacing_mm == (2, 3, 4)
    oracle = nibabel.Nifti1Image.from_bytes(data)
    assert np.allclose(voxel_to_patient(found), RAS_TO_LPS @ oracle.affine)


def test_a_form_of_zeros_gives_way_to_the_other() -> None:
    data = written(
        np.zeros((2, 3, 4), "i2"),
        None,
        sform_code=1,
        qform_code=1,
        srow_x=[0, 0, 0, 0],
        srow_y=[0, 0, 0, 0],
        srow_z=[0, 0, 0, 0],
    )
    (found,) = opened_bytes("a.nii", data)
    assert found.oriented
    assert np.allclose(voxel_to_patient(found), RAS_TO_LPS)


def test_two_forms_of_different_sides_are_told() -> None:
    image = nibabel.Nifti1Image(np.zeros((2, 3, 4), np.int16), None)
    image.set_sform(np.diag([-1.0, 1, 1, 1]), 1)
    image.set_qform(np.eye(4), 1)
    (found,) = opened_bytes("a.nii", image.to_bytes())
    assert Caveat.FORMS_DISAGREE in found.caveats
    assert np.allclose(voxel_to_patient(found), RAS_TO_LPS @ image.get_sform())


def test_skewed_pixels_keep_their_places_and_are_told() -> None:
    matrix = np.eye(4)
    matrix[0, 1] = 0.4
    values = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    (found,) = opened_bytes("a.nii", written(values, matrix))
    assert Caveat.PLANE_SHEARED in found.caveats
    assert np.allclose(voxel_to_patient(found), RAS_TO_LPS @ matrix)
    assert found.measurable


def test_slices_nearer_than_a_micrometre_stay_apart() -> None:
    matrix = np.diag([5e-4, 5e-4, 5e-4, 1.0])
    values = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    (found,) = opened_bytes("a.nii", written(values, matrix))
    assert np.array_equal(stacked(found), values)
    assert np.allclose(voxel_to_patient(found), RAS_TO_LPS @ matrix, atol=1e-9)


@pytest.mark.parametrize("fields", ["RGB", "RGBA"])
def test_colours(fields: str) -> None:
    values = np.random.default_rng(2).integers(0, 255, (3, 4, 5, len(fields)), np.uint8)
    kind = np.dtype([(name, "u1") for name in fields])
    image = nibabel.Nifti1Image(values.view(kind).reshape(3, 4, 5), np.eye(4))
    (found,) = opened_bytes("a.nii", image.to_bytes())
    assert found.photometric == "RGB"
    assert np.array_equal(stacked(found), np.moveaxis(values[..., :3], 2, 2))


def test_the_shown_range_is_the_window() -> None:
    data = written(np.zeros((2, 2, 2), "f4"), np.eye(4), cal_min=-100, cal_max=300)
    (found,) = opened_bytes("a.nii", data)
    assert found.windows == (Window(center=100, width=400),)
    assert Caveat.WINDOW_ESTIMATED not in found.caveats


def test_extensions_are_passed_over() -> None:
    image = nibabel.Nifti1Image(np.arange(8, dtype="i2").reshape(2, 2, 2), np.eye(4))
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension(6, b"a comment" * 50))
    (found,) = opened_bytes("a.nii", image.to_bytes())
    assert np.array_equal(stacked(found), np.asarray(image.dataobj))


@pytest.mark.parametrize("kind", [nibabel.Nifti1Pair, nibabel.Nifti2Pair, nibabel.AnalyzeImage])
@pytest.mark.parametrize("packed", [False, True])
def test_a_pair_is_one_series(tmp_path: Path, kind: Any, packed: bool) -> None:
    values = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    matrix = np.diag([2.0, 3.0, 4.0, 1.0])
    names = {key: io.BytesIO() for key in ("header", "image")}
    kind(values, matrix).to_file_map(
        {key: nibabel.FileHolder(fileobj=stream) for key, stream in names.items()}
    )
    for key, ending in (("header", ".hdr"), ("image", ".img")):
        data = names[key].getvalue()
        name = f"brain{ending}{'.gz' if packed else ''}"
        (tmp_path / name).write_bytes(gzip.compress(data) if packed else data)
    (found,) = opened_path(tmp_path)
    assert np.array_equal(stacked(found), values)
    assert found.affine.spacing_mm == (2, 3, 4)
    assert found.oriented is (kind is not nibabel.AnalyzeImage)


def test_half_a_pair_names_the_other_half(tmp_path: Path) -> None:
    image = nibabel.Nifti1Pair(np.zeros((2, 3, 4), np.int16), np.eye(4))
    image.to_filename(str(tmp_path / "brain.hdr"))
    header, values = folder_files(tmp_path)
    alone = problem_of(values).error
    assert (alone.code, alone.facts["wanted"]) == ("missing-header-file", "brain.hdr")
    (tmp_path / "brain.img").unlink()
    alone = problem_of(header).error
    assert (alone.code, alone.facts["wanted"]) == ("missing-data-file", "brain.img")


def test_a_header_chosen_alone_finds_its_other_half(tmp_path: Path) -> None:
    values = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
    nibabel.Nifti1Pair(values, np.eye(4)).to_filename(str(tmp_path / "brain.hdr"))
    (image,) = opened_path(tmp_path / "brain.hdr")
    assert image.source.shape == (4, 3, 2)


def test_equal_headers_with_other_values_are_other_series(tmp_path: Path) -> None:
    for name, value in (("a", 1), ("b", 2)):
        image = nibabel.Nifti1Pair(np.full((2, 3, 4), value, np.int16), np.eye(4))
        image.to_filename(str(tmp_path / f"{name}.hdr"))
    assert len({image.info.uid for image in opened_path(tmp_path)}) == 2


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"dim": [0, 2, 2, 2, 1, 1, 1, 1]}, "dim[0]"),
        ({"dim": [9, 2, 2, 2, 1, 1, 1, 1]}, "dim[0]"),
        ({"dim": [3, 2, -2, 2, 1, 1, 1, 1]}, "dim[2]"),
        ({"datatype": 17}, "datatype"),
        ({"vox_offset": 20}, "vox_offset"),
        ({"vox_offset": np.nan}, "vox_offset"),
        ({"scl_slope": 2, "scl_inter": np.inf}, "scl_inter"),
    ],
)
def test_a_broken_header_names_its_field(fields: dict[str, Any], named: str) -> None:
    data = written(np.zeros((2, 2, 2), "i2"), np.eye(4), **fields)
    error = problem_of(MemoryBytes("a.nii", data)).error
    assert error.code == "bad-header"
    assert f"field {named} " in str(error)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"datatype": 1}, "one-bit"),
        ({"datatype": 32}, "complex64"),
        ({"datatype": 1536}, "float128"),
        ({"datatype": 2048}, "complex256"),
        ({"intent_code": 3006}, "CIFTI-2"),
    ],
)
def test_what_is_not_read_is_named(fields: dict[str, Any], said: str) -> None:
    data = written(np.zeros((2, 2, 2), "i2"), np.eye(4), version=2, **fields)
    error = problem_of(MemoryBytes("a.dscalar.nii", data)).error
    assert error.code == "unsupported-volume"
    assert said in str(error)


@pytest.mark.parametrize("data", [b"", b"# just words\n" * 90, b"\x1f\x8b broken"])
def test_another_file_called_nii_is_said_to_be_none(data: bytes) -> None:
    error = problem_of(MemoryBytes("a.nii", data)).error
    assert error.code == "not-of-its-kind"
    assert "sizeof_hdr" in str(error)


def test_a_file_cut_short_shows_what_is_there() -> None:
    values = np.arange(64, dtype=np.int16).reshape(4, 4, 4)
    data = written(values, np.diag([1.0, 1, -1, 1]))
    (found,) = opened_bytes("a.nii", data[:-1])
    assert Caveat.CUT_SHORT in found.caveats
    assert np.array_equal(found.source.frame(0), values[..., 0].T)
    with pytest.raises(Exception, match="not whole"):
        found.source.frame(3)
    assert problem_of(MemoryBytes("a.nii", data[:370])).error.code == "truncated-file"
    assert problem_of(MemoryBytes("a.nii", data[:348])).error.code == "truncated-file"


def test_gzip_that_is_broken_or_short_says_so() -> None:
    values = np.random.default_rng(3).integers(0, 1000, (30, 30, 4)).astype("i2")
    packed = gzip.compress(written(values, np.eye(4)))
    flipped = bytearray(packed)
    flipped[len(packed) // 2] ^= 0xFF
    for data, said in ((bytes(flipped), "cannot be decoded"), (packed[:4000], "not whole")):
        (series,) = scan([MemoryBytes("a.nii.gz", data)]).series
        image = open_image(series, NoDecoders())
        with pytest.raises(Exception, match=said):
            image.source.frame(0)


def test_a_wrong_sum_at_the_end_is_found() -> None:
    packed = bytearray(gzip.compress(written(np.zeros((9, 9, 9), "i2"), np.eye(4))))
    packed[-6] ^= 1
    (image,) = opened_bytes("a.nii.gz", bytes(packed))
    with pytest.raises(Exception, match="cannot be decoded"):
        image.source.frame(0)


@pytest.mark.parametrize(
    ("dim", "code"),
    [
        ((3, 1500, 1500, 1500, 1, 1, 1, 1), "impossible-size"),
        ((4, 3000, 3000, 3000, 100, 1, 1, 1), "too-large"),
        ((3, 32767, 32767, 2, 1, 1, 1, 1), "impossible-size"),
    ],
)
def test_a_bomb_is_refused_by_its_header(dim: tuple[int, ...], code: str) -> None:
    data = written(np.zeros((2, 2, 2), "i2"), np.eye(4), dim=dim)
    error = problem_of(MemoryBytes("a.nii.gz", gzip.compress(data + bytes(1 << 20)))).error
    assert error.code == code


def test_too_many_images_are_refused() -> None:
    data = written(np.zeros((1, 1, 1), "u1"), np.eye(4), dim=(4, 1, 1, 30000, 4, 1, 1, 1))
    error = problem_of(MemoryBytes("a.nii", data + bytes(200_000))).error
    assert error.code == "too-many-frames"


def test_the_two_halves_of_a_size_are_read_in_either_order() -> None:
    data = written(np.zeros((2, 2, 2), "i2"), np.eye(4), order=">")
    assert struct.unpack(">i", data[:4]) == (348,)
    assert len(opened([MemoryBytes("any name", data)])) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_a_flood_of_parts_that_a_file_cannot_hold_is_refused(*, packed: bool) -> None:
    data = bytearray(written(np.zeros((2, 2, 2, 2), np.uint8), np.eye(4)))
    struct.pack_into("<h", data, 48, 30_000)
    whole = gzip.compress(bytes(data)) if packed else bytes(data)
    error = problem_of(MemoryBytes("a.nii.gz" if packed else "a.nii", whole)).error
    assert error.code == ("impossible-size" if packed else "truncated-file")
