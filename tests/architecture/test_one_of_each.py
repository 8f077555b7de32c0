"""Fields keep the keys that are typed into them, open menus theirs: by one class each."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / "labeler" / "ui"
ONLY = {
    "QLineEdit": {"components/text_field.py"},
    "QPlainTextEdit": {"dialogs/crash.py"},  # shows what can be copied
    "QTextEdit": {"components/prose.py"},  # shows words that can be selected, none can be typed
    "QSpinBox": set[str](),
    "QDoubleSpinBox": set[str](),
    "QMenu": {"components/menu.py"},
}


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda p: str(p.relative_to(UI)))
def test_qts_own_fields_and_menus_are_made_in_one_place(path: Path) -> None:
    made: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.func] if isinstance(node, ast.Call) else []
        names += node.bases if isinstance(node, ast.ClassDef) else []
        made += [name.id for name in names if isinstance(name, ast.Name)]
    strange = {name for name in made if name in ONLY} - {
        name for name, places in ONLY.items() if str(path.relative_to(UI)) in places
    }
    assert not strange, "use TextField, CheckedField or Menu of ui/components"
