"""The panel's upper parts: labels with their keys, marks with their sizes."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import UNSET
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labeler.model.document import Mark
from labeler.model.image import Image
from labeler.model.manifest import Label as LabelWord
from labeler.model.mask_measures import measure_volume
from labeler.model.measures import MASKS, Unmeasured, measure_mark
from labeler.ui.actions import Actions
from labeler.ui.components.buttons import Chip
from labeler.ui.components.surfaces import Row
from labeler.ui.components.text import Label
from labeler.ui.look import Look
from labeler.ui.reading.desk import Desk
from labeler.ui.reading.phrases import words
from labeler.ui.reading.swatch_list import SwatchList, SwatchRow
from labeler.ui.theme import CONTROL, ROW, Type
from labeler.ui.translation import tr
from labeler.viewing.measure_text import measure_text, volume_text
from labeler.viewing.scene import Painted
from labeler.viewing.stack_text import shown_number


class Section(QWidget):
    """A heading, what stands at its right end, and below it the body."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(8, 4, 0, 4)
        self.rows.setSpacing(4)
        self.head = Row()
        self.head.cells.setContentsMargins(8, 0, 16, 0)
        self.head.setFixedHeight(CONTROL)
        self.head.cells.addWidget(Label(title, Type.SECTION))
        self.head.cells.addStretch()
        self.rows.addWidget(self.head)


class LabelsPanel(Section):
    """One row a label: its digit, colour, name, and how many marks it has."""

    def __init__(self, look: Look, desk: Desk) -> None:
        super().__init__(tr("Labels"))
        self._desk = desk
        self.list = SwatchList(look, self._chosen, digits=True)
        self.list.setAccessibleName(tr("Labels"))
        self.rows.addWidget(self.list, 1)

    def refresh(self) -> None:
        case = self._desk.case
        if case is None:
            return
        used = [mark.label for mark in self._desk.document().marks]
        rows = tuple(
            SwatchRow(
                key=label.code,
                ink=n,
                text=label.name,
                right=str(used.count(label.code)),
                digit=str(n + 1) if n < 9 else "",
            )
            for n, label in enumerate(case.labels)
        )
        self.list.show_rows(rows, self._desk.label)
        # As high as its rows and no higher; the findings get the rest.
        edge = self.rows.contentsMargins()
        above = edge.top() + edge.bottom() + self.head.height() + self.rows.spacing()
        self.setMaximumHeight(above + ROW * len(rows))

    def _chosen(self, code: str) -> None:
        case = self._desk.case
        if case is not None and code != self._desk.label:
            self._desk.choose_label([label.code for label in case.labels].index(code) + 1)


class MarksPanel(Section):
    """One row a mark: its colour, its size, its image; and “No finding”."""

    def __init__(
        self, look: Look, desk: Desk, painted: Callable[[], Painted], actions: Actions
    ) -> None:
        super().__init__(tr("Marks"))
        self._desk, self._painted = desk, painted
        key = actions.keys("case.no-finding")
        self.no_finding = Chip(f"{actions['case.no-finding'].text()}  {key}")
        self.no_finding.clicked.connect(lambda _on: actions["case.no-finding"].trigger())
        self.head.cells.addWidget(self.no_finding)
        self.list = SwatchList(look, self._chosen, digits=False)
        self.list.setAccessibleName(tr("Marks"))
        self.empty = Label("", Type.SECONDARY, "text3", wrap=True)
        self.empty.setContentsMargins(8, 0, 16, 0)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.rows.addWidget(self.empty)
        self.rows.addWidget(self.list, 1)

    def refresh(self) -> None:
        case = self._desk.case
        if case is None:
            return
        document = self._desk.document()
        names = {label.code: (n, label) for n, label in enumerate(case.labels)}
        image = self._desk.active.image or case.image
        rows = tuple(self._row(image, mark, names) for mark in document.marks)
        self.list.show_rows(rows, self._desk.selected)
        self.no_finding.setChecked(document.no_finding)
        self.no_finding.setEnabled(self._desk.editable)
        self.empty.setVisible(not rows)
        self.list.setVisible(bool(rows))
        if not case.named:
            self.empty.setText(tr("The file is being read. Its marks come then."))
        elif document.no_finding:
            self.empty.setText(tr("You say that there is nothing to mark."))
        else:
            self.empty.setText(tr("No marks yet. Draw one, or say that there is none."))

    def _row(self, image: Image, mark: Mark, names: dict[str, tuple[int, LabelWord]]) -> SwatchRow:
        ink, label = names.get(mark.label, (0, None))
        size = self._size(image, mark)
        text = size or (label.name if label else mark.label)
        at = ""
        if mark.frame in image.refs:
            number = shown_number(image, image.refs.index(mark.frame))
            at = tr("Im {number}", number=number)
        return SwatchRow(mark.id, ink, text, at)

    def _size(self, image: Image, mark: Mark) -> str:
        if mark.frame not in image.refs:
            return ""
        shape, index = mark.shape, image.refs.index(mark.frame)
        if isinstance(shape, MASKS) and shape.through is not UNSET:
            content = self._painted().content(shape)
            known = content is not None and image.measurable and image.measurable_across
            return words(volume_text(measure_volume(image, content))) if content and known else ""
        mask = self._painted().region(shape, index) if isinstance(shape, MASKS) else None
        measure = measure_mark(image, shape, mask)
        if measure is None or isinstance(measure, Unmeasured):
            return ""
        return words(measure_text(measure))

    def _chosen(self, mark_id: str) -> None:
        self._desk.select_mark(mark_id)
