"""The range of values that the threshold paints, typed in the unit that the probe tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtGui import QFontMetrics

from labeler.model.image import Image
from labeler.ui.components.beside import Beside
from labeler.ui.components.checked_field import CheckedField
from labeler.ui.components.text import Label
from labeler.ui.reading.desk import Desk
from labeler.ui.theme import COMPACT, Type
from labeler.ui.translation import tr
from labeler.viewing.paint_options import PaintOptions
from labeler.viewing.phrase import Phrase, phrase
from labeler.viewing.value_scale import ValueScale, scale_of

LONGEST, AROUND = "00000000", 18
"""A field is as wide as that, and what is around it."""
NO_IMAGE = phrase("Open an image first.")


class RangeFields:
    """Two fields and the unit behind them; Enter gives the keyboard back to the image."""

    def __init__(self, desk: Desk, to_image: Callable[[], None]) -> None:
        self._desk = desk
        self._of: object = None
        self.low = self._field(tr("Least value that is painted"), self._set_low, to_image)
        self.high = self._field(tr("Highest value that is painted"), self._set_high, to_image)
        self.unit = Label("", Type.SECONDARY, "text2")
        self.unit.setFixedHeight(COMPACT)

    def refresh(self, options: PaintOptions, image: Image | None) -> None:
        """What the options say, of an image."""
        if image is None:
            return
        scale = scale_of(image)
        if image.info.uid != self._of:
            self._of = image.info.uid
            self.low.turn()
            self.high.turn()
        self.unit.setText(scale.unit)
        self.low.show_text(scale.text(options.low))
        self.high.show_text(scale.text(options.high))

    def show(self, *, shown: bool) -> None:
        """They are there while the threshold is in hand."""
        self.low.setVisible(shown)
        self.high.setVisible(shown)
        self.unit.setVisible(shown and bool(self.unit.text()))

    def _field(
        self, name: str, taken: Callable[[float], None], entered: Callable[[], None]
    ) -> CheckedField:
        made = CheckedField(self._read, taken, entered)
        made.setProperty("kind", "compact")
        made.setFixedSize(QFontMetrics(made.font()).horizontalAdvance(LONGEST) + AROUND, COMPACT)
        made.setAccessibleName(name)
        made.setToolTip(name)
        made.textChanged.connect(lambda text: made.setToolTip(f"{name}\n{text}"))
        return made

    @property
    def _scale(self) -> ValueScale | None:
        image = self._desk.active.base
        return None if image is None else scale_of(image)

    def _read(self, text: str) -> float | Phrase:
        scale = self._scale
        return NO_IMAGE if scale is None else scale.read(text)

    def _set_low(self, value: float) -> None:
        self._desk.painting.change(partial(replace, low=value))
        self._warn(self.low)

    def _set_high(self, value: float) -> None:
        self._desk.painting.change(partial(replace, high=value))
        self._warn(self.high)

    def _warn(self, field: CheckedField) -> None:
        """One end may be typed before the other: it is taken, and told what that means."""
        options, scale = self._desk.painting.options, self._scale
        if scale is not None and options.low > options.high:
            words = tr("The range ends below its beginning: nothing lies in it yet.")
            Beside.of(field).tell(field, words, left=True)
