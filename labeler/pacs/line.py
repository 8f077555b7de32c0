"""What an archive can be asked, whichever way it is spoken to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from labeler.errors import LabelerError
from labeler.pacs.inbox import Draft, Inbox, identify
from labeler.pacs.problems import too_much
from labeler.pacs.query import (
    MOST_INSTANCES,
    InstanceFound,
    Listing,
    SeriesFound,
    StudiesFound,
    StudyQuery,
)
from labeler.pacs.watched import Progress

MAX_STRAYS = 64
"""So many instances that nobody asked for are passed over; then the line is cut."""


class LineLost(Exception):  # noqa: N818  told as one of our errors with what has come
    """The line broke in the middle of an answer."""


@dataclass
class Delivery:
    """What comes of one series goes through here into the inbox: checked, counted, kept.

    `wanted` are those of its instances that are known and missing; `here` all that are here, of
    earlier tries too.
    """

    archive: str
    study: str
    series: str
    inbox: Inbox
    progress: Progress
    wanted: frozenset[str] = frozenset()
    here: set[str] = field(default_factory=set)
    strays: int = 0
    came: set[str] = field(default_factory=set)
    _seen: int = 0

    def begin(self) -> Draft:
        self.progress.check()
        self._seen += 1
        if self._seen > MOST_INSTANCES + MAX_STRAYS:
            raise too_much(self.archive)
        return self.inbox.draft()

    def end(self, draft: Draft) -> bool:
        """Keep an instance; False where it is not what was asked for.

        One that is cut short is kept where there is no better one, and counts as missing.
        """
        self.progress.check()
        found = identify(draft.finish(), self.study, self.series, self.wanted)
        if found is None or found.uid in self.came:
            draft.drop()
            self.stray()
            return found is not None
        if found.whole:
            draft.keep(found.uid)
            self._count(found.uid)
        elif self.inbox.holds(found.uid):
            draft.drop()
        else:
            draft.keep(found.uid)
        return True

    def _count(self, uid: str) -> None:
        self.came.add(uid)
        if uid not in self.here:
            self.here.add(uid)
            self.progress.done += 1

    def stray(self) -> None:
        """Count something that nobody asked for. Raises LabelerError "archive-too-much"."""
        self.strays += 1
        if self.strays > MAX_STRAYS:
            raise too_much(self.archive)


class Line(Protocol):
    """One archive, asked by one thread; `stop` comes from another.

    Raises LabelerErrors of `problems`, and LineLost where images were on their way.
    """

    def test(self) -> None:
        """Ask for next to nothing, and get it."""

    def studies(self, query: StudyQuery, most: int) -> StudiesFound: ...
    def series(self, study: str) -> Listing[SeriesFound]: ...
    def instances(
        self, study: str, series: str, expected: int | None = None
    ) -> Listing[InstanceFound]:
        """What a series holds; empty where the archive does not say. It says of `expected`."""
        ...

    def bring_series(
        self, series: str, instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        """Everything of one series, of which `instances` are known."""

    def bring_instances(
        self, series: str, instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        """Only these."""

    def stop(self) -> None:
        """Make whatever waits for the archive end soon, telling the archive where it can."""

    def close(self) -> None: ...


def is_gone(error: LabelerError) -> bool:
    """Whether it says only that the archive cannot be heard."""
    return error.code == "archive-unreachable"
