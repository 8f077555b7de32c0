"""One person at one profile: screens to show, verbs to call, one thing to hear."""

from __future__ import annotations

from pathlib import Path

from labeler.app.opening import create_workbench, open_workbench
from labeler.app.screens import Standing
from labeler.app.session_archives import ArchiveVerbs
from labeler.app.session_core import Surroundings
from labeler.app.session_files import FileVerbs
from labeler.app.session_keys import KeyVerbs
from labeler.app.session_preferences import PreferenceVerbs
from labeler.app.session_signing import SigningVerbs
from labeler.errors import LabelerError
from labeler.store.profile import Practice, is_profile, open_profile


class Session(ArchiveVerbs, FileVerbs, KeyVerbs, SigningVerbs, PreferenceVerbs):
    """Every verb returns at once; its work runs on a pool, its answer comes on the main thread.

    A profile without protection is opened, or made, at once; a protected one waits for `unlock`.
    One that cannot be opened is told and left as it is; then every verb is refused with what is
    wrong, until `open_again` has opened it.
    """

    def __init__(self, around: Surroundings) -> None:
        first, protected, trouble = _look_at(around.root)
        standing = Standing(
            first_run=first,
            locked=protected,
            key_address=None,
            key_unlocked=False,
            practice=not protected,
            marketplace=None,
            storage=str(around.root),
        )
        super().__init__(around, standing)
        self._begin(first, protected, trouble)

    def open_again(self) -> None:
        """Try once more to open a profile that could not be opened."""
        if self._trouble is None:
            return
        told, self._trouble = self._trouble, None
        self._board.withdraw(lambda error: error is told)
        first, protected, trouble = _look_at(self._around.root)
        self._stand(shut=False, locked=protected, practice=not protected)
        self._begin(first, protected, trouble)

    def _begin(self, first: bool, protected: bool, trouble: LabelerError | None) -> None:
        if trouble is not None:
            self._shut(trouble)
        elif not protected:
            opener = create_workbench if first else open_workbench
            self._open_profile(opener, Practice(), self._opened, self._shut)


def _look_at(root: Path) -> tuple[bool, bool, LabelerError | None]:
    """Whether nothing was ever opened there, whether it is protected, and why neither is known."""
    first = not is_profile(root)
    try:
        return first, not first and open_profile(root).is_protected, None
    except LabelerError as error:
        return first, False, error
