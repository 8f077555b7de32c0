"""What the marks of a case measure, as the table that leaves the program."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from labeler.app.measuring import MeasuredMark

NUMBERS = (
    *("length_mm", "degrees", "long_mm", "middle_mm", "short_mm", "area_mm2", "perimeter_mm"),
    *("volume_mm3", "surface_mm2", "x_mm", "y_mm", "z_mm", "mean", "sd", "low", "high", "voxels"),
)
DIGITS = 4


def measures_csv(rows: Sequence[MeasuredMark]) -> str:
    """One line a mark; a number it does not have is empty."""
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
