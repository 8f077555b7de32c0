"""Where a submission stands."""

from __future__ import annotations

import enum


class OutboxState(enum.Enum):
    """From the person's own machine to money, in order."""

    QUEUED = "queued"
    SENT = "sent"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PAID = "paid"
