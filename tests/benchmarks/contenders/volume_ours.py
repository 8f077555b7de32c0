"""A whole CT series in one volume, by the feed that the reading room has.

The third argument: "first" for a series that was never opened before, "second" for one that was.
"""

import queue
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import stage

from labeler.app.answers import Answers
from labeler.app.frame_feed import FrameFeed
from labeler.app.haste import Haste
from labeler.app.jobs import JobPool
from labeler.app.slice_memory import SliceMemory
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.decoding.kept_frames import KeepingDecoders
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import folder_files
from labeler.store.frame_cache import FrameCache

BUDGET_BYTES = 2 << 30
folder = Path(sys.argv[1])
events = queue.SimpleQueue()


def told(error):
    raise error


pool = JobPool(Answers(events.put, told, told), threads=2)
workers = DecoderPool(2)
temporary = tempfile.TemporaryDirectory()
frames = FrameCache(Path(temporary.name), bytes(32), BUDGET_BYTES)
decoders = KeepingDecoders(workers, frames.of("case"))


under_way = []


def run(read, done, lost):
    under_way.append(read)

    def over(tell, *given):
        tell(*given)
        under_way.remove(read)

    pool.start(lambda _: read(), partial(over, done), dropped=partial(over, lost))


def whole():
    image = open_image(main_series(scan(folder_files(folder))), decoders)
    feed = FrameFeed(image.source, run, SliceMemory(BUDGET_BYTES), Haste())
    volume = feed.volume()
    feed.request(image.source.shape[0] // 2, lambda *_: None)
    while not volume.is_complete:
        events.get()()
    return image, volume


def upwards(made):
    """Rescaled here: the program folds it into the window, and never changes the volume."""
    image, volume = made
    assert not volume.missing
    while under_way:  # frames that are kept later: for the second opening, not the first
        events.get()()
    if sys.argv[3] == "first":
        frames.wipe("case")
    values = volume.values + np.array(image.intercepts, np.int16)[:, None, None]
    return (values if image.affine.matrix[2, 2] > 0 else values[::-1]).tobytes()


stage.perform({sys.argv[2]: (whole, upwards)}, folder)
