"""DICOM's dates and times as seconds, so that they can be compared (PS3.5 6.2: DA, TM, DT)."""

from __future__ import annotations

import datetime as dt
import re

_TIME = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?(\.\d{1,6})?\Z")
_DATE = re.compile(r"(\d{4})\.?(\d{2})\.?(\d{2})\Z")
_MOMENT = re.compile(r"(\d{8})(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?\Z")
DAY_S = 86_400.0


def day_seconds(time: str) -> float | None:
    """Seconds since midnight of a TM value; None where it is not one."""
    found = _TIME.match(time)
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.group(1, 2, 3))
    if hours > 23 or minutes > 59 or seconds > 60:
        return None
    return hours * 3600.0 + minutes * 60.0 + seconds + float(found[4] or 0)


def date_seconds(date: str) -> float | None:
    """Seconds from the first day of the calendar to the midnight that begins a DA value."""
    found = _DATE.match(date)
    if found is None:
        return None
    try:
        day = dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return day.toordinal() * DAY_S


def moment(date: str, time: str) -> float | None:
    """Seconds of a DA and a TM value; since midnight where the date is not told."""
    seconds = day_seconds(time)
    return None if seconds is None else (date_seconds(date) or 0.0) + seconds


def datetime_seconds(value: str) -> float | None:
    """Seconds of a DT value, as the clock on the wall showed them: the zone is left aside."""
    found = _MOMENT.match(value)
    if found is None or date_seconds(found[1]) is None:
        return None
    return moment(found[1], found[2] or "00")
