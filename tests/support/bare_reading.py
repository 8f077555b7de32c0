"""A Reading place without a case, for windows whose other places are looked at."""

from __future__ import annotations

from labeler.ui.action_table import Scope
from labeler.ui.places.no_case import NoCase
from labeler.ui.places.place import Place, Stage


class BareReading(Place):
    """Its actions do nothing and are never allowed: no case is open."""

    def __init__(self, stage: Stage) -> None:
        super().__init__("Reading")
        self.column.addWidget(NoCase(stage.look, stage.actions, stage.open_case), 1)
        for plan in stage.actions.plans.values():
            if plan.scope is not Scope.WINDOW and plan.id != "case.next":
                stage.actions.bind(plan.id, lambda: None)
