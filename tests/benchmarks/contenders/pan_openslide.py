"""Pans over a slide with OpenSlide: reads the whole field at each step."""

import sys
import time

import numpy as np
import stage
from fields import HEIGHT, WIDTH, Walks
from openslide import OpenSlide

slide = OpenSlide(sys.argv[1])
walks = Walks(slide.dimensions[0])


def steps():
    spent = []
    for place in walks.next():
        start = time.perf_counter()
        field = np.asarray(slide.read_region(place, 0, (WIDTH, HEIGHT)))
        spent.append((time.perf_counter() - start) * 1000)
    return spent, np.ascontiguousarray(field[..., :3]).tobytes()


stage.perform_steps(steps)
