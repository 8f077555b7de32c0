"""The files of the open case: what they hold, and repaired copies of them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.jobs import Tick
from labeler.app.services import Services
from labeler.app.session_core import Refused, SessionCore
from labeler.errors import Cancelled, LabelerError
from labeler.later import Later
from labeler.model.listing import HeaderListing
from labeler.store.writing import write_whole

if TYPE_CHECKING:
    from labeler.app import file_report, header_listing, measure_table, measuring
    from labeler.app.file_report import FileReport, Repairs
else:
    file_report = Later("labeler.app.file_report")
    header_listing = Later("labeler.app.header_listing")
    measure_table = Later("labeler.app.measure_table")
    measuring = Later("labeler.app.measuring")


MeasuresExport = Callable[[Path, bool, Callable[[], None], Refused], None]
"""Writes what marks measure as a table; with a decimal comma, or a point."""


class FileVerbs(SessionCore):
    """Asks about the case that is open when a verb is called."""

    def report_files(self, answer: Callable[[FileReport], None], refused: Refused) -> None:
        opened = self.reading.opened
        if opened is not None:
            seen = opened.case.scan
            self._run(
                lambda s, tick: file_report.report_files(seen, s.decoders, tick),
                answer,
                refused,
                text="Checking the files",
            )

    def repair_files(
        self,
        report: FileReport,
        folder: Path,
        answer: Callable[[Repairs], None],
        refused: Refused,
    ) -> None:
        self._run(
            lambda s, tick: file_report.write_repaired(report.repairable, folder, s.decoders, tick),
            answer,
            refused,
            text="Repairing copies",
        )

    def list_header(
        self,
        tile: str,
        index: int,
        answer: Callable[[HeaderListing], None],
        refused: Refused,
    ) -> None:
        opened = self.reading.opened
        if opened is not None:
            case = opened.case
            self._run(
                lambda _s, _t: header_listing.header_of(case, tile, index),
                answer,
                refused,
                key="header-listing",
            )

    def measures_export(self) -> MeasuresExport | None:
        """Of the marks as they stand now, saved or not, whichever case is open when it is called;
        None where no case is."""
        reading = self.reading
        if reading.opened is None:
            return None
        case, marks = reading.opened.case, reading.document().marks
        contents, files = measuring.contents_of(marks, reading.painted), reading.series.reading

        def export(target: Path, comma: bool, answer: Callable[[], None], refused: Refused) -> None:
            try:
                held = _held(files)
            except LabelerError as error:
                refused(error)
                return

            def write(services: Services, tick: Tick) -> None:
                with held:
                    rows = measuring.measure_marks(services.decoders, case, marks, contents, tick)
                table = measure_table.measures_csv(rows, case.labels, decimal_comma=comma)
                write_whole(target, table.encode())

            self._run(
                write,
                lambda _none: answer(),
                refused,
                text="Measuring",
                key="measures",
                dropped=held.close,
            )

        return export


def _held(files: Callable[[], AbstractContextManager[None]]) -> ExitStack:
    """The files of a case stay open until it is closed, also where another case is opened."""
    held = ExitStack()
    try:
        held.enter_context(files())
    except Cancelled:
        raise LabelerError(
            "case-put-away",
            "The case was closed before its marks were measured.",
            safe="Nothing was written, and its marks are kept.",
            do="Open the case again and export its measures once more.",
        ) from None
    return held
