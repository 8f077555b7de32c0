"""One person at one profile: screens to show, verbs to call, one thing to hear."""

from __future__ import annotations

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
    One that cannot be read is told and left as it is; then no verb does anything.
    """

    def __init__(self, around: Surroundings) -> None:
        first = not is_profile(around.root)
        trouble: LabelerError | None = None
        protected = False
        try:
            protected = not first and open_profile(around.root).is_protected
        except LabelerError as error:
            trouble = error
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
        if trouble is not None:
            self._board.error(trouble)
        elif not protected:
            opener = create_workbench if first else open_workbench
            self._open_profile(opener, Practice(), self._opened, self._board.error)
