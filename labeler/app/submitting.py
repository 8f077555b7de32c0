"""From a finished document to a signed submission in the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from msgspec import structs

from labeler.app.cases import Case, load_work
from labeler.app.keys import need_unlocked
from labeler.app.leaving import leaving
from labeler.app.marketplaces import Pinned, load_pinned, pin_signer
from labeler.app.painted_masks import painted_in, sealed
from labeler.app.screens import Amount, MayTell, SigningSummary
from labeler.app.services import Services, Tick, no_tick
from labeler.errors import LabelerError
from labeler.imaging.reader import open_image
from labeler.imaging.series import Series
from labeler.interchange.gate import Telling
from labeler.model.checks import Check
from labeler.model.document import (
    DOCUMENT_MEDIA_TYPE,
    MOST_BYTES,
    Document,
    SeriesRead,
    TimeSpent,
    empty_document,
    named_blobs,
)
from labeler.model.history import History, replay
from labeler.model.manifest import Item, Manifest
from labeler.model.working_time import WorkingTime
from labeler.proof.codec import decode, digest, encode
from labeler.proof.envelope import Envelope, Signed, signer_of, to_wire
from labeler.proof.item_tree import TreeProof, item_proof
from labeler.proof.messages import Submission
from labeler.signing.requests import SubmissionSummary
from labeler.store.heads import Head
from labeler.store.outbox import Link, NewSubmission, SubmissionRow
from labeler.store.settings import DEVICE
from labeler.store.store import Store
from labeler.store.tasks import AssignmentRow, ItemRow

WHOLE = 1000
READ, GATHERED, REVIEWED = 50, 600, 950
"""How far it is of a whole: headers read, journal read, the signer has answered."""


@dataclass(frozen=True)
class Material:
    """Everything a submission binds, read in one go from the store."""

    pinned: Pinned
    manifest: bytes
    item: ItemRow
    item_place: TreeProof
    assignment: AssignmentRow
    assignment_envelope: Envelope
    offer_envelope: Envelope
    document: Document
    payload: bytes
    """The document as it is signed."""
    blobs: tuple[bytes, ...]
    head: Head
    revision: int
    device: str


@dataclass(frozen=True)
class Proposal:
    """What waits for the person's word: `token` is the signer's, used once."""

    token: str
    case_id: str
    submission: Submission
    material: Material
    summary: SubmissionSummary
    telling: tuple[Telling, ...] = ()
    """What in it might tell who the patient is."""


def refuse_unready(checks: tuple[Check, ...]) -> None:
    """Raise LabelerError "not-ready" for the first thing that must be put right."""
    for check in checks:
        if check.blocks:
            raise LabelerError(
                "not-ready",
                "This case cannot be signed yet: {why}",
                safe="Your marks and answers are saved.",
                do="Put it right, then sign.",
                why=check.text,
            )


def refuse_practice(case: Case) -> None:
    """Raise LabelerError "practice-case" for what nobody asked for."""
    if case.assignment is None:
        raise LabelerError(
            "practice-case",
            "This case belongs to no task: nobody asked for it, so there is nobody to sign it for.",
            safe="Your marks are saved.",
            do="Open a case of a downloaded task to sign it.",
        )


def propose(
    services: Services, case: Case, shown: History | None = None, tick: Tick = no_tick
) -> Proposal:
    """Show the signer everything; what it read comes back as the summary. Nothing is signed yet.

    `shown` is the history on the screen, which may come from a checkpoint: what is signed comes
    from the journal alone, and the two must be one. Raises LabelerError "shown-otherwise".
    """
    need_unlocked(services)
    refuse_practice(case)
    now = services.clock()
    device = services.random(32).hex()
    read = read_series(services, case, partial(_share, tick, 0, READ))
    gathering = partial(_share, tick, READ, GATHERED)
    material = services.store.call(
        lambda store: _gather(store, case.id, read, device, now, shown, gathering)
    )
    pin_signer(services, material.pinned)
    worker = services.signer.addresses([material.pinned.id])[material.pinned.id]
    marketplace, device = material.pinned.id.hex(), material.device
    link = services.store.call(lambda s: s.outbox.next_link(worker.hex(), marketplace, device))
    submission = _compose(services, material, worker, link)
    summary = services.signer.propose_submission(
        submission,
        manifest=material.manifest,
        item=material.item.content,
        item_proof=material.item_place,
        payload=material.payload,
        offer=material.offer_envelope,
        assignment=material.assignment_envelope,
    )
    tick(REVIEWED, WHOLE)
    told = leaving(case, material.document)
    return Proposal(summary.token, case.id, submission, material, summary, told)


def confirm(services: Services, proposal: Proposal) -> SubmissionRow:
    """Sign what was shown, and store it with the document's mark in one transaction."""
    answer = services.signer.confirm_submission(proposal.token)
    pinned, submission = proposal.material.pinned, proposal.submission
    signed = Signed(submission, answer.signature)
    own = pinned.pin.digest_of(submission)
    if answer.digest != own or signer_of(pinned.pin.domain, signed) != submission.worker:
        raise LabelerError(
            "signed-otherwise",
            "The signer signed something else than what was asked.",
            safe="Nothing was stored or sent.",
            do="Do not go on with this program; get it again from its source.",
        )
    new = _row(own.hex(), to_wire(signed), proposal)
    blobs, now = proposal.material.blobs, services.clock()
    return services.store.call(lambda store: _enqueue(store, new, proposal, blobs, now))


def summary_of(proposal: Proposal) -> SigningSummary:
    """The signer's summary as the screen shows it."""
    seen = proposal.summary
    return SigningSummary(
        token=seen.token,
        title=seen.case,
        marks=seen.marks,
        answers=seen.answers,
        no_finding=seen.no_finding,
        pay=Amount(int(seen.pay), seen.symbol, seen.decimals),
        royalty_basis_points=seen.royalty_basis_points,
        decision_by=seen.decision_by,
        rules_unchanged=True,
        fingerprint=seen.fingerprint,
        active_s=seen.active_s,
        idle_s=seen.idle_s,
        telling=tuple(MayTell(each.where, each.what) for each in proposal.telling),
    )


def _share(tick: Tick, begin: int, end: int, done: int, total: int) -> None:
    """A part of the way, from `begin` to `end`."""
    tick(begin + (end - begin) * done // max(1, total), WHOLE)


def read_series(services: Services, case: Case, tick: Tick = no_tick) -> tuple[SeriesRead, ...]:
    """What had to be known before trusting a number of each series, as the screen told it."""
    found = []
    for done, series in enumerate(case.scan.series):
        tick(done, len(case.scan.series))
        found.append(_read_series(services, series))
    return tuple(found)


def _read_series(services: Services, series: Series) -> SeriesRead:
    try:
        caveats = tuple(c.value for c in open_image(series, services.decoders).caveats)
    except LabelerError as error:
        # It was not read: that too is said, by the name of the reason.
        caveats = (error.code,)
    return SeriesRead(series.header.uid, series.header.part, caveats)


def refuse_other(store: Store, case_id: str, shown: History, known: History | None = None) -> None:
    """Raises LabelerError "shown-otherwise" where the journal says something else; `known` is its
    history, where that was read already.

    What came behind the entries that are shown is no matter here: it is asked for later.
    """
    if known is None or known.walked > shown.taken:
        entries = store.journal.read(case_id)[: shown.taken]
        steps = ((entry.at, entry.step) for entry in entries)
        known = replay(empty_document(shown.document.item), steps)
    if known.document == shown.document:
        return
    store.documents.forget(case_id)
    raise LabelerError(
        "shown-otherwise",
        "What is shown of this case is not what its journal says.",
        safe="Nothing was signed, and every step is in the journal.",
        do="Open the case again, look at it, then sign.",
    )


def _gather(
    store: Store,
    case_id: str,
    read: tuple[SeriesRead, ...],
    new_device: str,
    now: int,
    shown: History | None,
    tick: Tick,
) -> Material:
    item = store.tasks.find_item(case_id)
    if item is None:
        raise ValueError(f"no item {case_id}")
    assignment = store.tasks.assignment(item.assignment)
    task = store.tasks.task(assignment.task)
    work = load_work(store, case_id, now, tick)
    if shown is not None:
        refuse_other(store, case_id, shown, work.history)
    painted = painted_in(work.history, store.blobs.get)
    document, blobs = sealed(work.history.document, painted)
    told = structs.replace(document, read=read, time=time_spent(work.history.time))
    digests = [each.digest for each in store.tasks.items(assignment.digest)]
    device = store.settings.get(DEVICE, str, "")
    if not device:
        device = new_device
        store.settings.put(DEVICE, device)
    return Material(
        pinned=load_pinned(store, task.marketplace),
        manifest=task.manifest,
        item=item,
        item_place=item_proof(digests, item.position),
        assignment=assignment,
        assignment_envelope=_envelope(store, assignment.digest),
        offer_envelope=_envelope(store, task.offer),
        document=told,
        payload=_payload(told),
        blobs=tuple(blobs.get(name) or store.blobs.get(name) for name in named_blobs(document)),
        head=work.head,
        revision=store.outbox.next_revision(assignment.digest, case_id),
        device=device,
    )


def _payload(document: Document) -> bytes:
    """Raises LabelerError "document-too-large" for what nobody would take."""
    data = encode(document)
    if len(data) > MOST_BYTES:
        raise LabelerError(
            "document-too-large",
            "This case is too large to be signed: its {count} marks take {size} MB of at most "
            "{most}.",
            safe="Every mark is saved, and nothing was signed.",
            do="Take marks out of it, or paint them: a painted region is one small mark.",
            count=len(document.marks),
            size=f"{len(data) / 2**20:.1f}",
            most=MOST_BYTES // 2**20,
        )
    return data


def time_spent(time: WorkingTime) -> TimeSpent:
    """What is told of the time that a journal counts: work that was taken off is told to nobody."""
    return TimeSpent(time.told_s, time.idle_s)


def _envelope(store: Store, message: str) -> Envelope:
    return decode(store.messages.get(message).wire, Envelope)


def _compose(services: Services, material: Material, worker: bytes, link: Link) -> Submission:
    item = decode(material.item.content, Item)
    manifest = decode(material.manifest, Manifest)
    if manifest.format != "labeler.manifest/1":
        raise LabelerError(
            "manifest-newer",
            "The rules of this task are written for a newer version of the program.",
            safe="Your marks are saved.",
            do="Update the program, then sign.",
        )
    return Submission(
        marketplace_id=material.pinned.id,
        assignment=bytes.fromhex(material.assignment.digest),
        item=bytes.fromhex(material.item.digest),
        manifest=bytes.fromhex(digest(material.manifest)),
        payload=bytes.fromhex(digest(material.payload)),
        payload_size=len(material.payload),
        media_type=DOCUMENT_MEDIA_TYPE,
        source=bytes.fromhex(digest(encode(item.files))),
        journal_head=bytes.fromhex(material.head.digest),
        revision=material.revision,
        device=bytes.fromhex(material.device),
        sequence=link.sequence,
        previous=bytes.fromhex(link.previous),
        worker=worker,
        payout_to=worker,
        signed_at=services.clock(),
        blind=services.random(32),
    )


def _row(own_digest: str, wire: bytes, proposal: Proposal) -> NewSubmission:
    submission = proposal.submission
    return NewSubmission(
        digest=own_digest,
        wire=wire,
        marketplace=submission.marketplace_id.hex(),
        assignment=submission.assignment.hex(),
        item=submission.item.hex(),
        revision=submission.revision,
        document=proposal.case_id,
        worker=submission.worker.hex(),
        device=submission.device.hex(),
        sequence=submission.sequence,
        previous=submission.previous.hex(),
        signed_at=submission.signed_at,
    )


def _enqueue(
    store: Store,
    new: NewSubmission,
    proposal: Proposal,
    blobs: tuple[bytes, ...],
    now: int,
) -> SubmissionRow:
    # An edit may have come between the summary and the word: then the summary was of another text.
    # Signs of presence behind the signed entry change nothing.
    signed, head = proposal.material.head, store.journal.head(proposal.case_id)
    if head != signed and store.documents.history(proposal.case_id).walked > signed.seq:
        raise LabelerError(
            "changed-meanwhile",
            "The case was changed after its summary was made.",
            safe="Your marks are saved; nothing was sent.",
            do="Sign again.",
        )
    return store.outbox.enqueue(new, (proposal.material.payload, *blobs), now)
