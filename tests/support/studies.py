"""A small study of several series, some compressed, as files."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, JPEG2000Lossless, JPEGLSLossless, RLELossless, generate_uid

from tests.support.dicom_files import ROOT, slice_dataset

PATIENT = "SYNTHETIC-1"
NAME = "Nobody^Synthetic"
STUDY = f"{ROOT}.1"
SYNTAXES = {"2": JPEG2000Lossless, "3": RLELossless, "4": JPEGLSLossless}


@dataclass(frozen=True)
class Study:
    """The files by SOP Instance UID."""

    files: dict[str, bytes]

    def dataset(self, uid: str) -> bytes:
        return dataset_bytes(self.files[uid])

    def write(self, folder: Path) -> list[Path]:
        folder.mkdir(parents=True, exist_ok=True)
        paths = []
        for uid, data in self.files.items():
            paths.append(folder / f"{uid}.dcm")
            paths[-1].write_bytes(data)
        return paths


def dataset_bytes(file: bytes) -> bytes:
    """What follows group 2: it is what travels over DIMSE."""
    length = int.from_bytes(file[140:144], "little")
    return file[144 + length :]


def _compress(dataset: FileDataset, syntax: UID, pixels: NDArray[np.int16]) -> None:
    if syntax == RLELossless:
        dataset.compress(syntax, generate_instance_uid=False)
        return
    encode = {
        JPEG2000Lossless: imagecodecs.jpeg2k_encode,
        JPEGLSLossless: imagecodecs.jpegls_encode,
    }
    frame = encode[syntax](pixels.astype(np.uint16))
    dataset.PixelRepresentation = 0
    dataset.PixelData = encapsulate([bytes(frame)])
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = syntax


def make_study(*, slices: int = 4, study: str = STUDY, size: int = 32) -> Study:
    """An uncompressed CT and three compressed series of one patient."""
    noise = np.random.default_rng(7)
    files: dict[str, bytes] = {}
    for series in ("1", "2", "3", "4"):
        for number in range(1, slices + 1):
            pixels = noise.integers(0, 900, (size, size), np.int16)
            dataset = slice_dataset(
                pixels, number=number, series=series, position=(0, 0, 2.5 * number)
            )
            dataset.StudyInstanceUID = study
            if study != STUDY:
                dataset.SOPInstanceUID = generate_uid(entropy_srcs=[study, series, str(number)])
                dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
                dataset.SeriesInstanceUID = generate_uid(entropy_srcs=[study, series])
            dataset.SeriesNumber = int(series)
            dataset.StudyDate, dataset.StudyTime = "20240131", "101500"
            dataset.AccessionNumber = "ACC-1"
            dataset.StudyDescription = "Chest"
            dataset.StudyID = "1"
            if series in SYNTAXES:
                _compress(dataset, SYNTAXES[series], pixels)
            out = BytesIO()
            pydicom.dcmwrite(out, dataset, enforce_file_format=True)
            files[str(dataset.SOPInstanceUID)] = out.getvalue()
    return Study(files)
