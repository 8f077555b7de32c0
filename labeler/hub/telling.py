"""What a requester reads of the privacy of a task, before and after it is posted."""

from __future__ import annotations

from typing import TextIO

from labeler.hub.consent import Told
from labeler.hub.posting import Posted
from labeler.interchange.privacy_findings import Severity

_SHOWN = 12


def tell_privacy(out: TextIO, told: Told) -> None:
    """What the originals tell; never a value."""
    for severity, words in (
        (Severity.NAMES, "names the person"),
        (Severity.MAY_NAME, "may name the person"),
    ):
        found = told.counted(severity)
        if not found:
            continue
        shown = [f"{name} ({count})" for name, count in list(found.items())[:_SHOWN]]
        more = len(found) - _SHOWN
        rest = f" and {more} more" if more > 0 else ""
        out.write(f"In these files, what {words}: {', '.join(shown)}{rest}\n")


def tell_handed_out(out: TextIO, posted: Posted) -> None:
    """What became of it, and what still has to be known."""
    if posted.copies:
        out.write(
            f"{posted.copies} de-identified copies are handed out (PS3.15); originals stay here.\n"
        )
    if posted.faces:
        out.write(
            f"{posted.faces} files show a head: a face could be rebuilt from them, and nothing\n"
            "was done about that. Experts see it as a caveat.\n"
        )
    if posted.identity:
        out.write(
            f"Warning: files that go as they are name the person: {', '.join(posted.identity)}.\n"
            "Unless that is agreed, do not serve this task, and post it without --as-is.\n"
        )
