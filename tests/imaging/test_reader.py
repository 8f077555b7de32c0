"""Files to series to Image, on small files made here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import FileDataset

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.model.image import Caveat, Image
from tests.support.dicom_files import (
    AXIAL,
    CORONAL,
    SAGITTAL,
    save,
    slice_dataset,
    write_stack,
)


def opened(folder: Path, decoders: DecoderPool) -> Image:
    found = scan(folder_files(folder))
    assert not found.problems
    return open_image(main_series(found), decoders)


def middles(image: Image) -> list[int]:
    return [int(image.source.frame(k)[0, 0]) for k in range(image.source.shape[0])]


def test_axial_slices_run_from_head_to_feet_and_the_affine_places_them(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    write_stack(tmp_path, [(10, 20, z) for z in (0, 2.5, 5, 7.5)])
    image = opened(tmp_path, decoders)
    assert middles(image) == [103, 102, 101, 100]
    assert image.affine.spacing_mm == pytest.approx((0.5, 0.7, 2.5))
    corner = image.affine.to_patient(np.array([[0, 0, 0], [7, 5, 3]], float))
    assert corner == pytest.approx(np.array([[10, 20, 7.5], [13.5, 23.5, 0]]))
    assert image.caveats == ()
    assert (image.unit, image.slopes[0], image.intercepts[0]) == ("HU", 1.0, -1024.0)
    assert [(w.center, w.width) for w in image.windows] == [(40, 350), (-600, 1500)]
    assert image.instance_numbers == (4, 3, 2, 1)


@pytest.mark.parametrize(
    ("orientation", "axis", "expected"),
    [(AXIAL, 2, [102, 101, 100]), (CORONAL, 1, [100, 101, 102]), (SAGITTAL, 0, [100, 101, 102])],
)
def test_each_plane_is_counted_the_way_it_is_read(
    tmp_path: Path, decoders: DecoderPool, orientation: object, axis: int, expected: list[int]
) -> None:
    positions = [[0.0, 0.0, 0.0] for _ in range(3)]
    for k, position in enumerate(positions):
        position[axis] = 3.0 * k
    write_stack(tmp_path, positions, orientation=orientation)
    assert middles(opened(tmp_path, decoders)) == expected


def test_a_missing_slice_is_told(tmp_path: Path, decoders: DecoderPool) -> None:
    write_stack(tmp_path, [(0, 0, z) for z in (0, 1.5, 3, 6, 7.5)])
    assert Caveat.MISSING_SLICES in opened(tmp_path, decoders).caveats


def test_uneven_spacing_is_told(tmp_path: Path, decoders: DecoderPool) -> None:
    write_stack(tmp_path, [(0, 0, z) for z in (0, 4, 8, 15, 22)])
    assert opened(tmp_path, decoders).caveats == (Caveat.SPACING_UNEVEN,)


def test_gantry_tilt_shears_the_affine(tmp_path: Path, decoders: DecoderPool) -> None:
    tilt = np.deg2rad(18.5)
    orientation = (1, 0, 0, 0, float(np.cos(tilt)), -float(np.sin(tilt)))
    write_stack(tmp_path, [(0, 0, z) for z in (0, 4, 8)], orientation=orientation)
    image = opened(tmp_path, decoders)
    assert image.caveats == (Caveat.GANTRY_TILT,)
    assert image.affine.matrix[:3, 2] == pytest.approx([0, 0, -4])
    assert image.affine.matrix[:3, 1] == pytest.approx([0, 0.7 * np.cos(tilt), -0.7 * np.sin(tilt)])


def test_unknown_spacing_blocks_measuring(tmp_path: Path, decoders: DecoderPool) -> None:
    write_stack(tmp_path, [(0, 0, 0)], spacing=None)
    image = opened(tmp_path, decoders)
    assert Caveat.SPACING_UNKNOWN in image.caveats
    assert not image.measurable


def test_spacing_at_the_detector_is_told(tmp_path: Path, decoders: DecoderPool) -> None:
    def at_detector(_k: int, dataset: FileDataset) -> None:
        dataset.ImagerPixelSpacing = [0.2, 0.2]

    write_stack(tmp_path, [(0, 0, 0)], spacing=None, modality="DX", change=at_detector)
    image = opened(tmp_path, decoders)
    assert Caveat.SPACING_PROJECTED in image.caveats
    assert image.affine.spacing_mm[:2] == pytest.approx((0.2, 0.2))


def test_unknown_orientation_keeps_the_numbers_order(tmp_path: Path, decoders: DecoderPool) -> None:
    write_stack(tmp_path, [(0, 0, 9), (0, 0, 1), (0, 0, 5)], orientation=None)
    image = opened(tmp_path, decoders)
    assert middles(image) == [100, 101, 102]
    assert Caveat.ORIENTATION_UNKNOWN in image.caveats
    assert not image.oriented


def test_two_images_at_each_position_become_two_parts(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    write_stack(tmp_path, [(0, 0, 0), (0, 0, 1), (0, 0, 2), (0, 0, 0), (0, 0, 1), (0, 0, 2)])
    parts = scan(folder_files(tmp_path)).series
    assert [(s.header.part, s.header.parts, s.header.count) for s in parts] == [
        (1, 2, 3),
        (2, 2, 3),
    ]
    images = [open_image(part, decoders) for part in parts]
    assert [middles(image) for image in images] == [[102, 101, 100], [105, 104, 103]]
    assert all(Caveat.DOUBLED_SLICES in image.caveats for image in images)


def test_a_file_that_is_there_twice_is_shown_once(tmp_path: Path, decoders: DecoderPool) -> None:
    first, *_ = write_stack(tmp_path, [(0, 0, 0), (0, 0, 1)])
    (tmp_path / "copy").write_bytes(first.read_bytes())
    image = opened(tmp_path, decoders)
    assert middles(image) == [101, 100]
    assert image.stack.copies == 1
    assert Caveat.DOUBLED_SLICES not in image.caveats, "one of them is shown: nothing is doubtful"


def test_planes_and_sizes_are_parted(tmp_path: Path) -> None:
    write_stack(tmp_path / "a", [(0, 0, 0), (0, 0, 1)])
    write_stack(tmp_path / "b", [(0, 0, 0)], orientation=CORONAL)
    write_stack(tmp_path / "c", [(0, 0, 5)], size=(4, 4))
    write_stack(tmp_path / "d", [(0, 0, 0)], series="9")
    for k, path in enumerate(sorted(tmp_path.rglob("IM*"))):
        path.rename(path.with_name(f"{k}"))
    headers = [series.header for series in scan(folder_files(tmp_path)).series]
    # b and c reuse a's first instance UID in another plane and size: still other images.
    assert sorted((h.uid[-1], h.count, h.parts) for h in headers) == [
        ("1", 1, 3),
        ("1", 1, 3),
        ("1", 2, 3),
        ("9", 1, 1),
    ]


def test_no_patient_is_named_in_an_image(tmp_path: Path, decoders: DecoderPool) -> None:
    write_stack(tmp_path, [(0, 0, 0)])
    image = opened(tmp_path, decoders)
    assert "Nobody" not in repr(image.info)
    assert "SYNTHETIC" not in repr((image.info, image.refs))


def test_bits_beyond_bits_stored_are_dropped(tmp_path: Path, decoders: DecoderPool) -> None:
    dataset = slice_dataset(np.array([[0xF801, 0x0FFF], [0x0800, 0x07FF]], np.uint16))
    dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 12, 11, 1
    save(dataset, tmp_path / "one")
    values = opened(tmp_path, decoders).source.frame(0)
    assert values.dtype == np.int16
    assert values.tolist() == [[-2047, -1], [-2048, 2047]]


def test_planar_colour_becomes_interleaved(tmp_path: Path, decoders: DecoderPool) -> None:
    rgb = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    dataset = slice_dataset(rgb, modality="US")
    dataset.PlanarConfiguration = 1
    dataset.PixelData = np.moveaxis(rgb, -1, 0).tobytes()
    save(dataset, tmp_path / "one")
    image = opened(tmp_path, decoders)
    assert np.array_equal(image.source.frame(0), rgb)
    assert image.is_color


def test_a_folder_without_an_image_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see")
    (tmp_path / ".hidden").write_bytes(b"\0" * 128 + b"DICM")
    found = scan(folder_files(tmp_path))
    assert [(p.name, p.error.code) for p in found.problems] == [("notes.txt", "not-an-image")]
    with pytest.raises(LabelerError) as caught:
        main_series(found)
    assert caught.value.code == "no-image"


def test_what_is_missing_of_a_truncated_file_is_0_and_told(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    paths = write_stack(tmp_path, [(0, 0, 0), (0, 0, 1), (0, 0, 2)])
    paths[1].write_bytes(paths[1].read_bytes()[:-10])
    image = opened(tmp_path, decoders)
    assert Caveat.CUT_SHORT in image.caveats
    values = image.source.frame(1).ravel()
    assert values.tolist() == [101] * 43 + [0] * 5
    assert image.cut_short == {1: 5}
    assert [image.rows_there(index) for index in range(3)] == [6, 5, 6]


def test_a_truncated_file_spoils_only_its_own_slice(tmp_path: Path, decoders: DecoderPool) -> None:
    paths = write_stack(tmp_path, [(0, 0, 0), (0, 0, 1), (0, 0, 2)])
    paths[1].write_bytes(paths[1].read_bytes()[:-90])
    image = opened(tmp_path, decoders)
    assert Caveat.CUT_SHORT in image.caveats
    assert int(image.source.frame(0)[0, 0]) == 102
    with pytest.raises(LabelerError) as caught:
        image.source.frame(1)
    assert caught.value.code == "truncated-image"
    assert caught.value.facts["number"] == 2
    assert caught.value.facts["tag"] == "(7FE0,0010)"


def test_a_file_cut_in_its_header_is_named(tmp_path: Path) -> None:
    path = write_stack(tmp_path, [(0, 0, 0)])[0]
    path.write_bytes(path.read_bytes()[:500])
    found = scan(folder_files(tmp_path))
    assert not found.series
    assert found.problems[0].error.code == "truncated-file"


def test_a_file_that_is_not_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "scan.dcm").write_bytes(b"<html>not a scan</html>" * 40)
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 10)
    (tmp_path / "liar.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"nonsense" * 40)
    codes = {p.name: p.error.code for p in scan(folder_files(tmp_path)).problems}
    assert codes["scan.dcm"] == "not-an-image"
    assert codes["photo.png"] == "broken-picture"
    assert codes["liar.dcm"] in ("no-pixels", "truncated-file")


@pytest.mark.parametrize("tag", ["Rows", "Columns", "BitsAllocated"])
def test_the_missing_tag_is_named(tmp_path: Path, tag: str) -> None:
    dataset = slice_dataset(np.zeros((4, 4), np.int16))
    expected = dataset.data_element(tag).tag
    dataset["PixelData"].VR = "OW"
    delattr(dataset, tag)
    save(dataset, tmp_path / "one")
    error = scan(folder_files(tmp_path)).problems[0].error
    assert error.code == "missing-tag"
    assert error.facts["tag"] == f"({expected.group:04X},{expected.element:04X})"


def test_slices_side_by_side_are_told_by_the_image_type_alone(
    tmp_path: Path, decoders: DecoderPool
) -> None:
    def tiled(_number: int, dataset: FileDataset) -> None:
        dataset.ImageType = ["DERIVED", "PRIMARY", "M", "MOSAIC"]

    write_stack(tmp_path, [(0, 0, 0), (0, 0, 2)], change=tiled)
    image = opened(tmp_path, decoders)
    assert image.caveats == (Caveat.MOSAIC,)
    assert not image.oriented
    assert not image.measurable
