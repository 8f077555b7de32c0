"""Journals from a shell: list, write one into a file, check such a file, show what it leads to."""

from __future__ import annotations

from pathlib import Path

import msgspec

from labeler.cli.bounded_files import read_bounded
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.output import Json, error_json
from labeler.errors import LabelerError
from labeler.proof.codec import digest, encode
from labeler.proof.journal_check import Checked, check, document_at, unsound
from labeler.proof.journal_file import MAX_BYTES


def listed(call: Call) -> Exit:
    """Every document of the profile, with how many steps its journal has."""
    from labeler.app.journals import documents
    from labeler.cli.bench import open_bench
    from labeler.cli.times import utc

    with open_bench(call) as bench:
        found = documents(bench.services)
    answer: Json = {
        "documents": [
            {
                "document": each.row.id,
                "title": each.title,
                "created_at": each.row.created_at,
                "entries": each.row.steps,
            }
            for each in found
        ]
    }
    lines = [
        f"{each.row.id[:12]}  {each.row.steps:>7}  {utc(each.row.created_at)}  {each.title}"
        for each in found
    ]
    call.output.answer(answer, lines)
    return Exit.OK


def export(call: Call) -> Exit:
    """Write the journal of a document, with all its strokes, into one file."""
    from labeler.app.journals import documents, make_journal_file
    from labeler.cli.bench import open_bench
    from labeler.cli.names import find_document
    from labeler.store.writing import refuse_target, write_whole

    path = Path(call.typed.file)
    refuse_target(path, replace=call.typed.force)
    with open_bench(call) as bench:
        row = find_document(documents(bench.services), call.typed.document)
        data = make_journal_file(bench.services, row.id)
    write_whole(path, data)
    answer: Json = {
        "document": row.id,
        "file": str(path),
        "bytes": len(data),
        "entries": row.steps,
    }
    call.output.answer(answer, [f"Wrote {path}: {row.steps} steps"])
    return Exit.OK


def verify(call: Call) -> Exit:
    """Whether a journal's file holds, from its first entry to the document at its end."""
    checked = check(_read(Path(call.typed.file)))
    time = checked.history.time
    answer: Json = {
        "holds": checked.fault is None,
        "document": checked.said.document if checked.said else None,
        "item": checked.said.item if checked.said else None,
        "entries": checked.written,
        "good": len(checked.entries),
        "marks": len(checked.history.document.marks),
        "time": {"active": time.active_s, "idle": time.idle_s, "told": time.told_s},
        "head": digest(encode(checked.entries[-1])) if checked.entries else "0" * 64,
        "digest": checked.result,
        "bad": checked.fault.entry if checked.fault else None,
    }
    if checked.fault is None:
        lines = [
            f"Holds: {checked.written} entries.",
            f"Head      {answer['head']}",
            f"Document  {checked.result}",
            f"Time      at work {time.active_s} s, idle {time.idle_s} s, told as {time.told_s} s",
        ]
        call.output.answer(answer, lines)
        return Exit.OK
    error = unsound(checked, checked.fault)
    call.output.answer({**answer, "error": error_json(error)}, ())
    if not call.output.as_json:
        call.output.warn(error)
    return Exit.NOT_PROVED


def replay(call: Call) -> Exit:
    """The document that the entries of a file lead to, or that it was after one of them."""
    checked = check(_read(Path(call.typed.file)))
    if checked.fault is not None and call.typed.to is None:
        raise unsound(checked, checked.fault)
    seq = len(checked.entries) if call.typed.to is None else call.typed.to
    _refuse_beyond(checked, seq)
    document = document_at(checked, seq)
    written = encode(document)
    answer: Json = {
        "entry": seq,
        "entries": checked.written,
        "digest": digest(written),
        "content": msgspec.to_builtins(document),
    }
    call.output.answer(answer, [f"{digest(written)}  after entry {seq}", written.decode()])
    return Exit.OK


def _refuse_beyond(checked: Checked, seq: int) -> None:
    good = len(checked.entries)
    if 0 <= seq <= good:
        return
    if checked.fault is not None and seq <= checked.written:
        raise unsound(checked, checked.fault)
    raise LabelerError(
        "no-entry",
        "There is no entry {entry} in this journal; it has {entries}.",
        safe="Nothing was changed.",
        do="Name one from 0 (the untouched document) to {entries}.",
        entry=seq,
        entries=good,
    )


def _read(path: Path) -> bytes:
    return read_bounded(path, MAX_BYTES, "Nothing was checked.")


VERBS = {"list": listed, "export": export, "verify": verify, "replay": replay}
