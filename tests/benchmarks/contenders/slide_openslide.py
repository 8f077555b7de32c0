"""Reads fields of a slide with OpenSlide."""

import sys

import numpy as np
import stage
from fields import HEIGHT, WIDTH, Fields
from openslide import OpenSlide

slide = OpenSlide(sys.argv[1])
fields = Fields(slide.dimensions[0])


def uncached():
    return [
        np.asarray(slide.read_region((x << level, y << level), level, (WIDTH, HEIGHT)))
        for level, x, y in fields.next()
    ]


def colors(made):
    return b"".join(np.ascontiguousarray(each[..., :3]).tobytes() for each in made)


stage.perform({"slide-uncached": (uncached, colors)})
