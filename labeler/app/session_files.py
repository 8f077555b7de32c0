"""The files of the open case: what they hold, and repaired copies of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.jobs import Tick
from labeler.app.services import Services
from labeler.app.session_core import Refused, SessionCore
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

    def export_measures(self, target: Path, answer: Callable[[], None], refused: Refused) -> None:
        opened = self.reading.opened
        if opened is None:
            return
        case = opened.case

        def write(services: Services, tick: Tick) -> None:
            rows = measuring.measure_case(services, case, tick)
            write_whole(target, measure_table.measures_csv(rows).encode())

        self._run(write, lambda _none: answer(), refused, text="Measuring", key="measures")
