"""Reads a CT series with this program."""

import sys
from pathlib import Path

import numpy as np
import stage

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files

folder = Path(sys.argv[1])


def opened():
    return open_image(main_series(scan(folder_files(folder))), DecoderPool(2))


def rescaled(image, index, out):
    return np.add(image.source.frame(index), np.int16(image.intercepts[index]), out=out)


def whole():
    image = opened()
    volume = np.empty(image.source.shape, np.int16)
    for index in range(len(volume)):
        rescaled(image, index, volume[index])
    return image, volume


def upwards(made):
    image, volume = made
    return (volume if image.affine.matrix[2, 2] > 0 else volume[::-1]).tobytes()


stage.perform({"whole-series": (whole, upwards)}, folder)
