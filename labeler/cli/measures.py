"""What the marks of a case measure, as a table."""

from __future__ import annotations

from pathlib import Path

from labeler.app import taking
from labeler.app.journals import documents
from labeler.app.likeness import told_of_images
from labeler.app.marked_frames import Borne
from labeler.app.measure_table import NUMBERS, measures_csv, written
from labeler.app.measuring import MeasuredMark, measure_case
from labeler.app.reopening import reopen
from labeler.cli.bench import open_bench
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.names import find_marked
from labeler.cli.output import Json, error_json
from labeler.model.frames import FrameRef
from labeler.store.writing import refuse_target, write_whole


def measures(call: Call) -> Exit:
    """Measure every mark of a case as its journal has it."""
    path = Path(call.typed.csv) if call.typed.csv else None
    if path is not None:
        refuse_target(path, replace=call.typed.force)
    with open_bench(call) as bench:
        services = bench.services
        states, known = taking.task_states(services), documents(services)
        case = reopen(services, find_marked(states, known, call.typed.case), call.tick("Opening"))
        try:
            rows = measure_case(services, case, call.tick("Measuring"))
            warning = told_of_images(services, case, map(_borne, rows), call.tick("Comparing"))
        finally:
            case.close()
    if path is not None:
        comma = call.typed.decimal_comma
        write_whole(path, measures_csv(rows, case.labels, decimal_comma=comma).encode())
    answer: Json = {
        "case": case.id,
        "title": case.title,
        "marks": [_json(row) for row in rows],
        "file": str(path) if path else None,
        "warnings": [] if warning is None else [error_json(warning)],
    }
    if warning is not None:
        call.output.warn(warning)
    call.output.answer(answer, [_line(row) for row in rows])
    return Exit.OK


def _borne(row: MeasuredMark) -> Borne:
    frame = FrameRef(row.series, row.instance, row.frame)
    return Borne(frame, row.kind in ("mask", "painted"), row.mark)


def _json(row: MeasuredMark) -> Json:
    return {
        "mark": row.mark,
        "label": row.label,
        "type": row.kind,
        "hidden": row.hidden,
        "confidence": row.confidence,
        "note": row.note,
        "answers": dict(row.answers),
        "series": row.series,
        "instance": row.instance,
        "frame": row.frame,
        "frame_of_reference": row.frame_of_reference,
        "numbers": {
            name: float(written(row.numbers[name])) if name in row.numbers else None
            for name in NUMBERS
        },
        "unit": row.unit,
        "at_detector": row.at_detector,
        "size": row.size,
        "values": row.values,
        "why_not": row.why_not,
        "reason": row.reason,
    }


def _line(row: MeasuredMark) -> str:
    told = "  ".join(part for part in (row.size, row.values) if part) or row.reason
    return f"{row.mark:<10} {row.label:<16} {row.kind:<14} {told}"
