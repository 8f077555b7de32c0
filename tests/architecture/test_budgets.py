"""The budgets of the house: sizes, names, empty package files."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60
MAX_WINDOW_LINES = 300
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
TOP_LEVEL = {
    ".ci", ".gitignore", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "GLOSSARY.md",
    "LICENSE", "README.md", "SECURITY.md", "docs", "labeler", "packaging", "pyproject.toml",
    "resources", "run", "tests", "uv.lock",
}  # fmt: skip


def sources() -> Iterator[Path]:
    yield from sorted((ROOT / "labeler").rglob("*.py"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_a_room_not_a_warehouse(path: Path) -> None:
    lines = len(path.read_text().splitlines())
    limit = MAX_WINDOW_LINES if path.match("ui/window.py") else MAX_FILE_LINES
    assert lines <= limit
    for function in functions(path):
        assert function.end_lineno is not None
        length = function.end_lineno - function.lineno + 1
        assert length <= MAX_FUNCTION_LINES, f"{function.name} has {length} lines"


def test_package_files_are_empty() -> None:
    assert [path for path in sources() if path.name == "__init__.py" and path.stat().st_size] == []


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in sources()}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_names_say_what_lives_there() -> None:
    parts = {
        part.removesuffix(".py") for path in sources() for part in path.relative_to(ROOT).parts
    }
    assert parts & BANNED_NAMES == set()


def test_the_top_level_is_the_agreed_one() -> None:
    listed = ROOT / ".git"
    if not listed.exists():
        pytest.skip("only a checkout has a top level of its own")
    ignored = {".git", ".venv", "dist", "demo-output", ".bench"}
    found = {
        path.name
        for path in ROOT.iterdir()
        if path.name not in ignored and not path.name.startswith((".venv-", "."))
    }
    assert found <= TOP_LEVEL
