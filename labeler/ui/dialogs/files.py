"""The doctor's panel: what each file and series of the case is, and what ails it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from labeler.app.file_report import FileReport, Repairs, SickFile
from labeler.errors import LabelerError
from labeler.imaging.inspect import Failure, FileFailed, SeriesFound
from labeler.imaging.syntaxes import SYNTAXES
from labeler.ui.components.buttons import Large, Primary
from labeler.ui.components.filing import FileDialog
from labeler.ui.components.surfaces import Column, Scroll
from labeler.ui.components.text import Label
from labeler.ui.dialogs.dialog import Dialog
from labeler.ui.look import Look
from labeler.ui.ports import FileVerbs
from labeler.ui.reading.caveats import LONG
from labeler.ui.theme import Type
from labeler.ui.translation import filled, message, tr

WIDTH, HEIGHT = 720, 480
LISTED = 5
"""How many copies are named one by one."""


class FilesDialog(Dialog):
    """Asks for the report when it is made, and stays while it is read."""

    def __init__(self, window: QWidget, look: Look, files: FileVerbs) -> None:
        super().__init__(window, look, tr("Files of this case"), width=WIDTH)
        self._files = files
        self._report: FileReport | None = None
        self.pages = Scroll(QWidget(), gutter=True)
        self.pages.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.pages.setAccessibleName(tr("What was found"))
        self.pages.setFixedHeight(min(HEIGHT, window.height() - 240))
        self.body.addWidget(self.pages)
        self.told = Label(tr("Looking at the files…"), ink="text2", wrap=True)
        self.body.addWidget(self.told)
        self.repair = Primary(tr("Repair copies…"), self._ask_folder)
        self.repair.setVisible(False)
        self.set_buttons(self.repair, Large(tr("Close"), self.reject))
        self.pages.setFocus(Qt.FocusReason.TabFocusReason)
        files.report_files(self.while_open(self._show), self.while_open(self.refuse))

    def _show(self, report: FileReport) -> None:
        self._report = report
        self.pages.setWidget(_page(report))
        mendable = len(report.repairable)
        self.repair.setVisible(mendable > 0)
        self.told.setText(_summary(report, mendable))

    def _ask_folder(self) -> None:
        dialog = FileDialog(self, tr("Where the repaired copies go"))
        dialog.setFileMode(FileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.repair_into(Path(path)))
        dialog.open()

    def repair_into(self, folder: Path) -> None:
        """Write the repaired copies into a folder; the button waits for the answer."""
        if self._report is not None:
            self.trouble.hide()
            self.repair.setEnabled(False)
            self._files.repair_files(
                self._report,
                folder,
                self.while_open(self._repaired),
                self.while_open(self._not_repaired),
            )

    def _repaired(self, repairs: Repairs) -> None:
        self.repair.setEnabled(True)
        words = tr(
            "{count} repaired copies were written. The files themselves were not touched.",
            count=len(repairs.written),
        )
        self.told.setText(words)
        for error in repairs.refused[:1]:
            self.refuse(error)

    def _not_repaired(self, error: LabelerError) -> None:
        self.repair.setEnabled(True)
        self.refuse(error)


def _page(report: FileReport) -> QWidget:
    """All cards, made before any is shown: what is added to a page on the screen lies anyhow until
    the page has been measured again."""
    page = QWidget()
    page.setProperty("kind", "page")
    cards = QVBoxLayout(page)
    cards.setContentsMargins(0, 0, 0, 0)
    cards.setSpacing(8)
    for found in report.series:
        cards.addWidget(_series_card(found))
    for failed in report.failed:
        cards.addWidget(_failed_card(failed))
    for sick in report.sick:
        cards.addWidget(_sick_card(sick))
    cards.addStretch()
    return page


def _summary(report: FileReport, mendable: int) -> str:
    if mendable:
        return tr("{count} files can be repaired safely, in copies.", count=mendable)
    if report.sick or report.failed:
        return tr("No safe repair is known for what is wrong here.")
    return tr("Nothing is wrong with the form of these files.")


def _series_card(found: SeriesFound) -> Column:
    card = Column("card", margin=12, gap=4)
    card.rows.addWidget(Label(_series_title(found), Type.STRONG, wrap=True))
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(_facts(found)):
        grid.addWidget(Label(name, Type.SECONDARY, "text2"), row, 0)
        grid.addWidget(Label(value, Type.SECONDARY), row, 1)
    card.rows.addLayout(grid)
    for caveat in found.caveats:
        card.rows.addWidget(Label(f"▲ {tr(LONG[caveat])}", ink="warning", wrap=True))
    if found.error is not None:
        card.rows.addWidget(_trouble(found.error))
    return card


def _series_title(found: SeriesFound) -> str:
    slices, rows, columns = found.shape
    size = tr("{slices} × {rows} × {columns}", slices=slices, rows=rows, columns=columns)
    parts = (found.modality, found.description, size)
    return " · ".join(part for part in parts if part)


def _facts(found: SeriesFound) -> tuple[tuple[str, str], ...]:
    syntax = SYNTAXES.get(found.transfer_syntax)
    facts = [
        (tr("Files"), str(found.files)),
        (tr("Stored as"), syntax.name if syntax else found.transfer_syntax),
        (tr("Pixels"), found.photometric),
        (tr("Spacing"), _spacing(found)),
    ]
    if found.window:
        window = found.window[0]
        facts.append((tr("W/L"), f"{_short(window.width)} / {_short(window.center)}"))
    value = found.measured or found.rescaled
    if value is not None:
        text = tr(
            "{low} to {high}, mean {mean} {unit}",
            low=_short(value.min),
            high=_short(value.max),
            mean=_short(value.mean),
            unit=found.unit,
        )
        facts.append((tr("First image"), text.strip()))
    return (*facts, *((tr("Left out"), line) for line in _left_out(found)))


def _left_out(found: SeriesFound) -> tuple[str, ...]:
    """Copies, by what is to be known of them."""
    told = {*found.cut_copies, *found.unlike_copies, *found.uncompared_copies}
    plain = tuple(name for name in found.copies if name not in told)
    lines = (
        (found.cut_copies, message("{names}: cut short; a whole copy is shown")),
        (found.unlike_copies, message("{names}: the same image by its UID, but other pixels")),
        (
            found.uncompared_copies,
            message("{names}: the same image by its UID; its pixels cannot be compared"),
        ),
        (plain, message("{names}: there twice, shown once")),
    )
    return tuple(tr(line, names=_first(names)) for names, line in lines if names)


def _first(names: tuple[str, ...]) -> str:
    """Of very many only the first."""
    shown = ", ".join(names[:LISTED])
    more = len(names) - LISTED
    return tr("{names} and {count} more", names=shown, count=more) if more > 0 else shown


def _spacing(found: SeriesFound) -> str:
    if found.spacing_mm is None:
        return tr("Unknown")
    x, y, z = (_short(value) for value in found.spacing_mm)
    return tr("{x} × {y} × {z} mm", x=x, y=y, z=z)


def _short(value: float) -> str:
    """Six digits, never as a power of ten."""
    text = format(float(f"{value:.6g}"), "f")
    return text.rstrip("0").rstrip(".")


def _trouble(failure: Failure) -> Label:
    tag = f" {failure.tag}" if failure.tag and failure.tag not in failure.message else ""
    return Label(failure.message + tag, ink="danger", wrap=True)


def _failed_card(failed: FileFailed) -> Column:
    card = Column("card", margin=12, gap=4)
    card.rows.addWidget(Label(failed.file, Type.STRONG, wrap=True))
    card.rows.addWidget(_trouble(failed.error))
    return card


def _sick_card(sick: SickFile) -> Column:
    card = Column("card", margin=12, gap=4)
    card.rows.addWidget(Label(sick.source.name, Type.STRONG, wrap=True))
    for ailment in sick.ailments:
        card.rows.addWidget(Label(filled(ailment.found, ailment.facts), ink="warning", wrap=True))
        repair = filled(ailment.repair, ailment.facts)
        words = tr("Repair: {what}", what=repair) if repair else tr("No safe repair is known.")
        card.rows.addWidget(Label(words, Type.SECONDARY, "text2", wrap=True))
    return card
