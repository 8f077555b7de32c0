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


Now = Callable[[Preferences], int]
"""Per cents as they are preferred."""
Moved = Callable[[Preferences, int], Preferences]


class OpacitySlider(Slider):
    """From `least` to 100 % in steps of 5. Its arrows are its own."""

    def __init__(
        self, name: str, least: int, now: Now, moved: Moved, preferences: Preferred, prefer: Prefer
    ) -> None:
        super().__init__(100 // STEP_PERCENT)
        self.setMinimum(least // STEP_PERCENT)
        self._name, self._now, self._after = name, now, moved
        self._preferences, self._prefer = preferences, prefer
        self.setFixedWidth(WIDTH)
        self.setAccessibleName(name)
        self.valueChanged.connect(self._moved)

    def refresh(self) -> None:
        self.blockSignals(True)
        self.setValue(round(self._now(self._preferences()) / STEP_PERCENT))
        self.blockSignals(False)
        percent = self.value() * STEP_PERCENT
        self.setToolTip(tr("{name}: {percent} %", name=self._name, percent=percent))

    def _moved(self, step: int) -> None:
        self._prefer(self._after(self._preferences(), step * STEP_PERCENT))
        self.refresh()


def fill_slider(preferences: Preferred, prefer: Prefer) -> OpacitySlider:
    """At the left end regions are outlines alone."""

    def now(preferences: Preferences) -> int:
        return 0 if preferences.outlines_only else preferences.fill_percent

    def moved(preferences: Preferences, percent: int) -> Preferences:
        if percent == 0:
            return replace(preferences, outlines_only=True)
        return replace(preferences, outlines_only=False, fill_percent=percent)

    return OpacitySlider(tr("Fill of painted marks"), 0, now, moved, preferences, prefer)


def line_slider(preferences: Preferred, prefer: Prefer) -> OpacitySlider:
    """Never so faint that a mark is lost: hiding has a key."""

    def now(preferences: Preferences) -> int:
        return preferences.line_percent

    def moved(preferences: Preferences, percent: int) -> Preferences:
        return replace(preferences, line_percent=percent)

    least = LINE_PERCENTS[0]
    return OpacitySlider(tr("Lines of marks"), least, now, moved, preferences, prefer)
