"""DICOM whole slides, written with pydicom: how tiles are laid out, and in how many files."""

from __future__ import annotations

import io

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, JPEGBaseline8Bit

from labeler.errors import LabelerError
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import open_image, scan
from labeler.imaging.sources.files import MemoryBytes
from labeler.model.image import ByteSource, Caveat, Image, Pixels
from tests.support.dicom_files import ROOT, NoDecoders

SIZE = 8
PIXELS = np.random.default_rng(4).integers(0, 256, (20, 30, 3), np.uint8)
GRID = [(row, column) for row in range(3) for column in range(4)]


def tile(pixels: Pixels, row: int, column: int) -> Pixels:
    """Full tiles; beyond the edge they are white."""
    found = np.full((SIZE, SIZE, 3), 255, np.uint8)
    part = pixels[row * SIZE : (row + 1) * SIZE, column * SIZE : (column + 1) * SIZE]
    found[: part.shape[0], : part.shape[1]] = part
    return found


def instance(
    tiles: list[Pixels], number: int = 1, shape: tuple[int, int] = (20, 30)
) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.77.1.6"
    meta.MediaStorageSOPInstanceUID = f"{ROOT}.9.{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{ROOT}.1", f"{ROOT}.2"
    dataset.Modality = "SM"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    dataset.TotalPixelMatrixRows, dataset.TotalPixelMatrixColumns = shape
    dataset.Rows = dataset.Columns = SIZE
    dataset.SamplesPerPixel, dataset.PlanarConfiguration = 3, 0
    dataset.PhotometricInterpretation = "RGB"
    dataset.BitsAllocated = dataset.BitsStored = 8
    dataset.HighBit, dataset.PixelRepresentation = 7, 0
    dataset.NumberOfFrames = len(tiles)
    dataset.DimensionOrganizationType = "TILED_FULL"
    measures = Dataset()
    measures.PixelSpacing = [0.0005 * 20 / shape[0], 0.00025 * 20 / shape[0]]
    shared = Dataset()
    shared.PixelMeasuresSequence = [measures]
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PixelData = b"".join(one.tobytes() for one in tiles)
    return dataset


def source(dataset: FileDataset, name: str = "a.dcm") -> ByteSource:
    file = io.BytesIO()
    dataset.save_as(file, enforce_file_format=True)
    return MemoryBytes(name, file.getvalue())


def opened(*files: ByteSource) -> list[Image]:
    found = scan(files)
    assert not found.problems, found.problems[0].error
    return [open_image(series, NoDecoders()) for series in found.series]


def sparse(dataset: FileDataset, places: list[tuple[int, int]]) -> FileDataset:
    dataset.DimensionOrganizationType = "TILED_SPARSE"
    groups = []
    for row, column in places:
        position = Dataset()
        position.RowPositionInTotalImagePixelMatrix = row * SIZE + 1
        position.ColumnPositionInTotalImagePixelMatrix = column * SIZE + 1
        group = Dataset()
        group.PlanePositionSlideSequence = [position]
        groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = groups
    return dataset


def test_all_tiles_in_their_order() -> None:
    (image,) = opened(source(instance([tile(PIXELS, *at) for at in GRID])))
    assert np.array_equal(image.source.frame(0), PIXELS)
    assert image.affine.spacing_mm[:2] == pytest.approx((0.00025, 0.0005))
    assert image.measurable


def test_tiles_that_say_where_they_lie() -> None:
    places = GRID[::-1]
    (image,) = opened(source(sparse(instance([tile(PIXELS, *at) for at in places]), places)))
    assert np.array_equal(image.source.frame(0), PIXELS)
    assert Caveat.MISSING_TILES not in image.caveats


def test_tiles_that_were_not_kept_are_gaps() -> None:
    places = GRID[1:]
    (image,) = opened(source(sparse(instance([tile(PIXELS, *at) for at in places]), places)))
    assert Caveat.MISSING_TILES in image.caveats
    assert image.source.frame(0)[1, 4].tolist() == [128, 128, 128]
    assert np.array_equal(image.source.frame(0)[SIZE:], PIXELS[SIZE:])


def test_tiles_that_lie_in_no_grid_stay_frames() -> None:
    dataset = sparse(instance([tile(PIXELS, *at) for at in GRID[:2]]), GRID[:2])
    group = dataset.PerFrameFunctionalGroupsSequence[1]
    group.PlanePositionSlideSequence[0].ColumnPositionInTotalImagePixelMatrix = 6
    dataset.DimensionOrganizationType = "TILED_SPARSE"
    (series,) = scan([source(dataset)]).series
    assert (series.header.kind, series.header.count) == ("dicom", 2)
    assert Caveat.TILES_APART in series.frames[0].file.caveats


def test_tiles_without_a_word_on_their_order_are_shown_one_by_one() -> None:
    """As many frames as the grid has places do not say whether rows or columns come first."""
    by_column = sorted(GRID, key=lambda at: at[::-1])
    dataset = instance([tile(PIXELS, *at) for at in by_column])
    del dataset.DimensionOrganizationType
    (image,) = opened(source(dataset))
    assert image.pyramid is None
    assert Caveat.TILES_APART in image.caveats
    assert image.source.shape == (12, SIZE, SIZE)
    for number, at in enumerate(by_column):
        assert np.array_equal(image.source.frame(number), tile(PIXELS, *at))


def test_a_single_tile_needs_no_order() -> None:
    dataset = instance([PIXELS[:SIZE, :SIZE]], shape=(5, 6))
    del dataset.DimensionOrganizationType
    (image,) = opened(source(dataset))
    assert np.array_equal(image.source.frame(0), PIXELS[:5, :6])
    assert Caveat.TILES_APART not in image.caveats


def test_a_concatenation_is_one_level() -> None:
    files = []
    for number, places in enumerate((GRID[:5], GRID[5:])):
        dataset = instance([tile(PIXELS, *at) for at in places], number + 1)
        dataset.ConcatenationUID = f"{ROOT}.8"
        dataset.ConcatenationFrameOffsetNumber = 5 * number
        files.append(source(dataset, f"{number}.dcm"))
    for order in (files, files[::-1]):
        (image,) = opened(*order)
        assert np.array_equal(image.source.frame(0), PIXELS)
        assert Caveat.MISSING_TILES not in image.caveats
    (half,) = opened(files[0])
    assert Caveat.MISSING_TILES in half.caveats


def test_levels_are_sorted_by_size_not_by_name() -> None:
    small = PIXELS[::2, ::2]
    tiles = [tile(small, row, column) for row in range(2) for column in range(2)]
    files = [
        source(instance(tiles, 2, (10, 15)), "a.dcm"),
        source(instance([tile(PIXELS, *at) for at in GRID], 1), "b.dcm"),
    ]
    (image,) = opened(*files)
    assert image.pyramid is not None
    assert [(level.rows, level.columns) for level in image.pyramid.levels] == [(20, 30), (10, 15)]
    assert np.array_equal(image.pyramid.region(1, 3, 4, 5, 6), small[3:8, 4:10])
    assert image.refs[0].instance == f"{ROOT}.9.1"


def test_depths_are_slices_and_paths_are_parts() -> None:
    dataset = instance([tile(PIXELS + n, *at) for n in range(4) for at in GRID])
    dataset.TotalPixelMatrixFocalPlanes, dataset.NumberOfOpticalPaths = 2, 2
    paths = []
    for name in ("1", "2"):
        path = Dataset()
        path.OpticalPathIdentifier = name
        paths.append(path)
    dataset.OpticalPathSequence = paths
    images = opened(source(dataset))
    assert [image.source.shape for image in images] == [(2, 20, 30)] * 2
    for n, image in enumerate(images):
        for k in range(2):
            assert np.array_equal(image.source.frame(k), PIXELS + np.uint8(2 * n + k))
        assert image.pyramid is None


@pytest.mark.parametrize("size", [(1 << 31, 1 << 31), (1 << 22, 1 << 22)])
def test_an_absurd_matrix_is_no_slide(size: tuple[int, int]) -> None:
    dataset = instance([tile(PIXELS, 0, 0)])
    dataset.TotalPixelMatrixRows, dataset.TotalPixelMatrixColumns = size
    (series,) = scan([source(dataset)]).series
    assert series.header.kind == "dicom"


def test_a_size_that_would_take_minutes_is_refused_by_name() -> None:
    dataset = instance([tile(PIXELS, 0, 0)])
    dataset.Rows = dataset.Columns = 256
    dataset.PixelData = bytes(256 * 256 * 3)
    dataset.TotalPixelMatrixRows = dataset.TotalPixelMatrixColumns = 70_000
    (image,) = opened(source(dataset))
    with pytest.raises(LabelerError, match="70000 × 70000 pixels, is too large"):
        image.source.frame(0)


def test_a_level_smaller_than_a_tile(decoders: DecoderPool) -> None:
    """Its one tile is cut to the level, whatever Rows and Columns say."""
    small = np.full((5, 6, 3), 90, np.uint8)
    dataset = instance([small], shape=(5, 6))
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.PhotometricInterpretation = "YBR_FULL_422"
    dataset.PixelData = encapsulate([bytes(imagecodecs.jpeg8_encode(small, level=95))])
    found = scan([source(dataset)])
    assert not found.problems, found.problems[0].error
    image = open_image(found.series[0], decoders)
    assert np.abs(image.source.frame(0).astype(int) - 90).max() <= 2
    assert Caveat.MISSING_TILES not in image.caveats
