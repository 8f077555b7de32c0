"""Opens a slide with this program, as a person does, and paints a field of it sharp."""

import queue
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import stage
from fields import HEIGHT, WIDTH, Walks
from PySide6.QtGui import QImage, QPainter

from labeler.app.session import Session
from labeler.app.session_core import Surroundings
from labeler.model.paths import resources_root
from labeler.ui.reading.slide_view import SlideView
from labeler.viewing.layout import layout_of
from labeler.viewing.render import Grey
from labeler.viewing.viewport import CanvasMap

SIZE = WIDTH, HEIGHT
GREY = Grey(1.0, 0.0, None, False)
PATH = Path(sys.argv[1])

turns = queue.SimpleQueue()
root = Path(tempfile.mkdtemp(prefix="labeler-bench-")) / "profile"
session = Session(
    Surroundings(root, resources_root(), turns.put, lambda _folder: None, lambda: int(time.time()))
)
screen = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)


def until(true):
    """Do what threads hand over, as a window does, until something is so."""
    while not true():
        turns.get(timeout=60)()


def is_named():
    case = session.reading.case()
    return case is not None and case.named


def first():
    """Of the opening before."""
    session.open_paths((PATH,))
    until(is_named)
    return Walks(session.reading.case().image.pyramid.levels[0].columns)


def opened():
    before = session.reading.case()
    session.open_paths((PATH,))
    until(lambda: session.reading.case() is not before)
    case, place = session.reading.case(), walks.next()[0]
    image, feed = case.image, session.reading.series.tiles(case.tile)
    layout, levels = layout_of(image), image.pyramid.levels
    scale = levels[0].columns / layout.columns
    where = CanvasMap(layout, -float(place[0]), -float(place[1]), scale, scale)
    view = SlideView("bench", lambda: None)

    def sharp():
        painter = QPainter(screen)
        view.paint(painter, levels, feed, where, SIZE, 1.0, GREY, smooth=True)
        painter.end()
        return view.complete

    until(sharp)


def colors(_made):
    """What was painted; the file is read for its name meanwhile, which no round is to share."""
    until(is_named)
    shown = np.frombuffer(screen.constBits(), np.uint8).reshape(HEIGHT, WIDTH, 4)
    return np.ascontiguousarray(shown[..., 2::-1]).tobytes()


until(lambda: session.standing().practice and session._bench is not None)
walks = first()
stage.perform({"slide-open": (opened, colors)})
