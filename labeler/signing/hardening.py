"""What a process can do so that others on the machine read less of it."""

from __future__ import annotations

import contextlib
import ctypes
import signal
import sys

_PR_SET_DUMPABLE = 4


def harden() -> None:
    """No core dumps, and on Linux no other program of the same user may look into the memory.

    Each step is taken where the system has it. SECURITY.md says what this does not stop.
    """
    # Ctrl+C in a terminal reaches the whole group; the signer ends when its pipe does.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ImportError):  # Windows writes no core files
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux" and ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError("the system refused to close this process to others")
