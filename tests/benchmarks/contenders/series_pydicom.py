"""Reads a CT series with pydicom, in a plain loop into int16."""

import sys
from pathlib import Path

import numpy as np
import pydicom
import stage

folder = Path(sys.argv[1])


def height(dataset):
    return float(dataset.ImagePositionPatient[2])


def pixels(dataset, out):
    return np.add(dataset.pixel_array, np.int16(dataset.RescaleIntercept), out=out)


def whole():
    datasets = sorted((pydicom.dcmread(path) for path in folder.iterdir()), key=height)
    volume = np.empty((len(datasets), datasets[0].Rows, datasets[0].Columns), np.int16)
    for index, dataset in enumerate(datasets):
        pixels(dataset, volume[index])
    return volume


stage.perform({"whole-series": (whole, np.ndarray.tobytes)}, folder)
