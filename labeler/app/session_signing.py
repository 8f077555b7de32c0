"""From the open case to the outbox and the money."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from labeler.app.rounds import Rounds
from labeler.app.screens import Change, OutboxRow, SaveState, SigningSummary, Standing
from labeler.app.services import Services, Tick
from labeler.app.session_core import Refused, SessionCore, Surroundings
from labeler.app.situations import is_offline, out_of_reach
from labeler.errors import LabelerError
from labeler.later import Later
from labeler.model.outbox import OutboxState
from labeler.store.writing import write_whole

if TYPE_CHECKING:
    from labeler.app import bundles, claiming, earnings_screen, submitting, syncing, taking
    from labeler.app.submitting import Proposal
else:
    bundles = Later("labeler.app.bundles")
    claiming = Later("labeler.app.claiming")
    earnings_screen = Later("labeler.app.earnings_screen")
    submitting = Later("labeler.app.submitting")
    syncing = Later("labeler.app.syncing")
    taking = Later("labeler.app.taking")


class SigningVerbs(SessionCore):
    """Sign, send, hear, claim, export."""

    def __init__(self, around: Surroundings, standing: Standing) -> None:
        super().__init__(around, standing)
        self._proposals: dict[str, Proposal] = {}
        self._rounds = Rounds(around.clock, random.random)
        self._once_more = False

    def why_not_sign(self) -> LabelerError | None:
        """Why the open case can never be signed as it stands: nobody makes a key for that."""
        opened = self.reading.opened
        if opened is None:
            return None
        try:
            submitting.refuse_practice(opened.case)
            self._refuse_signed()
        except LabelerError as error:
            return error
        return None

    def propose_signing(
        self,
        answer: Callable[[SigningSummary], None],
        refused: Refused,
        stopped: Callable[[], None],
    ) -> None:
        """What is under way, and was done before, is in what is signed. `stopped` hears that the
        person stopped it, or left what was to be signed: nothing is signed then."""
        if self.reading.opened is None:
            stopped()
        else:
            self.reading.in_turn(lambda: self._propose(answer, refused, stopped), stopped)

    def _propose(
        self,
        answer: Callable[[SigningSummary], None],
        refused: Refused,
        stopped: Callable[[], None],
    ) -> None:
        opened = self.reading.opened
        if opened is None:
            stopped()
            return
        try:
            self._refuse_signed()
            submitting.refuse_unready(self.reading.checks())
            self._refuse_unsaved()
            self.reading.pause()
        except LabelerError as error:
            refused(error)
            return

        def done(proposal: Proposal) -> None:
            # The signer keeps one proposal: an older one can be confirmed no more.
            self._proposals = {proposal.token: proposal}
            now = self.reading.opened
            if now is None or now.case.id != proposal.case_id:
                self.withdraw_signing(proposal.token)
                stopped()
                return
            answer(submitting.summary_of(proposal))

        def failed(error: LabelerError) -> None:
            self._read_standing()
            refused(error)

        shown = self.reading.history()
        self._run(
            lambda s, tick: submitting.propose(s, opened.case, shown, tick),
            done,
            failed,
            text="Preparing the case to be signed",
            dropped=stopped,
        )

    def confirm_signing(self, token: str, answer: Callable[[], None], refused: Refused) -> None:
        """Sign what the summary showed. A token is used once: a second click does nothing. What is
        under way since comes first: it is refused then, and nothing is lost."""
        proposal = self._proposals.pop(token, None)
        if proposal is None:
            return
        asked = proposal

        def confirm() -> None:
            self._run(lambda s, _t: submitting.confirm(s, asked), done, failed)

        def done(_row: object) -> None:
            self.reading.mark_signed(asked.case_id, asked.material.head)
            self._read_screens()
            answer()
            self._round(asked=False)

        def failed(error: LabelerError) -> None:
            self._read_standing()
            refused(error)

        if self.reading.opened is None:
            confirm()
        else:
            self.reading.in_turn(confirm, confirm)

    def withdraw_signing(self, token: str) -> None:
        if self._proposals.pop(token, None) is not None:
            self._run(lambda s, _t: s.signer.reject(token), lambda _none: None, self._board.error)

    def sync(self) -> None:
        """Send and hear now, also what was to be tried later."""
        self._round(asked=True)

    def _round(self, *, asked: bool) -> None:
        if self._bench is None:
            return
        if self._outbox.syncing:
            self._once_more = True
            return
        self._once_more = False
        self._outbox = replace(self._outbox, syncing=True)
        self._tell(Change.OUTBOX)
        self._rounds.begin()
        self._run(
            lambda services, tick: syncing.sync(services, tick, everything=asked),
            lambda told: self._synced(told.failures, asked=asked),
            lambda error: self._synced((error,), asked=asked),
            text="Syncing",
            dropped=lambda: self._synced((), asked=asked, whole=False),
        )

    def claim(self) -> None:
        if self._earnings.claiming:
            return
        self._earnings = replace(self._earnings, claiming=True)
        self._tell(Change.EARNINGS)

        def work(services: Services, tick: Tick) -> int:
            return claiming.claim(services, taking.connected(services), tick)

        def over(_paid: int = 0) -> None:
            self._earnings = replace(self._earnings, claiming=False)
            self._read_screens()

        def failed(error: LabelerError) -> None:
            self._board.error(error)
            over()

        def done(paid: int) -> None:
            self._reached()
            over(paid)

        self._run(work, done, failed, text="Claiming", dropped=over)

    def export_proof(
        self, digest: str, target: Path, answer: Callable[[], None], refused: Refused
    ) -> None:
        def work(services: Services, _tick: Tick) -> None:
            write_whole(target, bundles.make_bundle(services, digest))

        self._run(work, lambda _none: answer(), refused)

    def export_earnings(self, target: Path, answer: Callable[[], None], refused: Refused) -> None:
        text = earnings_screen.earnings_csv(self._earnings)
        self._run(
            lambda _s, _t: write_whole(target, text.encode()), lambda _none: answer(), refused
        )

    def _pulse(self) -> None:
        super()._pulse()
        if self._bench is None or self._closed or self._outbox.syncing:
            return
        if self._standing.marketplace is not None and self._rounds.is_due(self._outbox):
            self._round(asked=False)

    def _tell_failures(self, failures: tuple[LabelerError, ...]) -> None:
        if any(map(is_offline, failures)):
            # The one on the board tells of another time.
            self._board.withdraw(is_offline)
        waiting = sum(map(_is_queued, self._outbox.rows))
        for error in failures:
            self._board.error(out_of_reach(error, waiting, self._rounds.retry_s(self._outbox)))

    def _refuse_signed(self) -> None:
        if self.reading.is_signed:
            raise LabelerError(
                "signed-already",
                "This case is signed as it stands.",
                safe="Its submission is in the outbox.",
                do="Go on with the next case.",
            )

    def _refuse_unsaved(self) -> None:
        if self.save_light().state is SaveState.FAILED:
            raise LabelerError(
                "not-saved",
                "Some of your edits are not on the disk yet.",
                safe="They are held in memory.",
                do="Make room on the disk; then sign.",
            )

    def _synced(
        self, failures: tuple[LabelerError, ...], *, asked: bool, whole: bool = True
    ) -> None:
        """A round is over; `whole` is False where the person cancelled it."""
        self._outbox = replace(self._outbox, syncing=False)
        reached = self._rounds.end(failures)
        if whole:
            if all(error.code != "not-connected" for error in failures):
                self._online = reached
            if reached:
                self._board.withdraw(is_offline)
            self._tell_failures(self._rounds.news(failures, asked=asked))
        self._read_standing()
        self._read_screens()
        if self._once_more and reached and whole:
            self._round(asked=False)


def _is_queued(row: OutboxRow) -> bool:
    return row.state is OutboxState.QUEUED
