"""Admitting submissions: by signature and assignment alone, once, with a signed receipt."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine import Row

from labeler.errors import LabelerError
from labeler.hub.database import (
    assigned_item,
    assignment,
    decision,
    item,
    submission,
    task,
    wanted_blob,
)
from labeler.hub.keys import Role
from labeler.hub.news import tell
from labeler.hub.place import Marketplace
from labeler.hub.refusals import Refusal
from labeler.model.document import (
    DOCUMENT_FORMAT,
    DOCUMENT_MEDIA_TYPE,
    MOST_BYTES,
    Document,
    named_blobs,
)
from labeler.model.form_rules import Shown, check_document
from labeler.model.frame_lists import decode_frames
from labeler.model.manifest import Item, Manifest
from labeler.model.mask_blobs import decode_mask
from labeler.model.shapes import MaskRef, PaintedMask
from labeler.proof import codec
from labeler.proof.envelope import (
    Envelope,
    Signed,
    from_envelope,
    from_wire,
    signer_of,
    to_envelope,
    to_wire,
)
from labeler.proof.messages import Offer, Receipt, Submission

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

MAX_MASK = 64 * 1024 * 1024
MAX_WANTED = 5000
LARGE_DOCUMENT = 4 * 1024 * 1024
WANTED_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Arrived:
    """A submission whose signature is its worker's, with its own digest."""

    signed: Signed[Submission]
    digest: str

    @property
    def message(self) -> Submission:
        return self.signed.message


@dataclass(frozen=True)
class Asked:
    """What the worker was given: the terms a submission is measured by."""

    manifest: Manifest
    item: Item
    offer_digest: str
    offer: Offer
    final_deadline: int


def admit(market: Marketplace, envelope: Envelope) -> Envelope:
    """The receipt for a submission: a new one, or the one given before.

    Raises Refusal; "blobs-missing" names what has to be uploaded first.
    """
    arrived = _read(market, envelope)
    with market.database.read() as connection:
        if (known := _known(connection, arrived.digest)) is not None:
            return to_envelope(from_wire(known, Receipt))
        asked = _asked(connection, arrived.message)
    _check_terms(market, arrived.message, asked)
    _check_blobs(market, arrived, asked)
    return _record(market, arrived, asked)


def _read(market: Marketplace, envelope: Envelope) -> Arrived:
    try:
        signed = from_envelope(envelope, Submission)
        signer = signer_of(market.domain, signed)
    except LabelerError as error:
        code = "bad-signature" if error.code == "bad-signature" else "bad-request"
        raise Refusal(code, error.happened) from error
    if signer != signed.message.worker:
        raise Refusal("bad-signature", "Another key than the worker's has signed.")
    if signed.message.marketplace_id != market.id:
        raise Refusal("submission-refused", "It is meant for another marketplace.")
    return Arrived(signed, market.digest(signed.message))


def _known(connection: Connection, digest: str) -> bytes | None:
    query = select(submission.c.receipt).where(submission.c.digest == digest)
    receipt: bytes | None = connection.execute(query).scalar_one_or_none()
    return receipt


def _asked(connection: Connection, message: Submission) -> Asked:
    given = connection.execute(
        select(assignment, task.c.content, task.c.offer, task.c.envelope.label("offer_envelope"))
        .join(task, task.c.manifest == assignment.c.manifest)
        .where(assignment.c.digest == message.assignment.hex())
    ).first()
    if given is None or given.worker != message.worker.hex():
        raise Refusal("not-assigned", "The assignment is not this worker's.")
    if given.manifest != message.manifest.hex():
        raise Refusal("submission-refused", "It names other terms than its assignment.")
    content = _assigned_content(connection, given, message.item.hex())
    return Asked(
        manifest=codec.decode(given.content, Manifest),
        item=codec.decode(content, Item),
        offer_digest=given.offer,
        offer=from_wire(given.offer_envelope, Offer).message,
        final_deadline=given.final_deadline,
    )


def _assigned_content(connection: Connection, given: Row[tuple[object, ...]], digest: str) -> bytes:
    query = (
        select(item.c.content)
        .join(assigned_item, assigned_item.c.item == item.c.digest)
        .where(item.c.manifest == given.manifest, item.c.digest == digest)
        .where(assigned_item.c.assignment == given.digest)
    )
    content: bytes | None = connection.execute(query).scalar_one_or_none()
    if content is None:
        raise Refusal("not-assigned", "The case is not part of the assignment.")
    return content


def _check_terms(market: Marketplace, message: Submission, asked: Asked) -> None:
    if market.clock() > asked.final_deadline:
        raise Refusal("too-late")
    if message.media_type != DOCUMENT_MEDIA_TYPE:
        raise Refusal("submission-refused", f"Its media type is not {DOCUMENT_MEDIA_TYPE}.")
    if message.revision < 1:
        raise Refusal("submission-refused", "Revisions count from 1.")
    if not 0 < message.payload_size <= MOST_BYTES:
        raise Refusal("too-large", f"A document has at most {MOST_BYTES} bytes.")
    if message.source.hex() != codec.digest(codec.encode(asked.item.files)):
        raise Refusal("submission-refused", "It labels other images than those assigned.")


def _check_blobs(market: Marketplace, arrived: Arrived, asked: Asked) -> None:
    message = arrived.message
    payload = message.payload.hex()
    if not market.blobs.has(payload):
        _want(market, message.worker.hex(), {payload: message.payload_size})
    if market.blobs.size(payload) != message.payload_size:
        raise Refusal("submission-refused", "The payload has another size than was signed.")
    with _in_turn(market, message.payload_size):
        _check_content(market, message, asked)


@contextmanager
def _in_turn(market: Marketplace, size: int) -> Iterator[None]:
    """One large document after the other, so that many senders cannot fill the memory."""
    if size <= LARGE_DOCUMENT:
        yield
        return
    if not market.large_documents.acquire(timeout=market.turn_s):
        raise Refusal("busy", "Another large document is being read; this one can be sent again.")
    try:
        yield
    finally:
        market.large_documents.release()


def _check_content(market: Marketplace, message: Submission, asked: Asked) -> None:
    document = _document(market.blobs.read(message.payload.hex()))
    _check_document(document, message, asked.manifest)
    if any(isinstance(mark.shape, PaintedMask) for mark in document.marks):
        raise Refusal("submission-refused", "A painted region does not name its voxels.")
    named = named_blobs(document)
    missing = {blob: MAX_MASK for blob in sorted(named) if not market.blobs.has(blob)}
    if missing:
        _want(market, message.worker.hex(), missing)
    for mark in document.marks:
        if isinstance(mark.shape, MaskRef):
            _check_mask(market, mark.shape)


def _check_mask(market: Marketplace, shape: MaskRef) -> None:
    try:
        mask = decode_mask(market.blobs.read(shape.blob))
        through = shape.through
        frames = 1 if through is UNSET else len(decode_frames(market.blobs.read(through)))
    except ValueError as error:
        raise Refusal("submission-refused", "A painted region cannot be read.") from error
    if mask.size[0] != frames:
        raise Refusal("submission-refused", "A painted region has other slices than it names.")


def _want(market: Marketplace, worker: str, sizes: dict[str, int]) -> None:
    """Remember which blobs a valid submission waits for; only these are taken in."""
    now = market.clock()
    rows = [
        {"digest": digest, "worker": worker, "max_size": size, "asked_at": now}
        for digest, size in sizes.items()
    ]
    with market.database.write() as connection:
        stale = wanted_blob.c.asked_at < now - WANTED_SECONDS
        connection.execute(delete(wanted_blob).where(stale))
        waiting = select(func.count()).where(wanted_blob.c.worker == worker)
        # One expert cannot fill the disk with what no submission will ever be made of.
        if connection.execute(waiting).scalar_one() + len(rows) > MAX_WANTED:
            raise Refusal("busy", "Too many blobs are waited for; finish other submissions first.")
        connection.execute(insert(wanted_blob).prefix_with("OR REPLACE"), rows)
    raise Refusal("blobs-missing", missing=tuple(sizes))


def _document(payload: bytes) -> Document:
    try:
        return codec.decode(payload, Document, max_bytes=MOST_BYTES)
    except LabelerError as error:
        raise Refusal("submission-refused", error.happened) from error


def _check_document(document: Document, message: Submission, manifest: Manifest) -> None:
    if document.format != DOCUMENT_FORMAT:
        raise Refusal("submission-refused", "The document has a format not known here.")
    if document.item != message.item.hex():
        raise Refusal("submission-refused", "The document belongs to another case.")
    # Which frames were looked at is known to the expert's machine alone.
    shown = Shown(tuple(mark.frame for mark in document.marks), (), frozenset())
    found = check_document(
        document,
        manifest.form,
        manifest.labels,
        shown,
        free_text_allowed=manifest.free_text_allowed,
    )
    for check in found:
        if check.blocks:
            raise Refusal("submission-refused", check.text)


def _record(market: Marketplace, arrived: Arrived, asked: Asked) -> Envelope:
    """Receipt and submission in one durable transaction; the receipt leaves only after it."""
    message = arrived.message
    receipt = _receipt(market, arrived, asked)
    with market.database.write() as connection:
        if (known := _known(connection, arrived.digest)) is not None:
            return to_envelope(from_wire(known, Receipt))
        _refuse_conflict(connection, message, market.clock())
        connection.execute(
            insert(submission).values(
                digest=arrived.digest,
                assignment=message.assignment.hex(),
                item=message.item.hex(),
                worker=message.worker.hex(),
                revision=message.revision,
                manifest=message.manifest.hex(),
                payout_to=message.payout_to.hex(),
                payload=message.payload.hex(),
                envelope=to_wire(arrived.signed),
                receipt=to_wire(receipt),
                received_at=receipt.message.received_at,
                decision_due=receipt.message.decision_due,
            )
        )
        worker = message.worker.hex()
        tell(connection, "receipt", arrived.digest, receipt.message.received_at, worker)
    return to_envelope(receipt)


def _refuse_conflict(connection: Connection, message: Submission, now: int) -> None:
    rivals = connection.execute(
        select(submission.c.revision, submission.c.decision_due, decision.c.digest)
        .outerjoin(decision, decision.c.submission == submission.c.digest)
        .where(submission.c.assignment == message.assignment.hex())
        .where(submission.c.item == message.item.hex())
        .where(submission.c.worker == message.worker.hex())
        .order_by(submission.c.revision.desc())
    ).all()
    if any(rival.revision == message.revision for rival in rivals):
        raise Refusal("submission-conflict")
    for newest in rivals[:1]:
        # What was decided, also by silence, is paid or refused once; the others were replaced.
        if newest.digest is not None or newest.decision_due < now:
            raise Refusal("already-decided")
        if newest.revision > message.revision:
            raise Refusal("submission-conflict", "A later revision is here already.")


def _receipt(market: Marketplace, arrived: Arrived, asked: Asked) -> Signed[Receipt]:
    now = market.clock()
    return market.sign(
        Role.MARKETPLACE,
        Receipt(
            marketplace_id=market.id,
            submission=bytes.fromhex(arrived.digest),
            worker=arrived.message.worker,
            offer=bytes.fromhex(asked.offer_digest),
            escrow=asked.offer.escrow,
            unit_amount=asked.offer.unit_amount,
            currency=asked.offer.currency,
            received_at=now,
            decision_due=now + asked.manifest.acceptance.review_seconds,
        ),
    )
