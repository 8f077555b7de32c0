"""The same polygons in labelme's own canvas; runs with labelme's Python."""

import json
import os
import sys
import tempfile
from pathlib import Path

import numpy as np
import polygons
from labelme.app import MainWindow
from PyQt5 import QtCore, QtGui, QtWidgets
from stage import perform

os.environ["QT_QPA_PLATFORM"] = "offscreen"
home = Path(tempfile.mkdtemp())
os.environ["HOME"] = str(home)
NONE = QtCore.Qt.NoButton


def written():
    """An image and its polygons as labelme keeps them."""
    side = polygons.SIDE
    column = np.arange(side)
    grey = ((column[:, None] // 16 + column[None, :] // 16) % 256).astype(np.uint8)
    form = QtGui.QImage.Format_Grayscale8
    QtGui.QImage(grey.tobytes(), side, side, side, form).save(str(home / "tissue.png"))
    shapes = [
        {
            "label": f"c{n % polygons.LABELS}", "points": points, "group_id": None,
            "description": "", "shape_type": "polygon", "flags": {}, "mask": None,
        }
        for n, points in enumerate(polygons.outlines().round(2).tolist())
    ]  # fmt: skip
    told = {
        "version": "5.5.0", "flags": {}, "shapes": shapes, "imagePath": "tissue.png",
        "imageData": None, "imageHeight": side, "imageWidth": side,
    }  # fmt: skip
    path = home / "tissue.json"
    path.write_text(json.dumps(told))
    return str(path)


path = written()
sys.argv = sys.argv[:1]
application = QtWidgets.QApplication([])
window = MainWindow()
window.resize(1300, 1000)
window.show()
application.processEvents()
pointer = polygons.places()


def canvas():
    return window._canvas_widgets.canvas


def load():
    window._load_file(path)
    application.processEvents()


def loaded(work):
    def done():
        if not canvas().shapes:
            load()
        work()

    return done, count


def count(_made):
    return str(len(canvas().shapes)).encode()


def hover():
    at = QtCore.QPointF(*next(pointer))
    event = QtGui.QMouseEvent(
        QtCore.QEvent.MouseMove, at, QtCore.QPointF(canvas().mapToGlobal(at.toPoint())), NONE,
        NONE, QtCore.Qt.NoModifier,
    )  # fmt: skip
    application.sendEvent(canvas(), event)
    application.processEvents()


perform(
    {
        "polygons-load": (load, count),
        "polygons-repaint": loaded(lambda: canvas().repaint()),
        "polygons-hover": loaded(hover),
    }
)
