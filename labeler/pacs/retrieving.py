"""Getting a study: what is here is not asked for again, and a broken line is taken up again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from labeler.errors import LabelerError
from labeler.pacs.inbox import Inbox
from labeler.pacs.line import Delivery, Line, LineLost, is_gone
from labeler.pacs.problems import (
    incomplete,
    line_lost,
    list_bounded,
    no_such_study,
    unreachable,
)
from labeler.pacs.query import InstanceFound, Listing, SeriesFound
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
class Part:
    """One series: what the archive lists of it, and what of it is here.

    `told` is how many the archive says there are (0: nothing); `bounded`: its list is shorter
    than that, or may be.
    """

    series: str
    instances: tuple[InstanceFound, ...]
    told: int
    bounded: bool
    here: set[str]
    asked: bool = False
    """Whether all of it was asked for, and the archive came to an end."""

    @property
    def missing(self) -> list[InstanceFound]:
        return [each for each in self.instances if each.uid not in self.here]

    @property
    def all_here(self) -> bool:
        known = self.asked or 0 < self.told <= len(self.here)
        return not self.missing and (known or not self.bounded)

    @property
    def known_missing(self) -> int:
        """What is certainly not here: of a bounded list nobody knows before all was asked for."""
        if self.bounded and not self.asked:
            return len(self.missing)
        return self.count - len(self.here)

    @property
    def count(self) -> int:
        """So many at least."""
        return max(self.told, len(self.instances), len(self.here))


@dataclass
class Retrieval:
    """One study, or some of its series, from a line into an inbox."""

    archive: str
    line: Line
    study: str
    inbox: Inbox
    progress: Progress
    cuts_allowed: int = CUTS_ALLOWED
    _parts: list[Part] = field(default_factory=list)
    _more_series: bool = False
    _came: int = 0

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
                self._give_up(error, before)
        else:
            raise line_lost(self.archive, self.progress.done, self.progress.total)
        return self._result()

    def _look(self, only: Collection[str]) -> None:
        """What there is, and what of it is here."""
        listing = self._series()
        found = [one for one in listing.found if not only or one.uid in only]
        if not found or len(found) < len(set(only)):
            raise no_such_study(self.archive)
        self._more_series = listing.more and not only
        for one in found:
            self.progress.check()
            part = self._part(one)
            self._parts.append(part)
            self.progress.total += part.count
            self.progress.done += len(part.here)
        self._count_missing()
        if not listing.more:
            parts = {part.series: part.count for part in self._parts}
            counts = [parts.get(one.uid, one.instances) for one in listing.found]
            self.progress.of_study = None if None in counts else sum(filter(None, counts))

    def _count_missing(self) -> None:
        self.progress.missing = sum(part.known_missing for part in self._parts)

    def _part(self, one: SeriesFound) -> Part:
        listing = self._instances(one)
        instances, told = listing.found, one.instances or 0
        bounded = not instances or told > len(instances) or (listing.more and not told)
        here = {each.uid for each in instances if self.inbox.holds(each.uid)}
        return Part(one.uid, instances, told, bounded, here)

    def _series(self) -> Listing[SeriesFound]:
        try:
            return self.line.series(self.study)
        except LineLost:
            raise unreachable(self.archive) from None

    def _instances(self, series: SeriesFound) -> Listing[InstanceFound]:
        try:
            return self.line.instances(self.study, series.uid, series.instances)
        except LineLost:
            raise unreachable(self.archive) from None

    def _bring(self) -> None:
        for part in self._parts:
            if part.all_here:
                continue
            wanted = frozenset(each.uid for each in part.missing)
            delivery = Delivery(
                self.archive, self.study, part.series, self.inbox, self.progress, wanted, part.here
            )
            try:
                self._bring_one(part, delivery)
            finally:
                self._came += len(delivery.came)
                self._count_missing()

    def _bring_one(self, part: Part, delivery: Delivery) -> None:
        if part.bounded or len(part.missing) == len(part.instances):
            self.line.bring_series(part.series, part.instances, delivery)
            part.asked = True
        if missing := part.missing:
            # Some archives leave out of a series what they cannot send as it is.
            self.line.bring_instances(part.series, missing, delivery)

    def _give_up(self, error: LineLost | LabelerError, before: int) -> None:
        """Raises what is to be told, unless trying again at once makes sense."""
        lost = isinstance(error, LineLost) or is_gone(error)
        if not lost:
            raise error
        if self._came == before:
            here, total = self.progress.done, self.progress.total
            raise line_lost(self.archive, here, max(here, total)) from error

    def _result(self) -> Brought:
        here = sum(len(part.here) for part in self._parts)
        total = sum(part.count for part in self._parts)
        if here < total:
            raise incomplete(self.archive, here, total)
        if self._more_series:
            self.progress.missing = 1  # at least
            raise list_bounded(self.archive, here)
        return Brought(total, here, self._came)
