"""Verbs: test, search and bring, each on a line of its own that can be given up."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

from labeler.pacs.archive import Archive, Kind, Login, check_archive
from labeler.pacs.dicomweb import DicomWeb
from labeler.pacs.dimse import Dimse
from labeler.pacs.inbox import Inbox
from labeler.pacs.line import Line
from labeler.pacs.problems import secret_wanted
from labeler.pacs.query import MOST_STUDIES, SeriesFound, StudiesFound, StudyQuery, check_uids
from labeler.pacs.retrieving import CUTS_ALLOWED, Brought, Retrieval
from labeler.pacs.watched import Progress, Tick, watched

T = TypeVar("T")


def open_line(archive: Archive, secret: str) -> Line:
    """The way this archive is spoken to; no connection is made yet.

    Raises LabelerError "archive-address", "archive-open-password" or "archive-secret".
    """
    check_archive(archive)
    if archive.login is not Login.NONE and not secret:
        raise secret_wanted(archive.name)
    return Dimse(archive, secret) if archive.kind is Kind.DIMSE else DicomWeb(archive, secret)


def test(archive: Archive, secret: str, tick: Tick) -> None:
    """C-ECHO and a C-FIND, or a search for one study; returns where each is answered rightly."""
    _asked(archive, secret, tick, lambda line: line.test())


def find_studies(
    archive: Archive, secret: str, query: StudyQuery, tick: Tick, most: int = MOST_STUDIES
) -> StudiesFound:
    return _asked(archive, secret, tick, lambda line: line.studies(query, most))


def find_series(archive: Archive, secret: str, study: str, tick: Tick) -> tuple[SeriesFound, ...]:
    check_uids(study)
    return _asked(archive, secret, tick, lambda line: line.series(study)).found


def bring(
    archive: Archive,
    secret: str,
    study: str,
    inbox: Inbox,
    tick: Tick,
    only: Collection[str] = (),
    cuts_allowed: int = CUTS_ALLOWED,
    progress: Progress | None = None,
) -> Brought:
    """A study, or `only` these series of it, into `inbox`; what is there is not asked for.

    `progress` tells what is missing also where it fails. Raises LabelerError "archive-question"
    for what is no UID, before anything is sent.
    """
    check_uids(study, *only)
    line, progress = open_line(archive, secret), progress or Progress()
    retrieval = Retrieval(archive.name, line, study, inbox, progress, cuts_allowed)
    try:
        return watched(lambda: retrieval.run(only), line.stop, progress, tick)
    finally:
        line.close()


def _asked(archive: Archive, secret: str, tick: Tick, ask: Callable[[Line], T]) -> T:
    line = open_line(archive, secret)
    try:
        return watched(lambda: ask(line), line.stop, Progress(), tick)
    finally:
        line.close()
