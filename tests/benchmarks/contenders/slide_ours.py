"""Reads fields of a slide with this program."""

import sys
from pathlib import Path

import stage
from fields import HEIGHT, WIDTH, Fields

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import scan
from labeler.imaging.slides.slide_images import SlidePyramid
from labeler.imaging.sources.files import FileBytes

found = scan([FileBytes(Path(sys.argv[1]))]).series[0].frames[0].file
pyramid = SlidePyramid(found.slide, found.source.name, DecoderPool(2))
fields = Fields(pyramid.levels[0].columns)


def uncached():
    return [pyramid.region(level, y, x, HEIGHT, WIDTH) for level, x, y in fields.next()]


stage.perform({"slide-uncached": (uncached, lambda made: b"".join(map(bytes, made)))})
