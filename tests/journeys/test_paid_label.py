"""From a folder of images to a paid label: the verbs, against a real hub and a real chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler.app import (
    bundles,
    cases,
    claiming,
    earnings_screen,
    keys,
    marketplaces,
    outbox_screen,
    submitting,
    syncing,
    taking,
)
from labeler.app.answers import Answers
from labeler.app.opening import Workbench, create_workbench
from labeler.app.screens import Recomputed
from labeler.app.services import no_tick
from labeler.imaging.reader import open_image
from labeler.model.document import Document, Mark, SeriesRead
from labeler.model.edits import AddMark, SetAnswer
from labeler.model.forms import Answer
from labeler.model.outbox import OutboxState
from labeler.model.paths import resources_root
from labeler.model.shapes import Box
from labeler.model.steps import Do
from labeler.proof import bundle
from labeler.proof.codec import decode
from tests.support.dicom_files import write_stack
from tests.support.profiles import passphrase
from tests.support.town import PRICE, Town

ANSWERS = (
    ("nodule-count", 1),
    ("attenuation", "solid"),
    ("margin", "smooth"),
    ("calcification", "absent"),
    ("confidence", "high"),
)


def raised(error: BaseException) -> None:
    raise error


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    answers = Answers(lambda call: call(), raised, raised)
    opened = create_workbench(tmp_path / "profile", passphrase(), answers, resources_root())
    yield opened
    assert opened.close() == 0


def draw(bench: Workbench, item: str) -> cases.Case:
    """One box and every answer, each as an edit of the journal."""
    services = bench.services
    case = cases.open_item(services, item, no_tick)
    image = open_image(case.opened, services.decoders)
    mark = Mark("m1", "nodule", image.refs[1], Box((4000, 4000), (8000, 8000)))
    edits = [AddMark(0, mark), *(SetAnswer(None, Answer(*given)) for given in ANSWERS)]
    services.store.call(lambda store: cases.load_work(store, item, services.clock()))
    for after, edit in enumerate(edits):
        step = Do(edit)
        services.store.call(
            lambda store, step=step, after=after: store.journal.append(
                item, (step,), after=after, at=services.clock(), blobs=()
            )
        )
    return case


def sign(bench: Workbench, item: str) -> str:
    case = draw(bench, item)
    proposal = submitting.propose(bench.services, case)
    carried = decode(proposal.material.payload, Document).read
    images = [open_image(series, bench.services.decoders) for series in case.scan.series]
    told = [SeriesRead(image.info.uid, 1, tuple(image.caveats)) for image in images]
    assert carried == tuple(told)
    row = submitting.confirm(bench.services, proposal)
    case.close()
    return row.digest


def states(bench: Workbench) -> dict[str, OutboxState]:
    rows = outbox_screen.read_outbox(bench.services, syncing=False).rows
    return {row.digest: row.state for row in rows}


def test_from_a_folder_of_images_to_a_paid_label(town: Town, bench: Workbench) -> None:
    services = bench.services
    keys.create_key(services, keys.make_words(services), "key passphrase")
    found = marketplaces.find(services, town.url)
    assert found.pin.digest.hex() == town.identity
    marketplaces.connect(services, found)
    taking.refresh_tasks(services, taking.connected(services))
    (task,) = taking.task_states(services)
    taking.take(services, task.row.id)
    (task,) = taking.task_states(services)
    assert len(task.items) == len(task.here) == 2

    good, bad = (sign(bench, item.digest) for item in task.items)
    assert set(states(bench).values()) == {OutboxState.QUEUED}
    went = syncing.sync(services, no_tick)
    assert went.failures == ()
    assert states(bench) == {good: OutboxState.RECEIVED, bad: OutboxState.RECEIVED}

    assert {row.digest for row in town.waiting()} == {good, bad}
    town.accept(good)
    town.reject(bad, "R3-missed-nodule")
    assert syncing.sync(services, no_tick).failures == ()
    assert states(bench) == {good: OutboxState.ACCEPTED, bad: OutboxState.REJECTED}

    assert town.settle().total == PRICE
    assert syncing.sync(services, no_tick).failures == ()
    earnings = earnings_screen.read_earnings(services, claiming=False)
    assert (earnings.ready.minor, earnings.claimed.minor) == (PRICE, 0)
    assert not earnings.paid_outside
    assert [line.recomputed for line in earnings.lines] == [Recomputed.AGREES]
    assert earnings.covered
    assert earnings.statement_checked

    pinned = taking.connected(services)
    assert claiming.claim(services, pinned, no_tick) == PRICE
    assert states(bench)[good] is OutboxState.PAID
    worker = services.signer.addresses([pinned.id])[pinned.id]
    assert town.paid(worker) == PRICE
    earnings = earnings_screen.read_earnings(services, claiming=False)
    assert (earnings.ready.minor, earnings.claimed.minor) == (0, PRICE)

    made = bundles.make_bundle(services, good)
    told = bundle.verify(made, bytes.fromhex(town.identity))
    assert (told.stage, told.compared, told.owed) == ("settled", True, str(PRICE))
    assert not bundle.verify(made).compared
    assert bundle.verify(bundles.make_bundle(services, bad)).stage == "rejected"


def test_a_submission_carries_what_made_its_numbers_doubtful(
    bench: Workbench, tmp_path: Path
) -> None:
    folder = tmp_path / "gappy"
    write_stack(folder, [(0.0, 0.0, z) for z in (0.0, 2.5, 5.0, 10.0)])
    case = cases.open_paths(bench.services, (folder,), no_tick)
    (read,) = submitting.read_series(bench.services, case)
    assert "missing-slices" in read.caveats
