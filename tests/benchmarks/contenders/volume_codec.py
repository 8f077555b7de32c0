"""Every frame of a CT series through the program's own codec and no more: what no reader that uses
it can do without. Compressed bytes are in memory, one process a core, values into one volume."""

import mmap
import os
import sys
from pathlib import Path

import numpy as np
import stage

from labeler.imaging.decoding.codecs import decode_frame
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files

series = main_series(scan(folder_files(Path(sys.argv[1]))))
image = open_image(series, DecoderPool(1))
SHAPE = image.source.shape
layout = series.frames[0].file.layout
pieces = [frame.file.store.tile(0, SHAPE[1:], rgb=False) for frame in series.frames]
memory = mmap.mmap(-1, 2 * SHAPE[0] * SHAPE[1] * SHAPE[2])
volume = np.frombuffer(memory, np.int16).reshape(SHAPE)


def work(begin, asked, done):
    """In another process: its share of the frames for each byte that comes."""
    while os.read(asked, 1):
        for index in range(begin, SHAPE[0], CORES):
            piece = pieces[index]
            volume[index] = decode_frame(piece.syntax.codecs, layout, piece.data)
        os.write(done, b".")
    os._exit(0)


def start(begin):
    """Its two ends here: where it is asked, and where it tells that it has done."""
    (its_asked, asked), (done, its_done) = os.pipe(), os.pipe()
    if not os.fork():
        os.close(asked)
        work(begin, its_asked, its_done)
    os.close(its_asked)
    os.close(its_done)
    return asked, done


def decode():
    for asked, _ in hands:
        os.write(asked, b".")
    assert all(os.read(done, 1) for _, done in hands)
    return volume


def upwards(values):
    rescaled = values + np.array(image.intercepts, np.int16)[:, None, None]
    return (rescaled if image.affine.matrix[2, 2] > 0 else rescaled[::-1]).tobytes()


CORES = os.cpu_count()
hands = [start(begin) for begin in range(CORES)]
stage.perform({sys.argv[2]: (decode, upwards)})
