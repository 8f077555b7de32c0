"""Reads fields of a slide with pyvips."""

import sys

import numpy as np
import pyvips
import stage
from fields import HEIGHT, LEVELS, WIDTH, Fields

pages = {level: pyvips.Image.new_from_file(sys.argv[1], page=level) for level in LEVELS}
regions = {level: pyvips.Region.new(page) for level, page in pages.items()}
fields = Fields(pages[0].width)


def uncached():
    return [
        np.frombuffer(regions[level].fetch(x, y, WIDTH, HEIGHT), np.uint8)
        for level, x, y in fields.next()
    ]


stage.perform({"slide-uncached": (uncached, lambda made: b"".join(map(bytes, made)))})
