"""Pans over a slide with this program: its tiles, its threads, its canvas, painted by Qt."""

import queue
import sys
import time
from pathlib import Path

import numpy as np
import stage
from fields import HEIGHT, PAUSE_S, WIDTH, Walks
from PySide6.QtGui import QImage, QPainter

from labeler.app.answers import Answers
from labeler.app.jobs import JobPool
from labeler.app.slice_memory import SliceMemory
from labeler.app.tile_feed import TileFeed
from labeler.imaging.decoding.decoders import DecoderPool
from labeler.imaging.reader import main_series, open_image, scan
from labeler.imaging.sources.files import FileBytes
from labeler.ui.reading.slide_view import SlideView
from labeler.viewing.layout import layout_of
from labeler.viewing.render import Grey
from labeler.viewing.viewport import CanvasMap

SIZE = WIDTH, HEIGHT
GREY = Grey(1.0, 0.0, None, False)

turns = queue.SimpleQueue()
jobs = JobPool(Answers(turns.put, print, print))
image = open_image(main_series(scan([FileBytes(Path(sys.argv[1]))])), DecoderPool(2))
layout = layout_of(image)
feed = TileFeed(
    image.pyramid,
    lambda fetch, done, lost: jobs.start(lambda _tick: fetch(), done, dropped=lost),
    SliceMemory(1 << 30),
    1 << 28,
)
view = SlideView("bench", lambda: None)
screen = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
walks = Walks(image.pyramid.levels[0].columns)


def where(place):
    scale = image.pyramid.levels[0].columns / layout.columns
    return CanvasMap(layout, -float(place[0]), -float(place[1]), scale, scale)


def take_turns():
    while not turns.empty():
        turns.get()()


def paint(place):
    levels = image.pyramid.levels
    painter = QPainter(screen)
    view.paint(painter, levels, feed, where(place), SIZE, 1.0, GREY, smooth=True)
    painter.end()


def settled(place):
    """All of a place is there; whoever begins to move has looked at something."""
    while True:
        take_turns()
        paint(place)
        if view.complete:
            return
        time.sleep(0.002)


def steps():
    spent, places = [], walks.next()
    settled(places[0])
    for place in places[1:]:
        start = time.perf_counter()
        take_turns()
        paint(place)
        spent.append((time.perf_counter() - start) * 1000)
        time.sleep(max(0.0, PAUSE_S - spent[-1] / 1000))
    settled(places[-1])
    shown = np.frombuffer(screen.constBits(), np.uint8).reshape(HEIGHT, WIDTH, 4)
    return spent, np.ascontiguousarray(shown[..., 2::-1]).tobytes()


stage.perform_steps(steps)
