"""Opens a slide with OpenSlide and reads a field of it."""

import sys

import numpy as np
import stage
from fields import HEIGHT, WIDTH, Walks
from openslide import OpenSlide

walks = Walks(OpenSlide(sys.argv[1]).dimensions[0])


def opened():
    slide = OpenSlide(sys.argv[1])
    return np.asarray(slide.read_region(walks.next()[0], 0, (WIDTH, HEIGHT)))


stage.perform({"slide-open": (opened, lambda made: made[..., :3].tobytes())})
