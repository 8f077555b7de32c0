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
    """Takes steps in turns of their own, from the next one on: afresh whenever it is asked. Each
    gives the milliseconds to leave to the person before the next."""

    def __init__(self, owner: QObject, steps: Callable[[], Iterator[int]]) -> None:
        super().__init__(owner)
        self._steps = steps
        self._left: Iterator[int] = iter(())
        self.setSingleShot(True)
        self.timeout.connect(self._go_on)

    @property
    def is_under_way(self) -> bool:
        return self.isActive()

    def ask(self) -> None:
        self._left = self._steps()
        self.start(0)

    def _go_on(self) -> None:
        for rest_ms in self._left:
            self.start(rest_ms)
            return
