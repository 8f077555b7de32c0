"""How much memory this computer has."""

from __future__ import annotations

import ctypes
import os
import sys

UNKNOWN_BYTES = 4 << 30


class _MemoryStatus(ctypes.Structure):
    """MEMORYSTATUSEX of Windows."""

    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((f"size_{n}", ctypes.c_ulonglong) for n in range(7)),
    )


def ram_bytes() -> int:
    """A cautious guess where the system does not say."""
    if sys.platform == "win32":
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        found = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.size_0) if found else UNKNOWN_BYTES
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return UNKNOWN_BYTES
