"""What the rail names, for the window that is being opened and the one that is."""

from __future__ import annotations

from labeler.ui.translation import message

PLACES = {
    "work": message("Work"),
    "reading": message("Reading"),
    "outbox": message("Outbox"),
    "earnings": message("Earnings"),
}
"""The four places in their order; each has an icon of its name."""

FOOT = {"settings": message("Settings"), "lock": message("Lock")}
"""What stands at the rail's foot, downwards."""
