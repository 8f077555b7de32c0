"""What the marks of a case measure, as a table."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from labeler.app import taking
from labeler.app.cases import open_item
from labeler.app.measuring import MeasuredMark, measure_case
from labeler.cli.bench import open_bench
from labeler.cli.call import Call
from labeler.cli.exit_codes import Exit
from labeler.cli.names import find_case
from labeler.cli.output import Json
from labeler.store.writing import refuse_existing, write_whole

NUMBERS = (
    *("length_mm", "degrees", "long_mm", "short_mm", "area_mm2", "perimeter_mm"),
    *("volume_mm3", "surface_mm2", "mean", "sd", "low", "high", "voxels"),
)
DIGITS = 4


def measures(call: Call) -> Exit:
    """Measure every mark of a case as its journal has it."""
    path = Path(call.typed.csv) if call.typed.csv else None
    if path is not None and not call.typed.force:
        refuse_existing(path)
    with open_bench(call) as bench:
        services = bench.services
        found = find_case(taking.task_states(services), call.typed.case)
        case = open_item(services, found.digest, call.tick("Opening"))
        try:
            rows = measure_case(services, case, call.tick("Measuring"))
        finally:
            case.close()
    if path is not None:
        write_whole(path, _table(rows).encode())
    answer: Json = {
        "case": found.digest,
        "marks": [_json(row) for row in rows],
        "file": str(path) if path else None,
    }
    call.output.answer(answer, [_line(row) for row in rows])
    return Exit.OK


def _json(row: MeasuredMark) -> Json:
    return {
        "mark": row.mark,
        "label": row.label,
        "type": row.kind,
        "series": row.series,
        "instance": row.instance,
        "frame": row.frame,
        "numbers": {
            name: round(row.numbers[name], DIGITS) if name in row.numbers else None
            for name in NUMBERS
        },
        "unit": row.unit,
        "why_not": row.why_not,
    }


def _line(row: MeasuredMark) -> str:
    told = [f"{name} {value:.{DIGITS}g}" for name, value in row.numbers.items()]
    return f"{row.mark:<10} {row.label:<16} {row.kind:<14} {'  '.join(told) or row.why_not}"


def _table(rows: list[MeasuredMark]) -> str:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(
        ["mark", "label", "type", "series", "instance", "frame", *NUMBERS, "unit", "why_not"]
    )
    for row in rows:
        numbers = [
            f"{row.numbers[name]:.{DIGITS}f}" if name in row.numbers else "" for name in NUMBERS
        ]
        place = (row.series, row.instance, row.frame)
        table.writerow([row.mark, row.label, row.kind, *place, *numbers, row.unit, row.why_not])
    return out.getvalue()
