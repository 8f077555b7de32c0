"""Reads a CT series with SimpleITK."""

import sys

import numpy as np
import SimpleITK
import stage

folder = sys.argv[1]


def sorted_names():
    return SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(folder)


def whole():
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(sorted_names())
    return SimpleITK.GetArrayFromImage(reader.Execute())


def as_int16(array):
    return array.astype(np.int16).tobytes()


stage.perform({"whole-series": (whole, as_int16)}, folder)
