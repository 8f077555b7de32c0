"""`./run bench [NAME...] [--json] [--write]`: measured side by side, in one run.

Ends with 0 where every bar holds, 1 where one does not, 2 where something could not be measured.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from tests.benchmarks.contest import BenchmarkError
from tests.benchmarks.peers import PINS, ROOT
from tests.benchmarks.rows import Row, table
from tests.benchmarks.series_rows import series_rows
from tests.benchmarks.start_row import start_rows

BENCHMARKS: dict[str, Callable[[str], list[Row]]] = {
    "start-window": start_rows,
    "start-ready": start_rows,
    "first-slice": series_rows,
    "whole-series": series_rows,
}
ABOUT = """# Benchmarks

Medians of alternating rounds on one machine, in one run: compare the ratios, not the milliseconds.
Less is better; "bar" is the highest ratio that counts as held. Made by `./run bench --write`.

- `start-window`: from the start of the process to the first painted window, without a display, as
  Qt tells it. That window is the program's own, in its last size and colours with rail and title;
  a test holds its pixels to those of the finished one. What is in it is loaded right after.
- `start-ready`: from the start of the process until the first place is painted and has answered a
  key, on a profile made before. A bare window has nothing to load, so this bar is no aim: it
  keeps the start from growing unseen. What the time beyond the first picture goes to, roughly: a
  third to the modules of the session with their hundred value classes, a fifth to numpy, a third
  to the widgets and to Qt's enumerations, the rest to painting. Only less code would be faster.
- `first-slice`, `whole-series`: from a folder with an uncompressed CT series of 512 x 512 x 256,
  file names in no order, to the sorted and rescaled middle slice or volume (warm page cache).
  All contenders must arrive at the same voxels. What limits
  the first slice is that every header is read for all it says: nine tenths of the time.

"""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="one JSON object a row")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    rows, broken = _measured(asked.names or list(BENCHMARKS), asked.json)
    if not asked.json:
        sys.stdout.write(table(rows))
    if broken:
        return 2
    if asked.write:
        (ROOT / "docs" / "benchmarks.md").write_text(ABOUT + _machine() + table(rows))
    return 0 if all(row.holds for row in rows) else 1


def _measured(names: Sequence[str], as_json: bool) -> tuple[list[Row], bool]:
    """The rows, and whether a benchmark could not be measured; told as they come."""
    rows: list[Row] = []
    broken = False
    for name in names:
        try:
            found = BENCHMARKS[name](name)
        except BenchmarkError as error:
            print(f"{name}: {error}", file=sys.stderr)
            broken = True
            continue
        rows += found
        for row in found if as_json else ():
            print(json.dumps(row.as_json()), flush=True)
    return rows, broken


def _machine() -> str:
    day = datetime.now(tz=UTC).date().isoformat()
    python = platform.python_version()
    system = f"{platform.system()} {platform.machine()}"
    qt = version("PySide6-Essentials")
    pinned = [line for line in PINS.read_text().splitlines() if "==" in line]
    peers = ", ".join(pinned).replace("==", " ")
    versions = f"Python {python}, PySide6 {qt}; the peers: {peers}"
    return f"{day}, {system}, {os.cpu_count()} cores, {versions}.\n\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
