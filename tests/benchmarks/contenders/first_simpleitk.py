"""The middle slice of a CT series with SimpleITK."""

import sys

import numpy as np
import SimpleITK
import stage

folder = sys.argv[1]


def first():
    names = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(folder)
    return SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(names[len(names) // 2]))


def as_int16(array):
    return array.astype(np.int16).tobytes()


stage.perform({"first-slice": (first, as_int16)}, folder)
