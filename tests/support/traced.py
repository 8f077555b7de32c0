"""System calls of a child process, seen and disturbed from outside by strace."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.crashes import environment

WRITES = {"write", "pwrite64", "writev", "pwritev"}
SYNCS = {"fsync", "fdatasync"}
_LINE = re.compile(r"^(?:\[pid +\d+\] |\d+ +)?(\w+)\((\d+)<([^>]*)>(.*)$")
_SPAN = re.compile(r", (\d+), (\d+)\)")


class Call(NamedTuple):
    """One call on the file `path`; `rest`: the other arguments and the answer, as strace says."""

    name: str
    path: str
    rest: str

    @property
    def end(self) -> int:
        """Where the bytes of a write at a place end."""
        found = _SPAN.search(self.rest)
        assert found is not None, self
        return int(found[1]) + int(found[2])


def traced(code: str, arguments: Sequence[Path], log: Path) -> list[Call]:
    """The writes and flushes of `python -c code arguments` in order; it must end well."""
    run = run_traced(code, arguments, log)
    assert run.returncode == 0, run.stderr
    return calls(log)


def calls(log: Path) -> list[Call]:
    """What strace wrote into `log`."""
    found = (_LINE.match(line) for line in log.read_text().splitlines())
    return [Call(m[1], m[3], m[4]) for m in found if m]


def run_traced(
    code: str, arguments: Sequence[Path], log: Path, *more: str
) -> subprocess.CompletedProcess[str]:
    """Run it with more options of strace; skips the test where nothing can be traced."""
    if sys.platform != "linux" or shutil.which("strace") is None:
        pytest.skip("strace is not installed here")
    watched = ",".join(sorted(WRITES | SYNCS))
    command = ["strace", "-f", "-y", "-s", "16", "-e", f"trace={watched}", "-o", str(log), *more]
    child = [sys.executable, "-c", code, *map(str, arguments)]
    run = subprocess.run([*command, *child], capture_output=True, text=True, env=environment())
    if run.returncode and "ptrace" in run.stderr:
        pytest.skip("tracing is not allowed here")
    return run
