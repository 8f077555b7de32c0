"""A list whose last row is never cut, and as wide without its bar as with it."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractScrollArea

from labeler.ui.components.surfaces import BAR


class WholeRows:
    """Keeps the margins of a list of equally high rows; `fit` where it has another height."""

    def __init__(self, view: QAbstractScrollArea, row: int) -> None:
        self._view, self._row, self._has_bar = view, row, False
        view.verticalScrollBar().rangeChanged.connect(self._make_room)
        self.fit()

    def fit(self) -> None:
        """What is left below the last whole row stays free; of one row what there is is seen."""
        high = self._view.height()
        below = high % self._row if high > self._row else 0
        self._view.setViewportMargins(0, 0, 0 if self._has_bar else BAR, below)

    def _make_room(self, least: int, most: int) -> None:
        self._has_bar = most > least
        self.fit()
