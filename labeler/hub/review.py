"""Deciding on submissions: accepted, or rejected for a listed reason, and logged at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from labeler.errors import LabelerError
from labeler.hub import log
from labeler.hub.database import decision, item, role_grant, submission, task
from labeler.hub.keys import Role
from labeler.hub.news import tell
from labeler.hub.place import Marketplace, ensure_grant
from labeler.hub.refusals import Refusal
from labeler.market import wire
from labeler.model.document import MOST_BYTES, Document
from labeler.model.manifest import Item, Manifest
from labeler.proof import codec
from labeler.proof.envelope import Signed, from_wire, to_envelope, to_wire
from labeler.proof.log_entry import decision_leaf
from labeler.proof.messages import ZERO_WORD, Decision, Offer, Receipt, RoleGrant, Verdict

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Row

FULL_QUALITY = 1_000_000
SHORTEST = 4
"""Hexadecimal digits of a submission's name that are enough, where they fit one only."""


@dataclass(frozen=True)
class Ruling:
    """What the reviewer says; `reason` is "" when accepted, `quality` parts per million."""

    accepted: bool
    reason: str = ""
    quality: int = FULL_QUALITY


@dataclass(frozen=True)
class Waiting:
    """A submission as a reviewer sees it in a list; `state` is waiting, accepted, rejected,
    superseded or silence."""

    digest: str
    task: str
    case: str
    worker: str
    revision: int
    received_at: int
    decision_due: int
    state: str
    reason: str
    quality: int | None


def find(market: Marketplace, name: str) -> str:
    """The submission of this digest, or of its first four or more digits.

    Raises LabelerError "no-submission" or "name-unclear".
    """
    start = name.lower()
    found: list[str] = []
    if len(start) >= SHORTEST and set(start) <= set("0123456789abcdef"):
        query = select(submission.c.digest).where(submission.c.digest.startswith(start)).limit(2)
        with market.database.read() as connection:
            found = list(connection.execute(query).scalars())
    if len(found) > 1:
        raise _refused(
            "name-unclear",
            "Several submissions begin like this.",
            "Type more digits: `labeler hub review --all` lists them.",
        )
    if not found:
        raise _refused("no-submission", "There is no such submission.", "List them with --list.")
    return found[0]


def decide(market: Marketplace, digest: str, ruling: Ruling) -> Signed[Decision]:
    """Sign, log and record a decision in one transaction.

    Raises LabelerError: "no-submission", "already-decided", "superseded", "silence-accepted",
    "reason-not-listed", "bad-quality".
    """
    grant, _ = ensure_grant(market)
    for role in (Role.REVIEWER, Role.MARKETPLACE):
        market.keys.key(role)
    with market.database.write() as connection:
        found = _undecided(connection, digest, market.clock())
        manifest = codec.decode(found.content, Manifest)
        _check(ruling, manifest)
        signed = _signed(market, found, ruling, manifest, grant)
        _record(market, connection, signed, ruling, found)
    return signed


def _undecided(connection: Connection, digest: str, now: int) -> Row[tuple[object, ...]]:
    found = connection.execute(
        select(submission, task.c.content, task.c.envelope.label("offer"), decision.c.accepted)
        .join(task, task.c.manifest == submission.c.manifest)
        .outerjoin(decision, decision.c.submission == submission.c.digest)
        .where(submission.c.digest == digest)
    ).first()
    if found is None:
        raise _refused("no-submission", "There is no such submission.", "List them with --list.")
    if found.accepted is not None:
        raise _refused(
            "already-decided", "This submission was decided on.", "Decisions are never changed."
        )
    newest = select(func.max(submission.c.revision)).where(
        submission.c.assignment == found.assignment, submission.c.item == found.item
    )
    if connection.execute(newest).scalar_one() != found.revision:
        raise _refused(
            "superseded", "A later revision of this case is here.", "Decide on that one instead."
        )
    if now > found.decision_due:
        raise _refused(
            "silence-accepted",
            "The time for a decision is over: silence has accepted the case.",
            "Settle; the case is paid.",
        )
    return found


def _check(ruling: Ruling, manifest: Manifest) -> None:
    listed = [reason.code for reason in manifest.acceptance.reasons]
    if not ruling.accepted and ruling.reason not in listed:
        raise LabelerError(
            "reason-not-listed",
            "{reason} is not a reason that this task's terms list.",
            safe="Nothing was decided.",
            do="Choose one of these: {listed}.",
            reason=ruling.reason[:96] or "–",
            listed=", ".join(listed),
        )
    if not 0 <= ruling.quality <= FULL_QUALITY:
        raise _refused("bad-quality", "Quality is 0 to 1000000 parts per million.", "Correct it.")


def _signed(
    market: Marketplace,
    found: Row[tuple[object, ...]],
    ruling: Ruling,
    manifest: Manifest,
    grant: str,
) -> Signed[Decision]:
    # Never before the receipt, whatever the clock was set to meanwhile.
    now = max(market.clock(), found.received_at)
    return market.sign(
        Role.REVIEWER,
        Decision(
            marketplace_id=market.id,
            submission=bytes.fromhex(found.digest),
            manifest=bytes.fromhex(found.manifest),
            grant=bytes.fromhex(grant),
            reviewer=market.keys.address(Role.REVIEWER),
            verdict=Verdict.ACCEPTED if ruling.accepted else Verdict.REJECTED,
            reason="" if ruling.accepted else ruling.reason,
            evidence=ZERO_WORD,
            quality=ruling.quality,
            decided_at=now,
            appeal_until=now + manifest.acceptance.appeal_seconds,
        ),
    )


def _record(
    market: Marketplace,
    connection: Connection,
    signed: Signed[Decision],
    ruling: Ruling,
    found: Row[tuple[object, ...]],
) -> None:
    message, digest = signed.message, market.digest(signed.message)
    blind = market.random(32)
    leaf = decision_leaf(message, bytes.fromhex(digest), blind)
    index = log.append(market, connection, leaf, message.decided_at)
    price = from_wire(found.offer, Offer).message.unit_amount
    connection.execute(
        insert(decision).values(
            submission=found.digest,
            digest=digest,
            grant=message.grant.hex(),
            accepted=ruling.accepted,
            amount=str(price if ruling.accepted else 0),
            reason=message.reason,
            quality=message.quality,
            decided_at=message.decided_at,
            envelope=to_wire(signed),
            leaf_index=index,
            blind=blind.hex(),
        )
    )
    tell(connection, "decision", found.digest, message.decided_at, found.worker)


def status(market: Marketplace, digest: str) -> wire.SubmissionStatus:
    """Receipt and, once there, decision with its proof. Knowing the digest shows a party."""
    query = (
        select(submission.c.receipt, decision, role_grant.c.envelope.label("granted"))
        .outerjoin(decision, decision.c.submission == submission.c.digest)
        .outerjoin(role_grant, role_grant.c.digest == decision.c.grant)
        .where(submission.c.digest == digest)
    )
    with market.database.read() as connection:
        found = connection.execute(query).first()
    if found is None:
        raise Refusal("not-found", "There is no such submission.")
    receipt = to_envelope(from_wire(found.receipt, Receipt))
    if found.envelope is None:
        return wire.SubmissionStatus(digest, receipt, None)
    proof, head = log.entry(market, found.leaf_index, found.blind)
    return wire.SubmissionStatus(
        digest,
        receipt,
        wire.Decided(
            decision=to_envelope(from_wire(found.envelope, Decision)),
            grant=to_envelope(from_wire(found.granted, RoleGrant)),
            proof=proof,
            head=to_envelope(head),
        ),
    )


def waiting(market: Marketplace, *, everything: bool = False) -> list[Waiting]:
    """Submissions to decide on, the most urgent first; or all of them."""
    query = (
        select(
            submission,
            task.c.content,
            item.c.content.label("case"),
            decision.c.accepted,
            decision.c.reason,
            decision.c.quality,
        )
        .join(task, task.c.manifest == submission.c.manifest)
        .join(item, (item.c.manifest == task.c.manifest) & (item.c.digest == submission.c.item))
        .outerjoin(decision, decision.c.submission == submission.c.digest)
        .order_by(submission.c.decision_due, submission.c.digest)
    )
    with market.database.read() as connection:
        rows = connection.execute(query).all()
    newest: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.assignment, row.item)
        newest[key] = max(row.revision, newest.get(key, 0))
    now = market.clock()
    listed = [_waiting(row, newest[row.assignment, row.item], now) for row in rows]
    return [one for one in listed if everything or one.state == "waiting"]


def _waiting(row: Row[tuple[object, ...]], newest: int, now: int) -> Waiting:
    if row.accepted is not None:
        state = "accepted" if row.accepted else "rejected"
    elif row.revision < newest:
        state = "superseded"
    else:
        state = "silence" if now > row.decision_due else "waiting"
    return Waiting(
        digest=row.digest,
        task=codec.decode(row.content, Manifest).title,
        case=codec.decode(row.case, Item).title,
        worker="0x" + row.worker,
        revision=row.revision,
        received_at=row.received_at,
        decision_due=row.decision_due,
        state=state,
        reason=row.reason or "",
        quality=row.quality,
    )


def task_of(market: Marketplace, digest: str) -> str:
    """The manifest's digest of the task that a submission belongs to; "" where there is none."""
    query = select(submission.c.manifest).where(submission.c.digest == digest)
    with market.database.read() as connection:
        return str(connection.execute(query).scalar_one_or_none() or "")


def document_of(market: Marketplace, digest: str) -> Document:
    """What was submitted. Raises LabelerError "no-submission"."""
    query = select(submission.c.payload).where(submission.c.digest == digest)
    with market.database.read() as connection:
        payload = connection.execute(query).scalar_one_or_none()
    if payload is None:
        raise _refused("no-submission", "There is no such submission.", "List them with --list.")
    return codec.decode(market.blobs.read(payload), Document, max_bytes=MOST_BYTES)


def _refused(code: str, happened: str, do: str) -> LabelerError:
    return LabelerError(code, happened, safe="Nothing was decided.", do=do)
