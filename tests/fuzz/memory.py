"""What this process and its children have used of memory and time, where the system says so."""

from __future__ import annotations

import os
from pathlib import Path


def peak_mib(process: str = "self") -> int:
    """0 where the system does not say (only Linux does so here)."""
    return _status(process, "VmHWM") // 1024


def children() -> list[str]:
    try:
        tasks = list(Path("/proc/self/task").iterdir())
        return [pid for task in tasks for pid in (task / "children").read_text().split()]
    except OSError:
        return []


def children_peak_mib() -> int:
    """Of the largest child that is alive."""
    return max((peak_mib(child) for child in children()), default=0)


def work_seconds() -> float:
    """Processor time of this process and its children: those that have ended, and those alive."""
    own = os.times()
    ended = own.user + own.system + own.children_user + own.children_system
    return ended + sum(_worked(child) for child in children())


def _worked(process: str) -> float:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _status(process: str, name: str) -> int:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
