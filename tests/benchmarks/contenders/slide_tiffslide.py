"""Reads fields of a slide with tiffslide."""

import sys

import numpy as np
import stage
from fields import HEIGHT, WIDTH, Fields
from tiffslide import TiffSlide

slide = TiffSlide(sys.argv[1])
fields = Fields(slide.dimensions[0])


def uncached():
    return [
        slide.read_region((x << level, y << level), level, (WIDTH, HEIGHT), as_array=True)
        for level, x, y in fields.next()
    ]


def colors(made):
    return b"".join(np.ascontiguousarray(each[..., :3]).tobytes() for each in made)


stage.perform({"slide-uncached": (uncached, colors)})
