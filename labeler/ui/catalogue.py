"""Collects every text shown to people into a `.ts` file for a translator.

`python -m labeler.ui.catalogue de labeler_de.ts`; then `pyside6-lrelease labeler_de.ts`, and the
`.qm` file goes to resources/translations. Texts already translated in the file are kept.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

from labeler.ui.told_texts import ToldTexts
from labeler.ui.translation import CONTEXT


def collect(package: Path) -> tuple[str, ...]:
    """Every template of the package once, sorted by file and place."""
    return tuple(told_texts(package).texts)


@functools.cache
def told_texts(package: Path) -> ToldTexts:
    """What the modules of the package tell people."""
    sources = {}
    for path in sorted(package.rglob("*.py")):
        name = ".".join(path.relative_to(package.parent).with_suffix("").parts)
        sources[name] = path.read_text(encoding="utf-8")
    return ToldTexts(sources)


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


def main(arguments: list[str]) -> int:
    language, target = arguments
    write_catalogue(collect(Path(__file__).parents[1]), language, Path(target))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
