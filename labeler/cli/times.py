"""Times as people read them in a terminal."""

from __future__ import annotations

from datetime import UTC, datetime


def utc(seconds: int) -> str:
    """UTC seconds as "2026-11-23 05:33 UTC"."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
