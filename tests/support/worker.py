"""An expert's verbs without a window, at a marketplace with somebody in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from labeler.app import cases, keys, marketplaces, rewriting, submitting, syncing, taking
from labeler.app.answers import Answers
from labeler.app.opening import Workbench, create_workbench, signer_command
from labeler.app.outbox_screen import read_outbox
from labeler.app.services import Services, no_tick
from labeler.app.syncing import Round
from labeler.hub import posting, review
from labeler.hub.place import Marketplace
from labeler.hub.review import Ruling
from labeler.model.document import DOCUMENT_FORMAT, Document
from labeler.model.outbox import OutboxState
from labeler.model.paths import resources_root
from labeler.signing.client import SignerClient
from tests.support.answers import NOTHING
from tests.support.between import Between, between
from tests.support.hub import open_hub, post_cases, served
from tests.support.life import Later
from tests.support.profiles import passphrase

PASSPHRASE = "a key's passphrase"


def raised(error: BaseException) -> None:
    raise error


@dataclass
class Worker:
    """One expert with an open key; both clocks stand on the true time until put ahead."""

    bench: Workbench
    services: Services
    market: Marketplace
    proxy: Between
    clock: Later
    market_clock: Later
    folder: Path
    url: str

    def connect(self, url: str) -> None:
        """Connect, and open the key (again)."""
        marketplaces.connect(self.services, marketplaces.find(self.services, url))
        keys.unlock_key(self.services, PASSPHRASE)

    def wait(self, seconds: int) -> None:
        """Both clocks stand so far ahead from now on."""
        self.clock.ahead = self.market_clock.ahead = seconds

    def post(self, folder: str = "cases", **terms: object) -> str:
        """Offer a task; its name."""
        posted: posting.Posted = post_cases(self.market, self.folder / folder, **terms)
        return posted.manifest

    def take(self, task: str) -> tuple[str, ...]:
        """The names of the cases; from now on somebody stands between."""
        taking.refresh_tasks(self.services, taking.connected(self.services))
        taking.take(self.services, task)
        self.connect(self.proxy.url)
        (state,) = (s for s in taking.task_states(self.services) if s.row.id == task)
        return tuple(item.digest for item in state.items)

    def sign(self, case_id: str) -> str:
        """Say that a case shows nothing, and sign it; the submission's digest."""
        case = cases.open_item(self.services, case_id, no_tick)
        document = Document(format=DOCUMENT_FORMAT, item=case_id, no_finding=True)
        for typed in NOTHING:
            answer = rewriting.read_answer(case.form, typed)
            document = rewriting.with_answer(document, answer)
        rewriting.rewrite(self.services, case, document)
        proposal = submitting.propose(self.services, case)
        case.close()
        return submitting.confirm(self.services, proposal).digest

    def sync(self) -> Round:
        return syncing.sync(self.services, no_tick)

    def told(self) -> set[str]:
        """What stood in the way of one round, by code."""
        return {error.code for error in self.sync().failures}

    def states(self) -> dict[str, OutboxState]:
        rows = read_outbox(self.services, syncing=False).rows
        return {row.digest: row.state for row in rows}

    def decide(self, submission: str, *, accepted: bool) -> None:
        reason = "" if accepted else "R3-missed-nodule"
        ruling = Ruling(accepted=accepted, reason=reason, quality=900_000 if accepted else 0)
        review.decide(self.market, submission, ruling)


@contextmanager
def a_worker(folder: Path) -> Iterator[Worker]:
    """Connected through the one in between; nothing is posted yet."""
    clock, market_clock = Later(), Later()
    (folder / "hub").mkdir()
    answers = Answers(lambda call: call(), raised, raised)
    market = open_hub(folder / "hub", market_clock)
    bench = create_workbench(folder / "profile", passphrase(), answers, resources_root())
    signer = SignerClient((*signer_command(), "--scrypt-n", "2"))
    services = replace(bench.services, clock=clock, signer=signer)
    try:
        keys.create_key(services, keys.make_words(services), PASSPHRASE)
        with served(market) as client, between(client.base_url) as proxy:
            worker = Worker(
                bench, services, market, proxy, clock, market_clock, folder, client.base_url
            )
            worker.connect(worker.url)
            yield worker
    finally:
        signer.close()
        assert bench.close() == 0
        market.close()
