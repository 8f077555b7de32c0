"""Bringing a document to a wanted state by edits, for those who do not draw: scripts, imports."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from labeler.app.cases import Case, load_work
from labeler.app.services import Services
from labeler.errors import LabelerError
from labeler.imaging.reader import open_image
from labeler.model.answer_rules import find_question
from labeler.model.checks import Check
from labeler.model.document import Document, Mark, named_blobs
from labeler.model.edit_rules import apply_edit, find_answer
from labeler.model.edits import AddMark, Edit, RemoveMark, SetAnswer, SetNoFinding
from labeler.model.form_rules import Shown, check_document
from labeler.model.forms import Answer, Form, Scale
from labeler.model.frame_lists import decode_frames
from labeler.model.frames import FrameRef
from labeler.model.history import replay
from labeler.model.mask_blobs import MASK, decode_mask
from labeler.model.steps import Do
from labeler.proof.codec import digest
from labeler.store.heads import Head
from labeler.store.store import Store


def edits_between(before: Document, after: Document) -> tuple[Edit, ...]:
    """The edits that turn one document of an item into another; none where they are the same."""
    return (
        *_mark_edits(before.marks, after.marks),
        *_answer_edits(before, after),
        *_statement_edits(before, after),
    )


def read_answer(form: Form, typed: str) -> Answer:
    """ "CODE=VALUE" as the form's question has it. Raises LabelerError "answer-unclear"."""
    code, equals, value = typed.partition("=")
    question = find_question(form.questions, code)
    if question is None or not equals:
        raise LabelerError(
            "answer-unclear",
            "“{typed}” answers no question of this task.",
            safe="Nothing was changed.",
            do="Write CODE=VALUE with one of these codes: {codes}.",
            typed=typed[:80],
            codes=", ".join(each.code for each in form.questions),
        )
    is_number = isinstance(question, Scale) and value.removeprefix("-").isdecimal()
    return Answer(code, int(value) if is_number else value)


def with_answer(document: Document, answer: Answer) -> Document:
    """The document with one question answered anew."""
    before = find_answer(document, answer.question)
    return document if before == answer else apply_edit(document, SetAnswer(before, answer))


def rewrite(services: Services, case: Case, wanted: Document, blobs: Iterable[bytes] = ()) -> Head:
    """Write the edits to `wanted` into the journal, durably, with the masks that it names.

    Raises LabelerError "already-signed", "document-elsewhere", "document-unsound", "mask-missing".
    """
    if wanted.item != case.id:
        raise LabelerError(
            "document-elsewhere",
            "This document is about another case.",
            safe="Nothing was changed.",
            do="Choose the document whose “item” is {case}.",
            case=case.id,
        )
    given = {digest(blob): blob for blob in blobs}
    for blob in given.values():
        _sound(partial(_read_blob, blob))
    now = services.clock()

    def write(store: Store) -> Head:
        work = load_work(store, case.id, now)
        edits = edits_between(work.history.document, wanted)
        if edits and work.signed:
            raise already_signed()
        _refuse_missing_masks(store, wanted, given)
        steps = [Do(edit) for edit in edits]
        _sound(lambda: replay(work.history.document, ((now, step) for step in steps)))
        return store.journal.append(
            case.id, steps, after=work.head.seq, at=now, blobs=tuple(given.values())
        )

    return services.store.call(write)


def load_document(services: Services, case: Case) -> tuple[Document, bool]:
    """The case's document as the journal has it, and whether a submission carries it so."""
    now = services.clock()
    work = services.store.call(lambda store: load_work(store, case.id, now))
    return work.history.document, work.signed


def checks_of(services: Services, case: Case, document: Document) -> tuple[Check, ...]:
    """What stands between a document and its signature, where no image was shown to anybody."""
    images = [open_image(series, services.decoders) for series in case.scan.series]
    frames: tuple[FrameRef, ...] = tuple(ref for image in images for ref in image.refs)
    allowed = case.manifest is None or case.manifest.free_text_allowed
    shown = Shown(frames, (), frozenset())
    return check_document(document, case.form, case.labels, shown, free_text_allowed=allowed)


def _mark_edits(before: Sequence[Mark], after: Sequence[Mark]) -> list[Edit]:
    """Marks that stay at the front are left alone; behind them all is taken out and put in."""
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    out = [RemoveMark(index, before[index]) for index in reversed(range(same, len(before)))]
    return [*out, *(AddMark(index, after[index]) for index in range(same, len(after)))]


def _answer_edits(before: Document, after: Document) -> list[Edit]:
    questions = sorted({each.question for each in (*before.answers, *after.answers)})
    pairs = [(find_answer(before, code), find_answer(after, code)) for code in questions]
    return [SetAnswer(was, now) for was, now in pairs if was != now]


def _statement_edits(before: Document, after: Document) -> list[Edit]:
    if before.no_finding == after.no_finding:
        return []
    return [SetNoFinding(before.no_finding, after.no_finding)]


def _read_blob(blob: bytes) -> object:
    return decode_mask(blob) if blob.startswith(MASK) else decode_frames(blob)


def _refuse_missing_masks(store: Store, wanted: Document, given: dict[str, bytes]) -> None:
    for name in named_blobs(wanted):
        if name not in given:
            try:
                store.blobs.get(name)
            except LabelerError as error:
                raise LabelerError(
                    "mask-missing",
                    "The painted region {name} is not here.",
                    safe="Nothing was changed.",
                    do="Give its file with the document.",
                    name=name[:16],
                ) from error


def _sound(work: Callable[[], object]) -> None:
    try:
        work()
    except ValueError as error:
        raise LabelerError(
            "document-unsound",
            "This document cannot be taken over: {reason}.",
            safe="Nothing was changed.",
            do="Correct the document, then try again.",
            reason=str(error),
        ) from error


def already_signed() -> LabelerError:
    """The case is carried by a submission exactly as it stands."""
    return LabelerError(
        "already-signed",
        "This case is signed; a signed case is not changed.",
        safe="The signed case is kept as it is.",
        do="Look at where it stands in the outbox.",
    )
