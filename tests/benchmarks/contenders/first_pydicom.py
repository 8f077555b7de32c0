"""The middle slice of a CT series with pydicom, by the way that the second argument names."""

import sys
from pathlib import Path

import numpy as np
import pydicom
import stage

folder, way = Path(sys.argv[1]), sys.argv[2]
GEOMETRY = (
    "ImagePositionPatient",
    "ImageOrientationPatient",
    "PixelSpacing",
    "Rows",
    "Columns",
    "RescaleSlope",
    "RescaleIntercept",
    "SeriesInstanceUID",
)


def height(dataset):
    return float(dataset.ImagePositionPatient[2])


def shown(dataset):
    return np.add(dataset.pixel_array, np.int16(dataset.RescaleIntercept))


def middle_of(datasets):
    return sorted(datasets, key=height)[len(datasets) // 2]


def loop():
    """Everything is read: what most scripts do."""
    return shown(middle_of([pydicom.dcmread(path) for path in folder.iterdir()]))


def deferred():
    return shown(middle_of([pydicom.dcmread(path, defer_size=4096) for path in folder.iterdir()]))


def middle_first():
    """Headers without pixels, of them only the geometry; then the one file."""
    heads = [
        pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(GEOMETRY))
        for path in folder.iterdir()
    ]
    return shown(pydicom.dcmread(middle_of(heads).filename))


WAYS = {"loop": loop, "deferred": deferred, "middle-first": middle_first}
stage.perform({"first-slice": (WAYS[way], np.ndarray.tobytes)}, folder)
