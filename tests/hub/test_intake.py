"""What is admitted, what is refused, and that nothing is ever taken twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from coincurve import PrivateKey
from coincurve._libsecp256k1 import ffi

from labeler.errors import LabelerError
from labeler.hub import intake, review
from labeler.hub.place import Marketplace
from labeler.hub.posting import Posted
from labeler.hub.review import Ruling
from labeler.market import wire
from labeler.market.client import MarketClient
from labeler.market.problems import BlobsMissing
from labeler.model.document import Document, Mark
from labeler.model.forms import Answer
from labeler.model.masks import mask_of
from labeler.model.shapes import Freehand
from labeler.proof import curve
from labeler.proof.envelope import message_digest, sign, to_envelope
from labeler.proof.login import LoginMessage
from labeler.proof.messages import Submission
from tests.support.hub import Clock, Expert, served

OTHER = bytes([9]) * 32


@pytest.fixture
def given(expert: Expert, posted: Posted) -> wire.AssignmentAnswer:
    return expert.take(posted.manifest)


def refused(code: str, act: Callable[[], object]) -> LabelerError:
    with pytest.raises(LabelerError) as caught:
        act()
    assert caught.value.code == code
    return caught.value


def test_the_same_again_gets_the_same_receipt(
    market: Marketplace,
    client: MarketClient,
    expert: Expert,
    given: wire.AssignmentAnswer,
    clock: Clock,
) -> None:
    message = expert.message(given, expert.document(given))
    envelope = expert.sign(message)
    first = client.send(envelope, expert.blobs.__getitem__)
    clock.now += 100
    # Also under another signature of the same message: digests count, not signatures.
    again = msgspec.structs.replace(envelope, signature=_other_nonce(expert, message))
    assert again != envelope
    assert client.submit(again) == first == client.submit(envelope)
    assert len(review.waiting(market)) == 1


def _other_nonce(expert: Expert, message: Submission) -> str:
    """Another valid low-s signature of the same digest by the same key."""
    digest, extra = message_digest(expert.domain, message), bytes([7]) * 32
    nonce = (ffi.NULL, ffi.from_buffer(extra))
    raw = PrivateKey(expert.key).sign_recoverable(digest, hasher=None, custom_nonce=nonce)
    return "0x" + raw[:64].hex() + bytes([27 + raw[64]]).hex()


def test_many_senders_at_once_make_one_submission(
    market: Marketplace, client: MarketClient, expert: Expert, given: wire.AssignmentAnswer
) -> None:
    envelope = expert.sign(expert.message(given, expert.document(given)))
    with pytest.raises(BlobsMissing):
        client.submit(envelope)
    for blob in expert.blobs.values():
        client.upload(blob)
    receipts: list[wire.SubmissionAnswer] = []
    senders = [
        threading.Thread(target=lambda: receipts.append(client.submit(envelope))) for _ in range(6)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(receipts) == 6
    assert all(receipt == receipts[0] for receipt in receipts)
    assert len(review.waiting(market)) == 1


def test_masks_are_asked_for_and_kept(
    market: Marketplace, client: MarketClient, expert: Expert, given: wire.AssignmentAnswer
) -> None:
    mask = mask_of(np.eye(8, dtype=np.bool_))
    document = expert.document(given, mask=mask)
    message = expert.message(given, document)
    with pytest.raises(BlobsMissing) as payload:
        client.submit(expert.sign(message))
    assert payload.value.missing == (message.payload.hex(),)
    client.send(expert.sign(message), expert.blobs.__getitem__)
    assert all(market.blobs.read(name) == data for name, data in expert.blobs.items())
    assert review.document_of(market, expert.digest(message)) == document


def test_what_experts_send_is_not_given_out(
    client: MarketClient, expert: Expert, given: wire.AssignmentAnswer, tmp_path: Path
) -> None:
    message = expert.message(given, expert.document(given))
    expert.hand_in(message)
    payload = wire.BlobRef(message.payload.hex(), message.payload_size)
    refused("not-found", lambda: client.download(payload, tmp_path / "payload"))


def test_only_wanted_blobs_are_taken(
    client: MarketClient, expert: Expert, given: wire.AssignmentAnswer
) -> None:
    error = refused("marketplace-refuses", lambda: client.upload(b"who wants this?"))
    assert "No submission names this blob" in error.happened
    message = expert.message(given, expert.document(given))
    with pytest.raises(BlobsMissing):
        client.submit(expert.sign(message))
    payload = expert.blobs[message.payload.hex()]
    assert client.upload(payload) == client.upload(payload)


Changes = dict[str, Any]
REFUSED: dict[str, tuple[str, Changes]] = {
    "another marketplace": ("submission-refused", {"marketplace_id": OTHER}),
    "an unknown assignment": ("not-assigned", {"assignment": OTHER}),
    "an item not assigned": ("not-assigned", {"item": OTHER}),
    "other terms": ("submission-refused", {"manifest": OTHER}),
    "other images": ("submission-refused", {"source": OTHER}),
    "another media type": ("submission-refused", {"media_type": "text/html"}),
    "revision 0": ("submission-refused", {"revision": 0}),
    "an empty payload": ("too-large", {"payload_size": 0}),
    "a huge payload": ("too-large", {"payload_size": 2**40}),
    "a wrong size": ("submission-refused", {"payload_size": 10_000}),
    "another's name": ("bad-signature", {"worker": bytes([1]) * 20}),
}


@pytest.mark.parametrize(("code", "changes"), REFUSED.values(), ids=REFUSED.keys())
def test_refusals(
    market: Marketplace,
    expert: Expert,
    given: wire.AssignmentAnswer,
    code: str,
    changes: Changes,
) -> None:
    message = expert.message(given, expert.document(given), **changes)
    refused(code, lambda: expert.hand_in(message))
    assert review.waiting(market) == []


DOCUMENTS: dict[str, Callable[[Document], Document]] = {
    "another case": lambda d: msgspec.structs.replace(d, item="00" * 32),
    "another format": lambda d: msgspec.structs.replace(d, format="labeler.document/9"),
    "a missing answer": lambda d: msgspec.structs.replace(d, answers=d.answers[1:]),
    "nothing said": lambda d: msgspec.structs.replace(d, marks=()),
    "both said": lambda d: msgspec.structs.replace(d, no_finding=True),
    "an unknown label": lambda d: msgspec.structs.replace(
        d, marks=(msgspec.structs.replace(d.marks[0], label="fish"),)
    ),
    "a question answered twice": lambda d: msgspec.structs.replace(
        d, answers=(*d.answers, d.answers[-1])
    ),
    "an answer that its label does not ask": lambda d: said(d, Answer("fish", "solid")),
    "an answer of a mark that does not fit": lambda d: said(d, Answer("attenuation", "fishy")),
    "a mark that answers twice": lambda d: said(
        d, Answer("attenuation", "part-solid"), Answer("attenuation", "solid")
    ),
}


def said(document: Document, *attributes: Answer) -> Document:
    mark = msgspec.structs.replace(document.marks[0], attributes=attributes)
    return msgspec.structs.replace(document, marks=(mark,))


def test_an_answer_of_a_mark_is_taken_as_its_label_asks_for_it(
    market: Marketplace, expert: Expert, given: wire.AssignmentAnswer
) -> None:
    document = said(expert.document(given), Answer("attenuation", "solid"))
    message = expert.message(given, document)
    expert.hand_in(message)
    assert review.document_of(market, expert.digest(message)) == document


@pytest.mark.parametrize("change", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_documents_that_do_not_fit(
    market: Marketplace,
    expert: Expert,
    given: wire.AssignmentAnswer,
    change: Callable[[Document], Document],
) -> None:
    message = expert.message(given, change(expert.document(given)))
    refused("submission-refused", lambda: expert.hand_in(message))
    assert review.waiting(market) == []


def test_a_payload_that_is_no_document(expert: Expert, given: wire.AssignmentAnswer) -> None:
    payload = b'{"format": "labeler.document/1"}'
    message = expert.message(
        given,
        expert.document(given),
        payload=bytes.fromhex(expert.keep(payload)),
        payload_size=len(payload),
    )
    refused("submission-refused", lambda: expert.hand_in(message))


def test_a_mask_that_is_none(expert: Expert, given: wire.AssignmentAnswer) -> None:
    document = expert.document(given, mask=mask_of(np.eye(8, dtype=np.bool_)))
    shape = msgspec.structs.replace(document.marks[0].shape, blob=expert.keep(b"LBM1 nonsense"))
    mark = msgspec.structs.replace(document.marks[0], shape=shape)
    message = expert.message(given, msgspec.structs.replace(document, marks=(mark,)))
    refused("submission-refused", lambda: expert.hand_in(message))


def test_another_key_cannot_sign(expert: Expert, given: wire.AssignmentAnswer) -> None:
    message = expert.message(given, expert.document(given))
    envelope = to_envelope(sign(expert.domain, message, OTHER))
    refused("bad-signature", lambda: expert.client.submit(envelope))


def test_a_high_s_signature_is_refused(expert: Expert, given: wire.AssignmentAnswer) -> None:
    envelope = expert.sign(expert.message(given, expert.document(given)))
    raw = bytes.fromhex(envelope.signature[2:])
    high = (curve.ORDER - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big")
    twin = raw[:32] + high + bytes([55 - raw[64]])
    altered = msgspec.structs.replace(envelope, signature="0x" + twin.hex())
    refused("bad-signature", lambda: expert.client.submit(altered))


def test_another_expert_cannot_hand_in_this_work(
    client: MarketClient, given: wire.AssignmentAnswer
) -> None:
    thief = Expert(client, key=OTHER)
    message = thief.message(given, thief.document(given))
    refused("not-assigned", lambda: thief.hand_in(message))


def test_lateness_is_measured_at_arrival(
    expert: Expert, given: wire.AssignmentAnswer, clock: Clock
) -> None:
    message = expert.message(given, expert.document(given))
    clock.now += 30 * 24 * 3600
    expert.hand_in(message)
    late = expert.message(given, expert.document(given, 1), 1)
    clock.now += 1
    refused("too-late", lambda: expert.hand_in(late))


def test_one_submission_a_revision(expert: Expert, given: wire.AssignmentAnswer) -> None:
    expert.submit(given)
    refused("submission-conflict", lambda: expert.submit(given))


def test_a_later_revision_takes_its_place(
    market: Marketplace, expert: Expert, given: wire.AssignmentAnswer
) -> None:
    first = expert.submit(given)
    second = expert.submit(given, revision=2)
    assert [row.digest for row in review.waiting(market)] == [second]
    refused("superseded", lambda: review.decide(market, first, Ruling(accepted=True)))
    review.decide(market, second, Ruling(accepted=True))
    refused("already-decided", lambda: expert.submit(given, revision=3))


def test_a_revision_that_was_replaced_is_not_accepted_by_silence(
    market: Marketplace, expert: Expert, given: wire.AssignmentAnswer, clock: Clock
) -> None:
    expert.submit(given)
    clock.now += 24 * 3600
    expert.submit(given, revision=2)
    clock.now += 13 * 24 * 3600 + 1
    third = expert.submit(given, revision=3)
    assert [row.digest for row in review.waiting(market)] == [third]
    review.decide(market, third, Ruling(accepted=False, reason="R3-missed-nodule", quality=0))
    refused("already-decided", lambda: expert.submit(given, revision=4))


def test_nothing_replaces_what_silence_has_accepted(
    expert: Expert, given: wire.AssignmentAnswer, clock: Clock
) -> None:
    expert.submit(given)
    clock.now += 14 * 24 * 3600 + 1
    refused("already-decided", lambda: expert.submit(given, revision=2))


RULINGS = {
    "an unlisted reason": ("reason-not-listed", Ruling(accepted=False, reason="ugly")),
    "no reason": ("reason-not-listed", Ruling(accepted=False)),
    "too much quality": ("bad-quality", Ruling(accepted=True, quality=1_000_001)),
}


@pytest.mark.parametrize(("code", "ruling"), RULINGS.values(), ids=RULINGS.keys())
def test_rulings_that_do_not_count(
    market: Marketplace, expert: Expert, given: wire.AssignmentAnswer, code: str, ruling: Ruling
) -> None:
    digest = expert.submit(given)
    refused(code, lambda: review.decide(market, digest, ruling))
    review.decide(market, digest, Ruling(accepted=True))
    refused("already-decided", lambda: review.decide(market, digest, Ruling(accepted=True)))
    refused("no-submission", lambda: review.decide(market, "00" * 32, Ruling(accepted=True)))


def test_a_login_is_for_this_host_and_once(client: MarketClient, expert: Expert) -> None:
    message = LoginMessage(
        domain="another.example",
        address=curve.checksummed(expert.address),
        uri="https://another.example",
        version="1",
        chain_id=1,
        nonce=client.nonce().nonce,
        issued_at="2026-11-23T10:00:00Z",
    )
    refused("login-refused", lambda: client.login(expert.login_request(message)))
    here = replace(message, domain=client.host)
    client.login(expert.login_request(here))
    refused("login-refused", lambda: client.login(expert.login_request(here)))


def test_a_login_expires_but_work_is_still_taken(
    client: MarketClient, expert: Expert, posted: Posted, clock: Clock
) -> None:
    token = expert.login()
    given = client.assign(posted.manifest, token)
    clock.now += 12 * 3600
    refused("login-required", lambda: client.assign(posted.manifest, token))
    assert expert.submit(given)


def test_large_documents_are_read_one_at_a_time(market: Marketplace, posted: Posted) -> None:
    """Each takes ten times its bytes in memory: another one is asked to come again."""
    with served(replace(market, turn_s=0.0)) as client:
        _send_a_large_one(market, Expert(client), posted)


def _send_a_large_one(market: Marketplace, expert: Expert, posted: Posted) -> None:
    given = expert.take(posted.manifest)
    small = expert.document(given)
    around = tuple((100_000_000 + k, 200_000_000 - k) for k in range(16_384))
    marks = tuple(
        Mark(f"m{n}", "nodule", small.marks[0].frame, Freehand(around)) for n in range(13)
    )
    large = expert.message(given, msgspec.structs.replace(small, marks=marks))
    assert large.payload_size > intake.LARGE_DOCUMENT
    with market.large_documents:
        refused("marketplace-busy", lambda: expert.hand_in(large))
        assert expert.submit(given, which=1), "a small one is not kept waiting"
    assert expert.hand_in(large)
