"""The signing key and the lock of a session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from labeler.app import keys
from labeler.app.jobs import Answers
from labeler.app.opening import Workbench, open_workbench
from labeler.app.services import Services, Tick
from labeler.app.session_core import Refused, SessionCore
from labeler.store.profile import Passphrase, Protection

Opener = Callable[[Path, Protection, Answers, Path], Workbench]


class KeyVerbs(SessionCore):
    """Making, opening and locking."""

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
                bench.protect(Passphrase(passphrase))
            return address

        def done(address: str) -> None:
            self._stand(key_address=address, key_unlocked=True, practice=False)
            answer(address)

        self._run(work, done, refused)

    def unlock_key(self, passphrase: str, answer: Callable[[], None], refused: Refused) -> None:
        def done(_key: object) -> None:
            self._stand(key_unlocked=True)
            answer()

        self._run(lambda s, _t: keys.unlock_key(s, passphrase), done, refused)

    def lock(self) -> None:
        """Blank the screen and lock the key; saving goes on. Practice has nothing to lock with."""
        if self._standing.practice or self._bench is None:
            return
        self._stand(locked=True, key_unlocked=False)
        self._run(lambda s, _t: s.signer.lock(), lambda _none: None, self._board.error)

    def unlock(self, passphrase: str, answer: Callable[[], None], refused: Refused) -> None:
        def done(bench: Workbench) -> None:
            if self._bench is None:
                self._opened(bench)
            self._stand(locked=False)
            answer()

        protection = Passphrase(passphrase)
        if self._bench is None:
            self._open_profile(open_workbench, protection, done, refused)
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
        self._errands.start(
            lambda _tick: opener(around.root, protection, answers, around.resources),
            done,
            refused,
            cancellable=False,
        )
