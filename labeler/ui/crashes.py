"""What was not foreseen: shown once at a time, and the program goes on."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from labeler.ui.look import Look


class CrashHook:
    """Shows what was not foreseen, once at a time, and lets the program go on."""

    def __init__(self) -> None:
        self._window: QWidget | None = None
        self._look: Look | None = None
        self._showing = False
        self._before = sys.excepthook

    def install(self) -> None:
        """Before the first widget: an exception in a slot ends up here."""
        sys.excepthook = self._caught

    def watch(self, window: QWidget, look: Look) -> None:
        """From now on there is a window to say it in."""
        self._window, self._look = window, look

    def remove(self) -> None:
        sys.excepthook = self._before

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        self._before(kind, error, trace)
        if self._window is None or self._look is None or self._showing:
            return
        import traceback

        from labeler.ui.dialogs.crash import CrashDialog

        self._showing = True
        # Without the error's own message: it may name a file, and a file a patient.
        report = "".join((*traceback.format_tb(trace), kind.__qualname__))
        dialog = CrashDialog(self._window, self._look, report, QApplication.quit)
        dialog.finished.connect(self._told)
        dialog.open()

    def _told(self, _result: int) -> None:
        self._showing = False
