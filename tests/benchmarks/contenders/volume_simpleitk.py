"""A whole CT series with SimpleITK."""

import sys

import numpy as np
import SimpleITK
import stage

folder = sys.argv[1]


def whole():
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(folder))
    return SimpleITK.GetArrayFromImage(reader.Execute())


stage.perform({sys.argv[2]: (whole, lambda array: array.astype(np.int16).tobytes())}, folder)
