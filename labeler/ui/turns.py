"""A long piece of work on the GUI thread, a little each turn, so that the window stays alive."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QTimer


class Turns:
    """Takes one step of `steps` in each turn of the event loop; `failed` hears what went wrong."""

    def __init__(self, steps: Iterator[None], failed: Callable[[BaseException], None]) -> None:
        self._steps, self._failed = steps, failed

    def begin(self) -> None:
        try:
            next(self._steps)
        except StopIteration:
            return
        except BaseException as error:  # noqa: BLE001  told to whoever waits outside the loop
            self._failed(error)
            return
        QTimer.singleShot(0, self.begin)
