"""What the window needs from the program: screens to paint, verbs to call, one thing to hear."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from labeler.app.screens import (
    Activity,
    Change,
    DamagedCase,
    EarningsScreen,
    MarketplaceFound,
    Notice,
    OutboxScreen,
    SaveLight,
    SigningSummary,
    Standing,
    WorkScreen,
)
from labeler.errors import LabelerError
from labeler.model.listing import HeaderListing
from labeler.model.preferences import Preferences

if TYPE_CHECKING:
    from labeler.app.archives import Received
    from labeler.app.file_report import FileReport, Repairs
    from labeler.pacs.archive import Archive
    from labeler.pacs.query import SeriesFound, StudiesFound, StudyFound, StudyQuery

Refused = Callable[[LabelerError], None]
"""Told the one reason why a verb's answer will not come."""


class ScreensPort(Protocol):
    """The last known state. Reading it costs nothing: no store, socket or file is touched."""

    def standing(self) -> Standing: ...
    def work(self) -> WorkScreen: ...
    def outbox(self) -> OutboxScreen: ...
    def earnings(self) -> EarningsScreen: ...
    def save_light(self) -> SaveLight: ...
    def activities(self) -> tuple[Activity, ...]: ...
    def notices(self) -> tuple[Notice, ...]: ...
    def preferences(self) -> Preferences: ...

    def read_screens(self) -> None:
        """Read work, outbox and earnings, which a start with images put off."""


class WorkVerbs(Protocol):
    """Getting work and opening it."""

    def open_again(self) -> None:
        """Try once more to open a profile that could not be opened."""

    def find_marketplace(
        self, url: str, answer: Callable[[MarketplaceFound], None], refused: Refused
    ) -> None:
        """Ask who answers at `url`; nothing is kept yet."""

    def connect(
        self, found: MarketplaceFound, answer: Callable[[], None], refused: Refused
    ) -> None:
        """Pin the identity that was shown and load its tasks."""

    def download(self, task_id: str) -> None: ...
    def open_case(self, case_id: str) -> None: ...
    def open_next_case(self) -> None: ...
    def open_paths(self, paths: Sequence[Path], form: str = "") -> None:
        """Open folders, files and archives for practice, together as one case; `form` is asked of
        it from now on, in place of the one that it had."""

    def open_sample(self) -> None:
        """Open the generated practice case."""

    def damaged(self) -> DamagedCase | None:
        """The case that could not be opened, because its journal is damaged."""

    def go_on(self, case_id: str, answer: Callable[[], None], refused: Refused) -> None:
        """Take the last good state of that case for the case, and open it."""


class KeyVerbs(Protocol):
    """The signing key and the lock."""

    def make_words(self, answer: Callable[[tuple[str, ...]], None], refused: Refused) -> None:
        """Make 24 new recovery words; nothing is kept yet."""

    def create_key(
        self,
        words: tuple[str, ...],
        passphrase: str,
        answer: Callable[[str], None],
        refused: Refused,
    ) -> None:
        """Keep the key of these words, new or remembered; answers with its address."""

    def unlock_key(self, passphrase: str, answer: Callable[[], None], refused: Refused) -> None: ...

    def lock(self) -> None:
        """Blank the screen and lock the key; saving goes on."""

    def unlock(self, passphrase: str, answer: Callable[[], None], refused: Refused) -> None: ...


class SigningVerbs(Protocol):
    """From the open case to the outbox and the money."""

    def why_not_sign(self) -> LabelerError | None:
        """Why the open case can never be signed as it stands, known before there is a key."""

    def propose_signing(
        self,
        answer: Callable[[SigningSummary], None],
        refused: Refused,
        stopped: Callable[[], None],
    ) -> None:
        """Prepare the open case; the summary comes from the signer process. `stopped` hears that
        the person stopped it, or left what was to be signed."""

    def confirm_signing(self, token: str, answer: Callable[[], None], refused: Refused) -> None:
        """Sign what was shown and put it into the outbox."""

    def withdraw_signing(self, token: str) -> None: ...
    def sync(self) -> None: ...
    def claim(self) -> None: ...

    def export_proof(
        self, digest: str, target: Path, answer: Callable[[], None], refused: Refused
    ) -> None:
        """Write the submission's bundle to `target`."""

    def export_earnings(self, target: Path, answer: Callable[[], None], refused: Refused) -> None:
        """Write the earnings' lines as CSV to `target`."""


class FileVerbs(Protocol):
    """The files of the open case."""

    def report_files(self, answer: Callable[[FileReport], None], refused: Refused) -> None:
        """Say what they hold and what ails them."""

    def repair_files(
        self,
        report: FileReport,
        folder: Path,
        answer: Callable[[Repairs], None],
        refused: Refused,
    ) -> None:
        """Write repaired copies into `folder`; the files themselves are not touched."""

    def list_header(
        self,
        tile: str,
        index: int,
        answer: Callable[[HeaderListing], None],
        refused: Refused,
    ) -> None:
        """Everything the file behind a slice of a series says about itself."""

    def measures_export(
        self,
    ) -> Callable[[Path, bool, Callable[[], None], Refused], None] | None:
        """Writes what the marks measure as they stand now as CSV to a path, whichever case is open
        by then, with a decimal comma or a point; None where no case is open."""


class ArchiveVerbs(Protocol):
    """Image archives: which there are, searching them, getting studies."""

    def list_archives(
        self,
        answer: Callable[[tuple[Archive, ...], tuple[Received, ...]], None],
        refused: Refused,
    ) -> None:
        """The archives of this profile, and the studies that are here."""

    def new_archive_id(self) -> str: ...

    def save_archive(
        self,
        archive: Archive,
        secret: str | None,
        answer: Callable[[bool], None],
        refused: Refused,
    ) -> None:
        """Keep it; answers whether its secret is kept beyond this session. None: the old one."""

    def keep_secret(
        self, archive: Archive, secret: str, answer: Callable[[bool], None], refused: Refused
    ) -> None: ...

    def remove_archive(
        self, archive: Archive, answer: Callable[[], None], refused: Refused
    ) -> None: ...

    def test_archive(
        self, archive: Archive, secret: str, answer: Callable[[], None], refused: Refused
    ) -> None:
        """Ask it for next to nothing; an empty secret means the one that is kept."""

    def find_studies(
        self,
        archive: Archive,
        query: StudyQuery,
        answer: Callable[[StudiesFound], None],
        refused: Refused,
    ) -> None: ...

    def find_series(
        self,
        archive: Archive,
        study: StudyFound,
        answer: Callable[[tuple[SeriesFound, ...]], None],
        refused: Refused,
    ) -> None: ...

    def receive_study(self, archive: Archive, study: StudyFound, only: Sequence[str]) -> None:
        """Bring it in the background; then open it, unless another case is open."""

    def open_received(self, name: str) -> None: ...
    def wipe_received(self, name: str, answer: Callable[[], None], refused: Refused) -> None: ...


class SessionPort(
    ScreensPort, WorkVerbs, FileVerbs, KeyVerbs, SigningVerbs, ArchiveVerbs, Protocol
):
    """The program as the window sees it.

    Every verb returns at once. Every callback arrives on the GUI thread. Failures without a
    `refused` of their own appear as notices; a cancellation is silent.
    """

    def prefer(self, wanted: Preferences) -> None:
        """From now on; told as Change.PREFERENCES, and kept."""

    def list_own_forms(
        self, answer: Callable[[tuple[tuple[str, str], ...]], None], refused: Refused
    ) -> None:
        """Names and titles of the forms that ship, for one's own cases."""

    def check_own_form(self, path: str, answer: Callable[[], None], refused: Refused) -> None:
        """Whether a file can be the form of one's own cases."""

    def choose_own_form(self, form: str) -> None:
        """What is asked of one's own cases, as Preferences has it: of the open one too, from its
        next opening on."""

    def listen(self, hear: Callable[[Change], None]) -> None:
        """Tell `hear` what kind of thing changed, from now on."""

    def dismiss(self, notice_id: int) -> None: ...
    def cancel(self, activity_id: int) -> None: ...
