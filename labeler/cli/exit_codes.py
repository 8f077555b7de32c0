"""What a script learns from the exit code; documented in docs/cli.md."""

from __future__ import annotations

import enum

from labeler.errors import LabelerError


class Exit(enum.IntEnum):
    OK = 0
    REFUSED = 1
    """An error of ours: the message says what happened, what is safe, what to do."""
    USAGE = 2
    SETUP = 3
    """Something is missing on this machine or in this profile."""
    NOT_PROVED = 4
    """What was to be verified does not hold."""
    UNREACHABLE = 5
    """The marketplace or the chain does not answer; trying later may help."""
    CANCELLED = 130


_SETUP = {"no-profile", "no-key", "no-display", "demo-extra-missing", "not-connected"}
_NOT_PROVED = {"bundle-refused", "not-proved"}
_UNREACHABLE = {"marketplace-unreachable", "marketplace-busy", "chain-unreachable", "download-cut"}


def exit_of(error: LabelerError) -> Exit:
    """The exit code of an error."""
    if error.code in _SETUP:
        return Exit.SETUP
    if error.code in _NOT_PROVED or error.code.startswith("bundle-"):
        return Exit.NOT_PROVED
    return Exit.UNREACHABLE if error.code in _UNREACHABLE else Exit.REFUSED
