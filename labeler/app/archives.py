"""Image archives: which there are, asking them, and bringing studies into the profile.

What speaks to an archive is imported when one is asked: a start needs none of it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain, count

from labeler.app.archive_secrets import ArchiveSecrets
from labeler.app.cases import Case, practice_case
from labeler.app.own_cases import Origin
from labeler.app.sealed_inbox import SealedInbox, remove_files
from labeler.app.services import Services, Tick
from labeler.errors import LabelerError
from labeler.pacs.archive import Archive, Login, check_archive
from labeler.pacs.query import SeriesFound, StudiesFound, StudyFound, StudyQuery
from labeler.pacs.retrieving import Brought
from labeler.store.received import ReceivedRow
from labeler.store.store import Store

ARCHIVES = "archives"
"""The setting that lists them."""
KEY_BYTES = 32


@dataclass(frozen=True)
class Received:
    """A study that is here and opens offline; `title` names nobody."""

    id: str
    title: str
    begun_at: int
    instances: int
    size: int
    whole: bool


def archives(services: Services) -> tuple[Archive, ...]:
    """In the order of their names."""
    found = services.store.call(_listed)
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.id)))


def save_archive(
    services: Services, secrets: ArchiveSecrets, archive: Archive, secret: str | None
) -> bool:
    """Keep an archive, new or changed; whether its secret is kept beyond this session.

    `secret` None leaves the one there is, unless the archive is elsewhere now: a password is not
    sent to a place that it was not typed for. Raises LabelerError "archive-address",
    "archive-open-password" or "archive-name-taken".
    """
    check_archive(archive)

    def save(store: Store) -> bool:
        known = _listed(store)
        others = [one for one in known if one.id != archive.id]
        if any(one.name.casefold() == archive.name.casefold() for one in others):
            raise _taken(archive.name)
        store.settings.put(ARCHIVES, (*others, archive))
        return any(one.id == archive.id and one.place != archive.place for one in known)

    moved = services.store.call(save)
    if archive.login is Login.NONE or (moved and not secret):
        secrets.forget(archive.id)
        return False
    return secrets.put(archive.id, secret) if secret else False


def remove_archive(services: Services, secrets: ArchiveSecrets, archive: str) -> None:
    """Forget an archive and its secret; what came from it stays."""

    def remove(store: Store) -> None:
        left = tuple(one for one in _listed(store) if one.id != archive)
        store.settings.put(ARCHIVES, left)

    services.store.call(remove)
    secrets.forget(archive)


def find_archive(services: Services, typed: str) -> Archive:
    """By its id or its name. Raises LabelerError "archive-unknown"."""
    for one in archives(services):
        if typed in (one.id, one.name) or typed.casefold() == one.name.casefold():
            return one
    raise LabelerError(
        "archive-unknown",
        "There is no archive “{name}” in this profile.",
        safe="Nothing was asked.",
        do="List the archives, or add this one.",
        name=typed[:80],
    )


def test_archive(
    services: Services, secrets: ArchiveSecrets, archive: Archive, secret: str, tick: Tick
) -> None:
    """Ask for next to nothing, with `secret` or the one that is kept for this very place."""
    from labeler.pacs import asking

    if not secret and archive.login is not Login.NONE:
        known = [one for one in archives(services) if one.id == archive.id]
        if all(one.place == archive.place for one in known):
            secret = secrets.get(archive.id)
    asking.test(archive, secret, tick)


def find_studies(
    secrets: ArchiveSecrets, archive: Archive, query: StudyQuery, tick: Tick
) -> StudiesFound:
    from labeler.pacs import asking

    return asking.find_studies(archive, secrets.get(archive.id), query, tick)


def find_series(
    secrets: ArchiveSecrets, archive: Archive, study: str, tick: Tick
) -> tuple[SeriesFound, ...]:
    from labeler.pacs import asking

    return asking.find_series(archive, secrets.get(archive.id), study, tick)


def receive(
    services: Services,
    secrets: ArchiveSecrets,
    archive: Archive,
    study: StudyFound,
    tick: Tick,
    only: Collection[str] = (),
) -> tuple[str, Brought]:
    """Bring a study, or `only` some of its series, into the profile; its name there.

    What an earlier try brought is not asked for again; a job that brings the same study is waited
    for. Raises LabelerErrors of the archive, and Cancelled once the study is wiped.
    """
    with services.arrivals.turn((archive.id, study.uid), tick) as tick:
        row = services.store.call(lambda store: store.received.find(archive.id, study.uid))
        if row is None:
            row = _begin(services, archive, study)
        return row.id, _bring(services, secrets.get(archive.id), archive, row, tick, only)


def _bring(
    services: Services,
    secret: str,
    archive: Archive,
    row: ReceivedRow,
    tick: Tick,
    only: Collection[str],
) -> Brought:
    from labeler.pacs import asking
    from labeler.pacs.watched import Progress

    inbox, progress = SealedInbox(services.received, row), Progress()
    inbox.tidy()
    # Where the archive does not answer, what was whole is whole as before.
    whole = bool(row.whole)
    try:
        brought = asking.bring(archive, secret, row.study, inbox, tick, only, progress=progress)
        if not only:
            whole = True
        elif progress.of_study is not None:
            whole = inbox.size()[0] >= progress.of_study
    finally:
        inbox.close()
        _note(services, row, inbox, whole=whole and not progress.missing)
    return brought


def received(services: Services) -> tuple[Received, ...]:
    """What is here, the newest first."""
    rows = services.store.call(lambda store: store.received.rows())
    return tuple(found for row in rows if (found := _standing(services, row)).instances)


def _standing(services: Services, row: ReceivedRow) -> Received:
    """One that is coming in, or was when the program was killed, is counted on the disk."""
    instances, size = row.instances, row.size
    if not row.whole:
        instances, size = SealedInbox(services.received, row).size()
    return Received(row.id, row.title, row.begun_at, instances, size, bool(row.whole))


def open_received(services: Services, name: str, tick: Tick) -> Case:
    """Open a received study; its images stay sealed on the disk."""
    row = _here(services, name)
    files = SealedInbox(services.received, row).files()
    return practice_case(services, Origin(row.title, received=row.id), files, tick)


def wipe_received(services: Services, name: str) -> None:
    """Delete the key, then the files and what was decoded of them; marks stay in the profile.

    Where it is still coming in, that is ended first.
    """
    row, now = _here(services, name), services.clock()
    services.arrivals.give_up((row.archive, row.study))
    services.store.call(lambda store: store.received.wipe(row.id, now))
    remove_files(services.received, row.id)
    if services.frames is not None:
        services.frames.wipe(row.id)


def _listed(store: Store) -> tuple[Archive, ...]:
    return store.settings.get(ARCHIVES, tuple[Archive, ...], ())


def _begin(services: Services, archive: Archive, study: StudyFound) -> ReceivedRow:
    others = {row.title for row in services.store.call(lambda store: store.received.rows())}
    row = ReceivedRow(
        id=services.random(16).hex(),
        archive=archive.id,
        study=study.uid,
        title=_title(archive, study, others),
        key=services.random(KEY_BYTES),
        begun_at=services.clock(),
        instances=0,
        size=0,
        whole=0,
        wiped_at=None,
    )
    services.store.call(lambda store: store.received.begin(row))
    return row


def _title(archive: Archive, study: StudyFound, others: Collection[str]) -> str:
    """What it is and where it came from, with a number where that fits others too; nothing that
    tells who the person is."""
    kinds = ", ".join(study.modalities) or "Study"
    first = f"{kinds} · {archive.name}"
    titles = chain([first], (f"{first} · {number}" for number in count(2)))
    return next(title for title in titles if title not in others)


def _note(services: Services, row: ReceivedRow, inbox: SealedInbox, *, whole: bool) -> None:
    """Nothing is listed of which nothing came."""
    instances, size = inbox.size()
    if not instances:
        services.store.call(lambda store: store.received.wipe(row.id, services.clock()))
        return
    services.store.call(
        lambda store: store.received.note(row.id, instances=instances, size=size, whole=whole)
    )


def _here(services: Services, name: str) -> ReceivedRow:
    row = services.store.call(lambda store: store.received.get(name))
    if row is None or row.key is None:
        raise LabelerError(
            "received-gone",
            "This study is not on this computer any more.",
            safe="Your marks are kept.",
            do="Get it from its archive again.",
        )
    return row


def _taken(name: str) -> LabelerError:
    return LabelerError(
        "archive-name-taken",
        "There is an archive called {name} already.",
        safe="Nothing was changed.",
        do="Choose another name.",
        name=name,
    )
