"""Looking for a study in an image archive: a form, what was found, its series."""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from labeler.pacs.query import SeriesFound, StudiesFound, StudyFound, StudyQuery
from labeler.ui.components.buttons import Button
from labeler.ui.components.table import Cell, ColumnPlan, Table
from labeler.ui.components.text import Label
from labeler.ui.components.text_field import TextField
from labeler.ui.dialogs.archive_edit import Named
from labeler.ui.look import Look
from labeler.ui.theme import Type
from labeler.ui.translation import tr

ROW = 32
STUDIES_HEIGHT, SERIES_HEIGHT = 232, 136


class SearchPage(QWidget):
    """`search` is asked for with a query, `chosen` hears which study is looked at."""

    def __init__(
        self,
        look: Look,
        search: Callable[[StudyQuery], None],
        chosen: Callable[[StudyFound], None],
        changed: Callable[[], None],
    ) -> None:
        super().__init__()
        self._search, self._chosen, self._changed = search, chosen, changed
        self._found: dict[str, StudyFound] = {}
        self._series: dict[str, SeriesFound] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addLayout(self._form())
        self.studies = Table(look, _studies(), self._study_chosen, row_height=ROW)
        self.studies.setAccessibleName(tr("Studies found"))
        self.studies.setFixedHeight(STUDIES_HEIGHT)
        self.told = Label("", Type.SECONDARY, "text2", wrap=True)
        self.series = Table(look, _series(), lambda _key: changed(), row_height=ROW)
        self.series.setAccessibleName(tr("Series of the study"))
        self.series.setFixedHeight(SERIES_HEIGHT)
        rows.addWidget(self.told)
        rows.addWidget(self.studies)
        rows.addWidget(self.series)
        self.clear()

    def study(self) -> StudyFound | None:
        return self._found.get(self.studies.current_key())

    def one_series(self) -> SeriesFound | None:
        """The series that is selected, of the study that is."""
        return self._series.get(self.series.current_key())

    def clear(self) -> None:
        """Show nothing of what was found before."""
        self._show({}, tr("Type what you know; * stands for any letters. Nothing here is kept."))

    def waiting(self) -> None:
        self._show({}, tr("Searching…"))

    def show_studies(self, found: StudiesFound) -> None:
        if not found.studies:
            words = tr("Nothing was found.")
        elif found.more:
            words = tr("The first {count}; there are more. Narrow the search.",
                       count=len(found.studies))  # fmt: skip
        else:
            words = tr("Found: {count}", count=len(found.studies))
        newest = sorted(found.studies, key=lambda one: (one.date, one.time), reverse=True)
        self._show({one.uid: one for one in newest}, words)
        if newest:
            self.studies.select(newest[0].uid)
            self.studies.setFocus()

    def show_series(self, study: StudyFound, found: tuple[SeriesFound, ...]) -> None:
        if self.study() != study:
            return
        ordered = sorted(found, key=lambda one: (one.number is None, one.number or 0, one.uid))
        self._series = {one.uid: one for one in ordered}
        self.series.show_rows(tuple(self._series), tuple(map(_series_cells, ordered)))

    def _show(self, found: dict[str, StudyFound], words: str) -> None:
        self._found, self._series = found, {}
        self.told.setText(words)
        self.series.show_rows((), ())
        self.studies.show_rows(tuple(found), tuple(map(_study_cells, found.values())))
        for table in (self.studies, self.series):
            table.setVisible(bool(found))
        self._changed()

    def _form(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        self.patient_id, self.name, self.accession = TextField(), TextField(), TextField()
        self.date_from, self.date_to = TextField(), TextField()
        self.modality, self.description = TextField(), TextField()
        for date in (self.date_from, self.date_to):
            date.setPlaceholderText("2024-01-31")
        self.go = Button(tr("Search"), self._press)
        fields = (
            (tr("Patient's ID"), self.patient_id),
            (tr("Name"), self.name),
            (tr("Accession number"), self.accession),
            (tr("Modality"), self.modality),
            (tr("From day"), self.date_from),
            (tr("To day"), self.date_to),
            (tr("Description"), self.description),
        )
        for at, (name, field) in enumerate(fields):
            field.returnPressed.connect(self._press)
            grid.addWidget(Named(name, field), at // 4, at % 4)
        grid.addWidget(Named("", self.go), 1, 3)
        self.go.setAccessibleName(tr("Search"))
        return grid

    def _press(self) -> None:
        if self.go.isEnabled():
            self._search(self.query())

    def query(self) -> StudyQuery:
        return StudyQuery(
            patient_id=self.patient_id.text(),
            name=_name(self.name),
            accession=self.accession.text(),
            date_from=_day(self.date_from),
            date_to=_day(self.date_to),
            modality=self.modality.text(),
            description=self.description.text(),
        )

    def _study_chosen(self, key: str) -> None:
        self._series = {}
        self.series.show_rows((), ())
        self._changed()
        if key in self._found:
            self._chosen(self._found[key])


def _name(line: TextField) -> str:
    """As archives compare names: "Doe, Jane" is DOE^JANE, "Doe Jane" any name with both."""
    text = re.sub(r"\s*,\s*", "^", line.text().strip())
    if re.search(r"[\^*?]", text) or " " not in text:
        return text
    return "*".join(text.split()) + "*"


def _day(line: TextField) -> str:
    """2024-01-31 and 2024.01.31 are what the standard writes 20240131."""
    return line.text().strip().replace("-", "").replace(".", "")


def _studies() -> tuple[ColumnPlan, ...]:
    return (
        ColumnPlan(tr("Patient"), 0),
        ColumnPlan(tr("ID"), 136),
        ColumnPlan(tr("Day"), 96),
        ColumnPlan(tr("Modality"), 88),
        ColumnPlan(tr("Description"), 208),
        ColumnPlan(tr("Images"), 72, right=True),
    )


def _series() -> tuple[ColumnPlan, ...]:
    return (
        ColumnPlan(tr("Series"), 88),
        ColumnPlan(tr("Modality"), 88),
        ColumnPlan(tr("Description"), 0),
        ColumnPlan(tr("Body part"), 136),
        ColumnPlan(tr("Images"), 72, right=True),
    )


def _study_cells(one: StudyFound) -> tuple[Cell, ...]:
    return (
        Cell(one.name, "text"),
        Cell(one.patient_id),
        Cell(_shown_day(one.date)),
        Cell(", ".join(one.modalities)),
        Cell(one.description),
        Cell("" if one.instances is None else str(one.instances)),
    )


def _series_cells(one: SeriesFound) -> tuple[Cell, ...]:
    return (
        Cell("" if one.number is None else str(one.number), "text"),
        Cell(one.modality),
        Cell(one.description),
        Cell(one.body_part),
        Cell("" if one.instances is None else str(one.instances)),
    )


def _shown_day(date: str) -> str:
    return f"{date[:4]}-{date[4:6]}-{date[6:]}" if len(date) == 8 else date
