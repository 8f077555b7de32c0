"""What the marks of a case measure, as the table that leaves the program."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal

from labeler.app.measuring import MeasuredMark
from labeler.model.manifest import Label

NUMBERS = (
    *("length_mm", "degrees", "long_mm", "middle_mm", "short_mm", "area_mm2", "perimeter_mm"),
    *("volume_mm3", "surface_mm2", "x_mm", "y_mm", "z_mm", "mean", "sd", "low", "high", "voxels"),
)
BEFORE = ("mark", "label", "type", "hidden", "series", "instance", "frame", "frame_of_reference")
AFTER = ("unit", "at_detector", "size", "values", "why_not", "reason", "confidence", "note")
DIGITS = 6
"""Of a number, as many as are told: those of a cell in mm are not those of a body."""

BYTE_ORDER_MARK = "\ufeff"


def measures_csv(
    rows: Sequence[MeasuredMark], labels: Sequence[Label], *, decimal_comma: bool = False
) -> str:
    """One line a mark; a number it does not have is empty. Each question that a label asks has a
    column at the end, also where nobody answered it.

    `decimal_comma`: as spreadsheets of many countries read a table, with semicolons between its
    cells, and a mark before it without which they take µ and ² for other letters.
    """
    out = io.StringIO()
    table = csv.writer(out, delimiter=";" if decimal_comma else ",", lineterminator="\r\n")
    codes = _questions(rows, labels)
    table.writerow([*BEFORE, *NUMBERS, *AFTER, *(f"answer:{code}" for code in codes)])
    for row in rows:
        numbers = [written(row.numbers[name]) if name in row.numbers else "" for name in NUMBERS]
        if decimal_comma:
            numbers = [number.replace(".", ",") for number in numbers]
        yes = {True: "yes", False: ""}
        place = (row.series, row.instance, row.frame, row.frame_of_reference)
        before = (row.mark, row.label, row.kind, yes[row.hidden], *place)
        after = (row.unit, yes[row.at_detector], row.size, row.values, row.why_not, row.reason)
        sure = "" if row.confidence is None else str(row.confidence)
        said = (sure, row.note, *(row.answers.get(code, "") for code in codes))
        table.writerow([*before, *numbers, *after, *said])
    return BYTE_ORDER_MARK * decimal_comma + out.getvalue()


def _questions(rows: Sequence[MeasuredMark], labels: Sequence[Label]) -> tuple[str, ...]:
    """The codes of what labels ask, each once in their order; last what only a mark answers."""
    asked = (question.code for label in labels for question in label.asks)
    answered = (code for row in rows for code in row.answers)
    return tuple(dict.fromkeys((*asked, *answered)))


def written(number: float) -> str:
    """Its leading digits, never as a power of ten; whole numbers whole."""
    if number == round(number) and abs(number) < 1e15:
        return str(round(number))
    rounded = Decimal(f"{number:.{DIGITS}g}")  # a float has digits of its own behind these
    return f"{rounded:.12f}".rstrip("0").rstrip(".")
