"""docs/cli.md beside what the program really answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any


def check_documented(documents: dict[str, Any]) -> None:
    """docs/cli.md shows each verb's document with exactly the fields that it really has."""
    text = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    shown = {}
    for section in text.split("\n### labeler ")[1:]:
        if example := re.search(r"```json\n(.*?)```", section, re.DOTALL):
            shown[" ".join(re.findall("^[a-z ]+", section)).strip()] = example[1]
    for verb, document in documents.items():
        assert names(json.loads(shown[verb])) == names(document), verb


def names(value: Any, path: str = "") -> set[str]:
    """The path of every field; digests as names stand for any digest."""
    if isinstance(value, list):
        return set().union(*(names(each, path) for each in value))
    if not isinstance(value, dict):
        return set()
    found = set()
    for name, inner in value.items():
        if name != "facts":
            here = f"{path}/{re.sub('^[0-9a-f]{64}$', '*', name)}"
            found |= {here} | names(inner, here)
    return found
