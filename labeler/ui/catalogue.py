"""Collects every text shown to people into a `.ts` file for a translator.

`python -m labeler.ui.catalogue de labeler_de.ts`; then `pyside6-lrelease labeler_de.ts`, and the
`.qm` file goes to resources/translations. Texts already translated in the file are kept.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from labeler.ui.translation import CONTEXT

TOLD = {
    "tr": 0,
    "message": 0,
    "phrase": 0,
    "LabelerError": 1,
    "Notice": 1,
    "line": 0,
    "template": 0,
    "Problem": 1,
    "Activity": 1,
    "Check": 1,
    "Preset": 1,
    "Spoken": 0,
}
"""Calls and the position of the constant in them that is shown to people."""

TEMPLATES = ("happened", "safe", "do", "text")
"""Keyword arguments that are templates in errors, notices, problems and activities."""


def templates_of(source: str) -> Iterator[str]:
    """The templates of one module, in its order."""
    for node in ast.walk(ast.parse(source)):
        position = TOLD.get(_name(node.func)) if isinstance(node, ast.Call) else None
        if position is None or not isinstance(node, ast.Call):
            continue
        values = node.args[position : position + 1]
        values += [word.value for word in node.keywords if word.arg in TEMPLATES]
        for value in values:
            yield from _texts(value)


def _texts(value: ast.expr) -> Iterator[str]:
    """A constant, or both of which one is chosen."""
    if isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
        yield value.value


def collect(package: Path) -> tuple[str, ...]:
    """Every template of the package once, sorted by file and place."""
    found: dict[str, None] = {}
    for path in sorted(package.rglob("*.py")):
        found.update(dict.fromkeys(templates_of(path.read_text(encoding="utf-8"))))
    return tuple(found)


def write_catalogue(templates: tuple[str, ...], language: str, target: Path) -> None:
    """Write the `.ts` file; translations it already holds stay."""
    known = read_translations(target) if target.exists() else {}
    root = ET.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ET.SubElement(root, "context")
    ET.SubElement(context, "name").text = CONTEXT
    for template in templates:
        entry = ET.SubElement(context, "message")
        ET.SubElement(entry, "source").text = template
        translation = ET.SubElement(entry, "translation")
        if template in known:
            translation.text = known[template]
        else:
            translation.set("type", "unfinished")
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    target.write_text(f"{head}{body}\n", encoding="utf-8")


def read_translations(path: Path) -> dict[str, str]:
    """The finished translations of a `.ts` file by their source."""
    found = {}
    for entry in ET.parse(path).iter("message"):  # noqa: S314  our own file
        source, translation = entry.findtext("source"), entry.find("translation")
        if source and translation is not None and translation.text:
            found[source] = translation.text
    return found


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def main(arguments: list[str]) -> int:
    language, target = arguments
    write_catalogue(collect(Path(__file__).parents[1]), language, Path(target))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
