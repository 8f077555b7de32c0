"""Slabs with this program: a frame of a reformat, sharp and as it is scrolled."""

import numpy as np
import stage
from slab_volume import HALF, SIDE, checked, places, volume

from labeler.model.affine import Affine
from labeler.model.image import Image, SeriesInfo
from labeler.model.volume import Volume
from labeler.viewing.cuts import Cut
from labeler.viewing.reformat import reformat

values = volume()
here = np.ones(SIDE, bool)
turns = places()


class Held:
    shape = values.shape

    def frame(self, index):
        return values[index]


info = SeriesInfo("1", 1, "", "CT", "1", "", "", "", None)
plain = Image(
    *(Held(), Affine(np.eye(4)), info, (), ()),
    *((1.0,) * SIDE, (0.0,) * SIDE, "HU", "MONOCHROME2", False, (), ()),
)
upwards = Cut((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), 2.0 * HALF)
source = reformat(plain, Volume(values, here, ~here), upwards).source


def sharp():
    at = next(turns)
    return source.frame(at), at


def scrolled():
    at = next(turns)
    return source.coarse(at), at


def same_size(made):
    return b"512 x 512" if made[0].shape == (SIDE, SIDE) else b"of another size"


stage.perform(
    {"slab": (sharp, lambda made: checked(made, values)), "slab-scroll": (scrolled, same_size)}
)
