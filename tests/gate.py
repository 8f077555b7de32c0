"""The gate, step by step: `./run test`. Closes with its totals."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
QT_PACKAGES = ("pyside6-essentials", "shiboken6", "pytest-qt")
NEEDS_QT = ("tests/ui", "tests/kill_test", "tests/long_session")
"""The window, and what draws in it."""
ASKS_FOR_QT = tuple(f"tests/cli/test_{name}.py" for name in ("files", "opening", "profiles"))
"""What starts, opens or tells otherwise where Qt is: run with it and without it. All the rest of
the tests must do without, and what passes there cannot have asked for it."""
RUNNERS = "3"
"""One more than two cores: many tests wait, for a process, a socket or a timer."""
BINARIES = Path(sys.executable).parent


@dataclass
class Totals:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    steps_failed: list[str] = field(default_factory=list)

    def add(self, junit: Path) -> None:
        for suite in ET.parse(junit).getroot().iter("testsuite"):
            count = {
                name: int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
            }
            bad = count["failures"] + count["errors"]
            self.failed += bad
            self.skipped += count["skipped"]
            self.passed += count["tests"] - bad - count["skipped"]


class Gate:
    """Runs each step to its end, so that one run tells everything that is wrong."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.totals = Totals()
        self.environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUNBUFFERED": "1"}
        # Hundreds of processes of the tests import the program: each would compile it anew.
        self.environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def step(self, name: str, *commands: list[str], cwd: Path = ROOT, **extra: str) -> None:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        for command in commands:
            if subprocess.run(command, cwd=cwd, env={**self.environment, **extra}).returncode:
                self.totals.steps_failed.append(name)
                break
        print(f"== {name}: {time.monotonic() - started:.0f} s", flush=True)

    def tests(self, name: str, python: Path, *arguments: str) -> None:
        junit = self.scratch / f"{name.replace(' ', '-')}.xml"
        command = [str(python), "-m", "pytest", "-q", "-n", RUNNERS, f"--junitxml={junit}"]
        self.step(name, [*command, *arguments])
        if junit.exists():
            self.totals.add(junit)

    def without_qt(self) -> None:
        uv, where = str(BINARIES / "uv"), ROOT / ".venv-without-qt"
        skip = [word for package in QT_PACKAGES for word in ("--no-install-package", package)]
        self.step(
            "environment without Qt",
            [uv, "sync", "--quiet", "--locked", "--compile-bytecode", *skip],
            UV_PROJECT_ENVIRONMENT=str(where),
        )
        ignored = [f"--ignore={folder}" for folder in NEEDS_QT]
        self.tests("all but the window, without Qt", where / "bin/python", *ignored)

    def wheel(self) -> None:
        uv, where = str(BINARIES / "uv"), ROOT / ".venv-wheel"
        dist, requirements = self.scratch / "dist", self.scratch / "requirements.txt"
        export = ["--locked", "--no-dev", "--extra", "demo", "--no-emit-project"]
        install = [uv, "pip", "install", "--quiet", "--python", str(where)]
        self.step(
            "the wheel, installed",
            [str(BINARIES / "python"), "-m", "hatchling", "build", "-t", "wheel", "-d", str(dist)],
            [uv, "export", "--quiet", *export, "-o", str(requirements)],
            [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(where)],
            [*install, "--require-hashes", "-r", str(requirements)],
            ["sh", "-c", f"exec {uv} pip install --quiet --python {where} --no-deps {dist}/*.whl"],
        )
        self.step(
            "the demonstration from the wheel",
            [str(where / "bin/labeler"), "demo", "--output", str(self.scratch / "demo-output")],
            cwd=self.scratch,
        )

    def run(self) -> int:
        # Neither keeps more than one core busy, so they run beside each other.
        with ThreadPoolExecutor(1) as beside:
            lint = beside.submit(self.step, "format, rules, types, rings", ["./run", "lint"])
            self.wheel()
            lint.result()
        self.tests("what knows of Qt, with it", BINARIES / "python", *NEEDS_QT, *ASKS_FOR_QT)
        self.without_qt()
        totals = self.totals
        for name in totals.steps_failed:
            print(f"failed step: {name}")
        failed = totals.failed or len(totals.steps_failed)
        print(f"{totals.passed} passed, {failed} failed, {totals.skipped} skipped")
        return 1 if failed or not totals.passed else 0


def main() -> int:
    scratch = Path(tempfile.mkdtemp(prefix="labeler-gate-"))
    started = time.monotonic()
    try:
        code = Gate(scratch).run()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    print(f"the gate took {time.monotonic() - started:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
