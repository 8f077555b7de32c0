"""Segmentations over their image: right voxels on every kind of grid, or a refusal by name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import highdicom as hd
import numpy as np
import pydicom
import pytest

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.model.layers import LayerCaveat, LayerKind
from tests.imaging.conftest import WORKER
from tests.support.dicom_files import AXIAL
from tests.support.findings import (
    POSITIONS,
    SIZE,
    SPACING,
    opened,
    planes,
    read_folder,
    voxels_of,
    write_ct,
    write_seg,
)

CT = "dicom/dicomdir/77654033/CT2"
TILTED = (0.8, 0.6, 0.0, 0.0, 0.0, -1.0)


def blob(depth: int = len(POSITIONS)) -> np.ndarray:
    """A region without symmetry, empty on the first slice."""
    voxels = np.zeros((depth, *SIZE), dtype=np.uint8)
    voxels[1:, 2:7, 3:12] = 1
    voxels[2:, 2, 3] = 0
    voxels[3:, 6, 4:7] = 0
    return voxels


def from_feet(voxels: np.ndarray) -> np.ndarray:
    """Files run to the head; the image is read from the head."""
    return voxels[::-1].astype(bool)


@pytest.fixture(scope="module")
def decoders() -> Iterator[DecoderPool]:
    with DecoderPool(1, WORKER) as pool:
        yield pool


def test_a_binary_segment_keeps_its_voxels_label_colour_and_volume(tmp_path: Path) -> None:
    write_seg(write_ct(tmp_path), blob(), tmp_path / "seg.dcm")
    _, stack, found = read_folder(tmp_path)
    (layer,) = found.layers
    assert (layer.kind, layer.name, layer.meaning) == (LayerKind.SEGMENTATION, "Liver", "Liver")
    np.testing.assert_array_equal(voxels_of(found, stack), from_feet(blob()))
    assert layer.caveats == ()
    assert layer.missing == 0
    assert layer.volume_mm3 == pytest.approx(blob().sum() * 0.75 * 0.5 * 2.5)
    assert layer.color == pytest.approx(hd.color.CIELabColor(60.0, 40.0, 20.0).to_rgb(), abs=4)


def test_overlapping_segments_are_layers_of_their_own(tmp_path: Path) -> None:
    both = np.stack([blob(), np.roll(blob(), 2, axis=2)], axis=-1)
    write_seg(write_ct(tmp_path), both, tmp_path / "seg.dcm", labels=("Liver", "Cyst"))
    _, stack, found = read_folder(tmp_path)
    assert [(layer.number, layer.name) for layer in found.layers] == [(1, "Liver"), (2, "Cyst")]
    for number in (1, 2):
        expected = from_feet(both[..., number - 1])
        np.testing.assert_array_equal(voxels_of(found, stack, number), expected)


def test_a_label_map_gives_a_layer_for_each_label(tmp_path: Path) -> None:
    labels = blob() + 2 * (np.roll(blob(), 4, axis=2) * (1 - blob()))
    names = ("Liver", "Cyst")
    write_seg(write_ct(tmp_path), labels, tmp_path / "seg.dcm", kind="LABELMAP", labels=names)
    _, stack, found = read_folder(tmp_path)
    assert [layer.name for layer in found.layers] == ["Liver", "Cyst"]
    for number in (1, 2):
        np.testing.assert_array_equal(voxels_of(found, stack, number), from_feet(labels == number))


def test_shares_are_shown_from_one_half_and_it_is_said(tmp_path: Path) -> None:
    shares = blob() * 0.49
    shares[:, 4] = blob()[:, 4] * 0.51
    write_seg(write_ct(tmp_path), shares, tmp_path / "seg.dcm", kind="FRACTIONAL")
    _, stack, found = read_folder(tmp_path)
    np.testing.assert_array_equal(voxels_of(found, stack), from_feet(shares >= 0.5))
    assert found.layers[0].caveats == (LayerCaveat.FRACTIONAL,)


def test_rows_and_columns_that_run_the_other_way_are_turned(tmp_path: Path) -> None:
    """The same region stored with both axes reversed: geometry decides, never the order of rows."""
    sources = write_ct(tmp_path)
    far = [
        (x + (SIZE[1] - 1) * SPACING[1], y + (SIZE[0] - 1) * SPACING[0], z) for x, y, z in POSITIONS
    ]
    grid = planes(far, (-1.0, 0.0, 0.0, 0.0, -1.0, 0.0), (*SPACING, 2.5))
    write_seg(sources, blob()[:, ::-1, ::-1].copy(), tmp_path / "seg.dcm", **grid)
    _, stack, found = read_folder(tmp_path)
    np.testing.assert_array_equal(voxels_of(found, stack), from_feet(blob()))
    assert found.layers[0].caveats == (LayerCaveat.RESAMPLED,)


def test_an_oblique_image_takes_an_axial_segmentation_by_geometry(tmp_path: Path) -> None:
    """A ball on an axial grid, cut by an oblique stack: each voxel as its place says."""
    along = np.cross(TILTED[:3], TILTED[3:])
    origins = [tuple(-4 * np.array(TILTED[:3]) + (0, 0, 4) + (k - 2) * along) for k in range(5)]
    sources = write_ct(tmp_path, positions=origins, orientation=TILTED)
    axis = np.arange(33) * 0.4 - 6.4
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij")
    ball = (x**2 + y**2 + z**2 <= 9.0).astype(np.uint8)
    grid = planes([(axis[0], axis[0], height) for height in axis], AXIAL, (0.4, 0.4, 0.4))
    write_seg(sources, ball, tmp_path / "seg.dcm", **grid)
    _, stack, found = read_folder(tmp_path)
    shown = voxels_of(found, stack)
    column, row = np.meshgrid(np.arange(SIZE[1]), np.arange(SIZE[0]))
    for k in range(5):
        where = stack.origins[k] + column[..., None] * stack.right + row[..., None] * stack.down
        radius = np.linalg.norm(where, axis=-1)
        assert shown[k][radius < 2.6].all()
        assert not shown[k][radius > 3.4].any()
    assert shown.sum() > 100
    assert found.layers[0].caveats == (LayerCaveat.RESAMPLED,)
    assert found.layers[0].volume_mm3 == pytest.approx(ball.sum() * 0.064)


def test_another_frame_of_reference_is_refused_by_name(tmp_path: Path) -> None:
    far = write_ct(tmp_path / "far", space="1.2.3.4")
    for dataset in far:
        dataset.SOPInstanceUID += ".9"
    write_seg(far, blob(), tmp_path / "seg.dcm")
    write_ct(tmp_path / "near")
    _, _, found = opened([tmp_path / "seg.dcm", *sorted((tmp_path / "near").iterdir())])
    assert found.layers == ()
    (problem,) = found.problems
    assert problem.code == "other-frame-of-reference"
    assert "1.2.3.4" in problem.happened
    assert "refers to 5 images that are not here" in problem.happened


def test_what_was_made_for_absent_images_of_this_space_is_counted(tmp_path: Path) -> None:
    away = [(x, y, z + 500) for x, y, z in POSITIONS]
    far = write_ct(tmp_path / "far", positions=away)
    for dataset in far:
        dataset.SOPInstanceUID += ".9"
    write_seg(far, blob(), tmp_path / "seg.dcm")
    write_ct(tmp_path / "near")
    _, _, found = opened([tmp_path / "seg.dcm", *sorted((tmp_path / "near").iterdir())])
    assert [problem.code for problem in found.problems] == ["images-not-here"]
    assert "refers to 5 images that are not here" in found.problems[0].happened


def test_a_damaged_object_names_its_tag(tmp_path: Path) -> None:
    written = write_seg(write_ct(tmp_path), blob(), tmp_path / "seg.dcm")
    whole = (tmp_path / "seg.dcm").read_bytes()
    at = whole.index(b"\x62\x00\x04\x00US\x02\x00")
    (tmp_path / "seg.dcm").write_bytes(whole[: at + 4] + b"IS\x02\x00XX" + whole[at + 10 :])
    assert written.SegmentSequence[0].SegmentNumber == 1
    _, _, found = read_folder(tmp_path)
    (problem,) = found.problems
    assert (problem.code, problem.facts["tag"]) == ("broken-object", "(0062,0004)")


REAL = (
    ("seg_image_ct_binary.dcm", [766]),
    ("seg_image_ct_binary_fractional.dcm", [766]),
    ("seg_image_ct_true_fractional.dcm", [766]),
    ("seg_image_ct_binary_overlap.dcm", [64, 16]),
)


@pytest.mark.parametrize("name", [name for name, _ in REAL])
def test_real_segmentations_hold_what_highdicom_reads(
    test_data: Path, name: str, decoders: DecoderPool
) -> None:
    path = test_data / "dicom" / "seg_sr" / name
    _, stack, found = opened([path, *sorted((test_data / CT).iterdir())], decoders)
    assert found.problems == ()
    oracle = hd.seg.segread(path)
    assert [layer.number for layer in found.layers] == list(oracle.segment_numbers)
    uids = [ref.instance for ref in stack.refs]
    read = oracle.get_pixels_by_source_instance(uids, assert_missing_frames_are_empty=True)
    for layer in found.layers:
        said = oracle.get_segment_description(layer.number)
        assert layer.name == said.segment_label
        assert layer.meaning == said.segmented_property_type.meaning
        expected = read[..., layer.number - 1] >= 0.5
        np.testing.assert_array_equal(voxels_of(found, stack, layer.number), expected)
        measures = oracle.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
        voxel = float(np.prod(measures.PixelSpacing))
        gap = measures.get("SpacingBetweenSlices") or stack.spaced_mm
        assert layer.volume_mm3 == pytest.approx(expected.sum() * voxel * gap, rel=1e-6)


def test_real_single_frame_and_radiograph(test_data: Path, decoders: DecoderPool) -> None:
    folder = test_data / "dicom" / "seg_sr"
    pairs = (
        ("seg_image_ct_binary_single_frame.dcm", folder / "ct_image.dcm"),
        ("seg_image_cr_binary.dcm", test_data / "dicom/dicomdir/77654033/CR1/6154"),
    )
    for name, image in pairs:
        _, stack, found = opened([folder / name, image], decoders)
        expected = pydicom.dcmread(folder / name).pixel_array.astype(bool)
        np.testing.assert_array_equal(
            voxels_of(found, stack)[0], expected.reshape(expected.shape[-2:])
        )


@pytest.mark.parametrize(
    "name",
    [
        "seg_image_sm_control.dcm",
        "seg_image_sm_control_labelmap.dcm",
        "seg_image_sm_control_labelmap_palette_color.dcm",
    ],
)
def test_tiled_segmentations_are_refused_politely(
    test_data: Path, name: str, decoders: DecoderPool
) -> None:
    folder = test_data / "dicom" / "seg_sr"
    _, _, found = opened([folder / name, folder / "ct_image.dcm"], decoders)
    assert found.layers == ()
    assert [problem.code for problem in found.problems] == ["tiled-segmentation"]


@pytest.mark.parametrize("name", ["liver.dcm", "liver_nonbyte_aligned.dcm", "liver_deflate.dcm"])
def test_a_real_segmentation_without_its_images_says_so(
    test_data: Path, name: str, decoders: DecoderPool
) -> None:
    folder = test_data / "dicom" / "seg_sr"
    _, _, found = opened([folder / name, folder / "ct_image.dcm"], decoders)
    assert [problem.code for problem in found.problems] == ["other-frame-of-reference"]
    assert "refers to 3 images that are not here" in found.problems[0].happened
