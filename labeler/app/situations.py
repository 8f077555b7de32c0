"""Errors told with where the person stands: what waits, since when, and when it is tried again."""

from __future__ import annotations

import math
from datetime import datetime

from labeler.errors import LabelerError
from labeler.market.backoff import may_pass


def is_offline(error: LabelerError) -> bool:
    """Whether an error only says that the marketplace cannot be reached now."""
    return may_pass(error)


def template(words: str) -> str:
    """Marks a constant for translators."""
    return words


_RESUMES = {
    "disk-full": template("Free 200 MB; saving resumes by itself."),
    "disk-failed": template(
        "Check that the disk is connected and may be written; saving resumes by itself."
    ),
}
_WAIT = (
    template("Nothing waits to be sent."),
    template("1 signed case waits here."),
    template("{waiting} signed cases wait here."),
)
_AGAIN = template("Keep working; we retry in {minutes} min.")
_BY_HAND = template("Keep working; sync when you are online.")


def held_in_memory(error: LabelerError, saved_at: int | None) -> LabelerError:
    """A disk that takes no more, with the local time of the last save (UTC seconds); any other
    error as it is."""
    do = _RESUMES.get(error.code)
    if do is None:
        return error
    happened, facts = error.templates[0], dict(error.facts)
    if saved_at is None:
        held = template("Your marks are held in memory.")
        return LabelerError(error.code, happened, safe=held, do=do, **facts)
    facts["since"] = datetime.fromtimestamp(saved_at).astimezone().strftime("%H:%M")
    held = template("Marks since {since} are held in memory.")
    return LabelerError(error.code, happened, safe=held, do=do, **facts)


def out_of_reach(error: LabelerError, waiting: int, retry_s: float | None) -> LabelerError:
    """A marketplace out of reach, with how many signed cases wait and when it is asked again.

    `retry_s` is None where it is asked again only by hand. Any other error stays as it is.
    """
    if not may_pass(error):
        return error
    happened = error.templates[0]
    if retry_s is None:
        facts = error.facts | {"waiting": waiting}
        return LabelerError(error.code, happened, safe=_WAIT[min(waiting, 2)], do=_BY_HAND, **facts)
    facts = error.facts | {"waiting": waiting, "minutes": max(1, math.ceil(retry_s / 60))}
    return LabelerError(error.code, happened, safe=_WAIT[min(waiting, 2)], do=_AGAIN, **facts)
