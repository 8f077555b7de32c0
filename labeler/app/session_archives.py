"""Image archives, as the window asks for them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from labeler.app.archive_secrets import ArchiveSecrets
from labeler.app.received_sweep import sweep_received
from labeler.app.screens import Standing
from labeler.app.services import Services, Tick
from labeler.app.session_core import Refused, Surroundings
from labeler.app.session_work import WorkVerbs
from labeler.later import Later
from labeler.store.keychain import system_keyring

if TYPE_CHECKING:
    from labeler.app import archives
    from labeler.app.archives import Received
    from labeler.app.cases import Case
    from labeler.pacs.archive import Archive
    from labeler.pacs.query import SeriesFound, StudiesFound, StudyFound, StudyQuery
    from labeler.pacs.retrieving import Brought
else:
    archives = Later("labeler.app.archives")


class ArchiveVerbs(WorkVerbs):
    """Searching is never listed with what was searched for; getting a study is, by archive."""

    def __init__(self, around: Surroundings, standing: Standing) -> None:
        super().__init__(around, standing)
        self._archive_secrets = ArchiveSecrets(system_keyring)
        self._received_cases: dict[str, str] = {}
        self._swept = False

    def _read_screens(self) -> None:
        """Then, once, what a wipe or a kill left of received studies is removed."""
        super()._read_screens()
        if not self._swept:
            self._swept = True
            self._run(sweep_received, lambda _count: None, self._board.error)

    def list_archives(
        self,
        answer: Callable[[tuple[Archive, ...], tuple[Received, ...]], None],
        refused: Refused,
    ) -> None:
        self._run(
            lambda s, _t: (archives.archives(s), archives.received(s)),
            lambda found: answer(*found),
            refused,
        )

    def new_archive_id(self) -> str:
        import uuid

        return uuid.uuid4().hex

    def save_archive(
        self,
        archive: Archive,
        secret: str | None,
        answer: Callable[[bool], None],
        refused: Refused,
    ) -> None:
        secrets = self._archive_secrets
        self._run(lambda s, _t: archives.save_archive(s, secrets, archive, secret), answer, refused)

    def keep_secret(
        self, archive: Archive, secret: str, answer: Callable[[bool], None], refused: Refused
    ) -> None:
        secrets = self._archive_secrets
        self._run(lambda _s, _t: secrets.put(archive.id, secret), answer, refused)

    def remove_archive(
        self, archive: Archive, answer: Callable[[], None], refused: Refused
    ) -> None:
        secrets = self._archive_secrets
        self._run(
            lambda s, _t: archives.remove_archive(s, secrets, archive.id),
            lambda _none: answer(),
            refused,
        )

    def test_archive(
        self, archive: Archive, secret: str, answer: Callable[[], None], refused: Refused
    ) -> None:
        secrets = self._archive_secrets
        self._run(
            lambda s, tick: archives.test_archive(s, secrets, archive, secret, tick),
            lambda _none: answer(),
            refused,
            text="Testing the archive",
            key="archive-test",
        )

    def find_studies(
        self,
        archive: Archive,
        query: StudyQuery,
        answer: Callable[[StudiesFound], None],
        refused: Refused,
    ) -> None:
        secrets = self._archive_secrets
        self._run(
            lambda _s, tick: archives.find_studies(secrets, archive, query, tick),
            answer,
            refused,
            text="Searching the archive",
            key="archive-search",
        )

    def find_series(
        self,
        archive: Archive,
        study: StudyFound,
        answer: Callable[[tuple[SeriesFound, ...]], None],
        refused: Refused,
    ) -> None:
        secrets = self._archive_secrets
        self._run(
            lambda _s, tick: archives.find_series(secrets, archive, study.uid, tick),
            answer,
            refused,
            key="archive-series",
        )

    def receive_study(
        self,
        archive: Archive,
        study: StudyFound,
        only: Sequence[str],
    ) -> None:
        """Bring it, and open it unless another case is being read by then."""
        secrets, wanted = self._archive_secrets, tuple(only)

        def done(found: tuple[str, Brought]) -> None:
            if self.reading.case() is None:
                self.open_received(found[0])
                self._board.line("The study from the archive is here, and open in Reading.")
            else:  # nothing is taken from under the reader's eyes
                self._board.line("The study from the archive is here: see what was received.")

        self._run(
            lambda s, tick: archives.receive(s, secrets, archive, study, tick, wanted),
            done,
            self._board.error,
            text="Getting a study from the archive",
            key="/".join(("receive", archive.id, study.uid, *sorted(wanted))),
        )

    def open_received(self, name: str) -> None:
        def opened(services: Services, tick: Tick) -> Case:
            case = archives.open_received(services, name, tick)
            self._received_cases[case.id] = name
            return case

        self._show_case(opened, where=name)

    def wipe_received(self, name: str, answer: Callable[[], None], refused: Refused) -> None:
        """Delete its key and its files; the case is put away first where it is open, so that
        nothing of it is decoded and kept any more."""
        shown = self.reading.case()
        if shown is not None and self._received_cases.get(shown.id) == name:
            self._close_case()

        def done(_none: None) -> None:
            answer()

        self._run(lambda s, _t: archives.wipe_received(s, name), done, refused)
