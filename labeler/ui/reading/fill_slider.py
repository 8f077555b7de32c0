"""How opaque painted regions are filled: a slider beside the labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from labeler.model.preferences import Preferences
from labeler.ui.components.sliders import Slider
from labeler.ui.translation import tr

STEPS = 20
WIDTH = 96


class FillSlider(Slider):
    """Steps of 5 %; at the left end regions are outlines alone. Its arrows are its own."""

    def __init__(
        self, preferences: Callable[[], Preferences], prefer: Callable[[Preferences], None]
    ) -> None:
        super().__init__(STEPS)
        self._preferences, self._prefer = preferences, prefer
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(tr("Fill of painted marks"))
        self.valueChanged.connect(self._moved)

    def refresh(self) -> None:
        now = self._preferences()
        self.blockSignals(True)
        self.setValue(0 if now.outlines_only else round(now.fill_percent * STEPS / 100))
        self.blockSignals(False)
        percent = self.value() * 100 // STEPS
        self.setToolTip(tr("Fill of painted marks: {percent} %", percent=percent))

    def _moved(self, step: int) -> None:
        percent = step * 100 // STEPS
        now = self._preferences()
        if percent == 0:
            self._prefer(replace(now, outlines_only=True))
        else:
            self._prefer(replace(now, outlines_only=False, fill_percent=percent))
        self.refresh()
