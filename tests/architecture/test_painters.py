"""Qt dies of a painter that outlives what it paints on: each ends with a block, also by a fault."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "labeler" / "ui"
PAINTING = [path for path in sorted(UI.rglob("*.py")) if "QPainter(" in path.read_text()]


@pytest.mark.parametrize("path", PAINTING, ids=lambda path: str(path.relative_to(UI)))
def test_every_painter_ends_with_its_block(path: Path) -> None:
    tree = ast.parse(path.read_text())
    held = {
        item.context_expr
        for node in ast.walk(tree)
        if isinstance(node, ast.With)
        for item in node.items
    }
    loose = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "QPainter"
        and node not in held
    ]
    assert loose == [], "write: with QPainter(...) as painter"
