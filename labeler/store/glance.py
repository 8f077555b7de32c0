"""What can be told of a profile before the program is loaded."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

LOCK = "lock"
"""The file of a profile that whoever has it open holds."""


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
        hold_alone(descriptor)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def hold_alone(descriptor: int) -> None:
    """Hold a file until it is closed; raises OSError where somebody else does."""
    if sys.platform == "win32":
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
