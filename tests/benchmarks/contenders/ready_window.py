"""This program on the profile in the folder given, closed when it has answered its first key.

The key is a real Tab, sent to the window as soon as the first place is painted; the answer is the
keyboard's focus, seen to move. Then `ready` is said.
"""

import sys
from pathlib import Path

from labeler.__main__ import open_window


def meet(window):
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    bare = Qt.KeyboardModifier.NoModifier

    class Watch(QObject):
        def eventFilter(self, place, event):  # noqa: N802
            if event.type() == QEvent.Type.Paint:
                place.removeEventFilter(self)
                QTimer.singleShot(0, press)
            return False

    def press():
        tab = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Tab, bare)
        QApplication.instance().focusChanged.connect(answered)
        QCoreApplication.postEvent(window.window().windowHandle(), tab)

    def answered(_before, now):
        if now is not None:
            QApplication.instance().focusChanged.disconnect(answered)
            print("ready", file=sys.stderr, flush=True)
            QTimer.singleShot(0, window.window().close)

    window.place().installEventFilter(Watch(window))


sys.exit(open_window(Path(sys.argv[1]), meet))
