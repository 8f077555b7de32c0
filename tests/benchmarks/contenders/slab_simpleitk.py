"""Slabs with SimpleITK's projection of the highest values, on all its threads."""

import SimpleITK
import stage
from slab_volume import HALF, SIDE, checked, places, volume

values = volume()
image = SimpleITK.GetImageFromArray(values)
turns = places()


def slab():
    at = next(turns)
    part = SimpleITK.RegionOfInterest(image, (SIDE, SIDE, 2 * HALF + 1), (0, 0, at - HALF))
    return SimpleITK.MaximumProjection(part, 2), at


def result(made):
    return checked((SimpleITK.GetArrayFromImage(made[0])[0], made[1]), values)


stage.perform({"slab": (slab, result)})
