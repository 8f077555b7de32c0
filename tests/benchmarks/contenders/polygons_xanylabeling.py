"""The same polygons in X-AnyLabeling's own canvas; runs with X-AnyLabeling's Python."""

import json
import os
import sys
import tempfile
from pathlib import Path

import anylabeling.resources.resources  # noqa: F401  its icons
import numpy as np
import polygons
from anylabeling import config
from anylabeling.views.mainwindow import MainWindow
from PyQt6 import QtCore, QtGui, QtWidgets
from stage import perform

os.environ["QT_QPA_PLATFORM"] = "offscreen"
home = Path(tempfile.mkdtemp())
os.environ["HOME"] = str(home)
NONE = QtCore.Qt.MouseButton.NoButton


def written():
    """An image and its polygons as X-AnyLabeling keeps them."""
    side = polygons.SIDE
    column = np.arange(side)
    grey = ((column[:, None] // 16 + column[None, :] // 16) % 256).astype(np.uint8)
    form = QtGui.QImage.Format.Format_Grayscale8
    QtGui.QImage(grey.tobytes(), side, side, side, form).save(str(home / "tissue.png"))
    shapes = [
        {
            "label": f"c{n % polygons.LABELS}", "points": points, "group_id": None,
            "description": "", "shape_type": "polygon", "flags": {}, "attributes": {},
            "difficult": False, "kie_linking": [], "score": None,
        }
        for n, points in enumerate(polygons.outlines().round(2).tolist())
    ]  # fmt: skip
    told = {
        "version": "4.2.1", "flags": {}, "shapes": shapes, "imagePath": "tissue.png",
        "imageData": None, "imageHeight": side, "imageWidth": side,
    }  # fmt: skip
    (home / "tissue.json").write_text(json.dumps(told))
    return str(home / "tissue.png")


path = written()
sys.argv = sys.argv[:1]
config.current_config_file = str(home / ".xanylabelingrc")
application = QtWidgets.QApplication([])
window = MainWindow(application, config=config.get_config(config.current_config_file, {}))
window.resize(1300, 1000)
window.show()
application.processEvents()
pointer = polygons.places()


def view():
    return window.labeling_widget.view


def load():
    view().load_file(path)
    application.processEvents()


def loaded(work):
    def done():
        if not view().canvas.shapes:
            load()
        work()

    return done, count


def count(_made):
    return str(len(view().canvas.shapes)).encode()


def repaint():
    view().canvas.repaint()


def hover():
    canvas = view().canvas
    at = QtCore.QPointF(*next(pointer))
    event = QtGui.QMouseEvent(
        QtCore.QEvent.Type.MouseMove, at, QtCore.QPointF(canvas.mapToGlobal(at.toPoint())), NONE,
        NONE, QtCore.Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    application.sendEvent(canvas, event)
    application.processEvents()


perform(
    {
        "polygons-repaint": loaded(repaint),
        "polygons-hover": loaded(hover),
    }
)
