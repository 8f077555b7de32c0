"""Where painting contenders perform: events through Qt's own loop, timed until they are painted."""

import gc
import json
import os
import sys
import time
from statistics import median

import numpy as np

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, QObject, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

FRAMES = 60
MAMMOGRAM = (4096, 3328)
DRAG_VIEW, SCROLL_VIEW = (1000, 800), (1000, 1000)
CENTER, WIDTH = 2000.0, 3000.0
SLICES, SIDE = 100, 512
CT_CENTER, CT_WIDTH = 1064.0, 400.0


def application():
    return QApplication.instance() or QApplication([])


def mammogram():
    """A breast with a lump, uint16 of 12 bits."""
    random = np.random.default_rng(5)
    rows, columns = MAMMOGRAM
    y, x = np.ogrid[0:rows, 0:columns]
    tissue = 3200 * np.clip(1.1 - (x / columns) ** 2 - ((y / rows - 0.5) * 1.7) ** 2, 0, 1)
    lump = 700 * np.exp(-(((x - 900) / 160) ** 2) - ((y - 2100) / 160) ** 2)
    noise = np.resize(random.normal(0, 40, 999_983).astype(np.float32), MAMMOGRAM)
    return np.clip(tissue + lump + noise, 0, 4095).astype(np.uint16)


def ct_slices():
    """SLICES of a body that swells and shrinks, int16, water at 1024."""
    random = np.random.default_rng(6)
    y, x = np.mgrid[0:SIDE, 0:SIDE] / SIDE - 0.5
    stack = np.empty((SLICES, SIDE, SIDE), np.int16)
    for index in range(SLICES):
        swell = 1 + 0.15 * np.sin(6.28 * index / SLICES)
        inside = (x / 0.4 / swell) ** 2 + (y / 0.3 / swell) ** 2 < 1
        stack[index] = np.where(inside, 1064 + 300 * x, 24) + random.normal(0, 25, x.shape)
    return stack


def drag(frame):
    """Where the hand is, in pixels from the press, at a frame of the window's drag."""
    return frame, 10 - frame // 3


def window(frame):
    """The window that such a drag leaves: centre and width."""
    across, down = drag(frame)
    return CENTER + down * 0.005 * WIDTH, WIDTH + across * 0.005 * WIDTH


def slice_at(frame):
    """The slice that a scroll to and fro has reached, from slice 20 on."""
    return 20 + (frame if frame <= FRAMES // 2 else FRAMES - frame)


class _Paints(QObject):
    count = 0

    def eventFilter(self, _watched, event):  # noqa: N802
        self.count += event.type() == QEvent.Type.Paint
        return False


def perform(contenders):
    """`contenders` maps a job to a maker of (painted widgets, step); a step makes one change."""
    app = application()
    made = {}
    for line in sys.stdin:
        job = line.strip()
        if job not in made:
            made.clear()
            gc.collect()
            made[job] = contenders[job]()
        print(json.dumps(_driven(app, *made[job])), flush=True)


def _driven(app, widgets, step):
    paints = [_Paints() for _ in widgets]
    for widget, paint in zip(widgets, paints, strict=True):
        widget.installEventFilter(paint)
    step(0)
    app.processEvents()
    spent = []
    for frame in range(1, FRAMES + 1):
        before = [paint.count for paint in paints]
        start = time.perf_counter()
        step(frame)
        while any(now.count == then for now, then in zip(paints, before, strict=True)):
            app.processEvents()
        spent.append((time.perf_counter() - start) * 1000)
    for widget, paint in zip(widgets, paints, strict=True):
        widget.removeEventFilter(paint)
    ordered = sorted(spent)
    steady = ordered[int(0.95 * FRAMES)]
    return {"ms": median(spent), "p95": steady, "check": _look(widgets[0])}


def _look(widget):
    """Mean greys of 6 x 6 blocks amid the picture."""
    width, height = widget.width(), widget.height()
    amid = QRect(width // 3, height // 3, width // 3, height // 3)
    image = widget.grab(amid).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    bits = np.frombuffer(image.constBits(), np.uint8).reshape(-1, image.bytesPerLine())
    rows, columns = bits.shape[0] // 6, image.width() // 6
    part = bits[: rows * 6, : columns * 6].astype(float)
    return part.reshape(6, rows, 6, columns).mean(axis=(1, 3)).round(1).tolist()
