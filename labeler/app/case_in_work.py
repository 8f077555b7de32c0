"""The case that is worked on: what it was opened with, its document, its series, its journal."""

from __future__ import annotations

from dataclasses import dataclass, replace

from labeler.app.case_checks import case_checks, gravest_first
from labeler.app.open_case import OpenCase, Opened
from labeler.app.open_document import OpenDocument, with_signed
from labeler.app.series_room import SeriesRoom
from labeler.app.step_writer import StepWriter
from labeler.model.checks import Check


@dataclass(eq=False)
class CaseInWork:
    opened: Opened
    document: OpenDocument
    case: OpenCase
    series: SeriesRoom
    writer: StepWriter

    @property
    def may_change(self) -> bool:
        """Whether its document takes edits."""
        return self.case.may_change

    @property
    def can_undo(self) -> bool:
        return self.may_change and (self.document.history.can_undo or not self.writer.is_free)

    @property
    def can_redo(self) -> bool:
        return self.may_change and (self.document.history.can_redo or not self.writer.is_free)

    def set_signed(self, *, signed: bool) -> None:
        """Whether its document is signed as it stands."""
        self.opened = with_signed(self.opened, signed=signed)
        self.case = replace(self.case, signed=signed)

    def checks(self) -> tuple[Check, ...]:
        """What stands between it and its signature, the gravest first."""
        found = case_checks(self.opened, self.document, self.series.failed)
        return gravest_first((*found, *self.series.others, *self.series.unlike))
