"""What can be told of a profile before the program is loaded."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = "lock"
"""The file of a profile that whoever has it open holds."""

PAUSES_S = 0.005, 0.01, 0.02
"""A glance of another program holds it for a fraction of a millisecond."""


def asks_for_a_secret(root: Path) -> bool:
    """Whether the profile in `root` will be locked at first, by the look of its `profile.json`.

    Decides nothing but the first picture: what cannot be read is told when the profile is opened.
    """
    try:
        told = json.loads((root / "profile.json").read_bytes())
        return bool(told["wrap"]["type"] != "practice")
    except (OSError, ValueError, LookupError, TypeError):
        return False


def is_held(root: Path) -> bool:
    """Whether another program has the profile in `root` open; one that is not there nobody has."""
    try:
        descriptor = os.open(root / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        hold_with_others(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def hold_alone(descriptor: int, wait: Callable[[float], object] = time.sleep) -> None:
    """Hold a file until it is closed; raises OSError where somebody else does for longer than a
    glance takes. `wait` hears how many seconds until it is tried again."""
    for pause_s in PAUSES_S:
        try:
            _take(descriptor, shared=False)
        except OSError:
            wait(pause_s)
        else:
            return
    _take(descriptor, shared=False)


def hold_with_others(descriptor: int) -> None:
    """Hold a file beside those that do so too; raises OSError where somebody holds it alone."""
    if sys.platform == "win32":
        hold_alone(descriptor)  # there only one can
    else:
        _take(descriptor, shared=True)


def _take(descriptor: int, *, shared: bool) -> None:
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
