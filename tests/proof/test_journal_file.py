"""A journal's file: what holds is said to hold, and every changed byte is found and placed."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from labeler.errors import LabelerError
from labeler.model.document import empty_document
from labeler.model.edits import SetNoFinding
from labeler.model.steps import Away, Do, Here, LessTime, Step, Undo
from labeler.model.working_time import WorkingTime
from labeler.proof.codec import digest, encode
from labeler.proof.journal_chain import NO_DIGEST, JournalEntry
from labeler.proof.journal_check import Checked, check, document_at
from labeler.proof.journal_file import build, pack, take_apart
from tests.support.profiles import ITEM
from tests.support.walks import Walk

NAME = "d" * 64


def chained(steps: list[Step], apart: int = 1) -> list[tuple[bytes, Step]]:
    entries: list[tuple[bytes, Step]] = []
    for seq, step in enumerate(steps, 1):
        previous = digest(entries[-1][0]) if entries else NO_DIGEST
        entries.append((encode(JournalEntry(NAME, seq, 1000 + apart * seq, step, previous)), step))
    return entries


@pytest.fixture(scope="module")
def walk() -> Walk:
    return Walk(empty_document(ITEM), seed=5)


@pytest.fixture(scope="module")
def steps(walk: Walk) -> list[Step]:
    return list(walk.steps(60))


@pytest.fixture(scope="module")
def whole(walk: Walk, steps: list[Step]) -> bytes:
    return build(NAME, ITEM, chained(steps), walk.blobs.__getitem__)


def test_a_whole_file_holds_and_leads_to_the_same_document(whole: bytes, walk: Walk) -> None:
    found = check(whole)
    assert found.fault is None
    assert (found.written, len(found.entries)) == (60, 60)
    assert found.history.document == walk.history.document
    assert found.result == digest(encode(walk.history.document))
    assert document_at(found, 0) == empty_document(ITEM)
    assert document_at(found, 60) == walk.history.document
    with pytest.raises(ValueError, match="61"):
        document_at(found, 61)


def test_a_file_tells_when_each_edit_was_made_and_the_time_on_the_case() -> None:
    steps: list[Step] = [Here(), Do(SetNoFinding(False, True)), Away(60), LessTime(1)]
    found = check(build(NAME, ITEM, chained(steps, apart=100), {}.__getitem__))
    assert found.history.at is not None
    assert found.history.at.at == 1200
    assert found.history.time == WorkingTime(active_s=140, idle_s=160, corrected_s=1)


def test_an_untouched_document_has_a_file_too() -> None:
    found = check(build(NAME, ITEM, [], {}.__getitem__))
    assert (found.fault, found.written, found.result) == (
        None,
        0,
        digest(encode(empty_document(ITEM))),
    )


def test_every_changed_byte_is_found_and_its_entry_named(whole: bytes) -> None:
    """One bit of many bytes, and of every third byte of three entries."""
    starts = [0]
    while (end := whole.find(b"\n", starts[-1])) >= 0 and len(starts) <= 61:
        starts.append(end + 1)
    places = {*range(0, len(whole), 599), *range(starts[30], starts[33], 3)}
    for place in sorted(places):
        forged = bytearray(whole)
        forged[place] ^= 1 << place % 8
        fault = judged(bytes(forged))
        assert fault is not None, place
        entry = next((n for n in range(61) if starts[n] <= place < starts[n + 1]), None)
        if entry is not None and 1 <= entry < 60 and forged[place] != 10 and whole[place] != 10:
            assert fault == entry, (place, whole[place - 20 : place + 20])


def judged(data: bytes) -> int | None:
    """The first entry at fault; None where all holds, less where it is no journal."""
    try:
        found = check(data)
    except LabelerError as error:
        return {"not-a-journal": -1, "journal-newer": -2}[error.code]
    return None if found.fault is None else found.fault.entry


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.9, 0.999])
def test_a_file_cut_short_holds_to_where_it_was_cut(whole: bytes, kept: float) -> None:
    found = check(whole[: int(len(whole) * kept)])
    assert found.fault is not None
    assert found.fault.entry == len(found.entries) + 1
    assert found.written == 60


def broken(whole: bytes, entries: list[tuple[bytes, Step]], **said: object) -> Checked:
    found = take_apart(whole)
    assert found.said is not None
    lines = [data for data, _ in entries]
    changed = msgspec.structs.replace(
        found.said, entries=len(lines), head=digest(lines[-1]), **said
    )
    return check(pack(changed, lines, found.blobs))


def test_an_edit_that_does_not_apply_is_named(whole: bytes, steps: list[Step]) -> None:
    """The chain is made anew around it: only the edits' own rules can tell."""
    found = broken(whole, chained([steps[0], *steps]))
    assert found.fault is not None
    assert (found.fault.entry, len(found.entries)) == (2, 1)
    found = broken(whole, chained([Undo(), *steps]))
    assert found.fault is not None
    assert (found.fault.entry, found.fault.why) == (1, "nothing to undo")


def test_a_result_that_is_not_what_the_edits_give_is_named(whole: bytes, steps: list[Step]) -> None:
    found = broken(whole, chained(steps), result="5" * 64)
    assert found.fault is not None
    assert found.fault.entry == 0
    assert "not the one that its first line names" in found.fault.why


def test_a_blob_too_many_or_too_few_is_named(whole: bytes) -> None:
    found = take_apart(whole)
    assert found.said is not None
    lines = list(found.entries)
    more = {**found.blobs, digest(b"more"): b"more"}
    for blobs, said in (
        (more, found.said),
        (more, msgspec.structs.replace(found.said, blobs=len(more))),
    ):
        assert check(pack(said, lines, blobs)).fault is not None
    name = next(iter(found.blobs))
    less = {n: blob for n, blob in found.blobs.items() if n != name}
    fault = check(pack(found.said, lines, less)).fault
    assert fault is not None
    assert name[:12] in fault.why


def test_a_stroke_that_is_none_is_named(walk: Walk, steps: list[Step]) -> None:
    bent = {name: b"LBD1" + blob[4:-1] for name, blob in walk.blobs.items()}
    said = take_apart(build(NAME, ITEM, chained(steps), bent.__getitem__))
    # By the name it is called, as someone would who forges the whole file.
    forged = replace(said, blobs=dict(zip(bent, bent.values(), strict=True)))
    assert forged.said is not None
    found = check(pack(forged.said, forged.entries, forged.blobs))
    assert found.fault is not None
    assert "missing or damaged" in found.fault.why


def test_other_files_and_later_formats_are_told_apart(whole: bytes) -> None:
    for data in (b"", b"PK\x03\x04", b"{}\n", b'{"format":"labeler.bundle/1"}\n', b"{" * 9000):
        with pytest.raises(LabelerError) as caught:
            check(data)
        assert caught.value.code == "not-a-journal"
    later = whole.replace(b"labeler.journal/1", b"labeler.journal/2", 1)
    with pytest.raises(LabelerError) as caught:
        check(later)
    assert caught.value.code == "journal-newer"
    for version in (b"0", b"01", b"x", "\N{ARABIC-INDIC DIGIT ONE}".encode()):
        no_later = whole.replace(b"labeler.journal/1", b"labeler.journal/" + version, 1)
        assert check(no_later).fault is not None, "there is none before the first"


def test_a_step_of_a_later_program_is_no_damage(whole: bytes, steps: list[Step]) -> None:
    found = take_apart(whole)
    assert found.said is not None
    lines = [data for data, _ in chained(steps[:3])]
    new = b'{"at":2000,"document":"%s","previous":"%s","seq":4,"step":{"type":"dream"}}' % (
        NAME.encode(),
        digest(lines[-1]).encode(),
    )
    said = msgspec.structs.replace(found.said, entries=4, head=digest(new))
    with pytest.raises(LabelerError) as caught:
        check(pack(said, [*lines, new], found.blobs))
    assert (caught.value.code, caught.value.facts["seq"]) == ("journal-newer", 4)
    # Where the chain does not hold either, it is damage.
    fault = check(pack(found.said, [*lines, new], found.blobs)).fault
    assert fault is not None
    assert fault.entry == 4
