"""The signing key and the lock of a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.answers import Answers
from labeler.app.opening import Workbench, open_workbench
from labeler.app.services import Services, Tick
from labeler.app.session_core import Refused, SessionCore
from labeler.errors import LabelerError
from labeler.later import Later
from labeler.store.profile import Passphrase, Protection

if TYPE_CHECKING:
    from labeler.app import keys
else:
    keys = Later("labeler.app.keys")

Opener = Callable[[Path, Protection, Answers, Path], Workbench]


class KeyVerbs(SessionCore):
    """Making, opening and locking."""

    _opening = False

    def make_words(self, answer: Callable[[tuple[str, ...]], None], refused: Refused) -> None:
        self._run(lambda s, _t: keys.make_words(s), answer, refused)

    def create_key(
        self,
        words: tuple[str, ...],
        passphrase: str,
        answer: Callable[[str], None],
        refused: Refused,
    ) -> None:
        """Keep the key; its passphrase protects the profile too where nothing did before."""
        bench, practice = self._bench, self._standing.practice

        def work(services: Services, _tick: Tick) -> str:
            address = keys.create_key(services, words, passphrase).address
            if practice and bench is not None:
                try:
                    bench.protect(Passphrase(passphrase))
                except LabelerError:
                    # Both or neither: a key alone could never be made again.
                    services.signer.lock()
                    keys.need_key(services).unlink()
                    raise
            return address

        def done(address: str) -> None:
            self._stand(key_address=address, key_unlocked=True, practice=False)
            self._read_standing()
            answer(address)

        self._run(work, done, refused)

    def unlock_key(self, passphrase: str, answer: Callable[[], None], refused: Refused) -> None:
        def done(_key: object) -> None:
            self._stand(key_unlocked=True)
            self._read_standing()
            answer()

        self._run(lambda s, _t: keys.unlock_key(s, passphrase), done, refused)

    def lock(self) -> None:
        """Blank the screen and lock the key; saving goes on. Practice has nothing to lock with."""
        if self._standing.practice or self._bench is None:
            return
        self._stand(locked=True, key_unlocked=False)
        read = self._read_standing
        self._run(lambda s, _t: s.signer.lock(), lambda _none: read(), self._board.error)

    def unlock(self, passphrase: str, answer: Callable[[], None], refused: Refused) -> None:
        """Show the screens again; at first this opens the profile.

        While one call opens it, further ones are passed over: the first one answers.
        """

        def done(bench: Workbench) -> None:
            if self._bench is None:
                self._opened(bench)
            self._stand(locked=False)
            answer()

        def failed(error: LabelerError) -> None:
            self._opening = False
            refused(error)

        protection = Passphrase(passphrase)
        if self._bench is None:
            if not self._opening:
                self._opening = True
                self._open_profile(open_workbench, protection, done, failed)
            return
        bench = self._bench

        def check(_services: Services, _tick: Tick) -> Workbench:
            bench.profile.unlock(protection)
            return bench

        self._run(check, done, refused)

    def _open_profile(
        self,
        opener: Opener,
        protection: Protection,
        done: Callable[[Workbench], None],
        refused: Refused,
    ) -> None:
        around, answers = self._around, self._answers

        def work(_tick: Tick) -> Workbench:
            bench = opener(around.root, protection, answers, around.resources)
            self._benches.append(bench)  # to be closed, even if nobody is told of it any more
            return bench

        self._errands.start(
            work,
            done,
            refused,
            cancellable=False,
        )
