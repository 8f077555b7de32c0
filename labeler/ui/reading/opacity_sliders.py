"""How opaque marks are: sliders beside the labels, for the fill of regions and for lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from labeler.model.preferences import LINE_PERCENTS, Preferences
from labeler.ui.components.sliders import Slider
from labeler.ui.translation import tr

STEP_PERCENT = 5
WIDTH = 64

Preferred = Callable[[], Preferences]
Prefer = Callable[[Preferences], None]


class OpacitySlider(Slider):
    """From `least` to 100 % in steps of 5. Its arrows are its own."""

    def __init__(self, name: str, least: int, preferences: Preferred, prefer: Prefer) -> None:
        super().__init__(100 // STEP_PERCENT)
        self.setMinimum(least // STEP_PERCENT)
        self._name, self._preferences, self._prefer = name, preferences, prefer
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(name)
        self.valueChanged.connect(self._moved)

    def now(self, preferences: Preferences) -> int:
        """Per cents as they are preferred."""
        raise NotImplementedError

    def moved(self, preferences: Preferences, percent: int) -> Preferences:
        raise NotImplementedError

    def refresh(self) -> None:
        self.blockSignals(True)
        self.setValue(round(self.now(self._preferences()) / STEP_PERCENT))
        self.blockSignals(False)
        percent = self.value() * STEP_PERCENT
        self.setToolTip(tr("{name}: {percent} %", name=self._name, percent=percent))

    def _moved(self, step: int) -> None:
        self._prefer(self.moved(self._preferences(), step * STEP_PERCENT))
        self.refresh()


class FillSlider(OpacitySlider):
    """At the left end regions are outlines alone."""

    def __init__(self, preferences: Preferred, prefer: Prefer) -> None:
        super().__init__(tr("Fill of painted marks"), 0, preferences, prefer)

    def now(self, preferences: Preferences) -> int:
        return 0 if preferences.outlines_only else preferences.fill_percent

    def moved(self, preferences: Preferences, percent: int) -> Preferences:
        if percent == 0:
            return replace(preferences, outlines_only=True)
        return replace(preferences, outlines_only=False, fill_percent=percent)


class LineSlider(OpacitySlider):
    """Never so faint that a mark is lost: hiding has a key."""

    def __init__(self, preferences: Preferred, prefer: Prefer) -> None:
        super().__init__(tr("Lines of marks"), LINE_PERCENTS[0], preferences, prefer)

    def now(self, preferences: Preferences) -> int:
        return preferences.line_percent

    def moved(self, preferences: Preferences, percent: int) -> Preferences:
        return replace(preferences, line_percent=percent)
