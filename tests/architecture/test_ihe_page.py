"""The page that holds Labeler against IHE's Basic Image Review names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/ihe-bir.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]
NAMED = sorted(set(re.findall(r"`(tests/[^`]+\.py(?:::[^`]+)?)`", "\n".join(ROWS))))


def _names(path: Path) -> set[str]:
    """`function` and `Class::method` of a file of tests."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            methods = (one for one in node.body if isinstance(one, ast.FunctionDef))
            found |= {f"{node.name}::{one.name}" for one in methods}
    return found


@pytest.mark.parametrize("named", NAMED)
def test_each_test_that_the_page_names_is_in_the_tree(named: str) -> None:
    file, _, name = named.partition("::")
    assert (ROOT / file).is_file()
    assert not name or name in _names(ROOT / file)


def test_each_point_is_shown_by_a_test_or_said_to_be_missing() -> None:
    assert len(ROWS) > 20
    for row in ROWS:
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        assert len(cells) == 4, row
        assert cells[3] or cells[2].startswith("not yet"), row
