"""CT series of 512 x 512 pixels, uncompressed, made from fixed seeds and kept in `.bench`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from tests.benchmarks.peers import BENCH

SIZE = 512
SLICE_MM, PIXEL_MM = 1.25, 0.703125
ROOT_UID = "1.2.826.0.1.3680043.10.1561.9"
INTERCEPT = -1024
VERSION = "1"


def ct_series(slices: int) -> Path:
    """The folder of a series of so many slices; made at the first call (some seconds)."""
    folder = BENCH / f"ct-{SIZE}x{SIZE}x{slices}-v{VERSION}"
    if not folder.is_dir():
        making = BENCH / f"making-{os.getpid()}"
        making.mkdir(parents=True)
        for index in range(slices):
            # File names in another order than the slices, as scanners' archives have them.
            name = f"IM{(index * 2654435761) % 2**32:08x}.dcm"
            ct_slice(index, slices).save_as(making / name, enforce_file_format=True)
        try:
            making.rename(folder)
        except OSError:
            shutil.rmtree(making)
            if not folder.is_dir():
                raise
    return folder


def _stored(index: int, slices: int) -> NDArray[np.int16]:
    """A body with lungs, spine and correlated noise, as stored values (HU + 1024)."""
    random = np.random.default_rng(index)
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32) - SIZE / 2
    swell = 1 + 0.1 * np.sin(6.28 * index / slices)
    image = np.full((SIZE, SIZE), -1000, np.float32)
    image[(x / (205 * swell)) ** 2 + (y / (145 * swell)) ** 2 < 1] = -90
    image[(x / (180 * swell)) ** 2 + (y / (122 * swell)) ** 2 < 1] = 45
    for side in (-1, 1):
        image[((x - side * 85) / 60) ** 2 + ((y + 10) / 80) ** 2 < 1] = -820
    image[(x / 22) ** 2 + ((y - 70) / 20) ** 2 < 1] = 480
    noise = random.standard_normal((SIZE, SIZE)).astype(np.float32)
    image += cv2.GaussianBlur(noise, (0, 0), 0.6) * 38
    return (np.clip(np.rint(image), INTERCEPT, 3071) - INTERCEPT).astype(np.int16)


def ct_slice(index: int, slices: int) -> FileDataset:
    """One of `slices`, by its height from below."""
    instance = f"{ROOT_UID}.3.{index + 1}"
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = f"{ROOT_UID}.0"
    dataset = FileDataset("", {}, file_meta=meta, preamble=bytes(128))
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, instance
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = f"{ROOT_UID}.1", f"{ROOT_UID}.2"
    dataset.FrameOfReferenceUID = f"{ROOT_UID}.4"
    _describe(dataset)
    height = index * SLICE_MM - 160
    dataset.InstanceNumber = slices - index
    dataset.ImagePositionPatient = [-180.0, -180.0, height]
    dataset.SliceLocation = height
    dataset.PixelData = _stored(index, slices).tobytes()
    return dataset


def _describe(dataset: Dataset) -> None:
    """About 4 KB of header, with sequences and a private block, as real ones have."""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.StudyDate = dataset.SeriesDate = dataset.ContentDate = "20260101"
    dataset.StudyTime = dataset.SeriesTime = dataset.ContentTime = "101010"
    dataset.Modality, dataset.Manufacturer = "CT", "Synthetic"
    dataset.StudyDescription, dataset.SeriesDescription = "CT chest", "Axial 1.25 mm"
    dataset.PatientName, dataset.PatientID, dataset.PatientSex = "Phantom^One", "P1", "O"
    dataset.SliceThickness, dataset.KVP, dataset.PatientPosition = "1.25", "120", "HFS"
    dataset.StudyID, dataset.SeriesNumber, dataset.AcquisitionNumber = "1", 2, 1
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing = [PIXEL_MM, PIXEL_MM]
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.Rows = dataset.Columns = SIZE
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
    dataset.PixelRepresentation = 1
    dataset.WindowCenter, dataset.WindowWidth = 40, 400
    dataset.RescaleIntercept, dataset.RescaleSlope, dataset.RescaleType = INTERCEPT, 1, "HU"
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = "51185008", "SCT", "Chest"
    dataset.AnatomicRegionSequence = Sequence([code])
    dataset["AnatomicRegionSequence"].is_undefined_length = True
    block = dataset.private_block(0x0029, "SYNTHETIC", create=True)
    block.add_new(0x10, "OB", bytes(2048))
