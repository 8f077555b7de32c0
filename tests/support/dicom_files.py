"""Small synthetic DICOM files, written with pydicom: the reader under test is not pydicom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, MRImageStorage

from labeler.imaging.frame_stores import DecodeError, Piece
from labeler.imaging.layout import PixelLayout
from labeler.imaging.syntaxes import Syntax
from labeler.model.image import Pixels

ROOT = "1.2.826.0.1.3680043.10.1561"
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


T = TypeVar("T")


class NoDecoders:
    """For files whose pixels need no decoder: whoever asks for one is wrong."""

    def decode(self, syntax: Syntax, layout: PixelLayout, data: bytes) -> Pixels:
        raise AssertionError(f"{syntax.name}: {layout.rows} rows from {len(data)} bytes")

    def decode_all(
        self, pieces: Sequence[Piece], take: Callable[[int, Pixels], T]
    ) -> list[T | DecodeError]:
        made = [self.decode(one.syntax, one.layout, one.data) for one in pieces]
        return [take(n, values) for n, values in enumerate(made)]


def slice_dataset(
    pixels: NDArray[np.generic],
    *,
    number: int = 1,
    position: Sequence[float] | None = (0.0, 0.0, 0.0),
    orientation: Sequence[float] | None = AXIAL,
    spacing: Sequence[float] | None = (0.7, 0.5),
    modality: str = "CT",
    series: str = "1",
    syntax: str = ExplicitVRLittleEndian,
) -> FileDataset:
    """One image of `pixels` (rows, columns); `spacing` is between rows, then between columns."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage if modality == "CT" else MRImageStorage
    meta.MediaStorageSOPInstanceUID = f"{ROOT}.3.{series}.{number}"
    meta.TransferSyntaxUID = syntax
    little = UID(syntax).is_little_endian
    dataset = FileDataset(
        "",
        {},
        file_meta=meta,
        preamble=b"\0" * 128,
        is_implicit_VR=UID(syntax).is_implicit_VR,
        is_little_endian=little,
    )
    dataset.SOPClassUID = meta.MediaStorageSOPClassUID
    dataset.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    dataset.StudyInstanceUID = f"{ROOT}.1"
    dataset.SeriesInstanceUID = f"{ROOT}.2.{series}"
    dataset.SeriesNumber = 1
    dataset.InstanceNumber = number
    dataset.SeriesDescription = "Made for a test"
    dataset.Modality = modality
    dataset.PatientName = "Nobody^Synthetic"
    dataset.PatientID = "SYNTHETIC-1"
    if position is not None:
        dataset.ImagePositionPatient = list(position)
    if orientation is not None:
        dataset.ImageOrientationPatient = list(orientation)
    if spacing is not None:
        dataset.PixelSpacing = list(spacing)
    if modality == "CT":
        dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
        dataset.RescaleType = "HU"
        dataset.WindowCenter, dataset.WindowWidth = [40, -600], [350, 1500]
    describe_pixels(dataset, pixels)
    if not little:
        dataset.PixelData = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
    return dataset


def describe_pixels(dataset: Dataset, pixels: NDArray[np.generic]) -> None:
    """Fill the Image Pixel Module for uncompressed gray or RGB pixels."""
    color = pixels.ndim == 3
    dataset.Rows, dataset.Columns = pixels.shape[:2]
    dataset.SamplesPerPixel = 3 if color else 1
    dataset.PhotometricInterpretation = "RGB" if color else "MONOCHROME2"
    if color:
        dataset.PlanarConfiguration = 0
    bits = pixels.dtype.itemsize * 8
    dataset.BitsAllocated = dataset.BitsStored = bits
    dataset.HighBit = bits - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    raw = pixels.tobytes()
    dataset.PixelData = raw + b"\0" * (len(raw) % 2)


def save(dataset: FileDataset, path: Path) -> Path:
    dataset.save_as(path, enforce_file_format=True)
    return path


def write_stack(
    folder: Path,
    positions: Sequence[Sequence[float]],
    *,
    change: Callable[[int, FileDataset], None] | None = None,
    size: tuple[int, int] = (6, 8),
    **kinds: object,
) -> list[Path]:
    """One file for each position; slice k holds the value 100 + k everywhere.

    File names run against the order of positions, so that sorting by name would be found out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for k, position in enumerate(positions):
        pixels = np.full(size, 100 + k, np.int16)
        dataset = slice_dataset(pixels, number=k + 1, position=position, **kinds)  # type: ignore[arg-type]
        if change is not None:
            change(k, dataset)
        written.append(save(dataset, folder / f"IM{len(positions) - k:04d}"))
    return written
