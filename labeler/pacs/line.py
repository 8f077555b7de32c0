"""What an archive can be asked, whichever way it is spoken to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from labeler.errors import LabelerError
from labeler.pacs.inbox import Draft, Inbox, identify
from labeler.pacs.problems import too_much
from labeler.pacs.query import InstanceFound, SeriesFound, StudiesFound, StudyQuery
from labeler.pacs.watched import Progress

MAX_STRAYS = 64
"""So many instances that nobody asked for are passed over; then the line is cut."""


class LineLost(Exception):  # noqa: N818  told as one of our errors with what has come
    """The line broke in the middle of an answer."""


@dataclass
class Delivery:
    """What comes from a line goes through here into the inbox: checked, counted, kept."""

    archive: str
    study: str
    inbox: Inbox
    progress: Progress
    wanted: frozenset[str] | None
    strays: int = 0
    came: set[str] = field(default_factory=set)

    def begin(self) -> Draft:
        self.progress.check()
        return self.inbox.draft()

    def end(self, draft: Draft) -> bool:
        """Keep a whole instance; False where it is not what was asked for."""
        self.progress.check()
        uid = identify(draft.finish(), self.study, self.wanted)
        if uid is None or uid in self.came:
            draft.drop()
            self.stray()
            return uid is not None
        draft.keep(uid)
        self.came.add(uid)
        self.progress.done += 1
        return True

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
    def series(self, study: str) -> tuple[SeriesFound, ...]: ...
    def instances(self, study: str, series: str) -> tuple[InstanceFound, ...]:
        """What a series holds; empty where the archive does not say."""
        ...

    def bring_series(
        self, series: str, instances: Sequence[InstanceFound], delivery: Delivery
    ) -> None:
        """Everything of one series; `instances` is empty where nobody knows what that is."""

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
