"""What the Outbox screen shows, read from the store."""

from __future__ import annotations

from typing import TypeVar

from labeler.app.screens import EvidenceStep, NextStep, OutboxRow, OutboxScreen
from labeler.app.services import Services
from labeler.app.work_screen import pay_of
from labeler.model.manifest import Item, Manifest
from labeler.model.outbox import OutboxState
from labeler.proof.codec import decode
from labeler.proof.envelope import from_wire
from labeler.proof.messages import Decision, Receipt, Verdict
from labeler.store.outbox import SubmissionRow
from labeler.store.store import Store

M = TypeVar("M", Receipt, Decision)


def read_outbox(services: Services, *, syncing: bool) -> OutboxScreen:
    """All submissions, the newest first."""

    def read(store: Store) -> OutboxScreen:
        rows = tuple(_row(store, row) for row in store.outbox.rows())
        retry = store.outbox.next_try()
        return OutboxScreen(rows, syncing, retry or None)

    return services.store.call(read)


def _row(store: Store, row: SubmissionRow) -> OutboxRow:
    assignment = store.tasks.assignment(row.assignment)
    manifest = decode(store.tasks.task(assignment.task).manifest, Manifest)
    item = store.tasks.find_item(row.item)
    receipt = _message(store, row.receipt, Receipt)
    decision = _message(store, row.decision, Decision)
    step, at = _next_step(row, receipt, decision)
    return OutboxRow(
        digest=row.digest,
        state=row.state,
        case=decode(item.content, Item).title if item else row.item[:8],
        task=manifest.title,
        signed_at=row.signed_at,
        next_step=step,
        next_at=at,
        pay=pay_of(manifest),
        reason=_reason(manifest, decision),
        evidence=_evidence(row, manifest, receipt, decision),
    )


def _message(store: Store, digest: str | None, kind: type[M]) -> M | None:
    return None if digest is None else from_wire(store.messages.get(digest).wire, kind).message


def _next_step(
    row: SubmissionRow, receipt: Receipt | None, decision: Decision | None
) -> tuple[NextStep, int | None]:
    match row.state:
        case OutboxState.QUEUED:
            return NextStep.SENDS_WHEN_ONLINE, None
        case OutboxState.SENT:
            return NextStep.WAITING_FOR_RECEIPT, None
        case OutboxState.RECEIVED:
            return NextStep.DECISION_BY, receipt.decision_due if receipt else None
        case OutboxState.REJECTED:
            return NextStep.APPEAL_BY, decision.appeal_until if decision else None
        case OutboxState.ACCEPTED:
            return NextStep.STATEMENT, None
        case OutboxState.PAID:
            return NextStep.NONE, None


def _reason(manifest: Manifest, decision: Decision | None) -> str:
    if decision is None or decision.verdict is Verdict.ACCEPTED:
        return ""
    texts = {reason.code: reason.text for reason in manifest.acceptance.reasons}
    return texts.get(decision.reason, decision.reason)


def _evidence(
    row: SubmissionRow, manifest: Manifest, receipt: Receipt | None, decision: Decision | None
) -> tuple[EvidenceStep, ...]:
    steps = [EvidenceStep("signed", row.signed_at, row.digest[:16])]
    if row.last_error:
        steps.append(EvidenceStep("not-sent", row.sent_at, row.last_error, done=False))
    if receipt is not None:
        steps.append(EvidenceStep("received", receipt.received_at))
    due = receipt.decision_due if receipt else None
    if decision is None and row.state in (OutboxState.ACCEPTED, OutboxState.PAID):
        steps.append(EvidenceStep("auto-accepted", due))
    elif decision is None:
        steps.append(EvidenceStep("decision-due", due, done=False))
    elif decision.verdict is Verdict.ACCEPTED:
        quality = f"{decision.quality / 10_000:.0f} %" if decision.quality else ""
        steps.append(EvidenceStep("accepted", decision.decided_at, quality))
    else:
        steps.append(EvidenceStep("rejected", decision.decided_at, _reason(manifest, decision)))
        steps.append(EvidenceStep("appeal-until", decision.appeal_until, done=False))
    if row.state is OutboxState.PAID:
        steps.append(EvidenceStep("paid", None))
    return tuple(steps)
