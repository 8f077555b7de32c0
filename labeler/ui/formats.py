"""How money, times and addresses are written."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QDateTime, QLocale

from labeler.app.screens import Amount
from labeler.ui.translation import tr

SHOWN_DECIMALS = 2
DAY = 86_400


def number(amount: Amount) -> str:
    """Two decimals, cut and never rounded: nothing is shown that is not there."""
    scale = 10**amount.decimals
    whole, rest = divmod(abs(amount.minor), scale)
    digits = f"{rest:0{amount.decimals}d}"[:SHOWN_DECIMALS] if amount.decimals else ""
    sign = "−" if amount.minor < 0 else ""
    return f"{sign}{whole}.{digits:0<{SHOWN_DECIMALS}}"


def money(amount: Amount) -> str:
    """The number, then its currency."""
    return f"{number(amount)} {amount.symbol}"


def clock(at: int) -> str:
    """Local time to the minute."""
    return QDateTime.fromSecsSinceEpoch(at).toString("HH:mm")


def clock_seconds(at: int) -> str:
    return QDateTime.fromSecsSinceEpoch(at).toString("HH:mm:ss")


def day(at: int, now: int) -> str:
    """The local day; the year only where it is another one."""
    date, today = _date(at), _date(now)
    pattern = "d MMM" if date.year() == today.year() else "d MMM yyyy"
    return QLocale().toString(date, pattern)


def moment(at: int, now: int) -> str:
    """The time for today, the day for any other."""
    return clock(at) if _date(at) == _date(now) else day(at, now)


def day_and_time(at: int, now: int) -> str:
    return f"{day(at, now)} {clock(at)}"


def span(seconds: int) -> str:
    """A length of time in its largest whole unit."""
    if seconds >= 2 * DAY:
        return tr("{days} days", days=seconds // DAY)
    if seconds >= 7200:
        return tr("{hours} h", hours=seconds // 3600)
    if seconds >= 120:
        return tr("{minutes} min", minutes=seconds // 60)
    return tr("{seconds} s", seconds=seconds)


def exact_span(seconds: int) -> str:
    """A length of time to the second."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    parts = (
        tr("{hours} h", hours=hours) if hours else "",
        tr("{minutes} min", minutes=minutes) if hours or minutes else "",
        tr("{seconds} s", seconds=rest),
    )
    return " ".join(part for part in parts if part)


def month(year: int, number_of_month: int) -> str:
    """A month's short name."""
    return QLocale().toString(QDate(year, number_of_month, 1), "MMM")


def percent(basis_points: int) -> str:
    """Basis points as per cent, without needless zeros."""
    whole, rest = divmod(basis_points, 100)
    digits = f"{rest:02d}".rstrip("0")
    return f"{whole}.{digits} %" if digits else f"{whole} %"


def folded(identifier: str) -> str:
    """The ends of an address or fingerprint; the middle stays folded."""
    return identifier if len(identifier) <= 14 else f"{identifier[:8]}…{identifier[-4:]}"


def grouped(fingerprint: str) -> str:
    """Groups of eight, four a line, so that a long fingerprint can be read and compared."""
    body = fingerprint.removeprefix("0x")
    groups = [body[at : at + 8] for at in range(0, len(body), 8)]
    return "\n".join(" ".join(groups[at : at + 4]) for at in range(0, len(groups), 4))


def start_of(period: str, now: int) -> int:
    """The first second of today, this month or this year, local time; 0 for any other word."""
    local = datetime.fromtimestamp(now).astimezone()
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    first = {
        "today": midnight,
        "month": midnight - timedelta(days=midnight.day - 1),
        "year": midnight.replace(month=1, day=1),
    }
    return int(first[period].timestamp()) if period in first else 0


def _date(at: int) -> QDate:
    return QDateTime.fromSecsSinceEpoch(at).date()
