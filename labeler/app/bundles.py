"""Evidence bundles of this profile's own submissions."""

from __future__ import annotations

from labeler.app.decisions import logged_head, logged_proof
from labeler.app.marketplaces import load_pinned
from labeler.app.services import Services
from labeler.app.statements import newest_statement
from labeler.model.document import MOST_BYTES, Document, named_blobs
from labeler.proof import bundle
from labeler.proof.bundle import AccountParts, DecisionParts, Parts
from labeler.proof.codec import decode
from labeler.proof.envelope import from_wire
from labeler.proof.item_tree import item_proof, line_proof
from labeler.proof.messages import (
    AccountStatement,
    Assignment,
    Decision,
    EpochStatement,
    Offer,
    Receipt,
    RoleGrant,
    Submission,
    TreeHead,
)
from labeler.store.outbox import SubmissionRow
from labeler.store.store import Store


def make_bundle(services: Services, digest: str) -> bytes:
    """Everything this profile can prove about one submission; it verifies, or is not made."""
    return bundle.build(services.store.call(lambda store: _parts(store, store.outbox.get(digest))))


def find_submission(store: Store, name: str) -> SubmissionRow:
    """A submission by its digest or the start of it. Raises LabelerError "submission-missing"."""
    found = [row for row in store.outbox.rows() if row.digest.startswith(name.lower())]
    return found[0] if len(found) == 1 and name else store.outbox.get(name)


def _parts(store: Store, row: SubmissionRow) -> Parts:
    assignment = store.tasks.assignment(row.assignment)
    task = store.tasks.task(assignment.task)
    items = store.tasks.items(row.assignment)
    digests = [each.digest for each in items]
    place = digests.index(row.item)
    submission = from_wire(store.messages.get(row.digest).wire, Submission)
    payload = store.blobs.get(submission.message.payload.hex())
    masks = named_blobs(decode(payload, Document, max_bytes=MOST_BYTES))
    receipt = store.messages.get(row.receipt).wire if row.receipt else None
    return Parts(
        identity=load_pinned(store, row.marketplace).identity,
        offer=from_wire(store.messages.get(task.offer).wire, Offer),
        manifest=task.manifest,
        assignment=from_wire(store.messages.get(row.assignment).wire, Assignment),
        item=items[place].content,
        place=item_proof(digests, place),
        submission=submission,
        payload=payload,
        blobs={name: store.blobs.get(name) for name in masks},
        receipt=from_wire(receipt, Receipt) if receipt else None,
        decided=_decided(store, row),
        account=_account(store, row),
    )


def _decided(store: Store, row: SubmissionRow) -> DecisionParts | None:
    place = logged_proof(store, row.digest)
    if row.decision is None or place is None:
        return None
    signed = from_wire(store.messages.get(row.decision).wire, Decision)
    grant = store.messages.get(signed.message.grant.hex()).wire
    head = store.messages.get(logged_head(store, row.digest)).wire
    return DecisionParts(from_wire(grant, RoleGrant), signed, place, from_wire(head, TreeHead))


def _account(store: Store, row: SubmissionRow) -> AccountParts | None:
    """The newest statement that counts the submission, if there is one."""
    kept = newest_statement(store, load_pinned(store, row.marketplace), row.worker)
    if kept is None or row.receipt is None:
        return None
    places = [i for i, line in enumerate(kept.detail.lines) if line.submission == row.digest]
    if not places:
        return None
    epoch = from_wire(store.messages.get(kept.row.epoch_digest).wire, EpochStatement)
    head = store.messages.get(epoch.message.tree_head.hex()).wire
    return AccountParts(
        epoch=epoch,
        head=from_wire(head, TreeHead),
        account=from_wire(store.messages.get(kept.row.digest).wire, AccountStatement),
        line=kept.detail.lines[places[0]],
        place=line_proof(kept.detail.lines, places[0]),
        claim_path=tuple(bytes.fromhex(step) for step in kept.detail.claim_path),
    )
