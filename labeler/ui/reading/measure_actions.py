"""What is done with the measures of the selected mark, by key, menu and palette."""

from __future__ import annotations

from labeler.ui.action_table import Need
from labeler.ui.actions import Actions
from labeler.ui.reading.measures_panel import MeasuresPanel
from labeler.ui.reading.region_axes import RegionAxes


class MeasureActions:
    """Binds them; `check` says which of them can be done now."""

    def __init__(self, actions: Actions, axes: RegionAxes, panel: MeasuresPanel) -> None:
        self._actions, self._axes, self._panel = actions, axes, panel
        actions.bind("mark.axes", axes.make)
        actions.bind("mark.measures", self._toggle)
        actions.bind("mark.copy-measures", panel.copy_text)

    def _toggle(self) -> None:
        self._panel.toggle()
        self.check()

    def check(self) -> None:
        self._actions.allow(Need.REGION, self._axes.may)
        self._actions.allow(Need.SELECTED, self._axes.any_mark)
        self._actions["mark.measures"].setChecked(self._panel.unfolded)
