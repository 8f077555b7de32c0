"""Signing a case from a shell: everything goes through the journal as edits first."""

from __future__ import annotations

from pathlib import Path

import msgspec

from labeler.app import rewriting, submitting, taking
from labeler.app.cases import Case, open_item
from labeler.app.screens import SigningSummary
from labeler.app.sending import send_due
from labeler.app.services import Services
from labeler.app.submitting import Proposal
from labeler.cli.bench import open_bench, unlock
from labeler.cli.bounded_files import read_bounded
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.names import find_case
from labeler.cli.output import Json, error_json, money, money_json
from labeler.cli.times import utc
from labeler.errors import LabelerError
from labeler.model.document import MOST_BYTES, Document
from labeler.proof.bodies import decode_body
from labeler.store.outbox import SubmissionRow


def submit(call: Call) -> Exit:
    """Sign a case as its journal has it, queue it, and send it where that can be done now."""
    with open_bench(call) as bench:
        services = bench.services
        found = find_case(taking.task_states(services), call.typed.case)
        case = open_item(services, found.digest, call.tick("Opening"))
        try:
            warnings = _write(call, services, case)
            unlock(call, bench)
            proposal = submitting.propose(services, case)
        finally:
            case.close()
        row = _sign(call, services, proposal)
        failures = [] if call.typed.offline else _send(services)
        state = services.store.call(lambda store: store.outbox.get(row.digest)).state
        for error in failures:
            call.output.warn(error)
        answer: Json = {
            "submission": row.digest,
            "case": case.id,
            "state": state.value,
            "summary": _summary_json(submitting.summary_of(proposal)),
            "warnings": warnings,
            "failures": [error_json(error) for error in failures],
        }
        call.output.answer(answer, [f"Signed {row.digest}", f"It is {state.value}."])
    return Exit.OK


def _write(call: Call, services: Services, case: Case) -> list[str]:
    """Bring the document to what was typed; what to look at comes back as sentences."""
    document, signed = rewriting.load_document(services, case)
    wanted = _wanted(call, case, document)
    if signed and wanted == document:
        raise rewriting.already_signed()
    blobs = [_bytes(Path(name)) for name in call.typed.blob]
    rewriting.rewrite(services, case, wanted, blobs)
    checks = rewriting.checks_of(services, case, wanted)
    submitting.refuse_unready(checks)
    return [check.text for check in checks]


def _wanted(call: Call, case: Case, document: Document) -> Document:
    if call.typed.document is not None:
        document = _read_document(Path(call.typed.document))
    for typed in call.typed.answer:
        document = rewriting.with_answer(document, rewriting.read_answer(case.form, typed))
    if call.typed.no_finding:
        document = msgspec.structs.replace(document, no_finding=True)
    return document


def _sign(call: Call, services: Services, proposal: Proposal) -> SubmissionRow:
    summary = submitting.summary_of(proposal)
    call.output.note(*_told(summary))
    try:
        if summary.telling and call.typed.yes and not call.typed.names_nobody:
            raise _may_tell(summary)
        call.confirm("Sign it?")
    except BaseException:
        services.signer.reject(proposal.token)
        raise
    return submitting.confirm(services, proposal)


def _send(services: Services) -> list[LabelerError]:
    """What stood in the way of sending; the submission waits in the outbox then."""
    pinned = taking.connected(services)
    client = services.market(pinned.row.url)
    try:
        return list(
            send_due(services, pinned, client, lambda _d, _t: None, everything=False).failures
        )
    except LabelerError as error:
        return [error]
    finally:
        client.close()


def _told(summary: SigningSummary) -> list[str]:
    """What the signer itself read in the bytes."""
    said = "no finding" if summary.no_finding else f"{summary.marks} marks"
    return [
        f"{summary.title}: {said}, {summary.answers} answers",
        f"Pay when accepted: {money(summary.pay)}",
        f"Royalty: {summary.royalty_basis_points / 100:g} %",
        f"Decision by {utc(summary.decision_by)} when sent now",
        f"Time told: at work {summary.active_s} s, idle {summary.idle_s} s",
        f"Fingerprint {summary.fingerprint}",
        *(f"May name the patient: {each.question} ({', '.join(each.what)})"
          for each in summary.telling),
    ]  # fmt: skip


def _may_tell(summary: SigningSummary) -> LabelerError:
    return LabelerError(
        "may-name-patient",
        "Answers may tell who the patient is: {questions}.",
        safe="Nothing was signed, and your answers are saved.",
        do="Change them; or add --names-nobody once you have read them.",
        questions=", ".join(each.question for each in summary.telling),
    )


def _summary_json(summary: SigningSummary) -> Json:
    return {
        "title": summary.title,
        "marks": summary.marks,
        "answers": summary.answers,
        "no_finding": summary.no_finding,
        "pay": money_json(summary.pay),
        "royalty_basis_points": summary.royalty_basis_points,
        "decision_by": summary.decision_by,
        "time": {"active": summary.active_s, "idle": summary.idle_s},
        "fingerprint": summary.fingerprint,
        "telling": [{"question": each.question, "what": each.what} for each in summary.telling],
    }


def _read_document(path: Path) -> Document:
    try:
        return decode_body(_bytes(path), Document)
    except (ValueError, RecursionError) as error:
        raise LabelerError(
            "document-unsound",
            "{name} is not a document: {reason}.",
            safe="Nothing was changed.",
            do="docs/formats.md says what a document holds.",
            name=path.name,
            reason=str(error),
        ) from error


def _bytes(path: Path) -> bytes:
    data = read_bounded(path, MOST_BYTES, "Nothing was changed.")
    if len(data) > MOST_BYTES:
        raise LabelerError(
            "too-large",
            "{name} is larger than {limit} bytes.",
            safe="Nothing was changed.",
            do="Choose the right file.",
            name=path.name,
            limit=MOST_BYTES,
        )
    return data
