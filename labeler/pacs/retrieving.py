"""Getting a study: what is here is not asked for again, and a broken line is taken up again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from labeler.errors import LabelerError
from labeler.pacs.inbox import Inbox
from labeler.pacs.line import Delivery, Line, LineLost, is_gone
from labeler.pacs.problems import incomplete, line_lost, no_such_study, unreachable
from labeler.pacs.query import InstanceFound, SeriesFound
from labeler.pacs.watched import Progress

CUTS_ALLOWED = 3
"""A line that broke is taken up again so often, as long as each time something came."""


@dataclass(frozen=True)
class Brought:
    """What a study holds that was asked for, and what of it is here; `asked` came just now."""

    instances: int
    here: int
    asked: int


@dataclass
class Retrieval:
    """One study, or some of its series, from a line into an inbox."""

    archive: str
    line: Line
    study: str
    inbox: Inbox
    progress: Progress
    cuts_allowed: int = CUTS_ALLOWED
    _plan: list[tuple[str, tuple[InstanceFound, ...]]] = field(default_factory=list)
    _missing: dict[str, list[InstanceFound]] = field(default_factory=dict)
    _came: int = 0
    _blind: int = 0

    def run(self, only: Collection[str] = ()) -> Brought:
        """Bring everything, or `only` the series of these UIDs.

        Raises LabelerError "archive-no-study", "archive-line-lost", "archive-incomplete", and
        what the line raises.
        """
        self._look(only)
        for _ in range(self.cuts_allowed + 1):
            before = self._came
            try:
                self._bring()
                break
            except (LineLost, LabelerError) as error:
                self._settle()
                self._give_up(error, before)
        else:
            raise line_lost(self.archive, self.progress.done, self.progress.total)
        return self._result()

    def _look(self, only: Collection[str]) -> None:
        """What there is, and what of it is here."""
        found = [one for one in self._series() if not only or one.uid in only]
        if not found or len(found) < len(set(only)):
            raise no_such_study(self.archive)
        for one in found:
            self.progress.check()
            instances = self._instances(one)
            self._plan.append((one.uid, instances))
            missing = [each for each in instances if not self.inbox.holds(each.uid)]
            self._missing[one.uid] = missing
            known = len(instances) or one.instances or 0
            self._blind += 0 if instances else known
            self.progress.total += known
            self.progress.done += len(instances) - len(missing)

    def _series(self) -> tuple[SeriesFound, ...]:
        try:
            return self.line.series(self.study)
        except LineLost:
            raise unreachable(self.archive) from None

    def _instances(self, series: SeriesFound) -> tuple[InstanceFound, ...]:
        try:
            return self.line.instances(self.study, series.uid)
        except LineLost:
            raise unreachable(self.archive) from None

    def _bring(self) -> None:
        for series, instances in self._plan:
            missing = self._missing[series]
            if instances and not missing:
                continue
            wanted = frozenset(each.uid for each in missing) if instances else None
            delivery = Delivery(self.archive, self.study, self.inbox, self.progress, wanted)
            try:
                self._bring_one(series, instances, missing, delivery)
            finally:
                self._came += len(delivery.came)
                self._missing[series] = [e for e in missing if e.uid not in delivery.came]

    def _bring_one(
        self,
        series: str,
        instances: Sequence[InstanceFound],
        missing: Sequence[InstanceFound],
        delivery: Delivery,
    ) -> None:
        if len(missing) == len(instances):
            self.line.bring_series(series, instances, delivery)
            missing = [each for each in missing if each.uid not in delivery.came]
        if missing:
            # Some archives leave out of a series what they cannot send as it is.
            self.line.bring_instances(series, missing, delivery)

    def _settle(self) -> None:
        """Series whose content nobody knows are counted anew at the next try."""
        blind = [series for series, instances in self._plan if not instances]
        if blind:
            self.progress.done = sum(
                len(instances) - len(self._missing[series]) for series, instances in self._plan
            )

    def _give_up(self, error: LineLost | LabelerError, before: int) -> None:
        """Raises what is to be told, unless trying again at once makes sense."""
        lost = isinstance(error, LineLost) or is_gone(error)
        if not lost:
            raise error
        if self._came == before:
            here, total = self.progress.done, self.progress.total
            raise line_lost(self.archive, here, max(here, total)) from error

    def _result(self) -> Brought:
        missing = sum(len(each) for each in self._missing.values())
        known = sum(len(instances) for _, instances in self._plan)
        blind_here = self.progress.done - (known - missing)
        total = known + max(self._blind, blind_here)
        here = known - missing + blind_here
        if here < total:
            raise incomplete(self.archive, here, total)
        return Brought(total, here, self._came)
