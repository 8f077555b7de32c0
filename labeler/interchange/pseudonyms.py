"""What one set of copies calls people and things: made from a secret that is kept nowhere."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

_STANDARD = "1.2.840.10008."
_FEWEST_DAYS, _SPAN_DAYS = 366, 3288
_DATE = re.compile(r"(\d{4})([.\-]?)(\d{2})\2(\d{2})")
_MOMENT = re.compile(r"(\d{4})(\d{2})?(\d{2})?([\d.]*)([+-]\d{4})?")


@dataclass(frozen=True)
class Pseudonyms:
    """Alike things get alike names within one secret: references stay whole, and so do intervals.

    `secret` are 32 random bytes. Without them nobody can go back to the old names.
    """

    secret: bytes = field(repr=False)

    def uid(self, uid: str) -> str:
        """Another UID (PS3.5 B.2); those of the standard itself stay."""
        if not uid or uid.startswith(_STANDARD):
            return uid
        return f"2.25.{int.from_bytes(self._mixed('uid', uid)[:16], 'big')}"

    def patient(self, patient: str) -> str:
        """What a patient is called in every copy."""
        return "P" + base64.b32encode(self._mixed("patient", patient)[:10]).decode("ascii")

    def days(self, patient: str) -> int:
        """By how many whole days all dates of a patient move: one to ten years back."""
        number = int.from_bytes(self._mixed("days", patient)[:8], "big")
        return -(_FEWEST_DAYS + number % _SPAN_DAYS)

    def _mixed(self, what: str, value: str) -> bytes:
        return hmac.digest(self.secret, f"{what}\0{value}".encode(), hashlib.sha256)


def moved_date(text: str, days: int) -> str:
    """A date (VR DA, or as ACR-NEMA wrote it) so many days later; "" where it is none."""
    match = _DATE.fullmatch(text.strip(" \0"))
    if match is None:
        return ""
    moved = _moved(int(match[1]), int(match[3]), int(match[4]), days)
    return "" if moved is None else match[2].join(moved)


def moved_moment(text: str, days: int) -> str:
    """A date and time (VR DT) so many days later, as exact as it was; "" where it is none."""
    match = _MOMENT.fullmatch(text.strip(" \0"))
    if match is None:
        return ""
    year, month, day, rest, zone = match.groups("")
    moved = _moved(int(year), int(month or 1), int(day or 1), days)
    if moved is None:
        return ""
    exact = 1 + bool(month) + bool(day)
    return "".join(moved[:exact]) + rest + zone


def _moved(year: int, month: int, day: int, days: int) -> tuple[str, str, str] | None:
    try:
        moved = date(year, month, day) + timedelta(days)
    except (ValueError, OverflowError):
        return None
    return f"{moved.year:04d}", f"{moved.month:02d}", f"{moved.day:02d}"
