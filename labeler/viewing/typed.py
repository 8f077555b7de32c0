"""What a person typed into a field: taken as a whole, or refused in words; never shortened."""

from __future__ import annotations

import re

from labeler.viewing.phrase import Phrase, number, phrase

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,300}(?:[.,][0-9]{0,300})?|[.,][0-9]{1,300})\Z")
_SPAN = re.compile(r"(?:([0-9]{1,4}):)?([0-9]{1,5}):([0-9]{2})\Z")
_MINUTES = re.compile(r"[0-9]{1,6}\Z")
QUOTED = 24
"""Characters of what was typed that are told again."""
NEAR = 10
"""Characters that are left when that is told; a tenth where many may be written."""


def quoted(text: str) -> str:
    """What was typed, as it can be told in a line."""
    shown = text.strip()
    return shown if len(shown) <= QUOTED else shown[: QUOTED - 1] + "…"


def plain(text: str) -> str:
    """Without blanks around, and with the minus sign of a keyboard."""
    return text.strip().replace("−", "-")


def whole_number(text: str, low: int, high: int) -> int | Phrase | None:
    """The number from `low` to `high`; None where nothing is typed; else why it is not taken."""
    typed = plain(text)
    if not typed:
        return None
    if _WHOLE.match(typed) and low <= int(typed) <= high:
        return int(typed)
    return phrase(
        "“{typed}” is no whole number from {low} to {high}.",
        typed=quoted(text),
        low=number(low),
        high=number(high),
    )


def free_words(text: str, longest: int) -> str | Phrase | None:
    """The words without blanks around; None where there are none; else that they are too many."""
    typed = text.strip()
    over = len(typed) - longest
    if over == 1:
        return phrase("1 character too long: at most {longest} are taken.", longest=longest)
    if over > 1:
        return phrase(
            "{over} characters too long: at most {longest} are taken.", over=over, longest=longest
        )
    return typed or None


def room_left(text: str, longest: int) -> int | None:
    """How many characters may still come, negative where there are too many; None while there is
    room enough to say nothing."""
    left = longest - len(text.strip())
    return left if left <= max(NEAR, longest // 10) and 2 * left <= longest else None


def decimal_number(text: str, most: float = 1e15) -> float | Phrase:
    """A number with a decimal point or comma; else why it is not taken."""
    typed = plain(text)
    if _DECIMAL.match(typed):
        value = float(typed.replace(",", "."))
        if abs(value) <= most:
            return value
        return phrase(
            "“{typed}” is too large." if value > 0 else "“{typed}” is too far below zero.",
            typed=quoted(text),
        )
    return phrase("“{typed}” is no number as 12 or 1.5.", typed=quoted(text))


def time_span(text: str, most_s: int, *, counted: bool = False) -> int | Phrase:
    """Seconds of “12” minutes, “12:30” or “1:05:00”, up to `most_s`, which are those at work or
    those that the person has `counted`; else why they are not taken."""
    typed = text.strip()
    seconds = _seconds(typed)
    if seconds is None:
        return phrase("“{typed}” is no time as 12 or 12:30 (minutes:seconds).", typed=quoted(text))
    if seconds > most_s:
        return phrase(
            "“{typed}” is more than the {most} that you count: it can only be made less."
            if counted
            else "“{typed}” is more than the {most} at work: it can only be made less.",
            typed=quoted(text),
            most=clock(most_s),
        )
    return seconds


def _seconds(typed: str) -> int | None:
    if _MINUTES.match(typed):
        return int(typed) * 60
    found = _SPAN.match(typed)
    if found is None:
        return None
    hours, minutes, seconds = int(found[1] or 0), int(found[2]), int(found[3])
    if seconds > 59 or (found[1] is not None and minutes > 59):
        return None
    return (hours * 60 + minutes) * 60 + seconds


def clock(seconds: int) -> str:
    """Minutes and seconds as they may be typed: “12:30”, “75:00”."""
    return f"{seconds // 60}:{seconds % 60:02}"
