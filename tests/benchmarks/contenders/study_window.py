"""This program opened on the images in the second folder, on the profile in the first.

`painted` is said when a viewport has painted a slice of them, and the window is closed.
"""

import sys
from pathlib import Path

from labeler.__main__ import open_window


def meet(window):
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    from labeler.ui.reading.viewport_widget import ViewportWidget

    class Watch(QObject):
        def eventFilter(self, widget, event):  # noqa: N802
            painting = event.type() == QEvent.Type.Paint and isinstance(widget, ViewportWidget)
            # The event is not delivered yet: what is there now is what it will paint.
            if painting and widget.viewport.pixels is not None:
                QApplication.instance().removeEventFilter(self)
                QTimer.singleShot(0, painted)
            return False

    def painted():
        print("painted", file=sys.stderr, flush=True)
        QTimer.singleShot(0, window.window().close)

    watch = Watch(window)
    QApplication.instance().installEventFilter(watch)


sys.exit(open_window(Path(sys.argv[1]), meet, (Path(sys.argv[2]),)))
