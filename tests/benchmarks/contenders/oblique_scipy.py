"""Oblique cuts with scipy's map_coordinates, linear."""

import numpy as np
import stage
from oblique_volume import SIDE, checked, planes, volume
from scipy.ndimage import map_coordinates

values = volume()
turns = planes()
rows, columns = np.mgrid[:SIDE, :SIDE].astype(np.float32)


def oblique():
    first, across, down = at = next(turns)
    places = [first[n] + across[n] * columns + down[n] * rows for n in range(3)]
    return map_coordinates(values, places, order=1, cval=0), at


stage.perform({"oblique": (oblique, checked)})
