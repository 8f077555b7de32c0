"""A long piece of work on the GUI thread, a little each turn, so that the window stays alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QObject, QTimer


class Turns:
    """Takes one step of `steps` in each turn of the event loop; `failed` hears what went wrong.

    Each step gives the milliseconds to leave to the person before the next. Lives as long as
    somebody keeps it: Qt's timers hold what they call only weakly.
    """

    def __init__(self, steps: Iterator[int], failed: Callable[[BaseException], None]) -> None:
        self._steps, self._failed = steps, failed

    def begin(self) -> None:
        try:
            rest_ms = next(self._steps)
        except StopIteration:
            return
        except BaseException as error:  # noqa: BLE001  told to whoever waits outside the loop
            self._failed(error)
            return
        QTimer.singleShot(rest_ms, self.begin)


class Soon(QTimer):
    """Does something in a turn of its own: once, however often it is asked before that."""

    def __init__(self, owner: QObject, do: Callable[[], None]) -> None:
        super().__init__(owner)
        self.setSingleShot(True)
        self.timeout.connect(do)

    def ask(self) -> None:
        self.start(0)
