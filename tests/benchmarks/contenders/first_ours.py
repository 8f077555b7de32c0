"""The middle slice of a CT series, sorted and placed by all that its headers say."""

import sys
from pathlib import Path

import numpy as np
import stage

from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files

folder = Path(sys.argv[1])


def first():
    image = open_image(main_series(scan(folder_files(folder))), DecoderPool(2))
    slices, rows, columns = image.source.shape
    # The middle by height: the 256th of 512 from below, whichever way the slices run.
    middle = slices // 2 if image.affine.matrix[2, 2] > 0 else slices - 1 - slices // 2
    intercept = np.int16(image.intercepts[middle])
    return np.add(image.source.frame(middle), intercept, out=np.empty((rows, columns), np.int16))


stage.perform({"first-slice": (first, np.ndarray.tobytes)}, folder)
