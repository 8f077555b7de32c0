"""`./run bench [NAME...] [--json] [--write]`: measured side by side, in one run.

Ends with 0 where every bar holds, 1 where one does not, 2 where something could not be measured.

To add a row: a file `<topic>_rows.py` here with a table `BENCHMARKS` from the row's name to
`Benchmark(function, about)`; nothing else knows of it. The function is handed the name and answers
with one Row a peer. A fixed limit (one frame at 60 Hz) is a row whose peer is the limit.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from textwrap import fill

from tests.benchmarks.contest import BenchmarkError
from tests.benchmarks.peers import PINS, ROOT
from tests.benchmarks.rows import Benchmark, Row, table

HEAD = """# Benchmarks

Medians of alternating rounds on one machine, in one run: compare the ratios, not the milliseconds.
Less is better; "bar" is the highest ratio that counts as held. Made by `./run bench --write`.
"""
WIDTH = 100


def collected() -> dict[str, Benchmark]:
    """Every file's table, in the order of the files' names."""
    found: dict[str, Benchmark] = {}
    for path in sorted(Path(__file__).parent.glob("*_rows.py")):
        table = import_module(f"tests.benchmarks.{path.stem}").BENCHMARKS
        twice = found.keys() & table.keys()
        if twice:
            raise BenchmarkError(f"{path.name} measures what another file does: {sorted(twice)}")
        found |= table
    return found


def about(benchmarks: Mapping[str, Benchmark]) -> str:
    """What each row means."""
    told = (
        fill(f"`{name}`: {one.about}", WIDTH, initial_indent="- ", subsequent_indent="  ")
        for name, one in benchmarks.items()
    )
    return HEAD + "\n" + "\n".join(told) + "\n\n"


def main(arguments: list[str]) -> int:
    # All are compiled once, as they are where they were installed: none compiles at each start.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    benchmarks = collected()
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(benchmarks))
    parser.add_argument("--json", action="store_true", help="one JSON object a row")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in benchmarks]
    if unknown:
        parser.error(f"no such benchmark: {', '.join(unknown)}")
    rows, broken = _measured(
        {name: benchmarks[name] for name in asked.names or benchmarks}, asked.json
    )
    if not asked.json:
        sys.stdout.write(table(rows))
    if broken:
        return 2
    if asked.write:
        (ROOT / "docs" / "benchmarks.md").write_text(about(benchmarks) + _machine() + table(rows))
    return 0 if all(row.holds for row in rows) else 1


def _measured(benchmarks: Mapping[str, Benchmark], as_json: bool) -> tuple[list[Row], bool]:
    """The rows, and whether a benchmark could not be measured; told as they come."""
    rows: list[Row] = []
    broken = False
    for name, benchmark in benchmarks.items():
        try:
            found = benchmark.measure(name)
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
