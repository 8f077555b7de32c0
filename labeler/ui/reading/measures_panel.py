"""The panel's part that tells all that the selected mark measures; folded until it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from labeler.app.jobs import Tick
from labeler.imaging.inside_regions import InsideRegions
from labeler.model.image import Image
from labeler.model.mark_measures import MarkMeasures, measure_all
from labeler.model.mark_sizes import FAILED
from labeler.model.measures import MASKS
from labeler.model.shapes import Bidirectional
from labeler.model.volume import Volume
from labeler.ui.components.buttons import IconButton
from labeler.ui.components.surfaces import Column
from labeler.ui.components.text import Label
from labeler.ui.look import Look
from labeler.ui.reading.caveats import meaning
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.histogram import HistogramBars
from labeler.ui.reading.lists import Section
from labeler.ui.reading.phrases import words
from labeler.ui.reading.ports import ReadingPort
from labeler.ui.reading.region_axes import MarkPlace, place_of
from labeler.ui.theme import Type
from labeler.ui.translation import tr
from labeler.viewing.measure_lines import ends_text, reason_lines, size_lines, value_lines
from labeler.viewing.measure_reasons import size_reason


class MeasuresPanel(Section):
    """Nothing is reckoned while it is folded. Numbers that are under way are "…". `keep` hears
    whether it is unfolded from now on."""

    def __init__(
        self, look: Look, desk: Desk, port: ReadingPort, keep: Callable[[bool], None]
    ) -> None:
        super().__init__(tr("Measures of this mark"))
        self._desk, self._port, self._keep = desk, port, keep
        self._asked: object = None
        self.told: tuple[tuple[str, str], ...] = ()
        """What it says, names beside numbers."""
        self.unfolded = False
        self._then: Callable[[str], None] | None = None
        self.copy = IconButton(look, "copy", tr("Copy the measures"), self.copy_text)
        self.fold = IconButton(look, "chevron-right", tr("Show or fold"), self.toggle)
        self._icons = look.icons
        self.head.cells.addWidget(self.copy)
        self.head.cells.addWidget(self.fold)
        self.body = Column("", margin=0, gap=8)
        self.body.rows.setContentsMargins(8, 0, 16, 4)
        self.table = QWidget()
        self._labels: list[Label] = []
        self._grid = QGridLayout(self.table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self.reasons = Label("", Type.SECONDARY, "warning", wrap=True)
        self.bars = HistogramBars(look)
        for part in (self.table, self.bars, self.reasons):
            self.body.rows.addWidget(part)
        self.rows.addWidget(self.body)
        self.body.hide()
        self.hide()

    def toggle(self) -> None:
        """Unfold it, or fold it; so it is from now on."""
        self.unfold(unfolded=not self.unfolded)
        self._keep(self.unfolded)

    def unfold(self, *, unfolded: bool) -> None:
        """As it is preferred."""
        if unfolded == self.unfolded:
            return
        self.unfolded = unfolded
        icon = "chevron-down" if self.unfolded else "chevron-right"
        self.fold.setIcon(self._icons.icon(icon, "text2"))
        self.body.setVisible(self.unfolded)
        self._asked = None
        self.refresh()

    def refresh(self) -> None:
        """The selected mark is another one, or not as it was; what was asked for is on its way."""
        place = place_of(self._desk, self._port) if self._desk.case is not None else None
        self.setVisible(place is not None)
        if place is None or not (self.unfolded or self._then):
            self._asked = None
            return
        asked = (place.mark, place.tile, id(place.image), id(place.content))
        if asked == self._asked:
            return
        self._asked = asked
        self._show((("…", ""),), "")
        self._ask(place, asked)

    def copy_text(self) -> None:
        """All of it into the clipboard, as soon as it is known. No name of anybody is in it."""
        self._then = QGuiApplication.clipboard().setText
        self._asked = None
        self.refresh()

    def _ask(self, place: MarkPlace, asked: object) -> None:
        image, mark, content = place.image, place.mark, place.content

        def work(volume: Volume | None, tick: Tick) -> MarkMeasures:
            return measure_all(image, mark, content, InsideRegions(image, volume), tick)

        def arrived(found: MarkMeasures) -> None:
            if asked == self._asked:
                self._tell(place, found)

        def lost() -> None:
            if asked == self._asked:
                self._then = None
                self._show((), words(size_reason(FAILED)))

        self._port.series.measure("card", place.tile, work, arrived, lost)

    def _tell(self, place: MarkPlace, found: MarkMeasures) -> None:
        image, shape = place.image, place.mark.shape
        lesion = isinstance(shape, (Bidirectional, *MASKS))
        lines = size_lines(image, found, is_diameters=lesion)
        if found.values is not None:
            lines += value_lines(image, found.values)
        told = tuple((words(name), words(value)) for name, value in lines)
        reasons = "\n".join(map(words, reason_lines(found)))
        self._show(told, reasons)
        self.reasons.setToolTip("\n".join(_meanings(image, found)))
        histogram = found.histogram
        self.bars.setVisible(histogram is not None)
        if histogram is not None:
            counts = tuple(histogram.counts.tolist())
            self.bars.show_counts(counts, *ends_text(image, histogram))
        then, self._then = self._then, None
        if then is not None:
            lines_told = (f"{name}\t{value}" for name, value in told)
            then("\n".join((*lines_told, *(reasons.splitlines()))))

    def _show(self, told: tuple[tuple[str, str], ...], reasons: str) -> None:
        for label in self._labels:
            self._grid.removeWidget(label)
            label.hide()
            label.deleteLater()
        self._labels = []
        self.told = told
        for row, (name, value) in enumerate(told):
            number = Label(value, Type.SECONDARY)
            number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            number.setAlignment(right)
            self._labels += (Label(name, Type.SECONDARY, "text2"), number)
            self._grid.addWidget(self._labels[-2], row, 0)
            self._grid.addWidget(number, row, 1)
        self.reasons.setText(reasons)
        self.reasons.setVisible(bool(reasons))
        self.bars.hide()


def _meanings(image: Image, found: MarkMeasures) -> Iterator[str]:
    """What is to know of reasons that are caveats of the image."""
    return (meaning(image, one) for one in image.caveats if one.value in found.why_not)
