"""A case with as many marks as a signed one may hold, and one with more: signed, sent over a real
connection, received, judged, proved and opened again; or told in time, and nothing lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeler.app import bundles, cases, rewriting, submitting
from labeler.app.services import no_tick
from labeler.errors import LabelerError
from labeler.hub.review import document_of
from labeler.imaging.reader import refs_of
from labeler.model.document import DOCUMENT_FORMAT, MOST_BYTES, Document, Mark
from labeler.model.outbox import OutboxState
from labeler.model.shapes import Freehand
from labeler.proof.codec import encode
from tests.support.answers import NOTHING
from tests.support.worker import Worker, a_worker

POINTS = 16_384


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    with a_worker(tmp_path) as built:
        yield built


def outlined(case: cases.Case, count: int) -> Document:
    """So many of the longest outlines there are, as on a slide."""
    around = tuple((100_000_000 + 7 * k, 200_000_000 - 3 * k) for k in range(POINTS))
    frame = refs_of(case.opened)[0]
    marks = tuple(Mark(f"m{n}", "nodule", frame, Freehand(around)) for n in range(count))
    document = Document(format=DOCUMENT_FORMAT, item=case.id, marks=marks)
    for typed in NOTHING:
        document = rewriting.with_answer(document, rewriting.read_answer(case.form, typed))
    return document


def test_a_case_of_very_many_points_goes_all_the_way(worker: Worker) -> None:
    """Of the largest one, which takes four times as long: LABELER_LARGEST=1."""
    services = worker.services
    (first, _second) = worker.take(worker.post())
    case = cases.open_item(services, first, no_tick)
    one = len(encode(outlined(case, 2))) - len(encode(outlined(case, 1)))
    wanted = MOST_BYTES if "LABELER_LARGEST" in os.environ else 17 * 2**20
    document = outlined(case, wanted // one)
    rewriting.rewrite(services, case, document)
    proposal = submitting.propose(services, case)
    case.close()
    assert proposal.summary.marks == wanted // one
    payload = proposal.material.payload
    assert wanted - one < len(payload) <= wanted
    digest = submitting.confirm(services, proposal).digest
    assert worker.told() == set()
    assert worker.states() == {digest: OutboxState.RECEIVED}
    assert document_of(worker.market, digest).marks == document.marks
    worker.decide(digest, accepted=True)
    assert worker.told() == set()
    assert worker.states() == {digest: OutboxState.ACCEPTED}
    assert len(bundles.make_bundle(services, digest)) > len(payload), "it verifies, or is not made"
    kept = services.store.call(lambda store: cases.load_work(store, first, 0))
    assert (kept.signed, kept.history.document.marks) == (True, document.marks)


def test_one_that_nobody_would_take_is_not_signed_and_nothing_of_it_is_lost(
    worker: Worker,
) -> None:
    services = worker.services
    (first, _second) = worker.take(worker.post())
    case = cases.open_item(services, first, no_tick)
    one = len(encode(outlined(case, 2))) - len(encode(outlined(case, 1)))
    count = MOST_BYTES // one + 1
    rewriting.rewrite(services, case, outlined(case, count))
    with pytest.raises(LabelerError) as caught:
        submitting.propose(services, case)
    case.close()
    assert caught.value.code == "document-too-large"
    assert f"{count} marks take 64." in caught.value.happened
    kept = services.store.call(lambda store: cases.load_work(store, first, 0)).history.document
    assert len(kept.marks) == count, "every mark is in the journal"
