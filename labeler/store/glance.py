"""What can be told of a profile before the program is loaded."""

from __future__ import annotations

import json
from pathlib import Path


def asks_for_a_secret(root: Path) -> bool:
    """Whether the profile in `root` will be locked at first, by the look of its `profile.json`.

    Decides nothing but the first picture: what cannot be read is told when the profile is opened.
    """
    try:
        told = json.loads((root / "profile.json").read_bytes())
        return bool(told["wrap"]["type"] != "practice")
    except (OSError, ValueError, LookupError, TypeError):
        return False
