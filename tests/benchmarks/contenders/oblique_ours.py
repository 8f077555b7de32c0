"""Oblique cuts with this program: a frame of a reformat."""

from dataclasses import replace

import numpy as np
import stage
from oblique_volume import SIDE, checked, planes, volume

from labeler.kernels.sampling import Reduction
from labeler.model.affine import Affine
from labeler.model.image import Image, SeriesInfo
from labeler.model.volume import Volume
from labeler.viewing.cuts import CORONAL
from labeler.viewing.lattice import PatientPlane
from labeler.viewing.reformat import reformat

values = volume()
here = np.ones(SIDE, bool)
turns = planes()


class Held:
    shape = values.shape

    def frame(self, index):
        return values[index]


info = SeriesInfo("1", 1, "", "CT", "1", "", "", "", None)
plain = Image(
    *(Held(), Affine(np.eye(4)), info, (), ()),
    *((1.0,) * SIDE, (0.0,) * SIDE, "HU", "MONOCHROME2", False, (), ()),
)
source = reformat(plain, Volume(values, here, ~here), CORONAL).source


def cut(at):
    first, across, down = at
    plane = PatientPlane(
        first[::-1], across[::-1], down[::-1], SIDE, SIDE, np.zeros(3), 1, Reduction.ALONE
    )
    return replace(source, first=plane, step=np.zeros(3), count=1)


def sharp():
    at = next(turns)
    return cut(at).frame(0), at


def dragged():
    at = next(turns)
    return cut(at).coarse(0), at


def same_size(made):
    return b"512 x 512" if made[0].shape == (SIDE, SIDE) else b"of another size"


stage.perform({"oblique": (sharp, checked), "oblique-drag": (dragged, same_size)})
