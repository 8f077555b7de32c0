"""How many processors heavy work may use at a time."""

from __future__ import annotations

import os

MOST = 8
"""More decoders than this fill memory rather than time."""


def cores() -> int:
    return min(os.cpu_count() or 2, MOST)
