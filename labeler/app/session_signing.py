"""From the open case to the outbox and the money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from labeler.app.bundles import make_bundle
from labeler.app.claiming import claim
from labeler.app.earnings_screen import earnings_csv
from labeler.app.screens import Change, SaveState, SigningSummary, Standing
from labeler.app.services import Services, Tick
from labeler.app.session_core import Refused, SessionCore, Surroundings
from labeler.app.submitting import Proposal, confirm, propose, refuse_unready, summary_of
from labeler.app.syncing import Round, is_offline, sync
from labeler.app.taking import connected
from labeler.errors import LabelerError

LOOK_AGAIN_S = 60
"""How often the marketplace is asked while something is awaited."""


class SigningVerbs(SessionCore):
    """Sign, send, hear, claim, export."""

    def __init__(self, around: Surroundings, standing: Standing) -> None:
        super().__init__(around, standing)
        self._proposals: dict[str, Proposal] = {}
        self._next_round = around.clock() + LOOK_AGAIN_S

    def propose_signing(self, answer: Callable[[SigningSummary], None], refused: Refused) -> None:
        opened = self.reading.opened
        if opened is None:
            return
        try:
            refuse_unready(self.reading.checks())
            self._refuse_unsaved()
        except LabelerError as error:
            refused(error)
            return

        def done(proposal: Proposal) -> None:
            self._proposals[proposal.token] = proposal
            answer(summary_of(proposal))

        def failed(error: LabelerError) -> None:
            self._read_standing()
            refused(error)

        self._run(lambda s, _t: propose(s, opened.case), done, failed)

    def confirm_signing(self, token: str, answer: Callable[[], None], refused: Refused) -> None:
        proposal = self._proposals.pop(token)

        def done(_row: object) -> None:
            shown = self.reading.case()
            if shown is not None and shown.id == proposal.case_id:
                self.reading.mark_signed()
            self._read_screens()
            answer()
            self.sync()

        self._run(lambda s, _t: confirm(s, proposal), done, refused)

    def withdraw_signing(self, token: str) -> None:
        if self._proposals.pop(token, None) is not None:
            self._run(lambda s, _t: s.signer.reject(token), lambda _none: None, self._board.error)

    def sync(self) -> None:
        if self._outbox.syncing or self._bench is None:
            return
        self._outbox = replace(self._outbox, syncing=True)
        self._tell(Change.OUTBOX)
        self._run(sync, self._synced, self._not_synced, text="Syncing")

    def claim(self) -> None:
        if self._earnings.claiming:
            return
        self._earnings = replace(self._earnings, claiming=True)
        self._tell(Change.EARNINGS)

        def work(services: Services, tick: Tick) -> int:
            return claim(services, connected(services), tick)

        def over(_paid: int = 0) -> None:
            self._earnings = replace(self._earnings, claiming=False)
            self._read_screens()

        def failed(error: LabelerError) -> None:
            self._board.error(error)
            over()

        self._run(work, over, failed, text="Claiming")

    def export_proof(
        self, digest: str, target: Path, answer: Callable[[], None], refused: Refused
    ) -> None:
        def work(services: Services, _tick: Tick) -> None:
            _write(target, make_bundle(services, digest))

        self._run(work, lambda _none: answer(), refused)

    def export_earnings(self, target: Path, answer: Callable[[], None], refused: Refused) -> None:
        text = earnings_csv(self._earnings)
        self._run(lambda _s, _t: _write(target, text.encode()), lambda _none: answer(), refused)

    def _pulse(self) -> None:
        super()._pulse()
        if self._bench is not None and self._round_is_due():
            self.sync()

    def _round_is_due(self) -> bool:
        """Something waits to be sent, or a decision is awaited and was not asked for lately."""
        now = self._around.clock()
        if self._outbox.syncing or self._standing.marketplace is None:
            return False
        retry = self._outbox.retry_at
        return (retry is not None and retry <= now and now >= self._next_round) or (
            bool(self._outbox.rows) and now >= self._next_round
        )

    def _refuse_unsaved(self) -> None:
        if self.save_light().state is SaveState.FAILED:
            raise LabelerError(
                "not-saved",
                "Some of your edits are not on the disk yet.",
                safe="They are held in memory.",
                do="Make room on the disk; then sign.",
            )

    def _synced(self, told: Round) -> None:
        self._online = told.online
        self._outbox = replace(self._outbox, syncing=False)
        self._next_round = self._around.clock() + LOOK_AGAIN_S
        for error in told.failures:
            self._board.error(error)
        self._read_standing()
        self._read_screens()

    def _not_synced(self, error: LabelerError) -> None:
        self._online = False if is_offline(error) else self._online
        self._outbox = replace(self._outbox, syncing=False)
        self._next_round = self._around.clock() + LOOK_AGAIN_S
        self._board.error(error)
        self._read_screens()


def _write(target: Path, data: bytes) -> None:
    try:
        target.write_bytes(data)
    except OSError as error:
        raise LabelerError(
            "not-written",
            "The file {name} could not be written ({reason}).",
            safe="What it would hold is still in this profile.",
            do="Choose another folder and try again.",
            name=target.name,
            reason=error.strerror or type(error).__name__,
        ) from error
