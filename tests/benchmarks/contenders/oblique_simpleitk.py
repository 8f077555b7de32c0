"""Oblique cuts with SimpleITK's resampling, linear, on all its threads."""

import numpy as np
import SimpleITK
import stage
from oblique_volume import SIDE, checked, planes, volume

image = SimpleITK.GetImageFromArray(volume())
turns = planes()


def oblique():
    first, across, down = at = next(turns)
    x, y = across[::-1], down[::-1]
    resample = SimpleITK.ResampleImageFilter()
    resample.SetSize((SIDE, SIDE, 1))
    resample.SetOutputOrigin([float(place) for place in first[::-1]])
    directions = np.stack([x, y, np.cross(x, y)], axis=1)
    resample.SetOutputDirection([float(part) for part in directions.ravel()])
    resample.SetInterpolator(SimpleITK.sitkLinear)
    return resample.Execute(image), at


def result(made):
    return checked((SimpleITK.GetArrayFromImage(made[0]), made[1]))


stage.perform({"oblique": (oblique, result)})
